// Typed access to the tensors of a safetensors file; values are stored little-endian whatever the
// host.

#include <algorithm>
#include <cstring>
#include <type_traits>
#include <utility>

#include "imgcnn/base/error.h"
#include "imgcnn/base/half.h"
#include "imgcnn/bitstream/safetensors.h"

namespace imgcnn::bitstream {
namespace {

using Shape = std::vector<std::int64_t>;

template <std::size_t kSize>
using UnsignedOf = std::conditional_t<kSize == 4, std::uint32_t, std::uint16_t>;

std::string to_text(const Shape& shape) {
  std::string text = "[";
  for (const std::int64_t side : shape)
    text += (text.size() > 1 ? ", " : "") + std::to_string(side);
  return text + "]";
}

template <typename T>
std::vector<T> get(const TensorFile& file, const std::string& name, const Shape& shape,
                   DType dtype) {
  const TensorRecord& record = get_record(file, name);
  require(record.dtype == dtype, ErrorCode::kCorrupt,
          "tensor '" + name + "' has another element type than expected");
  require(
      record.shape == shape, ErrorCode::kCorrupt,
      "tensor '" + name + "' has shape " + to_text(record.shape) + ", expected " + to_text(shape));
  require(record.bytes.size() == record.elements() * sizeof(T), ErrorCode::kCorrupt,
          "tensor '" + name + "' holds no data");
  std::vector<T> values(record.elements());
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
  if (!values.empty()) std::memcpy(values.data(), record.bytes.data(), record.bytes.size());
#else
  for (std::size_t i = 0; i < values.size(); ++i) {
    UnsignedOf<sizeof(T)> bits = 0;
    for (std::size_t b = sizeof(T); b-- > 0;) {
      bits = static_cast<UnsignedOf<sizeof(T)> >(bits << 8 | record.bytes[i * sizeof(T) + b]);
    }
    std::memcpy(&values[i], &bits, sizeof(T));
  }
#endif
  return values;
}

template <typename T>
void put(TensorFile& file, const std::string& name, const Shape& shape,
         const std::vector<T>& values, DType dtype) {
  TensorRecord record{dtype, shape, {}};
  require(record.elements() == values.size(), ErrorCode::kInvalidArgument,
          "tensor '" + name + "': " + std::to_string(values.size()) + " values do not fit " +
              to_text(shape));
  Bytes bytes;
  bytes.reserve(values.size() * sizeof(T));
  for (const T& value : values) {
    UnsignedOf<sizeof(T)> bits = 0;
    std::memcpy(&bits, &value, sizeof(T));
    for (std::size_t b = 0; b < sizeof(T); ++b)
      bytes.push_back(static_cast<std::uint8_t>(bits >> (8 * b)));
  }
  record.bytes = std::move(bytes);
  file.tensors[name] = std::move(record);
}

}  // namespace

const TensorRecord& get_record(const TensorFile& file, const std::string& name) {
  const auto found = file.tensors.find(name);
  require(found != file.tensors.end(), ErrorCode::kCorrupt, "tensor '" + name + "' is missing");
  return found->second;
}

std::vector<float> get_f32(const TensorFile& file, const std::string& name, const Shape& shape) {
  if (get_record(file, name).dtype != DType::kF16)
    return get<float>(file, name, shape, DType::kF32);
  const auto halves = get<std::uint16_t>(file, name, shape, DType::kF16);
  std::vector<float> values(halves.size());
  std::transform(halves.begin(), halves.end(), values.begin(), half_to_float);
  return values;
}

std::vector<std::int32_t> get_i32(const TensorFile& file, const std::string& name,
                                  const Shape& shape) {
  return get<std::int32_t>(file, name, shape, DType::kI32);
}

std::vector<std::int16_t> get_i16(const TensorFile& file, const std::string& name,
                                  const Shape& shape) {
  return get<std::int16_t>(file, name, shape, DType::kI16);
}

std::vector<std::int8_t> get_i8(const TensorFile& file, const std::string& name,
                                const Shape& shape) {
  return get<std::int8_t>(file, name, shape, DType::kI8);
}

std::vector<std::uint16_t> get_u16(const TensorFile& file, const std::string& name,
                                   const Shape& shape) {
  return get<std::uint16_t>(file, name, shape, DType::kU16);
}

void put_f32(TensorFile& file, const std::string& name, const Shape& shape,
             const std::vector<float>& values) {
  put(file, name, shape, values, DType::kF32);
}

bool narrow_to_f16(TensorFile& file, const std::string& name) {
  const Shape shape = get_record(file, name).shape;
  const auto values = get_f32(file, name, shape);
  std::vector<std::uint16_t> halves(values.size());
  std::transform(values.begin(), values.end(), halves.begin(), float_to_half);
  const auto infinite = [](std::uint16_t half) { return (half & 0x7FFFU) == 0x7C00U; };
  if (std::any_of(halves.begin(), halves.end(), infinite)) return false;
  put(file, name, shape, halves, DType::kF16);
  return true;
}

void put_i32(TensorFile& file, const std::string& name, const Shape& shape,
             const std::vector<std::int32_t>& values) {
  put(file, name, shape, values, DType::kI32);
}

void put_i16(TensorFile& file, const std::string& name, const Shape& shape,
             const std::vector<std::int16_t>& values) {
  put(file, name, shape, values, DType::kI16);
}

void put_i8(TensorFile& file, const std::string& name, const Shape& shape,
            const std::vector<std::int8_t>& values) {
  put(file, name, shape, values, DType::kI8);
}

void put_u16(TensorFile& file, const std::string& name, const Shape& shape,
             const std::vector<std::uint16_t>& values) {
  put(file, name, shape, values, DType::kU16);
}

}  // namespace imgcnn::bitstream
