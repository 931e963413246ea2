#pragma once
// What the parts of the tensor file code share: element type names and the size of a tensor.

#include <cstdint>
#include <optional>
#include <string>

#include "imgcnn/bitstream/safetensors.h"

namespace imgcnn::bitstream {

/// Dimensions of a tensor at most.
constexpr std::size_t kMaxRank = 8;
/// Header key that is not a tensor.
constexpr const char* kMetadataKey = "__metadata__";

/// "F32", "I32", ... as safetensors files spell it.
[[nodiscard]] const char* dtype_name(DType dtype);

/// Inverse of `dtype_name`; empty for types that are not supported.
[[nodiscard]] std::optional<DType> dtype_of_name(const std::string& name);

/// Bytes that a tensor of this shape has; empty when a side is negative or they exceed `limit`.
[[nodiscard]] std::optional<std::uint64_t> tensor_bytes(const TensorRecord& record,
                                                        std::uint64_t limit);

/// Throws kInvalidArgument naming the tensor when its bytes do not fit its shape or its name is not
/// one for tensors.
void require_consistent(const std::string& name, const TensorRecord& record);

}  // namespace imgcnn::bitstream
