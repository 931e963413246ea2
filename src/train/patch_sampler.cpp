// Drawing of patches.

#include "patch_sampler.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <cmath>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

namespace imgcnn::train {
namespace {

constexpr std::int64_t kLeastCrop = 64;

/// A window of a picture as planes of floats, reduced to `width` x `height` by averaging where it
/// is larger; what lies beyond the picture's edges is reflected at them.
void copy_window(const PatchWindow& window, std::int64_t width, std::int64_t height,
                 float* planes) {
  const auto& entry = window.pack->entries()[window.picture];
  // OpenCV writes to no operand that it reads, but has no type that says so.
  const cv::Mat picture(static_cast<int>(entry.height), static_cast<int>(entry.width), CV_8UC3,
                        const_cast<std::uint8_t*>(window.pack->pixels(window.picture)));
  const cv::Rect wanted(static_cast<int>(window.left), static_cast<int>(window.top),
                        static_cast<int>(window.width), static_cast<int>(window.height));
  const cv::Rect inside = wanted & cv::Rect(0, 0, picture.cols, picture.rows);
  cv::Mat patch;
  cv::copyMakeBorder(picture(inside), patch, inside.y - wanted.y, wanted.br().y - inside.br().y,
                     inside.x - wanted.x, wanted.br().x - inside.br().x,
                     cv::BORDER_REFLECT_101 | cv::BORDER_ISOLATED);
  patch.convertTo(patch, CV_32FC3, 1.0 / 255.0);
  const cv::Size size(static_cast<int>(width), static_cast<int>(height));
  if (patch.size() != size) cv::resize(patch, patch, size, 0, 0, cv::INTER_AREA);
  if (window.mirrored) cv::flip(patch, patch, 1);
  if (window.quarter_turns > 0) cv::rotate(patch, patch, window.quarter_turns - 1);
  std::vector<cv::Mat> channels;
  for (int c = 0; c < 3; ++c)
    channels.emplace_back(patch.rows, patch.cols, CV_32FC1, planes + c * width * height);
  cv::split(patch, channels);
}

/// The middle of a picture, with sides that are multiples of kLeastCrop up to `limit`.
PatchWindow middle_of(const PackFile& pack, std::size_t picture, int limit) {
  const auto side = [limit](std::int64_t whole) {
    return std::max(kLeastCrop, std::min<std::int64_t>(limit, whole / kLeastCrop * kLeastCrop));
  };
  const std::int64_t whole_width = pack.entries()[picture].width,
                     whole_height = pack.entries()[picture].height;
  const std::int64_t width = side(whole_width), height = side(whole_height);
  return {&pack, picture, (whole_width - width) / 2, (whole_height - height) / 2, width, height};
}

image::Preprocess random_preprocess(std::mt19937_64& random, const TrainOptions& options) {
  std::uniform_real_distribution<float> unit(-1.0F, 1.0F);
  image::Preprocess p;
  p.brightness = unit(random) * options.aug_brightness;
  p.contrast = std::exp(unit(random) * options.aug_contrast);
  for (float& gain : p.gain) gain = std::exp(unit(random) * options.aug_colour);
  return p;
}

bool augments_colours(const TrainOptions& options) {
  return options.aug_brightness > 0 || options.aug_contrast > 0 || options.aug_colour > 0;
}

}  // namespace

std::mt19937_64 step_generator(std::uint64_t seed, std::int64_t step) {
  std::seed_seq sequence{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32),
                         static_cast<std::uint32_t>(step), static_cast<std::uint32_t>(step >> 32)};
  return std::mt19937_64(sequence);
}

PatchSampler::PatchSampler(std::vector<WeightedPack> packs, const TrainOptions& options)
    : packs_(std::move(packs)), options_(options) {
  const bool weighted = std::any_of(packs_.begin(), packs_.end(),
                                    [](const auto& source) { return source.weight.has_value(); });
  double sum = 0;
  for (const auto& [pack, weight] : packs_) {
    double area = 0;
    for (const auto& entry : pack->entries())
      area += static_cast<double>(entry.width) * entry.height;
    const double scale = weighted ? weight.value_or(1.0) / area : 1.0;
    for (std::size_t i = 0; i < pack->entries().size(); ++i) {
      const auto& entry = pack->entries()[i];
      sum += static_cast<double>(entry.width) * entry.height * scale;
      pictures_.push_back({pack.get(), i});
      cumulative_weight_.push_back(sum);
    }
  }
}

PatchSampler::Draw PatchSampler::draw(int side, std::mt19937_64& random) const {
  const auto below = [&random](std::int64_t limit) {
    return limit <= 0 ? 0 : std::uniform_int_distribution<std::int64_t>(0, limit)(random);
  };
  const double place = std::uniform_real_distribution<double>(0, cumulative_weight_.back())(random);
  const auto found = std::upper_bound(cumulative_weight_.begin(), cumulative_weight_.end(), place) -
                     cumulative_weight_.begin();
  const auto& picture = pictures_[std::min(static_cast<std::size_t>(found), pictures_.size() - 1)];
  const auto& entry = picture.pack->entries()[picture.index];
  const std::int64_t width = entry.width, height = entry.height;
  std::int64_t cut = side;
  if (options_.aug_scale > 0) {
    const double scale =
        std::exp(std::uniform_real_distribution<double>(0, options_.aug_scale)(random));
    // No larger than the picture, which would be reduced together with its reflection.
    const std::int64_t most = std::min({width, height, std::int64_t{std::lround(side * scale)}});
    cut = std::max<std::int64_t>(side, most);
  }
  Draw result{{picture.pack, picture.index, 0, 0, cut, cut}, {}};
  auto& window = result.window;
  window.left = below(width - cut);
  window.top = below(height - cut);
  if (options_.aug_flip) window.mirrored = below(1) == 1;
  if (options_.aug_turn) window.quarter_turns = static_cast<int>(below(3));
  if (augments_colours(options_)) result.preprocess = random_preprocess(random, options_);
  return result;
}

torch::Tensor PatchSampler::batch(std::int64_t step, int batch, int side) const {
  auto random = step_generator(options_.seed, step);
  std::vector<Draw> draws;
  for (int i = 0; i < batch; ++i) draws.push_back(draw(side, random));
  auto result = torch::empty({batch, 3, side, side});
  auto* const all = result.data_ptr<float>();
  at::parallel_for(0, batch, 1, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) {
      const auto& chosen = draws[static_cast<std::size_t>(i)];
      float* const planes = all + i * 3 * side * side;
      copy_window(chosen.window, side, side, planes);
      if (!augments_colours(options_)) continue;
      image::FloatImage patch{3, side, side, {planes, planes + std::ptrdiff_t{3} * side * side}};
      image::apply_preprocess(patch, chosen.preprocess);
      std::copy(patch.data.begin(), patch.data.end(), planes);
    }
  });
  return result;
}

std::vector<torch::Tensor> middle_crops(const std::vector<WeightedPack>& packs, int limit,
                                        std::size_t count) {
  std::size_t most = 0;
  for (const auto& source : packs) most = std::max(most, source.pack->entries().size());
  std::vector<PatchWindow> large, small;
  for (std::size_t i = 0; i < most && large.size() < count; ++i) {
    for (const auto& source : packs) {
      if (i >= source.pack->entries().size()) continue;
      const auto& entry = source.pack->entries()[i];
      const bool fits = std::min(entry.width, entry.height) >= kLeastCrop;
      auto& windows = fits ? large : small;
      if (windows.size() < count) windows.push_back(middle_of(*source.pack, i, limit));
    }
  }
  std::vector<torch::Tensor> crops;
  for (const auto& window : large.empty() ? small : large) {
    crops.push_back(torch::empty({1, 3, window.height, window.width}));
    copy_window(window, window.width, window.height, crops.back().data_ptr<float>());
  }
  return crops;
}

}  // namespace imgcnn::train
