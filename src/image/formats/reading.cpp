#include "image/formats/reading.h"

#include <algorithm>

#include "imgcnn/base/error.h"
#include "imgcnn/image/convert.h"

namespace imgcnn::image {

void Warnings::add(const std::string& sentence) {
  if (std::find(phrases_.begin(), phrases_.end(), sentence) == phrases_.end())
    phrases_.push_back(sentence);
}

void refuse(const Source& source, const std::string& feature) {
  throw Error(ErrorCode::kUnsupportedImage, source.origin + ": " + feature + " is not handled");
}

void damaged(const Source& source, const char* format, const std::string& reason) {
  throw Error(ErrorCode::kUnsupportedImage, source.origin + ": damaged " + format + ": " + reason);
}

void check_limits(const Source& source, const Dimensions& size) {
  const ReadOptions& options = source.options;
  require(size.width > 0 && size.height > 0, ErrorCode::kUnsupportedImage,
          source.origin + ": no size in the picture's header");
  const std::string text = std::to_string(size.width) + "x" + std::to_string(size.height);
  const auto side = static_cast<std::uint64_t>(options.max_side);
  require(size.width <= side && size.height <= side, ErrorCode::kLimitExceeded,
          source.origin + ": " + text + " exceeds the side limit of " + std::to_string(side));
  require(size.width * size.height <= options.max_pixels, ErrorCode::kLimitExceeded,
          source.origin + ": " + text + " exceeds the limit of " +
              std::to_string(options.max_pixels) + " pixels");
}

Image make_picture(const Dimensions& size, int channels, int bit_depth) {
  return blank(static_cast<int>(size.width), static_cast<int>(size.height), channels, bit_depth);
}

void warn_of_trailing_bytes(ByteSpan rest, Warnings& warnings) {
  const auto all = [&](std::uint8_t padding) {
    return std::all_of(rest.begin(), rest.end(),
                       [=](std::uint8_t byte) { return byte == padding; });
  };
  if (all(0x00) || all(0xFF)) return;
  warnings.lost("what lies behind the picture (" + std::to_string(rest.size()) + " bytes)");
}

}  // namespace imgcnn::image
