// Rows of the coding tables, then rANS.

#include "latent_coder.h"

#include <utility>

#include "imgcnn/base/error.h"
#include "imgcnn/entropy/rans.h"
#include "imgcnn/entropy/rate.h"
#include "imgcnn/model/coding_tables.h"

namespace imgcnn::codec {
namespace {

/// Bits that an error of one in a hyper-latent symbol counts for. High: what a symbol means for the rows and the mean is not
/// weighed, so only escapes and the like are worth avoiding. A channel that training let fall silent has one value for all
/// pictures; where it lies half-way between two symbols, its table may give all to the other one.
constexpr float kHyperWeight = 20;

/// Rows of a factorised table: one per channel at the level of the quality, the same for every position.
std::vector<std::uint16_t> factorised_rows(int channels, std::size_t positions, int level) {
  std::vector<std::uint16_t> rows;
  rows.reserve(static_cast<std::size_t>(channels) * positions);
  for (int c = 0; c < channels; ++c) rows.insert(rows.end(), positions, static_cast<std::uint16_t>(level * channels + c));
  return rows;
}

std::size_t positions(entropy::PlaneSize size) {
  return static_cast<std::size_t>(size.height) * static_cast<std::size_t>(size.width);
}

entropy::PlaneSize latent_planes(LatentSize size) { return {size.height, size.width}; }
entropy::PlaneSize hyper_planes(LatentSize size) { return {size.hyper_height(), size.hyper_width()}; }

}  // namespace

LatentCoder::LatentCoder(const bitstream::TensorFile& model, const model::ModelConfig& config)
    : latent_channels_(config.latent_channels), hyper_channels_(config.hyper_channels), levels_(config.prior_levels) {
  const bool has_hyper = hyper_channels_ > 0;
  if (has_hyper) {
    hyper_ = {model::read_table(model, model::kHyperTable, levels_ * hyper_channels_), hyper_channels_,
              model::read_context(model, model::kHyperContext), model::kHyperContext};
    projection_ = model::read_scale_projection(model, config);
  }
  latent_ = {has_hyper ? model::read_table(model, model::kScaleTable, config.scale_rows)
                       : model::read_table(model, model::kLatentTable, levels_ * latent_channels_),
             latent_channels_, model::read_context(model, model::kLatentContext), model::kLatentContext};
}

std::vector<std::uint16_t> LatentCoder::hyper_rows(LatentSize size, int quality16) const {
  return factorised_rows(hyper_channels_, positions(hyper_planes(size)), entropy::rate_level(quality16, levels_));
}

std::vector<std::uint16_t> LatentCoder::latent_rows(const std::vector<std::int32_t>& hyper, LatentSize size,
                                                    int quality16) const {
  if (!projection_) {
    return factorised_rows(latent_channels_, positions(latent_planes(size)), entropy::rate_level(quality16, levels_));
  }
  return projection_->indexes(hyper.data(), size.hyper_height(), size.hyper_width(), quality16, size.height,
                              size.width);
}

std::vector<std::int32_t> LatentCoder::quantise_hyper(const std::vector<float>& z, LatentSize size, int quality16) const {
  return hyper_.quantise(z, kHyperWeight, hyper_rows(size, quality16), hyper_planes(size), quality16, false);
}

std::vector<std::int32_t> LatentCoder::quantise(const std::vector<float>& latent, const std::vector<std::int32_t>& hyper,
                                                LatentSize size, int quality16, bool context, float weight) const {
  return latent_.quantise(latent, weight, latent_rows(hyper, size, quality16), latent_planes(size), quality16, context);
}

Bytes LatentCoder::encode(const Symbols& symbols, LatentSize size, int quality16, bool context) const {
  entropy::RansEncoder encoder;
  if (projection_) {
    hyper_.encode(encoder, symbols.hyper, hyper_rows(size, quality16), hyper_planes(size), quality16, context);
  }
  latent_.encode(encoder, symbols.latent, latent_rows(symbols.hyper, size, quality16), latent_planes(size), quality16, context);
  return encoder.finish();
}

Symbols LatentCoder::decode(ByteSpan stream, LatentSize size, int quality16, bool context, const std::string& origin) const {
  require(!context || has_context(), ErrorCode::kCorrupt, origin + ": context-coded, but its model has no context model");
  Symbols symbols;
  entropy::RansDecoder decoder(stream, origin + ": latent");
  if (projection_) {
    symbols.hyper = hyper_.decode(decoder, hyper_rows(size, quality16), hyper_planes(size), quality16, context);
  }
  const auto rows = latent_rows(symbols.hyper, size, quality16);
  symbols.latent = latent_.decode(decoder, rows, latent_planes(size), quality16, context);
  decoder.finish();
  return symbols;
}

void LatentCoder::learn(const Symbols& symbols, LatentSize size, int quality16) {
  if (projection_) hyper_.learn(symbols.hyper, hyper_rows(size, quality16), hyper_planes(size), quality16);
  latent_.learn(symbols.latent, latent_rows(symbols.hyper, size, quality16), latent_planes(size), quality16);
}

void LatentCoder::put_learned(bitstream::TensorFile& model) {
  if (projection_) model::put_context(model, model::kHyperContext, hyper_.learned());
  model::put_context(model, model::kLatentContext, latent_.learned());
}

std::size_t LatentCoder::hyper_bytes(const Symbols& symbols, LatentSize size, int quality16, bool context) const {
  if (!projection_) return 0;
  entropy::RansEncoder encoder;
  hyper_.encode(encoder, symbols.hyper, hyper_rows(size, quality16), hyper_planes(size), quality16, context);
  return encoder.finish().size();
}

}  // namespace imgcnn::codec
