// Choosing the coder of a picture file, and what each output format can keep.
#include "imgcnn/image/image_io.h"

#include <strings.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <utility>

#include "exif.h"
#include "image/formats/format_table.h"
#include "image/formats/jpeg_segments.h"
#include "image/formats/reading.h"
#include "image/formats/writing.h"
#include "imgcnn/base/error.h"
#include "imgcnn/base/files.h"
#include "imgcnn/base/folders.h"
#include "imgcnn/image/convert.h"
#include "orientation.h"

namespace imgcnn::image {
namespace {

const FormatInfo& format_of(const std::string& extension) {
  const FormatInfo* const found = find_format(extension);
  require(found != nullptr, ErrorCode::kInvalidArgument,
          "no picture format is known by the extension '" + extension + "'");
  return *found;
}

/// Whether the extension names a kind of PNM that holds less than others: ".pgm" grey alone, ".pbm"
/// bits alone.
bool names(const std::string& extension, const char* wanted) {
  const std::size_t dot = extension.empty() || extension[0] != '.' ? 0 : 1;
  return extension.size() - dot == 3 && strncasecmp(extension.c_str() + dot, wanted, 3) == 0;
}

Bytes encode_pnm_as(const Image& picture, const std::string& extension) {
  require(!names(extension, "pbm"), ErrorCode::kInvalidArgument,
          "a .pbm file holds black and white only");
  require(!names(extension, "pgm") || picture.channels == 1, ErrorCode::kInvalidArgument,
          "a .pgm file holds grey only");
  return encode_pnm(picture, !names(extension, "ppm"));
}

Image read_by(Format format, const Source& source, Warnings& warnings) {
  switch (format) {
    case Format::kPng:
      return read_png(source, warnings);
    case Format::kJpeg:
      return read_jpeg(source, warnings);
    case Format::kWebp:
      return read_webp(source, warnings);
    case Format::kTiff:
      return read_tiff(source, warnings);
    case Format::kBmp:
      return read_bmp(source, warnings);
    case Format::kPnm:
      return read_pnm(source, warnings);
    case Format::kPam:
      return read_pam(source, warnings);
  }
  throw Error(ErrorCode::kInternal, "a format without a reader");
}

Bytes write_by(Format format, const Image& picture, const std::string& extension,
               const PngOptions& png) {
  switch (format) {
    case Format::kPng:
      return encode_png(picture, png);
    case Format::kJpeg:
      return encode_jpeg(picture, kLossyQuality);
    case Format::kWebp:
      return encode_webp(picture, kLossyQuality);
    case Format::kTiff:
      return encode_tiff(picture);
    case Format::kBmp:
      return encode_bmp(picture);
    case Format::kPnm:
      return encode_pnm_as(picture, extension);
    case Format::kPam:
      return encode_pam(picture);
  }
  throw Error(ErrorCode::kInternal, "a format without a writer");
}

}  // namespace

DecodedImage decode_with_warnings(ByteSpan bytes, const std::string& origin,
                                  const ReadOptions& options) {
  const Source source{bytes, origin, options};
  require(!bytes.empty(), ErrorCode::kUnsupportedImage, origin + ": the file is empty");
  const FormatInfo* const format = sniff_format(bytes);
  if (format == nullptr) {
    const std::string foreign = foreign_format(bytes);
    if (!foreign.empty()) refuse(source, foreign);
    throw Error(ErrorCode::kUnsupportedImage, origin + ": not a picture of a known format");
  }
  Warnings warnings(options.keep_metadata);
  DecodedImage decoded{read_by(format->format, source, warnings), {}};
  make_upright(decoded.image, exif_orientation(decoded.image.metadata.exif), warnings);
  if (!options.keep_metadata) decoded.image.metadata = {};
  decoded.warnings = warnings.take();
  return decoded;
}

Image decode_image(ByteSpan bytes, const std::string& origin, const ReadOptions& options) {
  return decode_with_warnings(bytes, origin, options).image;
}

Image read_image(const std::string& path, const ReadOptions& options) {
  return decode_image(read_file(path), input_name(path), options);
}

Bytes encode_image(const Image& picture, const std::string& extension, const PngOptions& png) {
  const FormatInfo& format = format_of(extension);
  std::optional<Image> changed;  // a copy only where there must be one: pictures may be large
  const auto plain = [&]() -> const Image& { return changed ? *changed : picture; };
  if (!format.written.deep && picture.bit_depth > 8) changed = to_8_bit(plain());
  if (!format.written.alpha && picture.has_alpha()) changed = drop_alpha(plain());
  return write_by(format.format, plain(), extension, png);
}

std::vector<std::string> unkept(const Image& picture, const std::string& extension) {
  constexpr std::size_t kMaxJpegExif = kJpegMaxSegment - sizeof kJpegExifPrefix;
  constexpr std::size_t kMaxJpegXmp = kJpegMaxSegment - sizeof kJpegXmpPrefix;
  static_assert(kMaxJpegExif == 65527 && kMaxJpegXmp == 65504);
  const FormatInfo& format = format_of(extension);
  const bool is_jpeg = format.format == Format::kJpeg;
  const bool is_png = format.format == Format::kPng;
  const Metadata& metadata = picture.metadata;
  const auto fits = [&](const Bytes& blob, bool held, std::size_t jpeg_limit) {
    return blob.empty() || (held && (!is_jpeg || blob.size() <= jpeg_limit));
  };
  const bool icc_fits = format.written.icc && (!is_png || png_can_hold_profile(picture)) &&
                        (!is_jpeg || metadata.icc.size() <= kJpegMaxProfile);
  const bool xmp_is_text =
      std::find(metadata.xmp.begin(), metadata.xmp.end(), 0) == metadata.xmp.end();
  std::vector<std::string> lost;
  if (!format.written.alpha && !is_opaque(picture)) lost.emplace_back("alpha");
  if (!format.written.deep && picture.bit_depth == 16) lost.emplace_back("16-bit samples");
  if (!metadata.icc.empty() && !icc_fits) lost.emplace_back("ICC profile");
  if (!fits(metadata.exif, format.written.exif, kMaxJpegExif)) lost.emplace_back("EXIF");
  if (!fits(metadata.xmp, format.written.xmp, kMaxJpegXmp) || (is_png && !xmp_is_text))
    lost.emplace_back("XMP");
  return lost;
}

bool is_picture_name(const std::string& path) {
  const std::string extension = std::filesystem::path(path).extension().string();
  return !extension.empty() && find_format(extension) != nullptr;
}

std::vector<std::string> list_images(const std::string& path, bool recursive) {
  std::error_code ignored;
  const auto status = std::filesystem::status(path, ignored);
  if (path == "-" || (std::filesystem::exists(status) && !std::filesystem::is_directory(status)))
    return {path};
  FolderListing listing = list_folder(path, recursive, is_picture_name);
  if (!listing.unreadable.empty())
    throw Error(ErrorCode::kIo, listing.unreadable[0].path + ": " + listing.unreadable[0].reason);
  return std::move(listing.files);
}

}  // namespace imgcnn::image
