#include "cli/engine/codec_cache.h"

#include <utility>

#include "imgcnn/base/error.h"
#include "imgcnn/base/sha256.h"
#include "imgcnn/bitstream/container.h"

namespace imgcnn::cli {

CodecCache::CodecCache(std::string model, codec::CodecOptions options)
    : model_(std::move(model)), options_(std::move(options)) {}

const codec::Codec& CodecCache::codec_for(ByteSpan file, const std::string& origin) {
  std::string id;
  if (model_.empty()) {
    const auto bytes = bitstream::inspect_container(file, origin).header.model_id;
    id = to_hex({bytes.data(), bytes.size()});
  }
  const auto known = codecs_.find(id);
  if (known != codecs_.end()) return known->second;
  const std::string path = model_.empty() ? codec::find_model_by_id(id) : codec::find_model(model_);
  require(!path.empty(), ErrorCode::kModelMissing,
          origin + ": needs the model " + id + ", which is in none of the model folders (use -m FILE)");
  return codecs_.emplace(id, codec::Codec(path, options_)).first->second;
}

}  // namespace imgcnn::cli
