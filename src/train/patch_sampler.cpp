// Drawing of patches.

#include "patch_sampler.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <cmath>
#include <opencv2/core.hpp>

#include "imgcnn/base/error.h"

namespace imgcnn::train {
namespace {

/// A window of a picture as planes of floats; what lies beyond the picture's edges is reflected at
/// them.
void copy_window(const PackFile& pack, const PatchWindow& window, float* planes) {
  const auto& entry = pack.entries()[window.picture];
  const int width = static_cast<int>(entry.width), height = static_cast<int>(entry.height);
  // OpenCV writes to no operand that it reads, but has no type that says so.
  const cv::Mat picture(height, width, CV_8UC3,
                        const_cast<std::uint8_t*>(pack.pixels(window.picture)));
  const cv::Rect wanted(static_cast<int>(window.left), static_cast<int>(window.top),
                        static_cast<int>(window.width), static_cast<int>(window.height));
  const cv::Rect inside = wanted & cv::Rect(0, 0, width, height);
  cv::Mat patch;
  cv::copyMakeBorder(picture(inside), patch, inside.y - wanted.y, wanted.br().y - inside.br().y,
                     inside.x - wanted.x, wanted.br().x - inside.br().x,
                     cv::BORDER_REFLECT_101 | cv::BORDER_ISOLATED);
  if (window.mirrored) cv::flip(patch, patch, 1);
  patch.convertTo(patch, CV_32FC3, 1.0 / 255.0);
  std::vector<cv::Mat> channels;
  for (int c = 0; c < 3; ++c)
    channels.emplace_back(wanted.height, wanted.width, CV_32FC1,
                          planes + c * window.width * window.height);
  cv::split(patch, channels);
}

image::Preprocess random_preprocess(std::mt19937_64& random, const TrainOptions& options) {
  std::uniform_real_distribution<float> unit(-1.0F, 1.0F);
  image::Preprocess p;
  p.brightness = unit(random) * options.aug_brightness;
  p.contrast = std::exp(unit(random) * options.aug_contrast);
  for (float& gain : p.gain) gain = std::exp(unit(random) * options.aug_colour);
  return p;
}

bool augments(const TrainOptions& options) {
  return options.aug_brightness > 0 || options.aug_contrast > 0 || options.aug_colour > 0;
}

}  // namespace

std::mt19937_64 step_generator(std::uint64_t seed, std::int64_t step) {
  std::seed_seq sequence{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32),
                         static_cast<std::uint32_t>(step), static_cast<std::uint32_t>(step >> 32)};
  return std::mt19937_64(sequence);
}

PatchSampler::PatchSampler(const PackFile& pack, const TrainOptions& options)
    : pack_(pack), options_(options) {
  double sum = 0;
  for (const auto& entry : pack.entries()) {
    sum += static_cast<double>(entry.width) * entry.height;
    cumulative_area_.push_back(sum);
  }
}

PatchSampler::Draw PatchSampler::draw(int side, std::mt19937_64& random) const {
  const auto below = [&random](std::int64_t limit) {
    return limit <= 0 ? 0 : std::uniform_int_distribution<std::int64_t>(0, limit)(random);
  };
  const double place = std::uniform_real_distribution<double>(0, cumulative_area_.back())(random);
  const auto found = std::upper_bound(cumulative_area_.begin(), cumulative_area_.end(), place) -
                     cumulative_area_.begin();
  Draw result{};
  auto& window = result.window;
  window.picture = std::min(static_cast<std::size_t>(found), cumulative_area_.size() - 1);
  const auto& entry = pack_.entries()[window.picture];
  window.left = below(static_cast<std::int64_t>(entry.width) - side);
  window.top = below(static_cast<std::int64_t>(entry.height) - side);
  window.width = window.height = side;
  window.mirrored = below(1) == 1;
  if (augments(options_)) result.preprocess = random_preprocess(random, options_);
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
      copy_window(pack_, chosen.window, planes);
      if (!augments(options_)) continue;
      image::FloatImage patch{3, side, side, {planes, planes + std::ptrdiff_t{3} * side * side}};
      image::apply_preprocess(patch, chosen.preprocess);
      std::copy(patch.data.begin(), patch.data.end(), planes);
    }
  });
  return result;
}

std::vector<torch::Tensor> middle_crops(const PackFile& pack, int limit, std::size_t count) {
  std::vector<torch::Tensor> crops;
  for (std::size_t i = 0; i < pack.entries().size() && crops.size() < count; ++i) {
    const auto& entry = pack.entries()[i];
    const std::int64_t width = std::min<std::int64_t>(limit, entry.width / 64 * 64);
    const std::int64_t height = std::min<std::int64_t>(limit, entry.height / 64 * 64);
    if (width == 0 || height == 0) continue;
    auto crop = torch::empty({1, 3, height, width});
    copy_window(pack,
                {i, (entry.width - width) / 2, (entry.height - height) / 2, width, height, false},
                crop.data_ptr<float>());
    crops.push_back(crop);
  }
  require(!crops.empty(), ErrorCode::kInvalidArgument,
          "no validation picture has both sides of 64 pixels or more");
  return crops;
}

}  // namespace imgcnn::train
