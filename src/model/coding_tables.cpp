// Reading and writing of the integer coding tables.

#include "imgcnn/model/coding_tables.h"

#include <cmath>
#include <cstdint>
#include <iterator>
#include <type_traits>
#include <utility>

#include "imgcnn/base/error.h"
#include "imgcnn/entropy/quality.h"
#include "imgcnn/rdo/cdf_builder.h"

namespace imgcnn::model {
namespace {

constexpr std::int64_t kBlock = std::int64_t{entropy::kHyperStride} * entropy::kHyperStride;

template <class T>
std::vector<T> get_vector(const bitstream::TensorFile& file, const std::string& name) {
  const auto shape = bitstream::get_record(file, name).shape;
  require(shape.size() == 1, ErrorCode::kCorrupt, "tensor '" + name + "' is not a vector");
  if constexpr (std::is_same_v<T, std::int16_t>)
    return bitstream::get_i16(file, name, shape);
  else
    return bitstream::get_i32(file, name, shape);
}

template <class T>
std::vector<std::int64_t> length_of(const std::vector<T>& values) {
  return {static_cast<std::int64_t>(values.size())};
}

constexpr const char* kTrellis = "trellis";
// What takes part, and how finely. Measured on validation crops, all qualities, BD-rate under
// Gaussian tables against scales from 0.3 on and a step of 0.7 for all: these -1.7 %; from 0.3 on
// with steps as these -1.0; a last step of 1.3 for 1.2, a half-way of 0.6 or 0.7, the square for
// the power 1.5 change less than 0.15.
constexpr double kTrellisScale = 0.18;
constexpr double kFinestStep = 0.55, kCoarsestStep = 1.2;  ///< of large scales, of small ones
constexpr double kHalfWayScale = 0.5, kStepPower = 1.5;

/// A dependent quantizer in the words of a model file.
struct TrellisFacts {
  std::int32_t first_row = 0;
  std::vector<std::int32_t> steps;  ///< from first_row on
};

TrellisFacts trellis_facts(const ModelConfig& config) {
  const int rows = config.scale_rows;
  const auto sigma = [&](int row) {
    return rdo::gaussian_sigma(row, rows, config.scale_min, config.scale_max);
  };
  TrellisFacts facts;
  while (facts.first_row < rows - 1 && sigma(facts.first_row) < kTrellisScale) ++facts.first_row;
  for (int row = facts.first_row; row < rows; ++row) {
    const double step = kFinestStep + (kCoarsestStep - kFinestStep) /
                                          (1 + std::pow(sigma(row) / kHalfWayScale, kStepPower));
    facts.steps.push_back(
        static_cast<std::int32_t>(std::lround(step * entropy::DependentQuantizer::kStepUnit)));
  }
  return facts;
}

ScaleCoding gaussian_coding(const ModelConfig& config, const TrellisFacts& facts, int states) {
  const entropy::DependentQuantizer quantizer(config.scale_rows, facts.first_row, facts.steps,
                                              states);
  return {quantizer, rdo::build_gaussian_table(config.scale_rows, config.scale_min,
                                               config.scale_max, quantizer)};
}

}  // namespace

void put_table(bitstream::TensorFile& file, const std::string& name,
               const entropy::CdfTable& table) {
  const auto rows = static_cast<std::int64_t>(table.rows());
  bitstream::put_i32(file, name + ".offsets", {rows}, table.offsets());
  bitstream::put_i32(file, name + ".lengths", {rows}, table.lengths());
  bitstream::put_u16(file, name + ".frequencies",
                     {static_cast<std::int64_t>(table.frequencies().size())}, table.frequencies());
}

entropy::CdfTable read_table(const bitstream::TensorFile& file, const std::string& name, int rows) {
  const auto entries = bitstream::get_record(file, name + ".frequencies").shape;
  require(entries.size() == 1, ErrorCode::kCorrupt,
          "tensor '" + name + ".frequencies' is not a vector");
  return {bitstream::get_i32(file, name + ".offsets", {rows}),
          bitstream::get_i32(file, name + ".lengths", {rows}),
          bitstream::get_u16(file, name + ".frequencies", entries), name};
}

ScaleCoding gaussian_coding(const ModelConfig& config, int states) {
  return gaussian_coding(config, trellis_facts(config), states);
}

void put_scale_table(bitstream::TensorFile& file, const ModelConfig& config, int states) {
  const auto facts = trellis_facts(config);
  put_table(file, kScaleTable, gaussian_coding(config, facts, states).table);
  std::vector<std::int32_t> values = {facts.first_row, states};
  values.insert(values.end(), facts.steps.begin(), facts.steps.end());
  bitstream::put_i32(file, kTrellis, length_of(values), values);
}

entropy::DependentQuantizer read_trellis(const bitstream::TensorFile& file,
                                         const ModelConfig& config) {
  if (file.tensors.count(kTrellis) == 0) return {};
  const auto facts = get_vector<std::int32_t>(file, kTrellis);
  require(facts.size() >= 2, ErrorCode::kCorrupt, "tensor 'trellis' has a wrong size");
  return {config.scale_rows, facts[0], std::vector<std::int32_t>(facts.begin() + 2, facts.end()),
          facts[1]};
}

void put_scale_network(bitstream::TensorFile& file,
                       const entropy::IntegerScaleNetwork::Weights& weights) {
  const std::int64_t in = weights.hyper_channels, hidden = weights.hidden,
                     out = weights.latent_channels;
  bitstream::put_i32(file, "scale.input_scale", {entropy::kRateKnots, in}, weights.input_scale);
  bitstream::put_i16(file, "scale.hidden_weight", {hidden, in, 3, 3}, weights.hidden_weight);
  bitstream::put_i32(file, "scale.hidden_bias", {hidden}, weights.hidden_bias);
  bitstream::put_i16(file, "scale.index_weight", {out * kBlock, hidden}, weights.index_weight);
  bitstream::put_i32(file, "scale.index_bias", {out * kBlock}, weights.index_bias);
  bitstream::put_i32(file, "scale.rate_bias", {entropy::kRateKnots, out}, weights.rate_bias);
  bitstream::put_i32(file, "scale.shifts", {3},
                     {weights.input_shift, weights.hidden_shift, weights.index_shift});
}

entropy::IntegerScaleNetwork read_scale_network(const bitstream::TensorFile& file,
                                                const ModelConfig& config) {
  const std::int64_t in = config.hyper_channels, hidden = config.scale_hidden,
                     out = config.latent_channels;
  entropy::IntegerScaleNetwork::Weights weights;
  weights.hyper_channels = config.hyper_channels;
  weights.hidden = config.scale_hidden;
  weights.latent_channels = config.latent_channels;
  weights.cdf_count = config.scale_rows;
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
  return {std::move(weights), "scale"};
}

void put_context(bitstream::TensorFile& file, const std::string& name, int channels,
                 const entropy::ContextMlpWeights& weights) {
  using W = entropy::ContextMlpWeights;
  const std::int64_t c = channels, width = static_cast<std::int64_t>(weights.first_bias.size()) / c;
  constexpr auto kNarrow = static_cast<std::int64_t>(W::kNarrow),
                 kOutputs = static_cast<std::int64_t>(W::kOutputs);
  constexpr auto kFeatures = static_cast<std::int64_t>(entropy::kContextFeatures);
  bitstream::put_i32(file, name + ".predictors", {c, entropy::kPredictorInputs},
                     weights.predictors);
  bitstream::put_i32(file, name + ".references", {c, entropy::kReferences}, weights.references);
  bitstream::put_i8(file, name + ".first", {c, kFeatures / 2, width, 2}, weights.first);
  bitstream::put_i32(file, name + ".first_bias", {c, width}, weights.first_bias);
  bitstream::put_i8(file, name + ".second", {width / 2, kNarrow, 2}, weights.second);
  bitstream::put_i32(file, name + ".second_bias", {c, kNarrow}, weights.second_bias);
  bitstream::put_i8(file, name + ".third", {c, kNarrow / 2, kOutputs, 2}, weights.third);
  bitstream::put_i32(file, name + ".third_bias", {c, kOutputs}, weights.third_bias);
}

void drop_contexts(bitstream::TensorFile& file) {
  for (auto tensor = file.tensors.begin(); tensor != file.tensors.end();) {
    const bool goes = tensor->first.rfind(std::string(kLatentContext) + ".", 0) == 0 ||
                      tensor->first.rfind(std::string(kHyperContext) + ".", 0) == 0;
    tensor = goes ? file.tensors.erase(tensor) : std::next(tensor);
  }
}

std::optional<entropy::ContextMlpWeights> read_context(const bitstream::TensorFile& file,
                                                       const std::string& name, int channels) {
  if (file.tensors.count(name + ".references") == 0) return std::nullopt;
  using W = entropy::ContextMlpWeights;
  const std::int64_t c = channels;
  const auto& bias = bitstream::get_record(file, name + ".first_bias").shape;
  require(bias.size() == 2 && bias[1] >= 1 && bias[1] <= static_cast<std::int64_t>(W::kMostWidth),
          ErrorCode::kCorrupt, "tensor '" + name + ".first_bias' has an impossible shape");
  const std::int64_t width = bias[1];
  constexpr auto kNarrow = static_cast<std::int64_t>(W::kNarrow),
                 kOutputs = static_cast<std::int64_t>(W::kOutputs);
  constexpr auto kFeatures = static_cast<std::int64_t>(entropy::kContextFeatures);
  return W{bitstream::get_i32(file, name + ".predictors", {c, entropy::kPredictorInputs}),
           bitstream::get_i32(file, name + ".references", {c, entropy::kReferences}),
           bitstream::get_i8(file, name + ".first", {c, kFeatures / 2, width, 2}),
           bitstream::get_i32(file, name + ".first_bias", {c, width}),
           bitstream::get_i8(file, name + ".second", {width / 2, kNarrow, 2}),
           bitstream::get_i32(file, name + ".second_bias", {c, kNarrow}),
           bitstream::get_i8(file, name + ".third", {c, kNarrow / 2, kOutputs, 2}),
           bitstream::get_i32(file, name + ".third_bias", {c, kOutputs})};
}

}  // namespace imgcnn::model
