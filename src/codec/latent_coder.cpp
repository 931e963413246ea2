// Rows of the coding tables, then rANS.

#include "latent_coder.h"

#include <cmath>
#include <utility>

#include "imgcnn/base/error.h"
#include "imgcnn/entropy/rans.h"
#include "imgcnn/entropy/rate.h"
#include "imgcnn/entropy/symbol_choice.h"
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

std::size_t positions(int height, int width) { return static_cast<std::size_t>(height) * static_cast<std::size_t>(width); }

}  // namespace

LatentCoder::LatentCoder(const bitstream::TensorFile& model, const model::ModelConfig& config)
    : latent_channels_(config.latent_channels), hyper_channels_(config.hyper_channels), levels_(config.prior_levels) {
  if (hyper_channels_ > 0) {
    hyper_table_ = model::read_table(model, model::kHyperTable, levels_ * hyper_channels_);
    latent_table_ = model::read_table(model, model::kScaleTable, config.scale_rows);
    projection_ = model::read_scale_projection(model, config);
  } else {
    latent_table_ = model::read_table(model, model::kLatentTable, levels_ * latent_channels_);
  }
  if (auto start = model::read_context(model)) context_.emplace(latent_table_, latent_channels_, std::move(*start), "context");
}

std::vector<std::uint16_t> LatentCoder::hyper_rows(LatentSize size, int quality16) const {
  return factorised_rows(hyper_channels_, positions(size.hyper_height(), size.hyper_width()),
                         entropy::rate_level(quality16, levels_));
}

std::vector<std::uint16_t> LatentCoder::latent_rows(const std::vector<std::int32_t>& hyper, LatentSize size,
                                                    int quality16) const {
  if (!projection_) {
    return factorised_rows(latent_channels_, positions(size.height, size.width), entropy::rate_level(quality16, levels_));
  }
  return projection_->indexes(hyper.data(), size.hyper_height(), size.hyper_width(), quality16, size.height,
                              size.width);
}

std::vector<std::int32_t> LatentCoder::quantise_hyper(const std::vector<float>& z, LatentSize size, int quality16) const {
  return entropy::quantise(hyper_table_, hyper_rows(size, quality16), z, kHyperWeight);
}

std::vector<std::int32_t> LatentCoder::quantise(const std::vector<float>& latent, const std::vector<std::int32_t>& hyper,
                                                LatentSize size, int quality16, bool context, float weight) const {
  const auto rows = latent_rows(hyper, size, quality16);
  if (!context) return entropy::quantise(latent_table_, rows, latent, weight);
  std::vector<std::int32_t> symbols(latent.size());
  context_->quantise(latent.data(), weight, symbols.data(), rows.data(), {size.height, size.width}, quality16);
  return symbols;
}

Bytes LatentCoder::encode(const Symbols& symbols, LatentSize size, int quality16, bool context) const {
  entropy::RansEncoder encoder;
  if (projection_) encoder.append(hyper_table_, hyper_rows(size, quality16).data(), symbols.hyper.data(), symbols.hyper.size());
  const auto rows = latent_rows(symbols.hyper, size, quality16);
  if (context) {
    context_->encode(encoder, symbols.latent.data(), rows.data(), {size.height, size.width}, quality16);
  } else {
    encoder.append(latent_table_, rows.data(), symbols.latent.data(), symbols.latent.size());
  }
  return encoder.finish();
}

Symbols LatentCoder::decode(ByteSpan stream, LatentSize size, int quality16, bool context, const std::string& origin) const {
  require(!context || has_context(), ErrorCode::kCorrupt, origin + ": context-coded, but its model has no context model");
  Symbols symbols;
  entropy::RansDecoder decoder(stream, origin + ": latent");
  if (projection_) {
    const auto rows = hyper_rows(size, quality16);
    symbols.hyper.resize(rows.size());
    decoder.decode(hyper_table_, rows.data(), symbols.hyper.data(), rows.size());
  }
  const auto rows = latent_rows(symbols.hyper, size, quality16);
  symbols.latent.resize(rows.size());
  if (context) {
    context_->decode(decoder, symbols.latent.data(), rows.data(), {size.height, size.width}, quality16);
  } else {
    decoder.decode(latent_table_, rows.data(), symbols.latent.data(), rows.size());
  }
  decoder.finish();
  return symbols;
}

void LatentCoder::learn(const Symbols& symbols, LatentSize size, int quality16) {
  if (!context_) context_.emplace(latent_table_, latent_channels_);
  const auto rows = latent_rows(symbols.hyper, size, quality16);
  context_->learn(symbols.latent.data(), rows.data(), {size.height, size.width}, quality16);
}

const entropy::ContextState& LatentCoder::learned() {
  if (!context_) context_.emplace(latent_table_, latent_channels_);
  context_->relax();
  return context_->start();
}

double LatentCoder::hyper_cost_bytes(const Symbols& symbols, LatentSize size, int quality16) const {
  if (!projection_) return 0.0;
  const auto rows = hyper_rows(size, quality16);
  double bits = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) bits += hyper_table_.cost_bits(rows[i], symbols.hyper[i]);
  return bits / 8;
}

}  // namespace imgcnn::codec
