#include "imgcnn/model/model_id.h"

#include <algorithm>
#include <charconv>

#include "imgcnn/base/sha256.h"

namespace imgcnn::model {
namespace {

constexpr const char* kIdKey = "id";

}  // namespace

ModelId model_id(const bitstream::TensorFile& file) {
  const Bytes digest = bitstream::tensor_digest(file);
  ModelId id;
  std::copy_n(digest.begin(), id.size(), id.begin());
  return id;
}

std::string to_hex(const ModelId& id) { return imgcnn::to_hex(ByteSpan(id.data(), id.size())); }

std::optional<ModelId> claimed_id(const bitstream::TensorFile& file) {
  const auto entry = file.metadata.find(kIdKey);
  if (entry == file.metadata.end() || entry->second.size() != 2 * ModelId().size())
    return std::nullopt;
  ModelId id;
  const char* digits = entry->second.data();
  for (std::uint8_t& byte : id) {
    if (std::from_chars(digits, digits + 2, byte, 16).ptr != digits + 2) return std::nullopt;
    digits += 2;
  }
  return id;
}

void put_id_claim(bitstream::TensorFile& file) { file.metadata[kIdKey] = to_hex(model_id(file)); }

}  // namespace imgcnn::model
