#pragma once
// Random patches from a pack, as a pure function of (seed, step): a resumed run sees the same data.

#include <torch/torch.h>

#include <cstdint>
#include <random>
#include <vector>

#include "imgcnn/image/preprocess.h"
#include "imgcnn/train/trainer.h"
#include "pack_file.h"

namespace imgcnn::train {

/// The generator of everything random in one step.
[[nodiscard]] std::mt19937_64 step_generator(std::uint64_t seed, std::int64_t step);

/// A part of a picture, which it may reach beyond.
struct PatchWindow {
  std::size_t picture;
  std::int64_t left, top, width, height;
  bool mirrored;
};

class PatchSampler {
 public:
  /// The pack must outlive the sampler.
  PatchSampler(const PackFile& pack, const TrainOptions& options);
  /// [batch, 3, side, side] float32 in [0, 1] on the CPU. Pictures are drawn with a weight
  /// proportional to their area, flipped left to right every other time; pictures smaller than the
  /// patch are continued by reflection.
  [[nodiscard]] torch::Tensor batch(std::int64_t step, int batch, int side) const;

 private:
  struct Draw {
    PatchWindow window;
    image::Preprocess preprocess;
  };
  [[nodiscard]] Draw draw(int side, std::mt19937_64& random) const;

  const PackFile& pack_;
  TrainOptions options_;
  std::vector<double> cumulative_area_;
};

/// Middle crops of every picture, side a multiple of 64 and at most `limit` (pictures under 64 are
/// left out), each [1, 3, h, w] float32 in [0, 1].
[[nodiscard]] std::vector<torch::Tensor> middle_crops(const PackFile& pack, int limit,
                                                      std::size_t count);

}  // namespace imgcnn::train
