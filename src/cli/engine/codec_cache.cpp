#include "cli/engine/codec_cache.h"

#include <utility>

#include "imgcnn/base/error.h"
#include "imgcnn/base/sha256.h"
#include "imgcnn/bitstream/stream_header.h"

namespace imgcnn::cli {

namespace {

std::string id_in(ByteSpan file, const std::string& origin) {
  bitstream::ByteReader reader(file);
  const auto bytes = bitstream::read_header(reader, origin).model_id;
  return to_hex({bytes.data(), bytes.size()});
}

}  // namespace

std::string model_file_for(ByteSpan file, const std::string& origin) {
  const std::string id = id_in(file, origin);
  std::string path = codec::find_model_by_id(id);
  require(
      !path.empty(), ErrorCode::kModelMissing,
      origin + ": needs the model " + id + ", which is in none of the model folders (use -m FILE)");
  return path;
}

CodecCache::CodecCache(std::string model, codec::CodecOptions options)
    : model_(std::move(model)), options_(std::move(options)) {}

const codec::Codec& CodecCache::codec_for(ByteSpan file, const std::string& origin) {
  const std::string id = model_.empty() ? id_in(file, origin) : "";
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto known = codecs_.find(id);
  if (known != codecs_.end()) return known->second;
  const std::string path =
      model_.empty() ? model_file_for(file, origin) : codec::find_model(model_);
  return codecs_.emplace(id, codec::Codec(path, options_)).first->second;
}

}  // namespace imgcnn::cli
