#pragma once
// The name that files know a model by.

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "imgcnn/bitstream/safetensors.h"

namespace imgcnn::model {

/// First bytes of tensor_digest.
using ModelId = std::array<std::uint8_t, 8>;

/// The id of a model's tensors and config: all bytes are read.
[[nodiscard]] ModelId model_id(const bitstream::TensorFile& file);

/// Lower-case hexadecimal.
[[nodiscard]] std::string to_hex(const ModelId& id);

/// The id that a model file says it has, so that it is found without reading all of it; nothing
/// where it says none.
[[nodiscard]] std::optional<ModelId> claimed_id(const bitstream::TensorFile& file);

/// Writes the id into the metadata: the last thing to do before a model is written.
void put_id_claim(bitstream::TensorFile& file);

}  // namespace imgcnn::model
