#include "orientation.h"

#include <opencv2/core.hpp>

#include "exif.h"
#include "imgcnn/base/error.h"
#include "imgcnn/image/convert.h"
#include "xmp.h"

namespace imgcnn::image {
namespace {

constexpr int kThumbnailQuality = 90;  // of a JPEG that was coded once already

/// Whether rows become columns.
bool is_transposing(int orientation) { return orientation >= 5; }

/// Source: EXIF 2.32, table of tag 274: where row 0 and column 0 of the stored picture belong.
void turn(Image& picture, int orientation) {
  constexpr int kUpsideDown = 0;
  constexpr int kMirrored = 1;
  constexpr int kBoth = -1;
  cv::Mat samples(picture.height, picture.width, CV_16UC(picture.channels), picture.samples.data());
  if (is_transposing(orientation)) {
    Image turned = blank(picture.height, picture.width, picture.channels, picture.bit_depth);
    cv::Mat to(turned.height, turned.width, CV_16UC(turned.channels), turned.samples.data());
    cv::transpose(samples, to);
    turned.metadata = std::move(picture.metadata);
    picture = std::move(turned);
    samples = cv::Mat(picture.height, picture.width, CV_16UC(picture.channels), picture.samples.data());
  }
  if (orientation == 2 || orientation == 6) cv::flip(samples, samples, kMirrored);
  if (orientation == 3 || orientation == 7) cv::flip(samples, samples, kBoth);
  if (orientation == 4 || orientation == 8) cv::flip(samples, samples, kUpsideDown);
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
