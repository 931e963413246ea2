// What a picture file holds and an Image does not.
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>

#include "formats.h"
#include "imgcnn/image/image_io.h"

namespace imgcnn::image {
namespace {

using Words = std::vector<std::string>;

void add_once(Words& lost, const char* word) {
  if (std::find(lost.begin(), lost.end(), word) == lost.end()) lost.emplace_back(word);
}

bool near(std::uint64_t value, std::uint64_t wanted, std::int64_t tolerance) {
  return std::abs(static_cast<std::int64_t>(value) - static_cast<std::int64_t>(wanted)) <= tolerance;
}

/// Those of sRGB may go: that is what pictures without a profile are. Source: PNG 3rd edition, 11.3.2.
bool says_srgb(ByteSpan bytes, std::size_t chunk) {
  constexpr std::uint64_t kGamma = 45455;
  constexpr std::array<std::uint64_t, 8> kPrimaries = {31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000};
  if (has_at(bytes, chunk + 4, "gAMA")) return near(read_uint(bytes, chunk + 8, 4, true), kGamma, 500);
  for (std::size_t i = 0; i < kPrimaries.size(); ++i) {
    if (!near(read_uint(bytes, chunk + 8 + 4 * i, 4, true), kPrimaries[i], 1000)) return false;
  }
  return true;
}

Words lost_from_png(ByteSpan bytes, bool metadata) {
  bool animated = false;
  bool has_profile = false;
  std::string colour;
  for (std::size_t at = 8; at + 12 <= bytes.size() && !has_at(bytes, at + 4, "IDAT");) {
    animated |= has_at(bytes, at + 4, "acTL");
    has_profile |= has_at(bytes, at + 4, "iCCP") || has_at(bytes, at + 4, "sRGB");
    if (has_at(bytes, at + 4, "cICP")) colour = "colour description (cICP)";
    if ((has_at(bytes, at + 4, "gAMA") || has_at(bytes, at + 4, "cHRM")) && !says_srgb(bytes, at)) {
      colour = "gamma and primaries";
    }
    at += 12 + read_uint(bytes, at, 4, true);
  }
  Words lost;
  if (animated) lost.emplace_back("animation frames");
  if (metadata && !has_profile && !colour.empty()) lost.push_back(colour);
  return lost;
}

Words lost_from_jpeg(ByteSpan bytes, bool metadata) {
  constexpr std::uint64_t kStartOfScan = 0xFFDA;
  Words lost;
  for (std::size_t at = 2; at + 4 <= bytes.size();) {
    const std::uint64_t marker = read_uint(bytes, at, 2, true);
    if (marker == kStartOfScan || marker >> 8 != 0xFF) break;
    if (marker == 0xFFE2 && has_at(bytes, at + 4, "MPF")) add_once(lost, "further pictures (MPF)");
    if (metadata && marker == 0xFFE1 && has_at(bytes, at + 4, "http://ns.adobe.com/xmp/extension/")) {
      add_once(lost, "extended XMP");
    }
    if (metadata && marker == 0xFFED && has_at(bytes, at + 4, "Photoshop 3.0")) add_once(lost, "IPTC");
    at += 2 + read_uint(bytes, at + 2, 2, true);
  }
  return lost;
}

Words lost_from_tiff(ByteSpan bytes, bool metadata) {
  constexpr std::uint64_t kIptcTag = 33723;
  constexpr std::uint64_t kExifTag = 34665;
  const TiffDirectory directory = tiff_directory(bytes);
  Words lost;
  if (!directory.last) add_once(lost, "further pages");
  for (const TiffEntry& entry : directory.entries) {
    if (metadata && entry.tag == kExifTag) add_once(lost, "EXIF");
    if (metadata && entry.tag == kIptcTag) add_once(lost, "IPTC");
  }
  return lost;
}

}  // namespace

std::vector<std::string> undecoded(ByteSpan bytes, const ReadOptions& options) {
  switch (sniff_format(bytes)) {
    case Format::kPng:
      return lost_from_png(bytes, options.keep_metadata);
    case Format::kJpeg:
      return lost_from_jpeg(bytes, options.keep_metadata);
    case Format::kTiff:
      return lost_from_tiff(bytes, options.keep_metadata);
    default:
      return {};
  }
}

}  // namespace imgcnn::image
