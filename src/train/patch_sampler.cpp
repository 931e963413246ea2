// Drawing of patches.

#include "patch_sampler.h"

#include <algorithm>
#include <cmath>

#include "imgcnn/base/error.h"
#include "imgcnn/image/preprocess.h"

namespace imgcnn::train {
namespace {

struct Window {
  std::int64_t left, top, width, height;
  bool mirrored;
};

/// Continues 0 .. size-1 by reflection at both ends without repeating the border sample.
std::int64_t reflect(std::int64_t i, std::int64_t size) {
  if (size == 1) return 0;
  const std::int64_t period = 2 * (size - 1);
  i = ((i % period) + period) % period;
  return i < size ? i : period - i;
}

void copy_window(const PackFile& pack, std::size_t picture, const Window& window, float* planes) {
  const auto& entry = pack.entries()[picture];
  const std::uint8_t* pixels = pack.pixels(picture);
  const std::int64_t plane = window.width * window.height;
  for (std::int64_t y = 0; y < window.height; ++y) {
    const std::uint8_t* row = pixels + reflect(window.top + y, entry.height) * entry.width * 3;
    for (std::int64_t x = 0; x < window.width; ++x) {
      const std::int64_t source = window.mirrored ? window.left + window.width - 1 - x : window.left + x;
      const std::uint8_t* rgb = row + reflect(source, entry.width) * 3;
      for (int c = 0; c < 3; ++c) planes[c * plane + y * window.width + x] = static_cast<float>(rgb[c]) * (1.0F / 255.0F);
    }
  }
}

image::Preprocess random_preprocess(std::mt19937_64& random, const TrainOptions& options) {
  std::uniform_real_distribution<float> unit(-1.0F, 1.0F);
  image::Preprocess p;
  p.brightness = unit(random) * options.aug_brightness;
  p.contrast = std::exp(unit(random) * options.aug_contrast);
  for (float& gain : p.gain) gain = std::exp(unit(random) * options.aug_colour);
  return p;
}

}  // namespace

std::mt19937_64 step_generator(std::uint64_t seed, std::int64_t step) {
  std::seed_seq sequence{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32),
                         static_cast<std::uint32_t>(step), static_cast<std::uint32_t>(step >> 32)};
  return std::mt19937_64(sequence);
}

PatchSampler::PatchSampler(const PackFile& pack, const TrainOptions& options) : pack_(pack), options_(options) {
  double sum = 0;
  for (const auto& entry : pack.entries()) {
    sum += static_cast<double>(entry.width) * entry.height;
    cumulative_area_.push_back(sum);
  }
}

torch::Tensor PatchSampler::batch(std::int64_t step, int batch, int side) const {
  auto random = step_generator(options_.seed, step);
  auto result = torch::empty({batch, 3, side, side});
  const bool augment = options_.aug_brightness > 0 || options_.aug_contrast > 0 || options_.aug_colour > 0;
  const auto below = [&random](std::int64_t limit) {
    return limit <= 0 ? 0 : std::uniform_int_distribution<std::int64_t>(0, limit)(random);
  };
  for (int i = 0; i < batch; ++i) {
    const double place = std::uniform_real_distribution<double>(0, cumulative_area_.back())(random);
    const auto picture = std::min<std::size_t>(
        static_cast<std::size_t>(std::upper_bound(cumulative_area_.begin(), cumulative_area_.end(), place) - cumulative_area_.begin()),
        cumulative_area_.size() - 1);
    const auto& entry = pack_.entries()[picture];
    const Window window{below(static_cast<std::int64_t>(entry.width) - side), below(static_cast<std::int64_t>(entry.height) - side), side, side,
                        below(1) == 1};
    float* planes = result.data_ptr<float>() + std::int64_t{i} * 3 * side * side;
    copy_window(pack_, picture, window, planes);
    if (augment) {
      image::FloatImage patch{3, side, side, {planes, planes + 3 * side * side}};
      image::apply_preprocess(patch, random_preprocess(random, options_));
      std::copy(patch.data.begin(), patch.data.end(), planes);
    }
  }
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
    copy_window(pack, i, {(entry.width - width) / 2, (entry.height - height) / 2, width, height, false}, crop.data_ptr<float>());
    crops.push_back(crop);
  }
  require(!crops.empty(), ErrorCode::kInvalidArgument, "no validation picture has both sides of 64 pixels or more");
  return crops;
}

}  // namespace imgcnn::train
