#pragma once
// Bounded reader and writer of the safetensors format: named tensors as plain data, nothing
// executable. Source: huggingface/safetensors format description (8-byte little-endian header
// length, JSON header, raw bytes).

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "imgcnn/base/byte_span.h"
#include "imgcnn/base/shared_bytes.h"

namespace imgcnn::bitstream {

/// Element types that this project stores. Little-endian on disk.
enum class DType { kF32, kF16, kI32, kI16, kU16, kI8, kU8, kI64 };

/// Bytes per element: 1, 2, 4 or 8.
[[nodiscard]] std::size_t dtype_size(DType dtype);

/// One tensor: row-major, `bytes.size() == dtype_size * product(shape)`.
struct TensorRecord {
  DType dtype = DType::kF32;
  std::vector<std::int64_t> shape;
  SharedBytes bytes;

  [[nodiscard]] std::size_t elements() const;
};

/// A safetensors file in memory. Both maps are ordered by name, so equal contents give equal bytes.
struct TensorFile {
  std::map<std::string, std::string> metadata;  ///< "__metadata__": string to string
  std::map<std::string, TensorRecord> tensors;
};

/// Parses a whole file. Refuses (kCorrupt, kTruncated, kLimitExceeded): a header over 8 MiB,
/// unknown dtypes, negative or overflowing shapes, overlaps, holes, trailing bytes, duplicate
/// names, NaN or infinity in a kF32 or kF16 tensor. Metadata with keys other than strings to
/// strings is refused too. Tensors are parts of `file`, not copies. `origin` names the file in
/// messages.
[[nodiscard]] TensorFile parse_safetensors(const SharedBytes& file, const std::string& origin);

/// Only the "__metadata__" map and the shapes (records with empty bytes): what `info` needs. Same
/// checks on the header; the bytes are not touched, so `file` may hold the header alone;
/// `file_size` is the size of the whole file.
[[nodiscard]] TensorFile parse_safetensors_header(ByteSpan file, std::uint64_t file_size,
                                                  const std::string& origin);

/// Serialises: the header in name order, the data by falling element size and then by name, without
/// holes, so that every tensor is aligned for readers that map the file. Byte-identical for equal
/// contents.
[[nodiscard]] Bytes serialize_safetensors(const TensorFile& file);

/// Identity of a model: SHA-256 over (name, dtype, shape, bytes) of every tensor in name order, and
/// over the metadata entry "config" where present. 32 bytes. Independent of the other metadata, so
/// a card may be edited. Throws kInvalidArgument naming the tensor whose bytes do not fit its
/// shape; so does `serialize_safetensors`.
[[nodiscard]] Bytes tensor_digest(const TensorFile& file);

/// Tensor <-> vector helpers. `get_*` throw kCorrupt naming the tensor when it is missing or has
/// another dtype or shape. `get_f32` reads kF16 too: the same values, wider.
[[nodiscard]] std::vector<float> get_f32(const TensorFile& file, const std::string& name,
                                         const std::vector<std::int64_t>& shape);
[[nodiscard]] std::vector<std::int32_t> get_i32(const TensorFile& file, const std::string& name,
                                                const std::vector<std::int64_t>& shape);
[[nodiscard]] std::vector<std::int16_t> get_i16(const TensorFile& file, const std::string& name,
                                                const std::vector<std::int64_t>& shape);
[[nodiscard]] std::vector<std::int8_t> get_i8(const TensorFile& file, const std::string& name,
                                              const std::vector<std::int64_t>& shape);
[[nodiscard]] std::vector<std::uint16_t> get_u16(const TensorFile& file, const std::string& name,
                                                 const std::vector<std::int64_t>& shape);
/// The record itself, shape unchecked (kCorrupt when missing).
[[nodiscard]] const TensorRecord& get_record(const TensorFile& file, const std::string& name);
void put_f32(TensorFile& file, const std::string& name, const std::vector<std::int64_t>& shape,
             const std::vector<float>& values);
/// Makes a tensor that `get_f32` reads kF16, its values rounded to the nearest, ties to even.
/// False, and nothing changes, where a value would become infinite.
bool narrow_to_f16(TensorFile& file, const std::string& name);
void put_i32(TensorFile& file, const std::string& name, const std::vector<std::int64_t>& shape,
             const std::vector<std::int32_t>& values);
void put_i16(TensorFile& file, const std::string& name, const std::vector<std::int64_t>& shape,
             const std::vector<std::int16_t>& values);
void put_i8(TensorFile& file, const std::string& name, const std::vector<std::int64_t>& shape,
            const std::vector<std::int8_t>& values);
void put_u16(TensorFile& file, const std::string& name, const std::vector<std::int64_t>& shape,
             const std::vector<std::uint16_t>& values);

}  // namespace imgcnn::bitstream
