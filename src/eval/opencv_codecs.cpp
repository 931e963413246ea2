// JPEG 2000 and lossless WebP: the only file of this layer that knows OpenCV.
#include "opencv_codecs.h"

#include <algorithm>
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>

#include "imgcnn/base/error.h"
#include "imgcnn/image/convert.h"

namespace imgcnn::eval {
namespace {

/// Samples in OpenCV's order, BGR, which is our RGB turned round; the same function leads back.
void reverse_channels(image::Image& picture) {
  const auto channels = static_cast<std::ptrdiff_t>(picture.channels);
  for (auto pixel = picture.samples.begin(); pixel != picture.samples.end(); pixel += channels) {
    std::reverse(pixel, pixel + channels);
  }
}

Bytes encode(const image::Image& picture, const char* extension, const std::vector<int>& parameters) {
  image::Image turned = image::drop_alpha(picture);
  reverse_channels(turned);
  cv::Mat matrix(turned.height, turned.width, CV_16UC(turned.channels), turned.samples.data());
  if (turned.bit_depth == 8) {
    cv::Mat bytes;
    matrix.convertTo(bytes, CV_8U);
    matrix = bytes;
  }
  Bytes file;
  try {
    if (cv::imencode(extension, matrix, file, parameters)) return file;
  } catch (const cv::Exception& error) {
    throw Error(ErrorCode::kUnsupportedImage, std::string(extension) + " encoder: " + error.err);
  }
  throw Error(ErrorCode::kUnsupportedImage, std::string(extension) + " encoder: the picture does not fit the format");
}

cv::Mat decode(ByteSpan file) {
  const cv::Mat raw(1, static_cast<int>(file.size()), CV_8UC1, const_cast<std::uint8_t*>(file.data()));
  try {
    return cv::imdecode(raw, cv::IMREAD_UNCHANGED);
  } catch (const cv::Exception&) {
    return {};
  }
}

}  // namespace

bool has_jpeg2000() { return cv::haveImageWriter("x.jp2"); }

Bytes encode_jpeg2000(const image::Image& picture, int share) {
  return encode(picture, ".jp2", {cv::IMWRITE_JPEG2000_COMPRESSION_X1000, share});
}

image::Image decode_jpeg2000(ByteSpan file) {
  const cv::Mat matrix = decode(file);
  require(!matrix.empty() && (matrix.depth() == CV_8U || matrix.depth() == CV_16U), ErrorCode::kUnsupportedImage,
          "jpeg2000: OpenCV cannot decode what it wrote");
  image::Image picture;
  picture.width = matrix.cols;
  picture.height = matrix.rows;
  picture.channels = matrix.channels();
  picture.bit_depth = matrix.depth() == CV_8U ? 8 : 16;
  picture.samples.resize(picture.pixels() * static_cast<std::size_t>(picture.channels));
  cv::Mat samples(matrix.rows, matrix.cols, CV_16UC(matrix.channels()), picture.samples.data());
  matrix.convertTo(samples, CV_16U);
  reverse_channels(picture);
  return picture;
}

Bytes encode_webp_lossless(const image::Image& picture) {
  constexpr int kLossless = 101;  // what OpenCV takes any quality above 100 for
  return encode(image::to_8_bit(picture), ".webp", {cv::IMWRITE_WEBP_QUALITY, kLossless});
}

}  // namespace imgcnn::eval
