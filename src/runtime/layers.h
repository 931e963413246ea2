#pragma once
// Layers over whole feature maps: tiles are filled here and multiplied by kernels.h, rows are
// shared among threads.

#include <functional>
#include <vector>

#include "buffer.h"
#include "imgcnn/base/thread_pool.h"
#include "kernels.h"
#include "packed_weights.h"
#include "weight_reader.h"

namespace imgcnn::runtime {

/// [height][width][channels], channels padded.
struct FeatureMap {
  int height = 0, width = 0, channels = 0;
  Buffer<float> memory;

  /// The contents are lost.
  void resize(int new_height, int new_width, int new_channels) {
    height = new_height;
    width = new_width;
    channels = new_channels;
    // A tile at the end may be read beyond its positions.
    memory.reserve(
        (static_cast<std::size_t>(height) * static_cast<std::size_t>(width) + kTileSlack) *
        static_cast<std::size_t>(channels));
  }
  [[nodiscard]] float* at(int y, int x) { return memory.data() + offset(y, x); }
  [[nodiscard]] const float* at(int y, int x) const { return memory.data() + offset(y, x); }

 private:
  [[nodiscard]] std::size_t offset(int y, int x) const {
    return (static_cast<std::size_t>(y) * static_cast<std::size_t>(width) +
            static_cast<std::size_t>(x)) *
           static_cast<std::size_t>(channels);
  }
};

/// All that one pass through a network needs of memory, kept for the next.
struct Workspace {
  FeatureMap maps[4];
  std::vector<FeatureMap> coarse, fine;  ///< what gradients need of the way forward
  FeatureMap gradient, other_gradient;
  std::vector<Scratch> scratch;  ///< of each thread
};

/// A pass: who computes, by what, in which memory.
struct Pass {
  const Kernels& kernels;
  ThreadPool& pool;
  Workspace& workspace;

  /// Runs work(y, scratch) for every row.
  void rows(int height, const std::function<void(int y, Scratch& scratch)>& work) const;
};

/// An epilogue for a row's functions below: results go to row y of a map. factor: of each output,
/// for kScale.
[[nodiscard]] inline auto to_row(FeatureMap& map, int y, EpilogueKind kind = EpilogueKind::kStore,
                                 const float* factor = nullptr) {
  return [&map, y, kind, factor](int x) {
    return Epilogue{kind, map.at(y, x), static_cast<std::size_t>(map.channels), factor};
  };
}

/// The same to one tile, [kTile][stride], whose results are fetched before those of the next come.
[[nodiscard]] inline auto to_tile(float* tile, std::size_t stride,
                                  EpilogueKind kind = EpilogueKind::kStore,
                                  const float* factor = nullptr) {
  return [=](int) { return Epilogue{kind, tile, stride, factor}; };
}

/// One row of a product: fill(x, count, tile) writes the inputs of `count` positions from x on, in
/// steps of weights.in(); epilogue(x) tells where their results go; done(x, count), where given,
/// hears that they are there.
void product_row(const Kernels& kernels, const PackedWeights& weights, int width,
                 const std::function<void(int x, int count, float* tile)>& fill,
                 const std::function<Epilogue(int x)>& epilogue, Scratch& scratch,
                 const std::function<void(int x, int count)>& done = {});

/// The same of the first `width` positions of row y of a map, which are inputs as they lie there.
void map_row(const Kernels& kernels, const PackedWeights& weights, const FeatureMap& in, int y,
             int width, const std::function<Epilogue(int x)>& epilogue, Scratch& scratch,
             const std::function<void(int x, int count)>& done = {});

/// out = epilogue(weights * in), position by position; resized. kStore, kRelu or kLeaky.
void multiply_map(const Pass& pass, const PackedWeights& weights, const FeatureMap& in,
                  EpilogueKind kind, FeatureMap& out);

/// The residual block "<name>" of nn/layers.h; width: floats of a vector.
[[nodiscard]] BlockWeights read_block(const WeightReader& reader, const std::string& name,
                                      int channels, Arithmetic arithmetic, int width);
/// out: another map; resized. Features are clamped to +-bound.
void run_block(const Pass& pass, const BlockWeights& weights, const FeatureMap& in, FeatureMap& out,
               float bound);

/// Blocks one after the other; the result lies in `features`.
class ResidualStage {
 public:
  ResidualStage() = default;
  /// Blocks "<name>.0", "<name>.1" and so on.
  ResidualStage(const WeightReader& reader, const std::string& name, int count, int channels,
                Arithmetic arithmetic, int width);
  /// One block, "<name>".
  ResidualStage(const WeightReader& reader, const std::string& name, int channels,
                Arithmetic arithmetic, int width) {
    blocks_.push_back(read_block(reader, name, channels, arithmetic, width));
  }
  /// other: of no value before and after.
  void run(const Pass& pass, FeatureMap& features, FeatureMap& other, float bound) const;

 private:
  std::vector<BlockWeights> blocks_;
};

/// Halves the resolution: the strided 2x2 convolution and the pooled shortcut, which are one
/// matrix.
class Downsample {
 public:
  Downsample() = default;
  Downsample(const WeightReader& reader, const std::string& name, int in, int out,
             Arithmetic arithmetic, int width);
  void run(const Pass& pass, const FeatureMap& in, FeatureMap& out) const;

 private:
  PackedWeights weights_;
};

/// Doubles it: 1x1 to four times the channels, pixel shuffle.
class Upsample {
 public:
  Upsample() = default;
  Upsample(const WeightReader& reader, const std::string& name, int in, int out,
           Arithmetic arithmetic, int width);
  /// factors: of each channel of the result, padded.
  void run(const Pass& pass, const FeatureMap& in, const std::vector<float>& factors,
           FeatureMap& out) const;

 private:
  PackedWeights weights_;
  int channels_ = 0;
};

/// 3x3 convolution with zeros around; `zoom` 2 sees the map at twice its resolution, each position
/// four times.
class Convolution3 {
 public:
  Convolution3() = default;
  /// Columns: [kernel y][kernel x][in, padded].
  Convolution3(const Matrix& matrix, Arithmetic arithmetic, int width)
      : weights_(matrix, arithmetic, width) {}
  Convolution3(const WeightReader& reader, const std::string& name, int in, int out,
               Arithmetic arithmetic, int width);
  void run(const Pass& pass, const FeatureMap& in, int zoom, EpilogueKind kind,
           FeatureMap& out) const;
  /// Rectified, then pooled by 2x2: the largest or the mean. in: of even size.
  void run_pooled(const Pass& pass, const FeatureMap& in, bool largest, FeatureMap& out) const;
  /// To planes [channels][zoom * height][zoom * width].
  void to_planes(const Pass& pass, const FeatureMap& in, int zoom, int channels,
                 float* planes) const;

 private:
  /// Row y of the result: epilogue(x) tells where it goes.
  void row(const Pass& pass, const FeatureMap& in, int zoom, int y,
           const std::function<Epilogue(int x)>& epilogue, Scratch& scratch,
           const std::function<void(int x, int count)>& done = {}) const;

  PackedWeights weights_;
};

/// 1x1 convolution of a map.
class Convolution1 {
 public:
  Convolution1() = default;
  Convolution1(const Matrix& matrix, Arithmetic arithmetic, int width)
      : weights_(matrix, arithmetic, width) {}
  void run(const Pass& pass, const FeatureMap& in, EpilogueKind kind, FeatureMap& out) const {
    multiply_map(pass, weights_, in, kind, out);
  }
  /// To planes [channels][height][width], each output times its factor; only what lies within
  /// height and width.
  void to_planes(const Pass& pass, const FeatureMap& in, const std::vector<float>& factors,
                 int channels, int height, int width, float* planes) const;

  [[nodiscard]] const PackedWeights& weights() const { return weights_; }

 private:
  PackedWeights weights_;
};

/// The first `channels` of a tile's results [count][stride] into row y, from x on, of planes
/// [channels][height][width].
void scatter_to_planes(const float* results, std::size_t stride, int channels, int height,
                       int width, int y, int x, int count, float* planes);

}  // namespace imgcnn::runtime
