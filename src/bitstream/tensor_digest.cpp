// The identity of a model: a hash over what its tensors are, not over how a file lays them out.

#include "bitstream/tensor_layout.h"
#include "imgcnn/base/sha256.h"
#include "imgcnn/bitstream/byte_io.h"
#include "imgcnn/bitstream/safetensors.h"

namespace imgcnn::bitstream {
namespace {

constexpr const char* kConfigKey = "config";

// Lengths in front of every variable part: different contents never give the same bytes to hash.
void update(Sha256& hash, ByteSpan bytes) {
  ByteWriter length;
  length.u64(bytes.size());
  hash.update(length.bytes());
  hash.update(bytes);
}

void update(Sha256& hash, const std::string& text) { update(hash, as_bytes(text)); }

}  // namespace

Bytes tensor_digest(const TensorFile& file) {
  Sha256 hash;
  const auto config = file.metadata.find(kConfigKey);
  update(hash, config == file.metadata.end() ? std::string() : config->second);
  for (const auto& [name, record] : file.tensors) {
    require_consistent(name, record);
    update(hash, name);
    update(hash, dtype_name(record.dtype));
    ByteWriter shape;
    for (const std::int64_t side : record.shape) shape.u64(static_cast<std::uint64_t>(side));
    update(hash, shape.bytes());
    update(hash, record.bytes);
  }
  return hash.finish();
}

}  // namespace imgcnn::bitstream
