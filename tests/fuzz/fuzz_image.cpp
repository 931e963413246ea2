// Any bytes: read as a picture or refused with an Error; what was read is a proper picture,
// survives a trip through PNG, and can be written in every format.

#include <string>

#include "fuzz_input.h"
#include "imgcnn/base/error.h"
#include "imgcnn/image/convert.h"
#include "imgcnn/image/image_io.h"

namespace imgcnn::fuzz {
namespace {

constexpr std::uint64_t kMaxPixels = 1 << 14;  // files of few bytes may state large pictures

void check_picture(const image::Image& picture) {
  expect(picture.width > 0 && picture.height > 0 && picture.pixels() <= kMaxPixels,
         "a picture has a size in limits");
  expect(picture.channels >= 1 && picture.channels <= 4, "a picture has one to four channels");
  expect(picture.bit_depth == 8 || picture.bit_depth == 16, "samples have 8 or 16 bits");
  expect(picture.samples.size() == picture.pixels() * static_cast<std::size_t>(picture.channels),
         "there are as many samples as size and channels say");
  for (const std::uint16_t sample : picture.samples)
    expect(sample <= picture.max_value(), "samples are in range");
}

void check_writing(const image::Image& picture) {
  const image::Image again = image::decode_image(image::encode_png(picture), "again");
  expect(again.samples == picture.samples, "PNG keeps every sample");
  for (const char* extension : {".jpg", ".webp", ".tif", ".bmp", ".pnm", ".pam"}) {
    (void)image::unkept(picture, extension);
    (void)image::encode_image(picture, extension);
  }
}

}  // namespace
}  // namespace imgcnn::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace imgcnn;
  image::ReadOptions options;
  options.max_pixels = fuzz::kMaxPixels;
  image::DecodedImage decoded;
  try {
    decoded = image::decode_with_warnings(ByteSpan(data, size), "input", options);
  } catch (const Error& error) {
    fuzz::expect(
        error.code() == ErrorCode::kUnsupportedImage || error.code() == ErrorCode::kLimitExceeded,
        "a file is at fault, or too large, never the program");
    fuzz::expect(std::string(error.what()).rfind("input: ", 0) == 0, "messages name the file");
    return 0;
  }
  fuzz::check_picture(decoded.image);
  // Most of what a mutation finds is found by reading; writing every picture would halve the speed.
  if (size % 16 == 0) fuzz::check_writing(decoded.image);
  return 0;
}
