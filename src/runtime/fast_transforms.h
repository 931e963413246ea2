#pragma once
// The `fast` architecture, of which `high` is a preset: nn/fast_model.h. Analyses and gradients
// compute in float32; what a decoder computes is in integers, so that it is the same on every
// machine.

#include <vector>

#include "stage_gradient.h"
#include "transforms.h"

namespace imgcnn::runtime {

struct Analysis {
  Convolution1 stem, out;  ///< out: of samples and features in one
  ResidualStage fine, coarse;
  Downsample down;
  RateFactors rate;
};

/// Stage: ResidualStage, or StageGradient where the way back is needed too.
template <class Stage>
struct Synthesis {
  PackedWeights linear, stem;
  Stage coarse, fine;
  Upsample up;
  Convolution1 head;
  RateFactors rate;
};

/// The matrices of a synthesis, transposed.
struct SynthesisGradient {
  Synthesis<StageGradient> forward;
  PackedWeights linear, stem, up, head;
};

struct HyperAnalysis {
  Convolution1 in, out;
  ResidualStage whole, half;
  Downsample down, again;
};

struct HyperSynthesis {
  Convolution3 in;
  Upsample up, again;
  ResidualStage half, whole;
  Convolution1 mean;
};

inline std::vector<float> product_of(std::vector<float> a, const std::vector<float>& b) {
  for (std::size_t i = 0; i < a.size(); ++i) a[i] *= b[i];
  return a;
}

/// Zeros, which pad, stay zeros.
inline std::vector<float> inverse_of(std::vector<float> a) {
  for (float& value : a) value = value != 0 ? 1 / value : 0;
  return a;
}

class FastTransforms final : public Transforms {
 public:
  FastTransforms(const bitstream::TensorFile& file, const model::ModelConfig& config, int width)
      : file_(file),
        config_(config),
        width_(width),
        gain_(reader(), "gain", config.rate_knots, config.latent_channels),
        step_(reader(), "step", config.rate_knots, config.latent_channels),
        hyper_gain_(reader(), "hyper_gain", config.rate_knots, config.hyper_channels),
        deviation_(reader().values("deviation", {1, config.latent_channels, 1, 1})),
        synthesis_deviation_(
            reader().values("synthesis.deviation", {1, config.latent_channels, 1, 1})) {
    for (auto* values : {&deviation_, &synthesis_deviation_})
      values->resize(static_cast<std::size_t>(padded_channels(config.latent_channels)));
  }

  model::Planes analysis(const Pass& pass, const image::FloatImage& picture,
                         double quality) const override;
  image::FloatImage synthesis(const Pass& pass, const model::Planes& latent,
                              double quality) const override;
  image::FloatImage preview(const Pass& pass, const model::Planes& latent,
                            double quality) const override;
  model::Planes hyper_analysis(const Pass& pass, const model::Planes& latent,
                               double quality) const override;
  model::Planes hyper_synthesis(const Pass& pass, const model::Planes& hyper, double quality,
                                int height, int width) const override;
  model::Planes latent_gradient(const Pass& pass, const model::Planes& latent, double quality,
                                const SampleGradient& sample_gradient) const override;

 private:
  [[nodiscard]] WeightReader reader() const { return {file_, "weights."}; }
  [[nodiscard]] Analysis pack_analysis() const;
  template <class Stage>
  [[nodiscard]] Synthesis<Stage> pack_synthesis(Arithmetic arithmetic) const;
  template <class Stage, class RunStages>
  [[nodiscard]] image::FloatImage synthesize(const Pass& pass, const Synthesis<Stage>& part,
                                             const model::Planes& latent, double quality,
                                             const RunStages& run_stages) const;
  [[nodiscard]] SynthesisGradient pack_gradient() const;
  [[nodiscard]] PackedWeights pack_preview() const;
  [[nodiscard]] HyperAnalysis pack_hyper_analysis() const;
  [[nodiscard]] HyperSynthesis pack_hyper_synthesis() const;

  [[nodiscard]] float fine_bound() const { return static_cast<float>(config_.feature_bounds[0]); }
  [[nodiscard]] float coarse_bound() const { return static_cast<float>(config_.feature_bounds[1]); }

  bitstream::TensorFile file_;
  model::ModelConfig config_;
  int width_;
  RateFactors gain_, step_, hyper_gain_;
  /// Expected size of each latent channel before its gain.
  std::vector<float> deviation_, synthesis_deviation_;
  Lazy<Analysis> analysis_;
  Lazy<Synthesis<ResidualStage>> synthesis_;
  Lazy<SynthesisGradient> gradient_;
  Lazy<PackedWeights> preview_;
  Lazy<HyperAnalysis> hyper_analysis_;
  Lazy<HyperSynthesis> hyper_synthesis_;
};

}  // namespace imgcnn::runtime
