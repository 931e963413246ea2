// The orientation tag of EXIF: found, applied to the samples, reset.
#include <array>
#include <cstring>

#include "formats.h"

namespace imgcnn::image {
namespace {

/// Where the 16-bit value of tag 0x0112 stands, and in which byte order.
struct OrientationTag {
  std::size_t offset = 0;  ///< 0 = there is none
  bool big_endian = false;
};

/// Source: EXIF 2.32 section 4.6.2 (a TIFF directory), tag 274.
OrientationTag find_orientation(const Bytes& exif) {
  constexpr unsigned kTag = 0x0112;
  constexpr unsigned kShortType = 3;
  if (exif.size() < 14 || (exif[0] != 'I' && exif[0] != 'M')) return {};
  const bool big_endian = exif[0] == 'M';
  const auto read_u16 = [&](std::size_t at) -> unsigned {
    return big_endian ? exif[at] << 8 | exif[at + 1] : exif[at + 1] << 8 | exif[at];
  };
  const std::size_t high = read_u16(big_endian ? 4 : 6);
  const std::size_t directory = high << 16 | read_u16(big_endian ? 6 : 4);
  if (directory > exif.size() - 2) return {};
  const std::size_t entries = read_u16(directory);
  for (std::size_t i = 0; i < entries; ++i) {
    const std::size_t entry = directory + 2 + 12 * i;
    if (entry + 12 > exif.size()) break;
    if (read_u16(entry) == kTag && read_u16(entry + 2) == kShortType) return {entry + 8, big_endian};
  }
  return {};
}

/// Source: EXIF 2.32, table of tag 274: where row 0 and column 0 of the stored picture belong.
void turn(Image& picture, int orientation) {
  const bool transpose = orientation >= 5;
  const bool mirror_x = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
  const bool mirror_y = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
  const int width = transpose ? picture.height : picture.width;
  const int height = transpose ? picture.width : picture.height;
  const auto channels = static_cast<std::size_t>(picture.channels);
  std::vector<std::uint16_t> turned(picture.samples.size());
  std::uint16_t* to = turned.data();
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x, to += channels) {
      const int u = transpose ? y : x;
      const int v = transpose ? x : y;
      const auto source_x = static_cast<std::size_t>(mirror_x ? picture.width - 1 - u : u);
      const auto source_y = static_cast<std::size_t>(mirror_y ? picture.height - 1 - v : v);
      const std::size_t from = (source_y * static_cast<std::size_t>(picture.width) + source_x) * channels;
      std::memcpy(to, picture.samples.data() + from, channels * sizeof(*to));
    }
  }
  picture.width = width;
  picture.height = height;
  picture.samples = std::move(turned);
}

}  // namespace

void apply_orientation(Image& picture) {
  Bytes& exif = picture.metadata.exif;
  const OrientationTag tag = find_orientation(exif);
  if (tag.offset == 0) return;
  std::uint8_t& low = exif[tag.offset + (tag.big_endian ? 1 : 0)];
  const std::uint8_t high = exif[tag.offset + (tag.big_endian ? 0 : 1)];
  if (high != 0 || low < 2 || low > 8) return;
  turn(picture, low);
  low = 1;
}

}  // namespace imgcnn::image
