// WebP by libwebp and its demuxer.
#include <webp/decode.h>
#include <webp/demux.h>

#include <algorithm>
#include <memory>

#include "image/formats/bytes.h"
#include "image/formats/reading.h"

namespace imgcnn::image {
namespace {

struct DeleteDemuxer {
  void operator()(WebPDemuxer* demuxer) const { WebPDemuxDelete(demuxer); }
};

/// Chunks by their names. The demuxer passes over those whose flag in the header is not set, as
/// some writers leave it.
Metadata read_metadata(ByteSpan file) {
  constexpr std::size_t kFirstChunk = 12;
  constexpr std::size_t kChunkHeader = 8;
  Metadata metadata;
  for (std::size_t at = kFirstChunk; at + kChunkHeader <= file.size();) {
    const std::size_t size = read_le(file, at + 4, 4);
    const ByteSpan contents = part(file, at + kChunkHeader, size);
    if (contents.size() < size) break;
    if (has_at(file, at, "ICCP") && metadata.icc.empty()) metadata.icc = contents.to_bytes();
    if (has_at(file, at, "XMP ") && metadata.xmp.empty()) metadata.xmp = contents.to_bytes();
    if (has_at(file, at, "EXIF") && metadata.exif.empty())
      metadata.exif = without_exif_prefix(contents);
    at += kChunkHeader + size + size % 2;
  }
  return metadata;
}

}  // namespace

Image read_webp(const Source& source, Warnings& warnings) {
  constexpr std::size_t kRiffHeader = 8;
  const WebPData data{source.bytes.data(), source.bytes.size()};
  WebPBitstreamFeatures features;
  if (WebPGetFeatures(data.bytes, data.size, &features) != VP8_STATUS_OK) {
    damaged(source, "WebP", "the header cannot be read");
  }
  check_limits(source, {static_cast<std::uint64_t>(features.width),
                        static_cast<std::uint64_t>(features.height)});
  if (features.has_animation != 0) refuse(source, "animated WebP");
  const std::unique_ptr<WebPDemuxer, DeleteDemuxer> demuxer(WebPDemux(&data));
  if (demuxer == nullptr)
    damaged(source, "WebP", "its parts do not fit together, or the file is truncated");

  const bool alpha = features.has_alpha != 0;
  Image picture = make_picture(
      {static_cast<std::uint64_t>(features.width), static_cast<std::uint64_t>(features.height)},
      alpha ? 4 : 3, 8);
  Bytes buffer(picture.samples.size());
  const int stride = picture.width * picture.channels;
  const auto decode = alpha ? WebPDecodeRGBAInto : WebPDecodeRGBInto;
  if (decode(data.bytes, data.size, buffer.data(), buffer.size(), stride) == nullptr) {
    damaged(source, "WebP", "the picture cannot be decoded");
  }
  std::copy(buffer.begin(), buffer.end(), picture.samples.begin());
  const std::size_t stated = kRiffHeader + read_le(source.bytes, 4, 4);
  picture.metadata = read_metadata(part(source.bytes, 0, stated));
  warn_of_trailing_bytes(part(source.bytes, stated + stated % 2), warnings);
  return picture;
}

}  // namespace imgcnn::image
