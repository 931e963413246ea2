#include "image/formats/bmp_header.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <string>

#include "image/formats/bytes.h"

namespace imgcnn::image {
namespace {

constexpr std::size_t kFileHeader = 14;
constexpr std::size_t kCoreHeader = 12;      // OS/2 1.x, BITMAPCOREHEADER
constexpr std::size_t kInfoHeader = 40;      // BITMAPINFOHEADER
constexpr std::size_t kRgbMasksHeader = 52;  // with masks of red, green and blue
constexpr std::size_t kMasksHeader = 56;     // with a mask of alpha, too
constexpr std::size_t kOs2Header = 64;       // OS/2 2.x; shorter ones end anywhere from 16 bytes on
constexpr std::size_t kVersion4Header = 108;
constexpr std::size_t kVersion5Header = 124;

/// Values of the field `compression` in Windows' headers.
enum Compression : std::uint64_t {
  kRgb = 0,
  kRle8 = 1,
  kRle4 = 2,
  kBitFields = 3,
  kJpegInside = 4,
  kPngInside = 5,
  kAlphaBitFields = 6
};

/// A field of the header behind the file header; 0 when the header is too short to have it.
std::uint64_t field(const Source& source, const BmpHeader& header, std::size_t offset,
                    std::size_t count) {
  if (offset + count > header.info_bytes) return 0;
  return read_le(source.bytes, kFileHeader + offset, count);
}

bool is_os2_version_2(std::size_t info_bytes) {
  const bool as_windows =
      info_bytes == kInfoHeader || info_bytes == kRgbMasksHeader || info_bytes == kMasksHeader;
  return info_bytes >= 16 && info_bytes <= kOs2Header && !as_windows;
}

void read_size(const Source& source, BmpHeader& header) {
  if (header.info_bytes == kCoreHeader) {
    header.size = {field(source, header, 4, 2), field(source, header, 6, 2)};
    header.bits = static_cast<int>(field(source, header, 10, 2));
    return;
  }
  const auto width = static_cast<std::int32_t>(field(source, header, 4, 4));
  const auto height = static_cast<std::int32_t>(field(source, header, 8, 4));
  if (width < 0) damaged(source, "BMP", "the width is negative");
  header.top_down = height < 0;
  header.size.width = static_cast<std::uint64_t>(width);
  header.size.height = static_cast<std::uint64_t>(std::abs(static_cast<std::int64_t>(height)));
  header.bits = static_cast<int>(field(source, header, 14, 2));
}

void set_default_masks(BmpHeader& header) {
  if (header.bits == 16) {
    header.masks = {0x7C00, 0x03E0, 0x001F, 0};
  } else {
    header.masks = {0xFF0000, 0x00FF00, 0x0000FF, 0};
  }
}

/// Masks stand inside the longer headers and behind the one of 40 bytes.
void read_masks(const Source& source, BmpHeader& header, std::uint64_t compression) {
  if (header.bits != 16 && header.bits != 32)
    damaged(source, "BMP", "masks do not go with such pixels");
  const bool behind = header.info_bytes == kInfoHeader;
  const bool has_alpha =
      behind ? compression == kAlphaBitFields : header.info_bytes >= kMasksHeader;
  const std::size_t stated = has_alpha ? 4 : 3;
  for (std::size_t c = 0; c < stated; ++c) {
    header.masks[c] =
        static_cast<std::uint32_t>(read_le(source.bytes, kFileHeader + kInfoHeader + 4 * c, 4));
  }
  if (behind) header.palette_at += 4 * stated;
}

void read_coding(const Source& source, BmpHeader& header) {
  const std::uint64_t compression = field(source, header, 16, 4);
  if (compression == kJpegInside && !is_os2_version_2(header.info_bytes))
    refuse(source, "BMP with a JPEG inside");
  if (compression == kPngInside) refuse(source, "BMP with a PNG inside");
  if (is_os2_version_2(header.info_bytes) && compression > kRle4)
    refuse(source, "BMP in a coding of OS/2 alone");
  set_default_masks(header);
  const bool known_bits = header.bits == 1 || header.bits == 2 || header.bits == 4 ||
                          header.bits == 8 || header.bits == 16 || header.bits == 24 ||
                          header.bits == 32;
  if (!known_bits) refuse(source, "BMP with " + std::to_string(header.bits) + " bits a pixel");
  if (compression == kRle8 || compression == kRle4) {
    if (header.bits != (compression == kRle8 ? 8 : 4))
      damaged(source, "BMP", "runs do not go with such pixels");
    header.coding = BmpCoding::kRuns;
  } else if (compression == kBitFields || compression == kAlphaBitFields) {
    read_masks(source, header, compression);
  } else if (compression != kRgb) {
    refuse(source, "BMP of compression " + std::to_string(compression));
  }
}

void read_palette_size(const Source& source, BmpHeader& header) {
  if (header.bits > 8) return;
  const std::size_t stated = field(source, header, 32, 4);
  const std::size_t all = std::size_t{1} << header.bits;
  header.palette_size = stated == 0 ? all : std::min(stated, all);
}

/// Chromaticity of a primary that is stated as X, Y and Z of any scale.
struct Chromaticity {
  double x = 0.0;
  double y = 0.0;
};

Chromaticity primary(const Source& source, const BmpHeader& header, std::size_t offset) {
  std::array<double, 3> xyz = {};
  for (std::size_t i = 0; i < 3; ++i)
    xyz[i] = static_cast<double>(field(source, header, offset + 4 * i, 4));
  const double sum = xyz[0] + xyz[1] + xyz[2];
  return sum > 0.0 ? Chromaticity{xyz[0] / sum, xyz[1] / sum} : Chromaticity{};
}

/// Whether the primaries and the gamma of a version 4 header are those of sRGB, or are left at
/// zero.
bool is_calibrated_as_srgb(const Source& source, const BmpHeader& header) {
  constexpr std::array<Chromaticity, 3> kSrgb = {{{0.64, 0.33}, {0.30, 0.60}, {0.15, 0.06}}};
  constexpr std::size_t kEndpoints = 60;
  constexpr std::size_t kGamma = 96;
  for (std::size_t c = 0; c < 3; ++c) {
    const Chromaticity stated = primary(source, header, kEndpoints + 12 * c);
    const bool absent = stated.x == 0.0 && stated.y == 0.0;
    if (!absent &&
        (std::abs(stated.x - kSrgb[c].x) > 0.01 || std::abs(stated.y - kSrgb[c].y) > 0.01))
      return false;
    const double gamma = static_cast<double>(field(source, header, kGamma + 4 * c, 4)) / 65536.0;
    if (gamma != 0.0 && std::abs(gamma - 2.2) > 0.1 && std::abs(gamma - 1 / 2.2) > 0.02)
      return false;
  }
  return true;
}

/// The bytes of the profile, or of its file's name where it is linked; empty when there is none.
ByteSpan profile_bytes(const Source& source, const BmpHeader& header) {
  const bool stated = has_at(source.bytes, kFileHeader + 56, "DEBM") ||
                      has_at(source.bytes, kFileHeader + 56, "KNIL");
  if (header.info_bytes < kVersion5Header || !stated) return {};
  return part(source.bytes, kFileHeader + field(source, header, 112, 4),
              field(source, header, 116, 4));
}

}  // namespace

BmpHeader read_bmp_header(const Source& source) {
  BmpHeader header;
  header.info_bytes = read_le(source.bytes, kFileHeader, 4);
  const bool known = header.info_bytes == kCoreHeader || header.info_bytes == kVersion4Header ||
                     header.info_bytes == kVersion5Header ||
                     (header.info_bytes >= 16 && header.info_bytes <= kOs2Header);
  if (!known)
    refuse(source, "BMP with a header of " + std::to_string(header.info_bytes) + " bytes");
  if (kFileHeader + header.info_bytes > source.bytes.size())
    damaged(source, "BMP", "the file is truncated");
  read_size(source, header);
  header.palette_at = kFileHeader + header.info_bytes;
  header.palette_entry_bytes = header.info_bytes == kCoreHeader ? 3 : 4;
  read_coding(source, header);
  read_palette_size(source, header);
  header.pixels_at = read_le(source.bytes, 10, 4);
  // Some writers leave the position out.
  if (header.pixels_at == 0) {
    // Beside pixels of 16 bits and more a palette is advice for old screens, and stands in the file
    // all the same.
    const std::size_t colours =
        header.bits > 8 ? field(source, header, 32, 4) : header.palette_size;
    header.pixels_at = header.palette_at + colours * header.palette_entry_bytes;
  }
  if (header.pixels_at < header.palette_at)
    damaged(source, "BMP", "pixels stand inside the header");
  return header;
}

void read_bmp_colour_space(const Source& source, const BmpHeader& header, Metadata& metadata,
                           Warnings& warnings) {
  if (header.info_bytes < kVersion4Header) return;
  if (has_at(source.bytes, kFileHeader + 56, "KNIL"))
    warnings.lost_metadata("a linked ICC profile");
  if (has_at(source.bytes, kFileHeader + 56, "DEBM")) {
    const ByteSpan profile = profile_bytes(source, header);
    const bool whole = !profile.empty() && profile.size() == field(source, header, 116, 4);
    if (whole) metadata.icc = profile.to_bytes();
    if (!whole) warnings.lost_metadata("a damaged ICC profile");
  }
  const bool calibrated = read_le(source.bytes, kFileHeader + 56, 4) == 0;
  if (calibrated && !is_calibrated_as_srgb(source, header))
    warnings.lost_metadata("gamma and primaries");
}

std::size_t bmp_profile_end(const Source& source, const BmpHeader& header) {
  const ByteSpan profile = profile_bytes(source, header);
  return profile.empty() ? 0 : static_cast<std::size_t>(profile.end() - source.bytes.begin());
}

}  // namespace imgcnn::image
