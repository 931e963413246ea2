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

/// A part of a picture, which it may reach beyond, and how it is laid.
struct PatchWindow {
  const PackFile* pack;
  std::size_t picture;
  std::int64_t left, top, width, height;
  bool mirrored = false;  ///< left to right
  int quarter_turns = 0;  ///< 0 to 3, clockwise, after the mirroring
};

class PatchSampler {
 public:
  /// `packs`: one or more. Where none has a weight, all pictures are drawn by their area; else each
  /// pack by its weight (1 where it has none) over the sum of all, and its pictures by their area.
  PatchSampler(std::vector<WeightedPack> packs, const TrainOptions& options);
  /// [batch, 3, side, side] float32 in [0, 1] on the CPU, augmented as the options say. Pictures
  /// smaller than the patch are continued by reflection.
  [[nodiscard]] torch::Tensor batch(std::int64_t step, int batch, int side) const;

 private:
  struct Draw {
    PatchWindow window;
    image::Preprocess preprocess;
  };
  [[nodiscard]] Draw draw(int side, std::mt19937_64& random) const;

  struct Picture {
    const PackFile* pack;
    std::size_t index;
  };

  std::vector<WeightedPack> packs_;
  TrainOptions options_;
  std::vector<Picture> pictures_;
  std::vector<double> cumulative_weight_;
};

/// Middle crops of `count` pictures at most, taken from the packs in turn: side a multiple of 64
/// and at most `limit`, each [1, 3, h, w] float32 in [0, 1]. Pictures under 64 are left out; where
/// there are no others, they are continued by reflection.
[[nodiscard]] std::vector<torch::Tensor> middle_crops(const std::vector<WeightedPack>& packs,
                                                      int limit, std::size_t count);

}  // namespace imgcnn::train
