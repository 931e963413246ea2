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

/// The contents of the first chunk of a name; empty when there is none.
Bytes chunk_of(const WebPDemuxer* demuxer, const char* name) {
  WebPChunkIterator iterator;
  Bytes contents;
  if (WebPDemuxGetChunk(demuxer, name, 1, &iterator) != 0) {
    contents.assign(iterator.chunk.bytes, iterator.chunk.bytes + iterator.chunk.size);
  }
  WebPDemuxReleaseChunkIterator(&iterator);
  return contents;
}

Metadata read_metadata(const WebPDemuxer* demuxer) {
  Metadata metadata;
  metadata.icc = chunk_of(demuxer, "ICCP");
  metadata.xmp = chunk_of(demuxer, "XMP ");
  metadata.exif = chunk_of(demuxer, "EXIF");
  // Some writers put JPEG's prefix in front: "Exif" and two zeros.
  if (has_at(metadata.exif, 0, "Exif")) metadata.exif = part(metadata.exif, 6).to_bytes();
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
  check_limits(source, {static_cast<std::uint64_t>(features.width), static_cast<std::uint64_t>(features.height)});
  if (features.has_animation != 0) refuse(source, "animated WebP");
  const std::unique_ptr<WebPDemuxer, DeleteDemuxer> demuxer(WebPDemux(&data));
  if (demuxer == nullptr) damaged(source, "WebP", "its parts do not fit together, or the file is truncated");

  const bool alpha = features.has_alpha != 0;
  Image picture = make_picture({static_cast<std::uint64_t>(features.width), static_cast<std::uint64_t>(features.height)},
                               alpha ? 4 : 3, 8);
  Bytes buffer(picture.samples.size());
  const int stride = picture.width * picture.channels;
  const auto decode = alpha ? WebPDecodeRGBAInto : WebPDecodeRGBInto;
  if (decode(data.bytes, data.size, buffer.data(), buffer.size(), stride) == nullptr) {
    damaged(source, "WebP", "the picture cannot be decoded");
  }
  std::copy(buffer.begin(), buffer.end(), picture.samples.begin());
  picture.metadata = read_metadata(demuxer.get());
  const std::size_t stated = kRiffHeader + read_le(source.bytes, 4, 4);
  warn_of_trailing_bytes(part(source.bytes, stated + stated % 2), warnings);
  return picture;
}

}  // namespace imgcnn::image
