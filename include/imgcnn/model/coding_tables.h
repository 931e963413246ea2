#pragma once
// From trained float entropy models to the integers that coding uses (promise: parsing never depends on floating point).

#include <string>

#include "imgcnn/bitstream/safetensors.h"
#include "imgcnn/entropy/cdf_table.h"
#include "imgcnn/entropy/scale_projection.h"
#include "imgcnn/model/config.h"
#include "imgcnn/model/entropy_models.h"
#include "imgcnn/model/layers.h"

namespace imgcnn::model {

/// Freezes a factorised prior at `levels` rates: a table whose row l * channels + c holds channel c at level l. Tensors
/// "<prefix>.offsets", ".lengths", ".frequencies".
void freeze_prior(bitstream::TensorFile& file, const std::string& prefix, const FactorizedPriorImpl& prior,
                  RateVectors gain, int levels);

/// Freezes the Gaussian scale table of a config.
void freeze_scale_table(bitstream::TensorFile& file, const std::string& prefix, const ModelConfig& config);

/// Reads what the two functions above wrote. Throws kCorrupt naming the tensor; `rows` is what the table must have.
[[nodiscard]] entropy::CdfTable read_table(const bitstream::TensorFile& file, const std::string& prefix, int rows);

/// Reads the integer scale projection ("scale.*") of a config. Throws kCorrupt.
[[nodiscard]] entropy::ScaleProjection read_scale_projection(const bitstream::TensorFile& file, const ModelConfig& config);

}  // namespace imgcnn::model
