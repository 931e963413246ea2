// Choosing the coder of a picture file, and what each output format can keep.
#include "imgcnn/image/image_io.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <iterator>
#include <optional>
#include <utility>

#include "formats.h"
#include "imgcnn/base/error.h"
#include "imgcnn/base/files.h"
#include "imgcnn/base/folders.h"
#include "imgcnn/image/convert.h"

namespace imgcnn::image {
namespace {

/// What an output format holds.
struct Target {
  const char* extension;
  bool alpha;
  bool deep;      ///< 16 bits a sample
  bool metadata;  ///< ICC, EXIF and XMP
};

constexpr Target kTargets[] = {
    {".png", true, true, true},    {".jpg", false, false, true}, {".jpeg", false, false, true},
    {".webp", true, false, false}, {".ppm", false, true, false}, {".pgm", false, true, false},
    {".tif", true, true, false},   {".tiff", true, true, false}, {".bmp", false, false, false},
};

std::string lower_case(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

const Target& find_target(const std::string& extension) {
  const std::string wanted = (extension.empty() || extension[0] != '.' ? "." : "") + lower_case(extension);
  for (const Target& target : kTargets) {
    if (wanted == target.extension) return target;
  }
  throw Error(ErrorCode::kInvalidArgument, "no picture format is known by the extension '" + extension + "'");
}

/// Source: ICC.1:2010 section 7.2: length at 0, colour space at 16, signature at 36.
bool icc_fits_png(const Image& picture) {
  const Bytes& icc = picture.metadata.icc;
  if (icc.size() < 132) return false;
  const std::string space(icc.begin() + 16, icc.begin() + 20);
  return space == (picture.colour_channels() == 1 ? "GRAY" : "RGB ") && icc[36] == 'a' && icc[39] == 'p';
}

/// Grey with alpha as RGBA, for formats that know no two channels.
Image widen_grey_alpha(const Image& picture) {
  Image out = picture;
  out.channels = 4;
  out.samples.resize(picture.pixels() * 4);
  for (std::size_t i = 0; i < picture.pixels(); ++i) {
    std::fill_n(out.samples.begin() + static_cast<std::ptrdiff_t>(4 * i), 3, picture.samples[2 * i]);
    out.samples[4 * i + 3] = picture.samples[2 * i + 1];
  }
  return out;
}

/// Binary PNM: P5 for grey, P6 for RGB. Source: netpbm, pgm(5) and ppm(5).
Bytes encode_pnm(const Image& picture, const std::string& extension) {
  require(extension == ".ppm" || picture.channels == 1, ErrorCode::kInvalidArgument, "a .pgm file holds grey only");
  const bool grey = extension == ".pgm";
  const std::string header = std::string(grey ? "P5" : "P6") + "\n" + std::to_string(picture.width) + " " +
                             std::to_string(picture.height) + "\n" + std::to_string(picture.max_value()) + "\n";
  Bytes bytes(header.begin(), header.end());
  const int copies = !grey && picture.channels == 1 ? 3 : 1;
  bytes.reserve(bytes.size() + picture.samples.size() * static_cast<std::size_t>(copies * (picture.bit_depth / 8)));
  for (const std::uint16_t sample : picture.samples) {
    for (int i = 0; i < copies; ++i) {
      if (picture.bit_depth == 16) bytes.push_back(static_cast<std::uint8_t>(sample >> 8));
      bytes.push_back(static_cast<std::uint8_t>(sample));
    }
  }
  return bytes;
}

}  // namespace

Image decode_image(ByteSpan bytes, const std::string& origin, const ReadOptions& options) {
  if (bytes.empty()) throw_unsupported(origin, "the file is empty");
  const Format format = sniff_format(bytes);
  if (format == Format::kUnknown) throw_unsupported(origin, "not a picture of a known format");
  Image picture = format == Format::kPng    ? decode_png(bytes, origin, options)
                  : format == Format::kJpeg ? decode_jpeg(bytes, origin, options)
                                            : decode_other(format, bytes, origin, options);
  apply_orientation(picture);
  if (!options.keep_metadata) picture.metadata = {};
  return picture;
}

Image read_image(const std::string& path, const ReadOptions& options) {
  return decode_image(read_file(path), input_name(path), options);
}

Bytes encode_image(const Image& picture, const std::string& extension) {
  const Target& target = find_target(extension);
  const std::string name = target.extension;
  if (name == ".png") return encode_png(picture);
  if (name == ".jpg" || name == ".jpeg") return encode_jpeg(picture, kLossyQuality);
  if (name == ".webp") return encode_webp(picture, kLossyQuality);
  std::optional<Image> changed;  // a copy only where there must be one: pictures may be large
  const auto plain = [&]() -> const Image& { return changed ? *changed : picture; };
  if (!target.deep && picture.bit_depth > 8) changed = to_8_bit(plain());
  if (!target.alpha && picture.has_alpha()) changed = drop_alpha(plain());
  if (name == ".ppm" || name == ".pgm") return encode_pnm(plain(), name);
  if (plain().channels == 2) changed = widen_grey_alpha(plain());
  return encode_other(plain(), name, kLossyQuality);
}

std::vector<std::string> unkept(const Image& picture, const std::string& extension) {
  constexpr std::size_t kMaxJpegExif = 65527;  // one APP1 marker less its prefix
  constexpr std::size_t kMaxJpegXmp = 65504;
  const Target& target = find_target(extension);
  const bool is_png = std::string(target.extension) == ".png";
  const Metadata& metadata = picture.metadata;
  const auto fits = [&](const Bytes& blob, std::size_t limit) {
    return blob.empty() || (target.metadata && (is_png || blob.size() <= limit));
  };
  std::vector<std::string> lost;
  if (!target.alpha && !is_opaque(picture)) lost.emplace_back("alpha");
  if (!target.deep && picture.bit_depth == 16) lost.emplace_back("16-bit samples");
  if (!metadata.icc.empty() && (!target.metadata || (is_png && !icc_fits_png(picture))))
    lost.emplace_back("ICC profile");
  if (!fits(metadata.exif, kMaxJpegExif)) lost.emplace_back("EXIF");
  if (!fits(metadata.xmp, kMaxJpegXmp)) lost.emplace_back("XMP");
  return lost;
}

Bytes encode_webp(const Image& picture, int quality) {
  const Image plain = to_8_bit(picture);
  return encode_other(plain.channels == 2 ? widen_grey_alpha(plain) : plain, ".webp", quality);
}

bool is_picture_name(const std::string& path) {
  const std::string extension = lower_case(std::filesystem::path(path).extension().string());
  return std::any_of(std::begin(kTargets), std::end(kTargets),
                     [&](const Target& target) { return extension == target.extension; });
}

std::vector<std::string> list_images(const std::string& path, bool recursive) {
  std::error_code ignored;
  const auto status = std::filesystem::status(path, ignored);
  if (path == "-" || (std::filesystem::exists(status) && !std::filesystem::is_directory(status))) return {path};
  FolderListing listing = list_folder(path, recursive, is_picture_name);
  if (!listing.shut.empty()) throw Error(ErrorCode::kIo, listing.shut[0].path + ": " + listing.shut[0].reason);
  return std::move(listing.files);
}

}  // namespace imgcnn::image
