#pragma once
// Residual blocks that are also walked backwards: what the encoder's search asks for.

#include <string>
#include <vector>

#include "layers.h"

namespace imgcnn::runtime {

/// The matrix that a gradient goes back through: [in, out], without a bias. place(output): where
/// the gradient of each output stands in a tile of `columns` inputs.
[[nodiscard]] Matrix transposed(const Matrix& matrix, int columns,
                                const std::function<int(int)>& place);
[[nodiscard]] Matrix transposed(const Matrix& matrix);

/// A ResidualStage in float32 that keeps what lies between its blocks.
class StageGradient {
 public:
  StageGradient() = default;
  /// Blocks "<name>.0", "<name>.1" and so on; width: floats of a vector.
  StageGradient(const WeightReader& reader, const std::string& name, int count, int channels,
                int width);

  /// steps[0]: the input; the results of the blocks become the others. Features are clamped to
  /// +-bound.
  void forward(const Pass& pass, std::vector<FeatureMap>& steps, float bound) const;
  /// gradient: with respect to steps.back(), then to steps.front().
  void backward(const Pass& pass, const std::vector<FeatureMap>& steps, float bound,
                FeatureMap& gradient) const;

 private:
  struct Block {
    BlockWeights weights;
    BlockGradientWeights transposed;
  };
  std::vector<Block> blocks_;
};

}  // namespace imgcnn::runtime
