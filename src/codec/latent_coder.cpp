// Tables of the model, and the indexes into them.

#include "latent_coder.h"

#include "imgcnn/entropy/quality.h"
#include "imgcnn/model/coding_tables.h"

namespace imgcnn::codec {
namespace {

/// Indexes into a factorized table: one per channel at the level of the quality, the same for every
/// position.
PlaneIndexes factorized_indexes(int channels, entropy::PlaneSize size, int level) {
  const auto positions =
      static_cast<std::size_t>(size.height) * static_cast<std::size_t>(size.width);
  PlaneIndexes indexes{size, {}};
  indexes.cdf_indexes.reserve(static_cast<std::size_t>(channels) * positions);
  for (int c = 0; c < channels; ++c) {
    indexes.cdf_indexes.insert(indexes.cdf_indexes.end(), positions,
                               static_cast<std::uint16_t>(level * channels + c));
  }
  return indexes;
}

}  // namespace

LatentCoder::LatentCoder(const bitstream::TensorFile& model, const model::ModelConfig& config)
    : latent_channels_(config.latent_channels),
      hyper_channels_(config.hyper_channels),
      levels_(config.prior_levels) {
  const bool has_hyper = hyper_channels_ > 0;
  if (has_hyper) {
    hyper_ = {model::read_table(model, model::kHyperTable, levels_ * hyper_channels_),
              hyper_channels_, model::read_context(model, model::kHyperContext, hyper_channels_),
              model::kHyperContext};
    scale_network_ = model::read_scale_network(model, config);
  }
  const entropy::DependentQuantizer trellis =
      has_hyper ? model::read_trellis(model, config) : entropy::DependentQuantizer{};
  latent_ = {has_hyper
                 ? model::read_table(model, model::kScaleTable,
                                     trellis.empty() ? config.scale_rows : trellis.cdf_count())
                 : model::read_table(model, model::kLatentTable, levels_ * latent_channels_),
             latent_channels_, model::read_context(model, model::kLatentContext, latent_channels_),
             model::kLatentContext, trellis};
}

PlaneIndexes LatentCoder::hyper_indexes(const CodingPlan& plan) const {
  const LatentSize size = plan.latent();
  return factorized_indexes(hyper_channels_, {size.hyper_height(), size.hyper_width()},
                            entropy::rate_level(plan.quality16, levels_));
}

PlaneIndexes LatentCoder::latent_indexes(const std::vector<std::int32_t>& hyper,
                                         const CodingPlan& plan, const Rect& w) const {
  const entropy::PlaneSize planes{w.height, w.width};
  if (!scale_network_)
    return factorized_indexes(latent_channels_, planes,
                              entropy::rate_level(plan.quality16, levels_));
  // The scale network looks one hyper position around.
  const LatentSize size = plan.latent();
  const Rect all{0, 0, size.hyper_width(), size.hyper_height()};
  const Rect near = inflated(enclosing(w, entropy::kHyperStride), 1, all);
  const Rect around = intersection(scaled(near, entropy::kHyperStride), plan.whole());
  const auto symbols = crop(hyper, all, near, hyper_channels_);
  const auto indexes = scale_network_->indexes(symbols.data(), near.height, near.width,
                                               plan.quality16, around.height, around.width);
  return {planes, crop(indexes, around, w, latent_channels_)};
}

}  // namespace imgcnn::codec
