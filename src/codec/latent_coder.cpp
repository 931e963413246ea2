// Rows of the coding tables, and the planes under them.

#include "latent_coder.h"

#include <utility>

#include "imgcnn/entropy/quality.h"
#include "imgcnn/model/coding_tables.h"

namespace imgcnn::codec {
namespace {

/// Bits that an error of one in a hyper-latent symbol counts for. High: what a symbol means for the rows and the mean
/// is not weighed, so only escapes and the like are worth avoiding. A channel that training let fall silent has one
/// value for all pictures; where it lies half-way between two symbols, its table may give all to the other one.
constexpr float kHyperWeight = 20;

/// Rows of a factorized table: one per channel at the level of the quality, the same for every position.
std::vector<std::uint16_t> factorized_rows(int channels, std::size_t positions, int level) {
  std::vector<std::uint16_t> rows;
  rows.reserve(static_cast<std::size_t>(channels) * positions);
  for (int c = 0; c < channels; ++c)
    rows.insert(rows.end(), positions, static_cast<std::uint16_t>(level * channels + c));
  return rows;
}

entropy::PlaneSize hyper_planes(LatentSize size) { return {size.hyper_height(), size.hyper_width()}; }
entropy::PlaneSize planes(const Window& w) { return {w.height, w.width}; }

}  // namespace

LatentCoder::LatentCoder(const bitstream::TensorFile& model, const model::ModelConfig& config)
    : latent_channels_(config.latent_channels), hyper_channels_(config.hyper_channels), levels_(config.prior_levels) {
  const bool has_hyper = hyper_channels_ > 0;
  if (has_hyper) {
    hyper_ = {model::read_table(model, model::kHyperTable, levels_ * hyper_channels_), hyper_channels_,
              model::read_context(model, model::kHyperContext, hyper_channels_), model::kHyperContext};
    scale_network_ = model::read_scale_network(model, config);
  }
  const entropy::DependentQuantizer trellis =
      has_hyper ? model::read_trellis(model, config) : entropy::DependentQuantizer{};
  latent_ = {has_hyper ? model::read_table(model, model::kScaleTable,
                                           trellis.empty() ? config.scale_rows : trellis.cdf_count())
                       : model::read_table(model, model::kLatentTable, levels_ * latent_channels_),
             latent_channels_, model::read_context(model, model::kLatentContext, latent_channels_),
             model::kLatentContext, trellis};
}

std::vector<std::uint16_t> LatentCoder::hyper_rows(LatentSize size, int quality16) const {
  const auto positions = static_cast<std::size_t>(size.hyper_height()) * static_cast<std::size_t>(size.hyper_width());
  return factorized_rows(hyper_channels_, positions, entropy::rate_level(quality16, levels_));
}

std::vector<std::uint16_t> LatentCoder::latent_rows(const std::vector<std::int32_t>& hyper, LatentSize size,
                                                    const Window& w, int quality16) const {
  if (!scale_network_) return factorized_rows(latent_channels_, w.area(), entropy::rate_level(quality16, levels_));
  // The scale network looks one hyper position around.
  const Window all{0, 0, size.hyper_width(), size.hyper_height()};
  const Window near = widened(covering(w, entropy::kHyperStride), 1, all);
  const Window around = intersection(scaled(near, entropy::kHyperStride), {0, 0, size.width, size.height});
  const auto symbols = cut(hyper, all, near, hyper_channels_);
  return cut(scale_network_->indexes(symbols.data(), near.height, near.width, quality16, around.height, around.width),
             around, w, latent_channels_);
}

std::vector<std::int32_t> LatentCoder::quantize_hyper(const std::vector<float>& z, LatentSize size,
                                                      int quality16) const {
  return hyper_.quantize(z, kHyperWeight, hyper_rows(size, quality16), hyper_planes(size), quality16, false);
}

std::vector<std::int32_t> LatentCoder::quantize(const std::vector<float>& latent,
                                                const std::vector<std::uint16_t>& rows, const Window& w, int quality16,
                                                bool context, float weight) const {
  return latent_.quantize(latent, weight, rows, planes(w), quality16, context);
}

std::vector<rdo::OddsShift> LatentCoder::odds(const std::vector<std::int32_t>& symbols,
                                              const std::vector<std::uint16_t>& rows, const Window& w,
                                              int quality16) const {
  return latent_.odds(symbols, rows, planes(w), quality16);
}

void LatentCoder::encode_hyper(entropy::RansEncoder& encoder, const std::vector<std::int32_t>& symbols, LatentSize size,
                               int quality16, bool context) const {
  hyper_.encode(encoder, symbols, hyper_rows(size, quality16), hyper_planes(size), quality16, context);
}

std::vector<std::int32_t> LatentCoder::decode_hyper(entropy::RansDecoder& decoder, LatentSize size, int quality16,
                                                    bool context) const {
  return hyper_.decode(decoder, hyper_rows(size, quality16), hyper_planes(size), quality16, context);
}

void LatentCoder::encode(entropy::RansEncoder& encoder, const std::vector<std::int32_t>& symbols,
                         const std::vector<std::uint16_t>& rows, const Window& w, int quality16, bool context) const {
  latent_.encode(encoder, symbols, rows, planes(w), quality16, context);
}

std::vector<std::int32_t> LatentCoder::decode(entropy::RansDecoder& decoder, const std::vector<std::uint16_t>& rows,
                                              const Window& w, int quality16, bool context) const {
  return latent_.decode(decoder, rows, planes(w), quality16, context);
}

}  // namespace imgcnn::codec
