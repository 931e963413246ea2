#include "stage_gradient.h"

#include <utility>

namespace imgcnn::runtime {

Matrix transposed(const Matrix& matrix, int columns, const std::function<int(int)>& place) {
  const auto in = static_cast<std::size_t>(matrix.in), width = static_cast<std::size_t>(columns);
  Matrix result{matrix.in, columns, std::vector<float>(in * width), std::vector<float>(in)};
  for (int o = 0; o < matrix.out; ++o) {
    const auto to = static_cast<std::size_t>(place(o));
    for (std::size_t i = 0; i < in; ++i)
      result.weights[i * width + to] = matrix.weights[static_cast<std::size_t>(o) * in + i];
  }
  return result;
}

Matrix transposed(const Matrix& matrix) {
  return transposed(matrix, matrix.out, [](int output) { return output; });
}

StageGradient::StageGradient(const WeightReader& reader, const std::string& name, int count,
                             int channels, int width) {
  const int padded = padded_channels(channels);
  for (int i = 0; i < count; ++i) {
    const std::string block = name + "." + std::to_string(i);
    const auto back = [&](const char* layer) {
      return PackedWeights(transposed(reader.convolution(block + layer, channels, channels)),
                           Arithmetic::kFloat, width);
    };
    const auto gate = reader.convolution(block + ".gate_in", 2 * channels, channels);
    const auto half = [&](int output) {
      return output < channels ? output : padded + output - channels;
    };
    blocks_.push_back(
        {read_block(reader, block, channels, Arithmetic::kFloat, width),
         {back(".mix_in"), back(".mix_out"),
          PackedWeights(transposed(gate, 2 * padded, half), Arithmetic::kFloat, width),
          back(".gate_out")}});
  }
}

void StageGradient::forward(const Pass& pass, std::vector<FeatureMap>& steps, float bound) const {
  steps.resize(blocks_.size() + 1);
  for (std::size_t i = 0; i < blocks_.size(); ++i)
    run_block(pass, blocks_[i].weights, steps[i], steps[i + 1], bound);
}

void StageGradient::backward(const Pass& pass, const std::vector<FeatureMap>& steps, float bound,
                             FeatureMap& gradient) const {
  FeatureMap &hidden = pass.workspace.maps[0], &mixed = pass.workspace.maps[1];
  FeatureMap &depthwise = pass.workspace.maps[2], &result = pass.workspace.maps[3];
  for (std::size_t i = blocks_.size(); i-- > 0;) {
    const Block& block = blocks_[i];
    const FeatureMap& in = steps[i];
    for (FeatureMap* map : {&hidden, &mixed, &depthwise, &result})
      map->resize(in.height, in.width, in.channels);
    const auto row = [&](int y) {
      BlockGradientRows rows;
      rows.in = in.at(0, 0);
      rows.out = steps[i + 1].at(0, 0);
      rows.hidden = hidden.at(0, 0);
      rows.gradient = gradient.at(0, 0);
      rows.mixed = mixed.at(0, 0);
      rows.depthwise = depthwise.at(0, 0);
      rows.result = result.at(0, 0);
      rows.height = in.height;
      rows.width = in.width;
      rows.first = y;
      rows.last = y + 1;
      rows.bound = bound;
      return rows;
    };
    multiply_map(pass, block.weights.mix_in, in, EpilogueKind::kLeaky, hidden);
    pass.rows(in.height, [&](int y, Scratch& scratch) {
      pass.kernels.gradient_to_depthwise(block.weights, block.transposed, row(y), scratch);
    });
    pass.rows(in.height, [&](int y, Scratch& scratch) {
      pass.kernels.gradient_to_input(block.weights, block.transposed, row(y), scratch);
    });
    std::swap(gradient, result);
  }
}

}  // namespace imgcnn::runtime
