#pragma once
// The codec that a .cnz file asks for, loaded once for all files that ask for the same.

#include <map>
#include <mutex>
#include <string>

#include "imgcnn/base/byte_span.h"
#include "imgcnn/codec/codec.h"

namespace imgcnn::cli {

/// The model file whose id stands in the contents of a .cnz file. Throws kModelMissing naming the
/// id, and what a damaged header throws.
[[nodiscard]] std::string model_file_for(ByteSpan file, const std::string& origin);

/// Several threads may ask at once.
class CodecCache {
 public:
  /// `model`: a name or file that is used for every file; empty = by the id in each file.
  CodecCache(std::string model, codec::CodecOptions options);

  /// The codec for the contents of a .cnz file; lives as long as the cache. Throws kModelMissing
  /// naming the id, and what a damaged header throws.
  [[nodiscard]] const codec::Codec& codec_for(ByteSpan file, const std::string& origin);

 private:
  std::string model_;
  codec::CodecOptions options_;
  std::mutex mutex_;
  std::map<std::string, codec::Codec> codecs_;  ///< by model id, or "" for `model_`
};

}  // namespace imgcnn::cli
