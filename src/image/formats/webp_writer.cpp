// WebP by libwebp and its muxer.
#include <webp/encode.h>
#include <webp/mux.h>

#include <memory>
#include <string>

#include "image/formats/format_table.h"
#include "image/formats/writing.h"
#include "imgcnn/base/error.h"
#include "imgcnn/image/convert.h"

namespace imgcnn::image {
namespace {

constexpr int kLosslessQuality = 101;
constexpr float kLosslessEffort = 70.0F;  // what libwebp's own simple functions take

/// A picture in libwebp's memory, and the file as it grows.
struct WebpWriter {
  WebPPicture picture = {};
  WebPMemoryWriter memory = {};

  WebpWriter() {
    require(WebPPictureInit(&picture) != 0, ErrorCode::kInternal,
            "WebP: the library does not fit its headers");
    WebPMemoryWriterInit(&memory);
    picture.writer = WebPMemoryWrite;
    picture.custom_ptr = &memory;
  }
  WebpWriter(const WebpWriter&) = delete;
  WebpWriter& operator=(const WebpWriter&) = delete;
  ~WebpWriter() {
    WebPPictureFree(&picture);
    WebPMemoryWriterClear(&memory);
  }
};

struct DeleteMux {
  void operator()(WebPMux* mux) const { WebPMuxDelete(mux); }
};

/// 8-bit RGB or RGBA in rows, grey replicated.
Bytes to_rgb_bytes(const Image& picture) {
  const auto channels = static_cast<std::size_t>(picture.channels);
  const std::size_t colours = channels <= 2 ? 1 : 3;
  const Image shallow = to_8_bit(picture);
  Bytes bytes;
  bytes.reserve(picture.pixels() * 4);
  for (std::size_t i = 0; i < shallow.samples.size(); i += channels) {
    for (std::size_t c = 0; c < 3; ++c)
      bytes.push_back(static_cast<std::uint8_t>(shallow.samples[i + c % colours]));
    if (picture.has_alpha())
      bytes.push_back(static_cast<std::uint8_t>(shallow.samples[i + colours]));
  }
  return bytes;
}

/// The file with the picture's profile, EXIF and XMP in chunks of their own.
Bytes with_metadata(const Bytes& file, const Metadata& metadata) {
  const WebPData whole{file.data(), file.size()};
  const std::unique_ptr<WebPMux, DeleteMux> mux(WebPMuxCreate(&whole, 0));
  require(mux != nullptr, ErrorCode::kInternal, "WebP: the file just written cannot be read");
  const auto add = [&](const char* name, const Bytes& contents) {
    const WebPData chunk{contents.data(), contents.size()};
    if (contents.empty()) return;
    require(WebPMuxSetChunk(mux.get(), name, &chunk, 0) == WEBP_MUX_OK, ErrorCode::kInternal,
            std::string("WebP: no room for the chunk ") + name);
  };
  add("ICCP", metadata.icc);
  add("EXIF", metadata.exif);
  add("XMP ", metadata.xmp);
  WebPData assembled;
  WebPDataInit(&assembled);
  require(WebPMuxAssemble(mux.get(), &assembled) == WEBP_MUX_OK, ErrorCode::kInternal,
          "WebP: picture and metadata cannot be put together");
  Bytes bytes(assembled.bytes, assembled.bytes + assembled.size);
  WebPDataClear(&assembled);
  return bytes;
}

}  // namespace

Bytes encode_webp(const Image& picture, int quality) {
  const int max_side = format_info(Format::kWebp).written.max_side;
  require(picture.width <= max_side && picture.height <= max_side, ErrorCode::kInvalidArgument,
          "WebP holds at most " + std::to_string(max_side) + " pixels a side");
  const bool lossless = quality >= kLosslessQuality;
  WebPConfig config;
  require(WebPConfigInit(&config) != 0, ErrorCode::kInternal,
          "WebP: the library does not fit its headers");
  config.lossless = lossless ? 1 : 0;
  config.exact = config.lossless;  // colours below zero alpha are samples, too
  config.quality = lossless ? kLosslessEffort : static_cast<float>(quality);

  WebpWriter state;
  state.picture.use_argb = config.lossless;
  state.picture.width = picture.width;
  state.picture.height = picture.height;
  const Bytes pixels = to_rgb_bytes(picture);
  const auto import = picture.has_alpha() ? WebPPictureImportRGBA : WebPPictureImportRGB;
  const int stride = picture.width * (picture.has_alpha() ? 4 : 3);
  if (import(&state.picture, pixels.data(), stride) == 0) throw std::bad_alloc();
  require(WebPEncode(&config, &state.picture) != 0, ErrorCode::kInvalidArgument,
          "WebP encoder: error " + std::to_string(state.picture.error_code));
  Bytes file(state.memory.mem, state.memory.mem + state.memory.size);
  const Metadata& metadata = picture.metadata;
  const bool bare = metadata.icc.empty() && metadata.exif.empty() && metadata.xmp.empty();
  return bare ? file : with_metadata(file, metadata);
}

}  // namespace imgcnn::image
