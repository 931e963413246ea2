#include "layers.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace imgcnn::runtime {
namespace {

/// Rows in a strip of a residual block: each strip computes two rows of the first layer beside its
/// own.
constexpr int kLeastStrip = 8;

void copy(const float* from, int count, float* to) {
  std::memcpy(to, from, static_cast<std::size_t>(count) * sizeof(float));
}

}  // namespace

void Pass::rows(int height, const std::function<void(int, Scratch&)>& work) const {
  pool.run(height, [&](int y, int thread) {
    work(y, workspace.scratch[static_cast<std::size_t>(thread)]);
  });
}

void product_row(const Kernels& kernels, const PackedWeights& weights, int width,
                 const std::function<void(int, int, float*)>& fill,
                 const std::function<Epilogue(int)>& epilogue, Scratch& scratch,
                 const std::function<void(int, int)>& done) {
  const auto stride = static_cast<std::size_t>(weights.in());
  float* const tile = scratch.tile.reserve((kTile + kTileSlack) * stride);
  for (int x = 0; x < width; x += kTile) {
    const int count = std::min(kTile, width - x);
    fill(x, count, tile);
    kernels.product(weights, tile, stride, count, epilogue(x), scratch);
    if (done) done(x, count);
  }
}

void map_row(const Kernels& kernels, const PackedWeights& weights, const FeatureMap& in, int y,
             int width, const std::function<Epilogue(int)>& epilogue, Scratch& scratch,
             const std::function<void(int, int)>& done) {
  for (int x = 0; x < width; x += kTile) {
    const int count = std::min(kTile, width - x);
    kernels.product(weights, in.at(y, x), static_cast<std::size_t>(in.channels), count, epilogue(x),
                    scratch);
    if (done) done(x, count);
  }
}

void multiply_map(const Pass& pass, const PackedWeights& weights, const FeatureMap& in,
                  EpilogueKind kind, FeatureMap& out) {
  out.resize(in.height, in.width, weights.out());
  pass.rows(in.height, [&](int y, Scratch& scratch) {
    map_row(pass.kernels, weights, in, y, in.width, to_row(out, y, kind), scratch);
  });
}

BlockWeights read_block(const WeightReader& reader, const std::string& name, int channels,
                        Arithmetic arithmetic, int width) {
  BlockWeights block;
  block.channels = padded_channels(channels);
  const auto packed = [&](const char* layer) {
    return PackedWeights(reader.convolution(name + layer, channels, channels), arithmetic, width);
  };
  block.mix_in = packed(".mix_in");
  block.depthwise = reader.depthwise(name + ".mix_depthwise", channels);
  block.mix_out = packed(".mix_out");
  block.gate_out = packed(".gate_out");
  const auto gate = reader.convolution(name + ".gate_in", 2 * channels, channels);
  const auto source = [&](int output) {
    const int lane = output % (2 * width), channel = output / (2 * width) * width + lane % width;
    return channel < channels ? lane / width * channels + channel : -1;
  };
  block.gate_in = PackedWeights(with_rows(gate, 2 * block.channels, source), arithmetic, width);
  return block;
}

void run_block(const Pass& pass, const BlockWeights& weights, const FeatureMap& in, FeatureMap& out,
               float bound) {
  out.resize(in.height, in.width, weights.channels);
  const int threads = pass.pool.threads();
  const int strips = threads == 1 ? 1 : std::clamp(in.height / kLeastStrip, 1, 2 * threads);
  pass.rows(strips, [&](int strip, Scratch& scratch) {
    BlockRows rows;
    rows.in = in.at(0, 0);
    rows.out = out.at(0, 0);
    rows.height = in.height;
    rows.width = in.width;
    rows.first = in.height * strip / strips;
    rows.last = in.height * (strip + 1) / strips;
    rows.bound = bound;
    pass.kernels.residual_block(weights, rows, scratch);
  });
}

ResidualStage::ResidualStage(const WeightReader& reader, const std::string& name, int count,
                             int channels, Arithmetic arithmetic, int width) {
  for (int i = 0; i < count; ++i)
    blocks_.push_back(
        read_block(reader, name + "." + std::to_string(i), channels, arithmetic, width));
}

void ResidualStage::run(const Pass& pass, FeatureMap& features, FeatureMap& other,
                        float bound) const {
  for (const auto& block : blocks_) {
    run_block(pass, block, features, other, bound);
    std::swap(features, other);
  }
}

Downsample::Downsample(const WeightReader& reader, const std::string& name, int in, int out,
                       Arithmetic arithmetic, int width) {
  auto matrix = reader.convolution(name + ".strided", out, in, 2);
  const auto shortcut = reader.convolution(name + ".shortcut", out, in);
  const auto padded = static_cast<std::size_t>(padded_channels(in)),
             sources = static_cast<std::size_t>(in);
  for (std::size_t o = 0; o < matrix.bias.size(); ++o) {
    matrix.bias[o] += shortcut.bias[o];
    for (std::size_t i = 0; i < 4 * sources; ++i)
      matrix.weights[(o * 4 + i / sources) * padded + i % sources] +=
          shortcut.weights[o * sources + i % sources] / 4;
  }
  weights_ = PackedWeights(matrix, arithmetic, width);
}

void Downsample::run(const Pass& pass, const FeatureMap& in, FeatureMap& out) const {
  out.resize(in.height / 2, in.width / 2, weights_.out());
  pass.rows(out.height, [&](int y, Scratch& scratch) {
    const auto fill = [&](int x, int count, float* tile) {
      const int both = 2 * in.channels;
      for (int p = 0; p < count; ++p, tile += 2 * both) {
        copy(in.at(2 * y, 2 * (x + p)), both, tile);
        copy(in.at(2 * y + 1, 2 * (x + p)), both, tile + both);
      }
    };
    product_row(pass.kernels, weights_, out.width, fill, to_row(out, y), scratch);
  });
}

Upsample::Upsample(const WeightReader& reader, const std::string& name, int in, int out,
                   Arithmetic arithmetic, int width)
    : channels_(padded_channels(out)) {
  const auto source = [&](int output) {
    const int channel = output % channels_;
    return channel < out ? channel * 4 + output / channels_ : -1;
  };
  weights_ = PackedWeights(
      with_rows(reader.convolution(name + ".expand", 4 * out, in), 4 * channels_, source),
      arithmetic, width);
}

void Upsample::run(const Pass& pass, const FeatureMap& in, const std::vector<float>& factors,
                   FeatureMap& out) const {
  out.resize(2 * in.height, 2 * in.width, channels_);
  std::vector<float> four;
  for (int i = 0; i < 4; ++i) four.insert(four.end(), factors.begin(), factors.end());
  pass.rows(in.height, [&](int y, Scratch& scratch) {
    const auto to_squares = [&](int x) {
      Epilogue epilogue{
          EpilogueKind::kUpsample, out.at(2 * y, 2 * x),
          static_cast<std::size_t>(out.width) * static_cast<std::size_t>(out.channels),
          four.data()};
      epilogue.channels = channels_;
      return epilogue;
    };
    map_row(pass.kernels, weights_, in, y, in.width, to_squares, scratch);
  });
}

Convolution3::Convolution3(const WeightReader& reader, const std::string& name, int in, int out,
                           Arithmetic arithmetic, int width)
    : weights_(reader.convolution(name, out, in, 3), arithmetic, width) {}

void Convolution3::row(const Pass& pass, const FeatureMap& in, int zoom, int y,
                       const std::function<Epilogue(int)>& epilogue, Scratch& scratch,
                       const std::function<void(int, int)>& done) const {
  const int height = in.height * zoom, width = in.width * zoom;
  const auto fill = [&](int first, int count, float* tile) {
    for (int x = first; x < first + count; ++x) {
      for (int k = 0; k < 9; ++k, tile += in.channels) {
        const int from_y = y + k / 3 - 1, from_x = x + k % 3 - 1;
        const bool inside = from_y >= 0 && from_y < height && from_x >= 0 && from_x < width;
        if (inside)
          copy(in.at(from_y / zoom, from_x / zoom), in.channels, tile);
        else
          std::fill_n(tile, in.channels, 0.0F);
      }
    }
  };
  product_row(pass.kernels, weights_, width, fill, epilogue, scratch, done);
}

void Convolution3::run(const Pass& pass, const FeatureMap& in, int zoom, EpilogueKind kind,
                       FeatureMap& out) const {
  out.resize(in.height * zoom, in.width * zoom, weights_.out());
  pass.rows(out.height, [&](int y, Scratch& scratch) {
    row(pass, in, zoom, y, to_row(out, y, kind), scratch);
  });
}

void Convolution3::run_pooled(const Pass& pass, const FeatureMap& in, bool largest,
                              FeatureMap& out) const {
  out.resize(in.height / 2, in.width / 2, weights_.out());
  const auto stride = static_cast<std::size_t>(out.channels);
  pass.rows(out.height, [&](int y, Scratch& scratch) {
    const std::size_t row_size = static_cast<std::size_t>(in.width) * stride;
    float* const both = scratch.sums.reserve(2 * row_size);
    for (int i = 0; i < 2; ++i) {
      float* const sums = both + static_cast<std::size_t>(i) * row_size;
      const auto to_sums = [&](int x) {
        return Epilogue{EpilogueKind::kRelu, sums + static_cast<std::size_t>(x) * stride, stride};
      };
      row(pass, in, 1, 2 * y + i, to_sums, scratch);
    }
    for (int x = 0; x < out.width; ++x) {
      float* const to = out.at(y, x);
      const float* const above = both + static_cast<std::size_t>(2 * x) * stride;
      const float* const below = above + row_size;
      for (std::size_t c = 0; c < stride; ++c) {
        const float a = above[c], b = above[stride + c], d = below[c], e = below[stride + c];
        to[c] = largest ? std::max(std::max(a, b), std::max(d, e)) : (a + b + d + e) * 0.25F;
      }
    }
  });
}

void Convolution3::to_planes(const Pass& pass, const FeatureMap& in, int zoom, int channels,
                             float* planes) const {
  const auto stride = static_cast<std::size_t>(weights_.out());
  const int height = in.height * zoom, width = in.width * zoom;
  pass.rows(height, [&](int y, Scratch& scratch) {
    float* const sums = scratch.sums.reserve(kTile * stride);
    const auto scatter = [&](int x, int count) {
      scatter_to_planes(sums, stride, channels, height, width, y, x, count, planes);
    };
    row(pass, in, zoom, y, to_tile(sums, stride), scratch, scatter);
  });
}

void Convolution1::to_planes(const Pass& pass, const FeatureMap& in,
                             const std::vector<float>& factors, int channels, int height, int width,
                             float* planes) const {
  const auto stride = static_cast<std::size_t>(weights_.out());
  pass.rows(height, [&](int y, Scratch& scratch) {
    float* const sums = scratch.sums.reserve(kTile * stride);
    const auto scatter = [&](int x, int count) {
      scatter_to_planes(sums, stride, channels, height, width, y, x, count, planes);
    };
    map_row(pass.kernels, weights_, in, y, width,
            to_tile(sums, stride, EpilogueKind::kScale, factors.data()), scratch, scatter);
  });
}

void scatter_to_planes(const float* results, std::size_t stride, int channels, int height,
                       int width, int y, int x, int count, float* planes) {
  for (int c = 0; c < channels; ++c) {
    float* const row = planes +
                       (static_cast<std::size_t>(c) * static_cast<std::size_t>(height) +
                        static_cast<std::size_t>(y)) *
                           static_cast<std::size_t>(width) +
                       x;
    for (int p = 0; p < count; ++p)
      row[p] = results[static_cast<std::size_t>(p) * stride + static_cast<std::size_t>(c)];
  }
}

}  // namespace imgcnn::runtime
