// Pictures to latents and back, and the gradient of what a decoder shows.

#include "fast_transforms.h"

#include <algorithm>
#include <cfloat>
#include <cmath>
#include <type_traits>

namespace imgcnn::runtime {
namespace {

constexpr int kFine = 8, kCoarse = 16;  // samples of a position of the two resolutions
constexpr int kFineSamples = 3 * kFine * kFine, kCoarseSamples = 3 * kCoarse * kCoarse;

}  // namespace

Analysis FastTransforms::pack_analysis() const {
  const auto from = reader();
  const auto kind = Arithmetic::kFloat;
  const int fine = config_.analysis_widths[0], coarse = config_.analysis_widths[1],
            latent = config_.latent_channels;
  Analysis part;
  part.rate = RateFactors(from, "analysis.rate", config_.rate_knots, fine);
  part.stem = Convolution1(from.convolution("analysis.stem", fine, kFineSamples), kind, width_);
  part.fine =
      ResidualStage(from, "analysis.blocks8", config_.analysis_blocks[0], fine, kind, width_);
  part.down = Downsample(from, "analysis.down", fine, coarse, kind, width_);
  part.coarse =
      ResidualStage(from, "analysis.blocks16", config_.analysis_blocks[1], coarse, kind, width_);
  // linear(samples) + latent_scale * head(features): one product of both.
  const auto linear = from.convolution("analysis.linear", latent, kCoarseSamples);
  const auto head = from.convolution("analysis.head", latent, coarse);
  Matrix both{latent, kCoarseSamples + coarse, {}, linear.bias};
  const auto scale = static_cast<float>(config_.latent_scale);
  for (int o = 0; o < latent; ++o) {
    const auto row = linear.weights.begin() + static_cast<std::ptrdiff_t>(o) * kCoarseSamples;
    both.weights.insert(both.weights.end(), row, row + kCoarseSamples);
    for (int i = 0; i < coarse; ++i)
      both.weights.push_back(
          scale * head.weights[static_cast<std::size_t>(o) * static_cast<std::size_t>(coarse) +
                               static_cast<std::size_t>(i)]);
    both.bias[static_cast<std::size_t>(o)] += scale * head.bias[static_cast<std::size_t>(o)];
  }
  part.out = Convolution1(both, kind, width_);
  return part;
}

model::Planes FastTransforms::analysis(const Pass& pass, const image::FloatImage& picture,
                                       double quality) const {
  const Analysis& part = analysis_.get([&] { return pack_analysis(); });
  const PackedWeights &stem = part.stem.weights(), &out = part.out.weights();
  FeatureMap &features = pass.workspace.maps[0], &other = pass.workspace.maps[1];
  features.resize(picture.height / kFine, picture.width / kFine, stem.out());
  const auto rate = part.rate.at(quality), gain = gain_.at(quality);
  pass.rows(features.height, [&](int y, Scratch& scratch) {
    const auto fill = [&](int x, int count, float* tile) {
      gather_samples(picture, kFine, y, x, count, kMiddle, 1, tile,
                     static_cast<std::size_t>(stem.in()));
    };
    product_row(pass.kernels, stem, features.width, fill,
                to_row(features, y, EpilogueKind::kScale, rate.data()), scratch);
  });
  part.fine.run(pass, features, other, FLT_MAX);
  FeatureMap& coarse = other;  // in memory that is there
  part.down.run(pass, features, coarse);
  part.coarse.run(pass, coarse, features, FLT_MAX);

  auto latent = planes_of(config_.latent_channels, coarse.height, coarse.width);
  const auto stride = static_cast<std::size_t>(out.in()),
             results = static_cast<std::size_t>(out.out());
  pass.rows(coarse.height, [&](int y, Scratch& scratch) {
    float* const sums = scratch.sums.reserve(kTile * results);
    const auto fill = [&](int x, int count, float* tile) {
      gather_samples(picture, kCoarse, y, x, count, kMiddle, 1, tile, stride);
      for (int p = 0; p < count; ++p)
        std::copy_n(coarse.at(y, x + p), coarse.channels,
                    tile + static_cast<std::size_t>(p) * stride + kCoarseSamples);
    };
    const auto scatter = [&](int x, int count) {
      scatter_to_planes(sums, results, latent.channels, latent.height, latent.width, y, x, count,
                        latent.data.data());
    };
    product_row(pass.kernels, out, coarse.width, fill,
                to_tile(sums, results, EpilogueKind::kScale, gain.data()), scratch, scatter);
  });
  return latent;
}

template <class Stage>
Synthesis<Stage> FastTransforms::pack_synthesis(Arithmetic arithmetic) const {
  const auto from = reader();
  const int fine = config_.widths[0], coarse = config_.widths[1], latent = config_.latent_channels;
  const auto stage = [&](const char* name, int count, int channels) {
    if constexpr (std::is_same_v<Stage, StageGradient>)
      return Stage(from, name, count, channels, width_);
    else
      return Stage(from, name, count, channels, arithmetic, width_);
  };
  Synthesis<Stage> part;
  part.rate = RateFactors(from, "synthesis.rate", config_.rate_knots, fine);
  part.linear = PackedWeights(from.convolution("synthesis.linear", kCoarseSamples, latent),
                              arithmetic, width_);
  part.stem = PackedWeights(from.convolution("synthesis.stem", coarse, latent), arithmetic, width_);
  part.coarse = stage("synthesis.blocks16", config_.synthesis_blocks[1], coarse);
  part.up = Upsample(from, "synthesis.up", coarse, fine, arithmetic, width_);
  part.fine = stage("synthesis.blocks8", config_.synthesis_blocks[0], fine);
  part.head =
      Convolution1(from.convolution("synthesis.head", kFineSamples, fine), arithmetic, width_);
  return part;
}

/// run_stages: from features at the coarse resolution to features at the fine one, both maps that
/// it chooses.
template <class Stage, class RunStages>
image::FloatImage FastTransforms::synthesize(const Pass& pass, const Synthesis<Stage>& part,
                                             const model::Planes& latent, double quality,
                                             const RunStages& run_stages) const {
  auto picture = picture_of(kCoarse * latent.height, kCoarse * latent.width);
  const auto to_samples = [&](int side, int y) {
    return [&, side, y](int x) {
      const auto row = static_cast<std::size_t>(picture.width);
      float* const first =
          picture.data.data() + static_cast<std::size_t>(y * side) * row + x * side;
      Epilogue epilogue{side == kCoarse ? EpilogueKind::kPixels16 : EpilogueKind::kPixels8, first,
                        row};
      epilogue.plane = picture.plane_size();
      epilogue.pixel_scale = static_cast<float>(config_.pixel_scale);
      return epilogue;
    };
  };
  const auto natural = step_.at(quality),
             relative = product_of(natural, inverse_of(synthesis_deviation_));
  const FeatureMap& features = run_stages([&](FeatureMap& coarse) {
    coarse.resize(latent.height, latent.width, part.stem.out());
    pass.rows(latent.height, [&](int y, Scratch& scratch) {
      const auto fill_by = [&](const std::vector<float>& factors) {
        return [&, y](int x, int count, float* tile) {
          gather_from_planes(latent, factors.data(), y, x, count, tile,
                             static_cast<std::size_t>(part.stem.in()));
        };
      };
      product_row(pass.kernels, part.linear, latent.width, fill_by(natural), to_samples(kCoarse, y),
                  scratch);
      product_row(pass.kernels, part.stem, latent.width, fill_by(relative), to_row(coarse, y),
                  scratch);
    });
  });
  pass.rows(features.height, [&](int y, Scratch& scratch) {
    map_row(pass.kernels, part.head.weights(), features, y, features.width, to_samples(kFine, y),
            scratch);
  });
  return picture;
}

image::FloatImage FastTransforms::synthesis(const Pass& pass, const model::Planes& latent,
                                            double quality) const {
  const auto& part =
      synthesis_.get([&] { return pack_synthesis<ResidualStage>(Arithmetic::kInt16); });
  auto& maps = pass.workspace.maps;
  return synthesize(pass, part, latent, quality, [&](const auto& start) -> const FeatureMap& {
    start(maps[1]);
    part.coarse.run(pass, maps[1], maps[0], coarse_bound());
    part.up.run(pass, maps[1], part.rate.at(quality), maps[0]);
    part.fine.run(pass, maps[0], maps[1], fine_bound());
    return maps[0];
  });
}

SynthesisGradient FastTransforms::pack_gradient() const {
  const auto from = reader();
  const int fine = config_.widths[0], coarse = config_.widths[1], latent = config_.latent_channels;
  const auto packed = [&](const Matrix& matrix) {
    return PackedWeights(matrix, Arithmetic::kFloat, width_);
  };
  SynthesisGradient part;
  part.forward = pack_synthesis<StageGradient>(Arithmetic::kFloat);
  part.linear = packed(transposed(from.convolution("synthesis.linear", kCoarseSamples, latent)));
  part.stem = packed(transposed(from.convolution("synthesis.stem", coarse, latent)));
  part.head = packed(transposed(from.convolution("synthesis.head", kFineSamples, fine)));
  const int padded = padded_channels(fine);
  part.up = packed(transposed(from.convolution("synthesis.up.expand", 4 * fine, coarse), 4 * padded,
                              [&](int output) { return output % 4 * padded + output / 4; }));
  return part;
}

model::Planes FastTransforms::latent_gradient(const Pass& pass, const model::Planes& latent,
                                              double quality,
                                              const SampleGradient& sample_gradient) const {
  const auto& part = gradient_.get([&] { return pack_gradient(); });
  auto &coarse = pass.workspace.coarse, &fine = pass.workspace.fine;
  coarse.resize(1 + static_cast<std::size_t>(config_.synthesis_blocks[1]));
  fine.resize(1 + static_cast<std::size_t>(config_.synthesis_blocks[0]));
  const auto rate = part.forward.rate.at(quality);
  const auto picture =
      synthesize(pass, part.forward, latent, quality, [&](const auto& start) -> const FeatureMap& {
        start(coarse[0]);
        part.forward.coarse.forward(pass, coarse, coarse_bound());
        part.forward.up.run(pass, coarse.back(), rate, fine[0]);
        part.forward.fine.forward(pass, fine, fine_bound());
        return fine.back();
      });
  const auto samples = sample_gradient(picture);

  FeatureMap &gradient = pass.workspace.gradient, &back = pass.workspace.other_gradient;
  gradient.resize(fine[0].height, fine[0].width, fine[0].channels);
  pass.rows(gradient.height, [&](int y, Scratch& scratch) {
    const auto fill = [&](int x, int count, float* tile) {
      gather_samples(samples, kFine, y, x, count, 0, static_cast<float>(config_.pixel_scale), tile,
                     static_cast<std::size_t>(part.head.in()));
    };
    product_row(pass.kernels, part.head, gradient.width, fill, to_row(gradient, y), scratch);
  });
  part.forward.fine.backward(pass, fine, fine_bound(), gradient);
  back.resize(latent.height, latent.width, coarse[0].channels);
  pass.rows(back.height, [&](int y, Scratch& scratch) {
    const int channels = gradient.channels;
    const auto fill = [&](int x, int count, float* tile) {
      for (int p = 0; p < count; ++p) {
        for (int quarter = 0; quarter < 4; ++quarter, tile += channels) {
          const float* const from = gradient.at(2 * y + quarter / 2, 2 * (x + p) + quarter % 2);
          for (int c = 0; c < channels; ++c) tile[c] = from[c] * rate[static_cast<std::size_t>(c)];
        }
      }
    };
    product_row(pass.kernels, part.up, back.width, fill, to_row(back, y), scratch);
  });
  part.forward.coarse.backward(pass, coarse, coarse_bound(), back);

  auto result = planes_of(config_.latent_channels, latent.height, latent.width);
  const auto natural = step_.at(quality),
             relative = product_of(natural, inverse_of(synthesis_deviation_));
  const auto stride = static_cast<std::size_t>(part.linear.out());
  pass.rows(latent.height, [&](int y, Scratch& scratch) {
    float* const sums = scratch.sums.reserve(2 * kTile * stride);
    float* const others = sums + kTile * stride;
    const auto fill = [&](int x, int count, float* tile) {
      gather_samples(samples, kCoarse, y, x, count, 0, 1, tile,
                     static_cast<std::size_t>(part.linear.in()));
    };
    const auto add_others = [&](int x, int count) {
      pass.kernels.product(part.stem, back.at(y, x), static_cast<std::size_t>(back.channels), count,
                           {EpilogueKind::kScale, others, stride, relative.data()}, scratch);
      for (std::size_t i = 0; i < static_cast<std::size_t>(count) * stride; ++i)
        sums[i] += others[i];
      scatter_to_planes(sums, stride, result.channels, latent.height, latent.width, y, x, count,
                        result.data.data());
    };
    product_row(pass.kernels, part.linear, latent.width, fill,
                to_tile(sums, stride, EpilogueKind::kScale, natural.data()), scratch, add_others);
  });
  return result;
}

PackedWeights FastTransforms::pack_preview() const {
  // Means of 8x8 outputs of the linear layer are outputs of the means of its rows, ordered
  // [channel][y][x].
  constexpr int kParts = kCoarse / kFine, kMeans = 3 * kParts * kParts;
  const auto linear =
      reader().convolution("synthesis.linear", kCoarseSamples, config_.latent_channels);
  const auto in = static_cast<std::size_t>(linear.in);
  Matrix means{kMeans, linear.in, std::vector<float>(kMeans * in), std::vector<float>(kMeans)};
  for (std::size_t o = 0; o < kCoarseSamples; ++o) {
    const std::size_t channel = o / (kCoarse * kCoarse), y = o / kCoarse % kCoarse, x = o % kCoarse;
    const std::size_t to = (channel * kParts + y / kFine) * kParts + x / kFine;
    for (std::size_t i = 0; i < in; ++i)
      means.weights[to * in + i] += linear.weights[o * in + i] / (kFine * kFine);
    means.bias[to] += linear.bias[o] / (kFine * kFine);
  }
  return {means, Arithmetic::kInt16, width_};
}

image::FloatImage FastTransforms::preview(const Pass& pass, const model::Planes& latent,
                                          double quality) const {
  constexpr int kParts = kCoarse / kFine;
  const PackedWeights& means = preview_.get([&] { return pack_preview(); });
  const auto natural = step_.at(quality);
  auto picture = picture_of(kParts * latent.height, kParts * latent.width);
  pass.rows(latent.height, [&](int y, Scratch& scratch) {
    const auto results = static_cast<std::size_t>(means.out());
    float* const sums = scratch.sums.reserve(kTile * results);
    const auto fill = [&](int x, int count, float* tile) {
      gather_from_planes(latent, natural.data(), y, x, count, tile,
                         static_cast<std::size_t>(means.in()));
    };
    const auto put_samples = [&](int x, int count) {
      for (int p = 0; p < count; ++p) {
        for (int o = 0; o < 3 * kParts * kParts; ++o) {
          const int channel = o / (kParts * kParts), row = o / kParts % kParts, column = o % kParts;
          picture.data[static_cast<std::size_t>(channel) * picture.plane_size() +
                       static_cast<std::size_t>(kParts * y + row) *
                           static_cast<std::size_t>(picture.width) +
                       static_cast<std::size_t>(kParts * (x + p) + column)] =
              sums[static_cast<std::size_t>(p) * results + static_cast<std::size_t>(o)] + kMiddle;
        }
      }
    };
    product_row(pass.kernels, means, latent.width, fill, to_tile(sums, results), scratch,
                put_samples);
  });
  return picture;
}

std::unique_ptr<Transforms> make_fast_transforms(const bitstream::TensorFile& file,
                                                 const model::ModelConfig& config, int width) {
  return std::make_unique<FastTransforms>(file, config, width);
}

}  // namespace imgcnn::runtime
