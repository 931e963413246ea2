// WebP, BMP, PNM, TIFF and JPEG 2000 by OpenCV: the only file of this layer that knows it.
#include <algorithm>
#include <iostream>
#include <limits>
#include <mutex>
#include <opencv2/core/utils/logger.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "formats.h"
#include "imgcnn/base/error.h"
#include "imgcnn/image/convert.h"

namespace imgcnn::image {
namespace {

bool is_animated_webp(ByteSpan bytes) {
  constexpr std::uint8_t kAnimationFlag = 2;
  return bytes.size() > 20 && bytes[12] == 'V' && bytes[15] == 'X' && (bytes[20] & kAnimationFlag) != 0;
}

/// OpenCV would turn these into RGB by a rule of its own, and leave the profile that belonged to them.
void refuse_foreign_colours(ByteSpan tiff, const std::string& origin) {
  constexpr std::uint64_t kPhotometricTag = 262;
  constexpr std::uint64_t kCmyk = 5;
  constexpr std::uint64_t kFirstLab = 8;  // CIELab, ICCLab, ITULab
  constexpr std::uint64_t kLastLab = 10;
  for (const TiffEntry& entry : tiff_directory(tiff).entries) {
    if (entry.tag != kPhotometricTag) continue;
    if (entry.value == kCmyk) throw_unsupported(origin, "CMYK TIFF is not handled: convert it to RGB first");
    if (entry.value >= kFirstLab && entry.value <= kLastLab) throw_unsupported(origin, "Lab TIFF is not handled");
  }
}

/// OpenCV tells std::cerr what its decoders throw; our caller says it better. One at a time, as the stream is shared.
class SilentErrors {
 public:
  SilentErrors() : lock_(mutex()), buffer_(std::cerr.rdbuf(nullptr)) {}
  ~SilentErrors() { std::cerr.rdbuf(buffer_); }
  SilentErrors(const SilentErrors&) = delete;
  SilentErrors& operator=(const SilentErrors&) = delete;

 private:
  static std::mutex& mutex() {
    static std::mutex one;
    return one;
  }

  std::lock_guard<std::mutex> lock_;
  std::streambuf* buffer_;
};

/// Decodes; an empty matrix when OpenCV cannot.
cv::Mat decode_matrix(ByteSpan bytes) {
  // What went wrong is our caller's to say.
  static const auto silent = cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);
  static_cast<void>(silent);
  const SilentErrors silent_errors;
  const cv::Mat raw(1, static_cast<int>(bytes.size()), CV_8UC1, const_cast<std::uint8_t*>(bytes.data()));
  try {
    return cv::imdecode(raw, cv::IMREAD_UNCHANGED);
  } catch (const cv::Exception&) {
    return {};
  }
}

/// Scales samples of 0..white to the full range of the depth; OpenCV leaves them as they are.
void stretch(Image& picture, std::uint32_t white) {
  const auto full = static_cast<std::uint32_t>(picture.max_value());
  if (white == full) return;
  for (std::uint16_t& sample : picture.samples) {
    sample = static_cast<std::uint16_t>((std::min<std::uint32_t>(sample, white) * full + white / 2) / white);
  }
}

/// OpenCV's BGR order and our RGB, either way.
cv::Mat swap_red_and_blue(const cv::Mat& matrix) {
  if (matrix.empty() || matrix.channels() < 3) return matrix;
  cv::Mat swapped;
  cv::cvtColor(matrix, swapped, matrix.channels() == 3 ? cv::COLOR_BGR2RGB : cv::COLOR_BGRA2RGBA);
  return swapped;
}

/// A decoded matrix as a picture without metadata. Requires: 8 or 16 bits of unsigned integers.
Image to_image(const cv::Mat& matrix) {
  Image picture;
  picture.width = matrix.cols;
  picture.height = matrix.rows;
  picture.channels = matrix.channels();
  picture.bit_depth = matrix.depth() == CV_8U ? 8 : 16;
  picture.samples.resize(picture.pixels() * static_cast<std::size_t>(picture.channels));
  cv::Mat samples(matrix.rows, matrix.cols, CV_16UC(matrix.channels()), picture.samples.data());
  matrix.convertTo(samples, CV_16U);
  return picture;
}

bool has_integer_samples(const cv::Mat& matrix) { return matrix.depth() == CV_8U || matrix.depth() == CV_16U; }

Bytes encode_matrix(const cv::Mat& matrix, const std::string& extension, const std::vector<int>& parameters) {
  Bytes bytes;
  try {
    if (cv::imencode(extension, matrix, bytes, parameters)) return bytes;
  } catch (const cv::Exception& error) {
    throw Error(ErrorCode::kInvalidArgument, extension + " encoder: " + error.err);
  }
  throw Error(ErrorCode::kInvalidArgument, extension + " encoder: the picture does not fit the format");
}

}  // namespace

Image decode_other(Format format, ByteSpan bytes, const std::string& origin, const ReadOptions& options) {
  require(bytes.size() <= static_cast<std::size_t>(std::numeric_limits<int>::max()), ErrorCode::kLimitExceeded,
          origin + ": the file is larger than 2 GiB");
  check_limits(sniff_dimensions(format, bytes), origin, options);
  if (format == Format::kWebp && is_animated_webp(bytes)) throw_unsupported(origin, "animated WebP is not handled");
  if (format == Format::kTiff) refuse_foreign_colours(bytes, origin);

  const cv::Mat matrix = swap_red_and_blue(decode_matrix(bytes));
  if (matrix.empty()) throw_unsupported(origin, "a damaged picture, or a variant that is not handled");
  if (!has_integer_samples(matrix)) {
    throw_unsupported(origin, "samples are neither 8 nor 16 bits of unsigned integers");
  }
  check_limits({static_cast<std::uint64_t>(matrix.cols), static_cast<std::uint64_t>(matrix.rows)}, origin, options);

  Image picture = to_image(matrix);
  if (format == Format::kPnm) stretch(picture, pnm_max_value(bytes));
  picture.metadata = sniff_metadata(format, bytes);
  return picture;
}

Bytes encode_other(const Image& picture, const std::string& extension, int quality) {
  const cv::Mat samples(picture.height, picture.width, CV_16UC(picture.channels),
                        const_cast<std::uint16_t*>(picture.samples.data()));
  cv::Mat matrix = swap_red_and_blue(samples);
  if (picture.bit_depth == 8) matrix.convertTo(matrix, CV_8U);
  std::vector<int> parameters;
  if (extension == ".webp") parameters = {cv::IMWRITE_WEBP_QUALITY, quality};
  return encode_matrix(matrix, extension, parameters);
}

}  // namespace imgcnn::image
