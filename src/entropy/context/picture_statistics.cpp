// Sums that forget: of each position over channels, of each class of levels over channels.

#include "picture_statistics.h"

#include <algorithm>
#include <cstdlib>

#include "integer_log.h"

namespace imgcnn::entropy {
namespace {

constexpr std::uint64_t kOne = 1U << 16;
/// The channel before weighs 1, each earlier one 15/16 of its follower.
constexpr int kLocalMemory = 4;
/// The same of classes: 31/32.
constexpr int kClassMemory = 5;
/// Added to what was observed and to what was expected, so that little evidence says little.
constexpr std::uint64_t kPlanePrior = 4 * kOne, kClassPrior = 8 * kOne;
constexpr std::uint64_t kLocalPrior = 2 * kOne;
/// Makes features of the logarithms of local sums: their usual values come to lie around 0.
constexpr int kLocalCentre = 68;

int log_ratio(std::uint64_t a, std::uint64_t b) { return integer_log2(a, 4) - integer_log2(b, 4); }

std::int8_t narrow(int value) { return static_cast<std::int8_t>(std::clamp(value, -127, 127)); }

}  // namespace

PictureStatistics::PictureStatistics(PlaneSize size)
    : size_(size),
      stride_(size.width + 2 * SymbolHistory::kMargin),
      observed_(static_cast<std::size_t>(stride_ * (size.height + 2 * SymbolHistory::kMargin))),
      expected_(observed_.size()),
      channel_observed_(static_cast<std::size_t>(size.height) *
                        static_cast<std::size_t>(size.width)) {}

LocalEnergy PictureStatistics::around(std::ptrdiff_t offset) const {
  const auto log_sum = [&](const std::vector<std::int32_t>& sums) {
    const std::int32_t* const s = sums.data() + offset;
    const auto sum = 4 * std::uint64_t{static_cast<std::uint32_t>(s[0])} +
                     static_cast<std::uint32_t>(s[-1]) + static_cast<std::uint32_t>(s[1]) +
                     static_cast<std::uint32_t>(s[-stride_]) +
                     static_cast<std::uint32_t>(s[stride_]);
    return quarter_octaves(sum + kLocalPrior) - kLocalCentre;
  };
  return {log_sum(observed_), log_sum(expected_)};
}

int PictureStatistics::plane_ratio(std::uint64_t expected) const {
  return log_ratio(plane_observed_ + kPlanePrior, expected + kPlanePrior);
}

void PictureStatistics::finish_channel(const std::vector<std::int32_t>& expected) {
  for (int y = 0; y < size_.height; ++y) {
    const std::ptrdiff_t from = static_cast<std::ptrdiff_t>(y) * size_.width,
                         to = (y + SymbolHistory::kMargin) * stride_ + SymbolHistory::kMargin;
    std::int32_t *const observed_row = observed_.data() + to, *const expected_row =
                                                                  expected_.data() + to;
    const std::int32_t *const observed_now = channel_observed_.data() + from, *const expected_now =
                                                                                  expected.data() +
                                                                                  from;
    for (int x = 0; x < size_.width; ++x) {
      observed_row[x] += observed_now[x] - (observed_row[x] >> kLocalMemory);
      expected_row[x] += expected_now[x] - (expected_row[x] >> kLocalMemory);
    }
  }
  std::fill(channel_observed_.begin(), channel_observed_.end(), 0);
  plane_observed_ = 0;
  const auto age = [](std::uint64_t& sum, std::uint64_t& now) {
    sum += now - (sum >> kClassMemory);
    now = 0;
  };
  for (std::size_t k = 0; k < kClasses; ++k) {
    Counts &sum = counts_[k], &now = channel_counts_[k];
    age(sum.gt0, now.gt0);
    age(sum.expected_gt0, now.expected_gt0);
    age(sum.gt1, now.gt1);
    age(sum.expected_gt1, now.expected_gt1);
    gt0_ratios_[k] = narrow(log_ratio(sum.gt0 + kClassPrior, sum.expected_gt0 + kClassPrior));
    gt1_ratios_[k] = narrow(log_ratio(sum.gt1 + kClassPrior, sum.expected_gt1 + kClassPrior));
  }
}

}  // namespace imgcnn::entropy
