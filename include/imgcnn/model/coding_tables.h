#pragma once
// The integer coding tables of a model file (promise: parsing never depends on floating point). No
// LibTorch here.

#include <optional>
#include <string>

#include "imgcnn/bitstream/safetensors.h"
#include "imgcnn/entropy/cdf_table.h"
#include "imgcnn/entropy/context_mlp.h"
#include "imgcnn/entropy/dependent_quantizer.h"
#include "imgcnn/entropy/integer_scale_network.h"
#include "imgcnn/model/config.h"

namespace imgcnn::model {

/// Names of the tables. Each is three tensors: "<name>.offsets", ".lengths", ".frequencies".
/// hyper-latent: row = level * channels + channel.
constexpr const char* kHyperTable = "hyper_table";
/// Latent under a hyper-latent: row = scale index.
constexpr const char* kScaleTable = "scale_table";
/// Latent without one: row = level * channels + channel.
constexpr const char* kLatentTable = "latent_table";

/// Names of the context coders' weights. Each is eight tensors: "<name>.predictors", ".references",
/// ".first", ".first_bias",
/// ".second", ".second_bias", ".third", ".third_bias"; see ContextMlpWeights.
constexpr const char* kHyperContext = "hyper_context";
constexpr const char* kLatentContext = "context";

/// Stores a table.
void put_table(bitstream::TensorFile& file, const std::string& name,
               const entropy::CdfTable& table);

/// Reads a table of `rows` rows. Throws kCorrupt naming the tensor.
[[nodiscard]] entropy::CdfTable read_table(const bitstream::TensorFile& file,
                                           const std::string& name, int rows);

/// How symbols under Gaussian scales are coded: a table, and a dependent quantizer whose indexes
/// lie in it.
struct ScaleCoding {
  entropy::DependentQuantizer quantizer;
  entropy::CdfTable table;
};

/// Returns the coding of new model files. states: of the quantizer, 32 to 1024. Throws kCorrupt
/// where there is no code of so many.
[[nodiscard]] ScaleCoding gaussian_coding(const ModelConfig& config,
                                          int states = entropy::DependentQuantizer::kDefaultStates);

/// Stores that coding as kScaleTable and "trellis".
void put_scale_table(bitstream::TensorFile& file, const ModelConfig& config,
                     int states = entropy::DependentQuantizer::kDefaultStates);

/// Reads the dependent quantizer, the tensor "trellis"; an empty one where the model file has none.
/// Throws kCorrupt naming the tensor.
[[nodiscard]] entropy::DependentQuantizer read_trellis(const bitstream::TensorFile& file,
                                                       const ModelConfig& config);

/// Stores the integer scale network as "scale.*".
void put_scale_network(bitstream::TensorFile& file,
                       const entropy::IntegerScaleNetwork::Weights& weights);

/// Reads it in the sizes that the config asks for. Throws kCorrupt naming the tensor.
[[nodiscard]] entropy::IntegerScaleNetwork read_scale_network(const bitstream::TensorFile& file,
                                                              const ModelConfig& config);

/// Stores the weights of a context coder of so many channels, replacing older ones.
void put_context(bitstream::TensorFile& file, const std::string& name, int channels,
                 const entropy::ContextMlpWeights& weights);

/// Removes the weights of all context coders.
void drop_contexts(bitstream::TensorFile& file);

/// Reads it; nothing where the model file has none. Throws kCorrupt naming the tensor.
[[nodiscard]] std::optional<entropy::ContextMlpWeights> read_context(
    const bitstream::TensorFile& file, const std::string& name, int channels);

}  // namespace imgcnn::model
