// Freezing and reading of the integer coding tables.

#include "imgcnn/model/coding_tables.h"

#include <utility>
#include <vector>

#include "imgcnn/base/error.h"
#include "imgcnn/entropy/cdf_builder.h"
#include "imgcnn/entropy/rate.h"

namespace imgcnn::model {
namespace {

// Mass left outside a row on each side; beyond it symbols are escapes, at some 20 bits each.
constexpr double kTailMass = 1.0 / (1 << 18);
// Longest half-row: rows of at most 2 * 1024 + 2 entries.
constexpr int kSupportLimit = 1024;

void put_table(bitstream::TensorFile& file, const std::string& prefix, const entropy::CdfTable& table) {
  const auto rows = static_cast<std::int64_t>(table.offsets().size());
  bitstream::put_i32(file, prefix + ".offsets", {rows}, table.offsets());
  bitstream::put_i32(file, prefix + ".lengths", {rows}, table.lengths());
  bitstream::put_u16(file, prefix + ".frequencies", {static_cast<std::int64_t>(table.frequencies().size())},
                     table.frequencies());
}

}  // namespace

void freeze_prior(bitstream::TensorFile& file, const std::string& prefix, const FactorizedPriorImpl& prior,
                  RateVectors gain, int levels) {
  torch::NoGradGuard no_grad;
  std::vector<entropy::TableRow> rows;
  for (int level = 0; level < levels; ++level) {
    const auto quality = torch::full({1}, static_cast<double>(level) / (levels - 1));
    const auto gains = gain(quality).flatten().contiguous();
    for (std::int64_t c = 0; c < gains.numel(); ++c) {
      const double g = gains[c].item<float>();
      const auto [first, last] = prior.support(c, g, kTailMass, kSupportLimit);
      const auto pmf = prior.pmf(c, g, first, last);
      double inside = 0;
      for (double p : pmf) inside += p;
      rows.push_back(entropy::quantize_pmf(pmf, std::max(0.0, 1.0 - inside), first));
    }
  }
  put_table(file, prefix, entropy::join_rows(std::move(rows), prefix));
}

void freeze_scale_table(bitstream::TensorFile& file, const std::string& prefix, const ModelConfig& config) {
  put_table(file, prefix, entropy::build_gaussian_table(config.scale_rows, config.scale_min, config.scale_max));
}

entropy::CdfTable read_table(const bitstream::TensorFile& file, const std::string& prefix, int rows) {
  const auto entries = bitstream::get_record(file, prefix + ".frequencies").shape;
  require(entries.size() == 1, ErrorCode::kCorrupt, "tensor '" + prefix + ".frequencies' is not a vector");
  return entropy::CdfTable(bitstream::get_i32(file, prefix + ".offsets", {rows}),
                           bitstream::get_i32(file, prefix + ".lengths", {rows}),
                           bitstream::get_u16(file, prefix + ".frequencies", entries), prefix);
}

entropy::ScaleProjection read_scale_projection(const bitstream::TensorFile& file, const ModelConfig& config) {
  const std::int64_t in = config.hyper_channels, hidden = config.scale_hidden, out = config.latent_channels;
  constexpr std::int64_t kBlock = ModelConfig::kHyperStride * ModelConfig::kHyperStride;
  entropy::ScaleProjectionWeights weights;
  weights.hyper_channels = config.hyper_channels;
  weights.hidden = config.scale_hidden;
  weights.latent_channels = config.latent_channels;
  weights.rows = config.scale_rows;
  weights.input_scale = bitstream::get_i32(file, "scale.input_scale", {entropy::kRateKnots, in});
  weights.hidden_weight = bitstream::get_i16(file, "scale.hidden_weight", {hidden, in, 3, 3});
  weights.hidden_bias = bitstream::get_i32(file, "scale.hidden_bias", {hidden});
  weights.index_weight = bitstream::get_i16(file, "scale.index_weight", {out * kBlock, hidden});
  weights.index_bias = bitstream::get_i32(file, "scale.index_bias", {out * kBlock});
  weights.rate_bias = bitstream::get_i32(file, "scale.rate_bias", {entropy::kRateKnots, out});
  const auto shifts = bitstream::get_i32(file, "scale.shifts", {3});
  weights.input_shift = shifts[0];
  weights.hidden_shift = shifts[1];
  weights.index_shift = shifts[2];
  return entropy::ScaleProjection(std::move(weights), "scale");
}

}  // namespace imgcnn::model
