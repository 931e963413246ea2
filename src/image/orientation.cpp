#include "orientation.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include "exif.h"
#include "imgcnn/base/error.h"
#include "imgcnn/image/convert.h"
#include "xmp.h"

namespace imgcnn::image {
namespace {

constexpr int kThumbnailQuality = 90;  // of a JPEG that was coded once already

/// Whether rows become columns.
bool is_transposing(int orientation) { return orientation >= 5; }

/// The way from one pixel of a turned picture to the next, in pixels of the stored one.
struct Steps {
  std::ptrdiff_t start = 0;  ///< where the top left pixel is stored
  std::ptrdiff_t right = 0;
  std::ptrdiff_t down = 0;
};

/// Source: EXIF 2.32, table of tag 274: where row 0 and column 0 of the stored picture belong.
/// `turned`: the size of the result.
Steps steps_of(int orientation, const Image& stored, const Image& turned) {
  const bool mirrored =
      orientation == 2 || orientation == 3 || orientation == 6 || orientation == 7;
  const bool upside_down =
      orientation == 3 || orientation == 4 || orientation == 7 || orientation == 8;
  Steps steps{0, 1, stored.width};
  if (is_transposing(orientation)) std::swap(steps.right, steps.down);
  if (mirrored) {
    steps.start += steps.right * (turned.width - 1);
    steps.right = -steps.right;
  }
  if (upside_down) {
    steps.start += steps.down * (turned.height - 1);
    steps.down = -steps.down;
  }
  return steps;
}

/// Goes through the result by squares: where rows become columns, the lines of the cache that a
/// column of a square takes are still there for the next column.
template <std::size_t Channels>
void copy_turned(const Image& stored, const Steps& steps, Image& turned) {
  constexpr int kSquare = 32;
  using Pixel = std::array<std::uint16_t, Channels>;
  const auto* const from = reinterpret_cast<const Pixel*>(stored.samples.data()) + steps.start;
  auto* const to = reinterpret_cast<Pixel*>(turned.samples.data());
  for (int top = 0; top < turned.height; top += kSquare) {
    const int bottom = std::min(top + kSquare, turned.height);
    for (int left = 0; left < turned.width; left += kSquare) {
      const int right = std::min(left + kSquare, turned.width);
      for (std::ptrdiff_t y = top; y < bottom; ++y) {
        for (std::ptrdiff_t x = left; x < right; ++x) {
          to[y * turned.width + x] = from[y * steps.down + x * steps.right];
        }
      }
    }
  }
}

void turn(Image& picture, int orientation) {
  const bool transposing = is_transposing(orientation);
  Image turned =
      blank(transposing ? picture.height : picture.width,
            transposing ? picture.width : picture.height, picture.channels, picture.bit_depth);
  constexpr std::array kCopies = {copy_turned<1>, copy_turned<2>, copy_turned<3>, copy_turned<4>};
  kCopies.at(static_cast<std::size_t>(picture.channels - 1))(
      picture, steps_of(orientation, picture, turned), turned);
  turned.metadata = std::move(picture.metadata);
  picture = std::move(turned);
}

/// A thumbnail of a picture that was stored `wide` and is turned now; empty when it cannot be read.
Bytes turned_thumbnail(ByteSpan jpeg, int orientation, bool wide) {
  ReadOptions options;
  options.max_pixels = 1 << 22;
  try {
    Image thumbnail = decode_image(jpeg, "thumbnail", options);
    // Some cameras turn the thumbnail and not the picture: its shape tells.
    const bool has_shape = thumbnail.width != thumbnail.height;
    const bool is_wide = thumbnail.width > thumbnail.height;
    if (is_transposing(orientation) && has_shape && is_wide != wide) return jpeg.to_bytes();
    turn(thumbnail, orientation);
    thumbnail.metadata = {};
    return encode_jpeg(thumbnail, kThumbnailQuality);
  } catch (const Error&) {
    return {};
  }
}

void turn_thumbnail(Bytes& exif, int orientation, bool wide, Warnings& warnings) {
  if (!has_exif_thumbnail(exif)) return;
  const ByteSpan jpeg = exif_thumbnail(exif);
  const int own_orientation = exif_thumbnail_orientation(exif).value_or(orientation);
  if (own_orientation == 1) return;
  const Bytes turned = jpeg.empty() ? Bytes{} : turned_thumbnail(jpeg, own_orientation, wide);
  if (turned.empty()) {
    remove_exif_thumbnail(exif);
    warnings.lost_metadata("the thumbnail in the EXIF of a turned picture");
  } else {
    replace_exif_thumbnail(exif, turned);
  }
}

}  // namespace

void make_upright(Image& picture, int orientation, Warnings& warnings) {
  if (orientation < 2 || orientation > 8) return;
  const bool wide = picture.width > picture.height;
  turn(picture, orientation);
  Metadata& metadata = picture.metadata;
  turn_thumbnail(metadata.exif, orientation, wide, warnings);
  reset_exif_orientation(metadata.exif);
  reset_xmp_orientation(metadata.xmp);
}

}  // namespace imgcnn::image
