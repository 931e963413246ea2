// Element types and sizes of tensors.

#include "bitstream/tensor_layout.h"

#include <algorithm>

#include "imgcnn/base/error.h"

namespace imgcnn::bitstream {
namespace {

struct DTypeInfo {
  DType dtype;
  const char* name;
  std::size_t size;
};
constexpr DTypeInfo kDTypes[] = {{DType::kF32, "F32", 4}, {DType::kF16, "F16", 2},
                                 {DType::kI32, "I32", 4}, {DType::kI16, "I16", 2},
                                 {DType::kU16, "U16", 2}, {DType::kI8, "I8", 1},
                                 {DType::kU8, "U8", 1},   {DType::kI64, "I64", 8}};

const DTypeInfo& info_of(DType dtype) {
  for (const DTypeInfo& info : kDTypes) {
    if (info.dtype == dtype) return info;
  }
  throw Error(ErrorCode::kInternal, "unknown element type");
}

}  // namespace

const char* dtype_name(DType dtype) { return info_of(dtype).name; }

std::size_t dtype_size(DType dtype) { return info_of(dtype).size; }

std::optional<DType> dtype_of_name(const std::string& name) {
  for (const DTypeInfo& info : kDTypes) {
    if (name == info.name) return info.dtype;
  }
  return std::nullopt;
}

std::optional<std::uint64_t> tensor_bytes(const TensorRecord& record, std::uint64_t limit) {
  const auto negative = [](std::int64_t side) { return side < 0; };
  if (std::any_of(record.shape.begin(), record.shape.end(), negative)) return std::nullopt;
  if (std::count(record.shape.begin(), record.shape.end(), 0) > 0) return 0;
  std::uint64_t bytes = dtype_size(record.dtype);
  for (const std::int64_t side : record.shape) {
    if (static_cast<std::uint64_t>(side) > limit / bytes) return std::nullopt;
    bytes *= static_cast<std::uint64_t>(side);
  }
  if (bytes > limit) return std::nullopt;
  return bytes;
}

void require_consistent(const std::string& name, const TensorRecord& record) {
  const auto bytes = tensor_bytes(record, INT64_MAX);
  require(name != kMetadataKey && record.shape.size() <= kMaxRank && bytes &&
              *bytes == record.bytes.size(),
          ErrorCode::kInvalidArgument,
          "tensor '" + name + "' cannot be stored: its bytes do not fit its shape");
}

std::size_t TensorRecord::elements() const {
  const auto size = tensor_bytes(*this, INT64_MAX);
  require(size.has_value(), ErrorCode::kInvalidArgument,
          "the sides of a tensor are negative or overflow");
  return static_cast<std::size_t>(*size) / dtype_size(dtype);
}

}  // namespace imgcnn::bitstream
