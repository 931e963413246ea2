#pragma once
// What every architecture offers, on planes: the transforms behind model::Network.

#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "imgcnn/bitstream/safetensors.h"
#include "imgcnn/image/image.h"
#include "imgcnn/model/config.h"
#include "imgcnn/model/network.h"
#include "layers.h"

namespace imgcnn::runtime {

/// A picture to the gradient with respect to its samples.
using SampleGradient = std::function<image::FloatImage(const image::FloatImage& picture)>;

/// A part of the network that is packed when it is first used: compressing needs others than
/// decompressing.
template <class Part>
class Lazy {
 public:
  template <class Make>
  const Part& get(const Make& make) const {
    std::call_once(once_, [&] { part_ = make(); });
    return part_;
  }

 private:
  mutable std::once_flag once_;
  mutable Part part_;
};

/// As the functions of model::Network. Safe to call from several threads, each with a workspace of
/// its own.
class Transforms {
 public:
  virtual ~Transforms() = default;
  [[nodiscard]] virtual model::Planes analysis(const Pass& pass, const image::FloatImage& picture,
                                               double quality) const = 0;
  [[nodiscard]] virtual image::FloatImage synthesis(const Pass& pass, const model::Planes& latent,
                                                    double quality) const = 0;
  [[nodiscard]] virtual image::FloatImage preview(const Pass& pass, const model::Planes& latent,
                                                  double quality) const = 0;
  [[nodiscard]] virtual model::Planes hyper_analysis(const Pass& pass, const model::Planes& latent,
                                                     double quality) const = 0;
  [[nodiscard]] virtual model::Planes hyper_synthesis(const Pass& pass, const model::Planes& hyper,
                                                      double quality, int height,
                                                      int width) const = 0;
  /// Gradient with respect to the latent, by that with respect to the samples of its synthesis in
  /// float32.
  [[nodiscard]] virtual model::Planes latent_gradient(
      const Pass& pass, const model::Planes& latent, double quality,
      const SampleGradient& sample_gradient) const = 0;
};

/// width: floats of a vector. Throws kCorrupt naming the tensor that does not fit.
[[nodiscard]] std::unique_ptr<Transforms> make_fast_transforms(const bitstream::TensorFile& file,
                                                               const model::ModelConfig& config,
                                                               int width);
[[nodiscard]] std::unique_ptr<Transforms> make_classic_transforms(const bitstream::TensorFile& file,
                                                                  const model::ModelConfig& config,
                                                                  int width);

/// Sizes of planes that a function returns, not initialized.
[[nodiscard]] model::Planes planes_of(int channels, int height, int width);
[[nodiscard]] image::FloatImage picture_of(int height, int width);

/// Planes times factors of their channels, as a map. Positions beyond the planes are those at their
/// edges.
void to_map(const Pass& pass, const model::Planes& planes, const std::vector<float>& factors,
            int height, int width, FeatureMap& map);

/// to[p][0 .. channels): `count` positions of a row of planes, from (y, x) on, times factors of
/// their channels.
void gather_from_planes(const model::Planes& planes, const float* factors, int y, int x, int count,
                        float* to, std::size_t stride);

/// Blocks of side x side samples as channels, each factor * (sample - middle): `count` positions
/// from (y, x) on, in blocks.
void gather_samples(const image::FloatImage& picture, int side, int y, int x, int count,
                    float middle, float factor, float* to, std::size_t stride);

}  // namespace imgcnn::runtime
