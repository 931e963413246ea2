// The integer scale network: two matrix products of 16-bit operands with 32-bit sums that are
// proven not to overflow.

#include "imgcnn/entropy/integer_scale_network.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "imgcnn/base/error.h"
#include "imgcnn/base/simd/instruction_set.h"
#include "imgcnn/entropy/cdf_table.h"
#include "imgcnn/entropy/fixed_point.h"
#include "imgcnn/entropy/quality.h"

namespace imgcnn::entropy {
namespace {

// Bounds of a model file, far above any network that is worth its time.
constexpr int kMaxChannels = 4096;
constexpr int kMaxShift = 30;
constexpr int kKernel = 3;
constexpr int kTaps = kKernel * kKernel;
// Outputs per channel and hyper-latent position
constexpr int kBlock = kHyperStride * kHyperStride;

std::size_t size(int n) { return static_cast<std::size_t>(n); }

// Computes the dot products of a row with `count` rows, all of `length` numbers. Compilers turn it
// into multiply-add instructions of 16-bit pairs.
IMGCNN_INLINE void dot_products_by(const std::int16_t* row, const std::int16_t* rows,
                                   std::size_t length, std::size_t count, std::int32_t* products) {
  for (std::size_t k = 0; k < count; ++k, rows += length) {
    std::int32_t sum = 0;
    for (std::size_t i = 0; i < length; ++i) sum += row[i] * rows[i];
    products[k] = sum;
  }
}

void dot_products_portable(const std::int16_t* row, const std::int16_t* rows, std::size_t length,
                           std::size_t count, std::int32_t* products) {
  dot_products_by(row, rows, length, count, products);
}

#ifdef IMGCNN_AVX2_AT_HAND
__attribute__((target("avx2"))) void dot_products_avx2(const std::int16_t* row,
                                                       const std::int16_t* rows, std::size_t length,
                                                       std::size_t count, std::int32_t* products) {
  dot_products_by(row, rows, length, count, products);
}
#endif

void dot_products(const std::int16_t* row, const std::int16_t* rows, std::size_t length,
                  std::size_t count, std::int32_t* products) {
#ifdef IMGCNN_AVX2_AT_HAND
  static const auto fastest = simd::fastest<decltype(&dot_products_portable)>(
      nullptr, simd::has_avx2() ? dot_products_avx2 : nullptr, dot_products_portable);
  fastest(row, rows, length, count, products);
#else
  dot_products_portable(row, rows, length, count, products);
#endif
}

// Returns half of the unit 2^shift, what rounding adds.
std::int32_t half(int shift) { return shift == 0 ? 0 : std::int32_t{1} << (shift - 1); }

// Brings a sum back to the range of an activation or index.
std::int32_t requantized(std::int32_t sum, int shift, std::int32_t low, std::int32_t high) {
  return static_cast<std::int32_t>(std::clamp<std::int64_t>(round_shift(sum, shift), low, high));
}

// Returns the largest magnitude that a sum over this row of weights can reach, in any order of
// summation.
std::int64_t reach(const std::int16_t* weights, std::size_t count) {
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < count; ++i) sum += std::abs(std::int64_t{weights[i]});
  return sum * kMaxActivation;
}

// Refuses arrays and numbers that do not fit each other, before anything is read by them.
void check_sizes(const IntegerScaleNetwork::Weights& w, const std::string& name) {
  const auto check = [&](bool condition, const char* reason) {
    if (!condition) throw Error(ErrorCode::kCorrupt, name + ": " + reason);
  };
  for (const int channels : {w.hyper_channels, w.hidden, w.latent_channels}) {
    check(channels >= 1 && channels <= kMaxChannels, "number of channels is not in 1..4096");
  }
  check(w.cdf_count >= 1 && size(w.cdf_count) <= kMaxRows,
        "number of table rows is not in 1..65536");
  for (const int shift : {w.input_shift, w.hidden_shift, w.index_shift}) {
    check(shift >= 0 && shift <= kMaxShift, "shift is not in 0..30");
  }
  const std::size_t outputs = size(w.latent_channels) * kBlock;
  check(w.input_scale.size() == size(kRateKnots) * size(w.hyper_channels),
        "input_scale has a wrong size");
  check(w.hidden_weight.size() == size(w.hidden) * size(w.hyper_channels) * kTaps,
        "hidden_weight has a wrong size");
  check(w.hidden_bias.size() == size(w.hidden), "hidden_bias has a wrong size");
  check(w.index_weight.size() == outputs * size(w.hidden), "index_weight has a wrong size");
  check(w.index_bias.size() == outputs, "index_bias has a wrong size");
  check(w.rate_bias.size() == size(kRateKnots) * size(w.latent_channels),
        "rate_bias has a wrong size");
  check(std::all_of(w.input_scale.begin(), w.input_scale.end(),
                    [](std::int32_t v) { return v >= 0; }),
        "input_scale has a negative value");
}

// Refuses weights with which some input could leave 32 bits: then the plain sums of `dot` are exact
// for all.
void check_no_overflow(const IntegerScaleNetwork::Weights& w, const std::string& name) {
  const auto check = [&](std::int64_t magnitude) {
    if (magnitude > INT32_MAX) throw Error(ErrorCode::kCorrupt, name + ": sums can exceed 32 bits");
  };
  const std::size_t inputs = size(w.hyper_channels) * kTaps;
  for (std::size_t o = 0; o < size(w.hidden); ++o) {
    check(reach(&w.hidden_weight[o * inputs], inputs) + std::abs(std::int64_t{w.hidden_bias[o]}) +
          half(w.hidden_shift));
  }
  // The bias of the rate is interpolated between its knots, so none is larger than the largest
  // knot.
  std::vector<std::int64_t> rate_reach(size(w.latent_channels), 0);
  for (std::size_t i = 0; i < w.rate_bias.size(); ++i) {
    std::int64_t& most = rate_reach[i % rate_reach.size()];
    most = std::max(most, std::abs(std::int64_t{w.rate_bias[i]}));
  }
  for (std::size_t o = 0; o < w.index_bias.size(); ++o) {
    check(reach(&w.index_weight[o * size(w.hidden)], size(w.hidden)) +
          std::abs(std::int64_t{w.index_bias[o]}) + rate_reach[o / kBlock] + half(w.index_shift));
  }
}

}  // namespace

IntegerScaleNetwork::IntegerScaleNetwork(IntegerScaleNetwork::Weights weights,
                                         const std::string& name)
    : weights_(std::move(weights)) {
  check_sizes(weights_, name);
  check_no_overflow(weights_, name);
}

// Returns the scaled input with a border of zeros: [hyper_channels, hz + 2, wz + 2].
std::vector<std::int16_t> IntegerScaleNetwork::scaled_input(const std::int32_t* hyper, int hz,
                                                            int wz, int quality16) const {
  const std::size_t pitch = size(wz) + 2;
  const std::size_t plane = (size(hz) + 2) * pitch;
  std::vector<std::int16_t> input(size(weights_.hyper_channels) * plane, 0);
  for (std::size_t c = 0; c < size(weights_.hyper_channels); ++c) {
    const std::int64_t scale =
        at_rate(&weights_.input_scale[c], size(weights_.hyper_channels), quality16);
    for (std::size_t y = 0; y < size(hz); ++y) {
      const std::int32_t* const from = hyper + (c * size(hz) + y) * size(wz);
      std::int16_t* const to = &input[c * plane + (y + 1) * pitch + 1];
      for (std::size_t x = 0; x < size(wz); ++x) {
        const std::int64_t z = std::clamp(from[x], -kMaxSymbol, kMaxSymbol);
        const std::int64_t t = round_shift(z * scale, weights_.input_shift);
        to[x] =
            static_cast<std::int16_t>(std::clamp<std::int64_t>(t, -kMaxActivation, kMaxActivation));
      }
    }
  }
  return input;
}

// Returns index_bias + rate_bias at this quality: [latent_channels * 16].
std::vector<std::int32_t> IntegerScaleNetwork::biases_at(int quality16) const {
  std::vector<std::int32_t> biases = weights_.index_bias;
  for (std::size_t o = 0; o < biases.size(); ++o) {
    biases[o] +=
        at_rate(&weights_.rate_bias[o / kBlock], size(weights_.latent_channels), quality16);
  }
  return biases;
}

// Computes the activations of one row of hyper-latent positions: [wz, hidden].
void IntegerScaleNetwork::hidden_row(const std::vector<std::int16_t>& input, int hz, int wz, int y,
                                     std::vector<std::int16_t>& activations) const {
  const std::size_t pitch = size(wz) + 2;
  const std::size_t plane = (size(hz) + 2) * pitch;
  const std::size_t taps = size(weights_.hyper_channels) * kTaps;
  std::vector<std::int16_t> patch(taps);
  std::vector<std::int32_t> sums(size(weights_.hidden));
  for (std::size_t x = 0; x < size(wz); ++x) {
    std::int16_t* to = patch.data();
    for (std::size_t c = 0; c < size(weights_.hyper_channels); ++c) {
      for (std::size_t dy = 0; dy < kKernel; ++dy) {
        to = std::copy_n(&input[c * plane + (size(y) + dy) * pitch + x], kKernel, to);
      }
    }
    dot_products(patch.data(), weights_.hidden_weight.data(), taps, sums.size(), sums.data());
    for (std::size_t o = 0; o < sums.size(); ++o) {
      activations[x * sums.size() + o] = static_cast<std::int16_t>(
          requantized(sums[o] + weights_.hidden_bias[o], weights_.hidden_shift, 0, kMaxActivation));
    }
  }
}

std::vector<std::uint16_t> IntegerScaleNetwork::indexes(const std::int32_t* hyper, int hz, int wz,
                                                        int quality16, int h, int w) const {
  require(h >= 1 && w >= 1 && h <= std::int64_t{kHyperStride} * hz &&
              w <= std::int64_t{kHyperStride} * wz,
          ErrorCode::kInvalidArgument, "latent and hyper-latent sizes do not fit");
  const std::vector<std::int16_t> input = scaled_input(hyper, hz, wz, quality16);
  const std::vector<std::int32_t> biases = biases_at(quality16);
  const std::size_t hidden = size(weights_.hidden);
  std::vector<std::int16_t> activations(size(wz) * hidden);
  std::vector<std::uint16_t> result(size(weights_.latent_channels) * size(h) * size(w));
  const int used_rows = (h + kHyperStride - 1) / kHyperStride;
  const int used_columns = (w + kHyperStride - 1) / kHyperStride;
  std::vector<std::int32_t> sums(size(used_columns));
  for (int y = 0; y < used_rows; ++y) {
    hidden_row(input, hz, wz, y, activations);
    // Outputs outside, positions inside: each row of weights is read once per row of positions.
    for (std::size_t o = 0; o < biases.size(); ++o) {
      const int out_y = y * kHyperStride + static_cast<int>(o % kBlock) / kHyperStride;
      if (out_y >= h) continue;
      const int dx = static_cast<int>(o) % kHyperStride;
      std::uint16_t* const to = &result[(o / kBlock * size(h) + size(out_y)) * size(w)];
      dot_products(&weights_.index_weight[o * hidden], activations.data(), hidden, sums.size(),
                   sums.data());
      for (int x = 0; x < used_columns && x * kHyperStride + dx < w; ++x) {
        to[x * kHyperStride + dx] = static_cast<std::uint16_t>(requantized(
            sums[size(x)] + biases[o], weights_.index_shift, 0, weights_.cdf_count - 1));
      }
    }
  }
  return result;
}

}  // namespace imgcnn::entropy
