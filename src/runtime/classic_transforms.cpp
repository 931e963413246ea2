// The `classic` architecture: nn/classic_model.h.

#include <algorithm>
#include <string>
#include <utility>

#include "imgcnn/base/error.h"
#include "stage_gradient.h"
#include "transforms.h"

namespace imgcnn::runtime {
namespace {

constexpr int kStages = 4;  // each halves the resolution

/// A decoder's convolutions in float32, and those that its gradient goes back through.
struct DecoderGradient {
  Convolution3 forward[kStages], backward[kStages];
  Convolution1 bottleneck, bottleneck_back;
};

/// The 3x3 convolution that gradients go back through: kernels turned round, inputs and outputs
/// exchanged.
Matrix turned_round(const Matrix& matrix, int in) {
  const int padded_in = padded_channels(in), padded_out = padded_channels(matrix.out);
  Matrix result{in, 9 * padded_out,
                std::vector<float>(static_cast<std::size_t>(in * 9 * padded_out)),
                std::vector<float>(static_cast<std::size_t>(in))};
  for (int o = 0; o < matrix.out; ++o) {
    for (int k = 0; k < 9; ++k) {
      for (int i = 0; i < in; ++i) {
        result.weights[static_cast<std::size_t>(i * result.in + (8 - k) * padded_out + o)] =
            matrix.weights[static_cast<std::size_t>(o * matrix.in + k * padded_in + i)];
      }
    }
  }
  return result;
}

/// gradient: of a map at twice the resolution that was made by repeating; sums of four, where
/// `features` are not rectified away.
void fold(const Pass& pass, const FeatureMap& gradient, const FeatureMap& features,
          FeatureMap& out) {
  out.resize(features.height, features.width, features.channels);
  pass.rows(out.height, [&](int y, Scratch&) {
    for (int x = 0; x < out.width; ++x) {
      const float* const above = gradient.at(2 * y, 2 * x);
      const float* const below = gradient.at(2 * y + 1, 2 * x);
      for (int c = 0; c < out.channels; ++c) {
        const float sum = above[c] + above[out.channels + c] + below[c] + below[out.channels + c];
        out.at(y, x)[c] = features.at(y, x)[c] > 0 ? sum : 0.0F;
      }
    }
  });
}

class ClassicTransforms final : public Transforms {
 public:
  ClassicTransforms(const bitstream::TensorFile& file, const model::ModelConfig& config, int width)
      : file_(file), config_(config), width_(width) {
    const auto from = reader();
    const auto& widths = config.widths;
    for (int i = 0; i < kStages; ++i) {
      const auto stage = static_cast<std::size_t>(i);
      const int before = i == 0 ? 3 : widths[stage - 1];
      encoder_[i] = {from, "encoder" + std::to_string(i), before, widths[stage], Arithmetic::kFloat,
                     width};
      decoder_[i] = {from, "decoder" + std::to_string(i), widths[stage], before, Arithmetic::kInt16,
                     width};
    }
    const int latent = config.latent_channels;
    bottleneck_in_ = {from.convolution("bottleneck_in", latent, widths.back()), Arithmetic::kFloat,
                      width};
    bottleneck_out_ = {from.convolution("bottleneck_out", widths.back(), latent),
                       Arithmetic::kInt16, width};
    gain_ = {from, "gain", config.rate_knots, latent};
    step_ = {from, "step", config.rate_knots, latent};
  }

  model::Planes analysis(const Pass& pass, const image::FloatImage& picture,
                         double quality) const override {
    FeatureMap &a = pass.workspace.maps[0], &b = pass.workspace.maps[1];
    a.resize(picture.height, picture.width, padded_channels(3));
    pass.rows(a.height, [&](int y, Scratch&) {
      std::fill_n(a.at(y, 0),
                  static_cast<std::size_t>(a.width) * static_cast<std::size_t>(a.channels), 0.0F);
      gather_samples(picture, 1, y, 0, a.width, kMiddle, 1, a.at(y, 0),
                     static_cast<std::size_t>(a.channels));
    });
    for (const auto& stage : encoder_) {
      stage.run_pooled(pass, a, config_.pool == "max", b);
      std::swap(a, b);
    }
    auto latent = planes_of(config_.latent_channels, a.height, a.width);
    bottleneck_in_.to_planes(pass, a, gain_.at(quality), latent.channels, a.height, a.width,
                             latent.data.data());
    return latent;
  }

  image::FloatImage synthesis(const Pass& pass, const model::Planes& latent,
                              double quality) const override {
    FeatureMap &a = pass.workspace.maps[0], &b = pass.workspace.maps[1];
    to_map(pass, latent, step_.at(quality), latent.height, latent.width, b);
    bottleneck_out_.run(pass, b, EpilogueKind::kRelu, a);
    for (int i = kStages - 1; i > 0; --i) {
      decoder_[i].run(pass, a, 2, EpilogueKind::kRelu, b);
      std::swap(a, b);
    }
    auto picture = picture_of(2 * a.height, 2 * a.width);
    decoder_[0].to_planes(pass, a, 2, 3, picture.data.data());
    for (float& sample : picture.data) sample += kMiddle;
    return picture;
  }

  /// There is no shorter way than the means of the whole picture.
  image::FloatImage preview(const Pass& pass, const model::Planes& latent,
                            double quality) const override {
    constexpr int kSide = model::ModelConfig::kPreviewStride;
    const auto whole = synthesis(pass, latent, quality);
    auto means = picture_of(whole.height / kSide, whole.width / kSide);
    for (std::size_t i = 0; i < whole.data.size(); ++i) {
      const auto width = static_cast<std::size_t>(whole.width), row = i / width, column = i % width;
      means.data[row / kSide * static_cast<std::size_t>(means.width) + column / kSide] +=
          whole.data[i];
    }
    for (float& mean : means.data) mean /= kSide * kSide;
    return means;
  }

  model::Planes hyper_analysis(const Pass&, const model::Planes&, double) const override {
    no_hyper_latent();
  }
  model::Planes hyper_synthesis(const Pass&, const model::Planes&, double, int,
                                int) const override {
    no_hyper_latent();
  }

  model::Planes latent_gradient(const Pass& pass, const model::Planes& latent, double quality,
                                const SampleGradient& sample_gradient) const override {
    const DecoderGradient& part = gradient_.get([&] { return pack_gradient(); });
    auto& steps = pass.workspace.coarse;  // of the bottleneck and the stages behind it but the last
    steps.resize(kStages);
    FeatureMap &a = pass.workspace.maps[0], &b = pass.workspace.maps[1];
    const auto step = step_.at(quality);
    to_map(pass, latent, step, latent.height, latent.width, b);
    part.bottleneck.run(pass, b, EpilogueKind::kRelu, steps[0]);
    for (int i = 1; i < kStages; ++i)
      part.forward[kStages - i].run(pass, steps[static_cast<std::size_t>(i) - 1], 2,
                                    EpilogueKind::kRelu, steps[static_cast<std::size_t>(i)]);
    auto picture = picture_of(2 * steps.back().height, 2 * steps.back().width);
    part.forward[0].to_planes(pass, steps.back(), 2, 3, picture.data.data());
    for (float& sample : picture.data) sample += kMiddle;

    const auto samples = sample_gradient(picture);
    to_map(pass, {3, samples.height, samples.width, samples.data},
           std::vector<float>(static_cast<std::size_t>(padded_channels(3)), 1.0F), samples.height,
           samples.width, a);
    for (int i = 0; i < kStages; ++i) {
      part.backward[i].run(pass, a, 1, EpilogueKind::kStore, b);
      fold(pass, b, steps[static_cast<std::size_t>(kStages - 1 - i)], a);
    }
    auto result = planes_of(latent.channels, latent.height, latent.width);
    part.bottleneck_back.to_planes(pass, a, step, latent.channels, latent.height, latent.width,
                                   result.data.data());
    return result;
  }

 private:
  [[nodiscard]] WeightReader reader() const { return {file_, "weights."}; }

  [[nodiscard]] DecoderGradient pack_gradient() const {
    DecoderGradient part;
    const auto from = reader();
    const auto& widths = config_.widths;
    for (int i = 0; i < kStages; ++i) {
      const auto stage = static_cast<std::size_t>(i);
      const int before = i == 0 ? 3 : widths[stage - 1];
      const auto matrix = from.convolution("decoder" + std::to_string(i), before, widths[stage], 3);
      part.forward[i] = {matrix, Arithmetic::kFloat, width_};
      part.backward[i] = {turned_round(matrix, widths[stage]), Arithmetic::kFloat, width_};
    }
    const auto bottleneck =
        from.convolution("bottleneck_out", widths.back(), config_.latent_channels);
    part.bottleneck = {bottleneck, Arithmetic::kFloat, width_};
    part.bottleneck_back = {transposed(bottleneck), Arithmetic::kFloat, width_};
    return part;
  }

  [[noreturn]] static void no_hyper_latent() {
    throw Error(ErrorCode::kInternal, "the classic architecture has no hyper-latent");
  }

  bitstream::TensorFile file_;
  model::ModelConfig config_;
  int width_;
  Convolution3 encoder_[kStages], decoder_[kStages];
  Convolution1 bottleneck_in_, bottleneck_out_;
  RateFactors gain_, step_;
  Lazy<DecoderGradient> gradient_;
};

}  // namespace

std::unique_ptr<Transforms> make_classic_transforms(const bitstream::TensorFile& file,
                                                    const model::ModelConfig& config, int width) {
  return std::make_unique<ClassicTransforms>(file, config, width);
}

}  // namespace imgcnn::runtime
