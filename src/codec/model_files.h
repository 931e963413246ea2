#pragma once
// Model files on disk: finding, reading, naming them.

#include <array>
#include <cstdint>
#include <string>

#include "imgcnn/bitstream/safetensors.h"

namespace imgcnn::codec {

using ModelId = std::array<std::uint8_t, 8>;

struct ModelFile {
  bitstream::TensorFile tensors;
  ModelId id = {};  ///< first bytes of tensor_digest
};

/// Throws kModelMissing when the file cannot be opened or is no model, kCorrupt when it is a damaged one.
[[nodiscard]] ModelFile load_model_file(const std::string& path);

/// Lower-case hexadecimal.
[[nodiscard]] std::string to_hex(const ModelId& id);

}  // namespace imgcnn::codec
