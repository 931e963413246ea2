#pragma once
// The codec's whole view of the network: functions on plain float planes. Several runtimes may
// stand behind it, as the symbols in a file never depend on the arithmetic done here.

#include <string>
#include <vector>

#include "imgcnn/image/image.h"

namespace imgcnn::model {

/// [channels, height, width], row-major.
struct Planes {
  int channels = 0;
  int height = 0;
  int width = 0;
  std::vector<float> data;
};

/// What 1 - MS-SSIM counts for where 255^2 MSE counts for 1, so that one lambda gives about the
/// same rate under both. The ratio of the lambdas for the two metrics in Table 1 of Begaint et al.,
/// "CompressAI", arXiv:2011.03029, is 1222 to 1333.
constexpr double kSimilarityWeight = 1280.0;

/// The same for the distance of SSIMULACRA 2.1 (image/ssimulacra2.h): between 30 and 85 points it
/// falls with the rate as squared error does, to which its ratio is 5.6 to 6.3 (Kodak, models
/// trained for squared error).
constexpr double kSsimulacraWeight = 6.0;

/// How far a reconstruction is from a picture, and where the latent would have to go.
struct Distortion {
  /// Squared error summed over the picture's samples in [0, 1]; for models that were trained for
  /// another distortion what weighs as much in their training.
  double error = 0.0;
  Planes gradient;  ///< of the error with respect to the latent
};

/// quality: 0..1. Latents are in units of the quantizer. Several threads may call at once.
class Network {
 public:
  virtual ~Network() = default;

  /// Image [3, H, W] in [0, 1], H and W multiples of 16 -> latent [M, H / 16, W / 16].
  [[nodiscard]] virtual Planes analysis(const image::FloatImage& picture, double quality) = 0;
  /// Latent plus mean -> image [3, 16 h, 16 w], not clamped.
  [[nodiscard]] virtual image::FloatImage synthesis(const Planes& latent, double quality) = 0;
  /// The same at 1/8 of the resolution -> [3, 2 h, 2 w].
  [[nodiscard]] virtual image::FloatImage preview(const Planes& latent, double quality) = 0;
  /// Latent [M, h, w] -> hyper-latent [C, ceil(h / 4), ceil(w / 4)]. Only where the config has
  /// hyper_channels.
  [[nodiscard]] virtual Planes hyper_analysis(const Planes& latent, double quality) = 0;
  /// Hyper symbols -> mean of the latent [M, height, width].
  [[nodiscard]] virtual Planes hyper_synthesis(const Planes& hyper, double quality, int height,
                                               int width) = 0;
  /// Distortion of synthesis(latent) against `picture` [3, H, W]; samples beyond H and W do not
  /// count.
  [[nodiscard]] virtual Distortion distortion(const Planes& latent, double quality,
                                              const image::FloatImage& picture) = 0;
  /// Its error alone, of samples clamped as a decoder shows them.
  [[nodiscard]] virtual double visible_error(const Planes& latent, double quality,
                                             const image::FloatImage& picture) = 0;
  /// Gives back what is kept of memory for the next call. Not while other calls are under way that
  /// should be fast.
  virtual void release_memory() {}
  /// The device in words.
  [[nodiscard]] virtual std::string device() const = 0;
};

}  // namespace imgcnn::model
