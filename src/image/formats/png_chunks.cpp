#include "image/formats/png_chunks.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>
#include <optional>
#include <string>

#include "image/formats/bytes.h"
#include "image/formats/inflate.h"

namespace imgcnn::image {
namespace {

constexpr std::size_t kSignatureBytes = 8;
constexpr std::size_t kChunkOverhead = 12;  // length, type, CRC

struct Chunk {
  std::string type;
  ByteSpan data;
  bool intact = true;  ///< its CRC fits
};

bool near(std::uint64_t value, std::uint64_t wanted, std::int64_t tolerance) {
  return std::abs(static_cast<std::int64_t>(value) - static_cast<std::int64_t>(wanted)) <=
         tolerance;
}

/// Whether gAMA or cHRM say what sRGB says: such a chunk may go, as pictures without a profile are
/// sRGB. Source: PNG specification, third edition, 11.3.2.
bool says_srgb(const Chunk& chunk) {
  constexpr std::uint64_t kGamma = 45455;
  constexpr std::array<std::uint64_t, 8> kPrimaries = {31270, 32900, 64000, 33000,
                                                       30000, 60000, 15000, 6000};
  if (chunk.type == "gAMA") return near(read_be(chunk.data, 0, 4), kGamma, 500);
  for (std::size_t i = 0; i < kPrimaries.size(); ++i) {
    if (!near(read_be(chunk.data, 4 * i, 4), kPrimaries[i], 1000)) return false;
  }
  return true;
}

/// The text up to a zero byte, which `rest` is moved behind; nothing when there is no zero.
std::optional<std::string> take_text(ByteSpan& rest) {
  const auto* const end = std::find(rest.begin(), rest.end(), std::uint8_t{0});
  if (end == rest.end()) return std::nullopt;
  std::string text(rest.begin(), end);
  rest = part(rest, text.size() + 1);
  return text;
}

int hex_digit(std::uint8_t byte) {
  if (byte >= '0' && byte <= '9') return byte - '0';
  const int lower = std::tolower(byte);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// The bytes of a raw profile: a line feed, a name, the number of bytes, then these in hexadecimal,
/// with white space anywhere. Nothing when it is damaged. Source: ImageMagick's PNG coder, which
/// introduced the form.
std::optional<Bytes> decode_raw_profile(ByteSpan text) {
  std::size_t at = 0;
  const auto skip = [&](auto wanted) {
    while (at < text.size() && wanted(text[at])) ++at;
  };
  const auto is_space = [](std::uint8_t byte) { return std::isspace(byte) != 0; };
  skip(is_space);
  skip([&](std::uint8_t byte) { return !is_space(byte); });
  skip(is_space);
  std::size_t stated = 0;
  for (; at < text.size() && std::isdigit(text[at]) != 0 && stated <= kMaxMetadataBytes; ++at) {
    stated = stated * 10 + (text[at] - std::size_t{'0'});
  }
  if (stated == 0 || stated > text.size()) return std::nullopt;
  Bytes bytes;
  bytes.reserve(stated);
  int high = -1;
  for (; at < text.size(); ++at) {
    if (is_space(text[at])) continue;
    const int digit = hex_digit(text[at]);
    if (digit < 0) return std::nullopt;
    if (high >= 0) bytes.push_back(static_cast<std::uint8_t>(high << 4 | digit));
    high = high >= 0 ? -1 : digit;
  }
  return bytes.size() == stated && high < 0 ? std::optional(std::move(bytes)) : std::nullopt;
}

class ChunkReader {
 public:
  ChunkReader(const Source& source, Warnings& warnings) : source_(source), warnings_(warnings) {}

  Metadata read() {
    std::size_t at = kSignatureBytes;
    bool ended = false;
    while (!ended && source_.bytes.size() - at >= kChunkOverhead) {
      const std::size_t length = read_be(source_.bytes, at, 4);
      if (length > source_.bytes.size() - at - kChunkOverhead) break;  // truncated: libpng says so
      const ByteSpan typed = part(source_.bytes, at + 4, length + 4);
      Chunk chunk{std::string(typed.begin(), typed.begin() + 4), part(typed, 4), true};
      // Critical chunks are checked by libpng; IDAT is most of the file.
      const bool ancillary = std::islower(static_cast<unsigned char>(chunk.type[0])) != 0;
      if (ancillary) {
        const auto crc = crc32(0, typed.data(), static_cast<uInt>(typed.size()));
        chunk.intact = crc == read_be(source_.bytes, at + 8 + length, 4);
        take(chunk);
      }
      ended = chunk.type == "IEND";
      at += kChunkOverhead + length;
    }
    if (ended) warn_of_trailing_bytes(part(source_.bytes, at), warnings_);
    if (!has_profile_ && foreign_gamma_) warnings_.lost_metadata("gamma and primaries");
    if (found_.exif.empty()) found_.exif = std::move(raw_exif_);
    return std::move(found_);
  }

 private:
  void take(const Chunk& chunk) {
    const std::string& type = chunk.type;
    const bool is_text = type == "iTXt" || type == "zTXt" || type == "tEXt";
    const bool is_colour = type == "gAMA" || type == "cHRM" || type == "cICP" || type == "sRGB";
    if (type == "tRNS" && !chunk.intact)
      damaged(source_, "PNG", "the CRC of the chunk tRNS does not fit");
    if (type == "acTL") warnings_.lost("animation frames");
    if (type == "mDCV" || type == "mDCv" || type == "cLLI" || type == "cLLi") {
      warnings_.lost_metadata("the range of brightness (" + type + ")");
    }
    if (type == "caBX") warnings_.lost_metadata("JUMBF (content credentials)");
    if (!is_text && !is_colour && type != "iCCP" && type != "eXIf") return;
    if (!chunk.intact) {
      warnings_.lost_metadata("the damaged chunk " + type);
    } else if (type == "iCCP") {
      take_profile(chunk.data);
    } else if (type == "eXIf") {
      found_.exif = without_exif_prefix(chunk.data);
    } else if (is_text) {
      take_any_text(chunk);
    } else {
      take_colour(chunk);
    }
  }

  void take_colour(const Chunk& chunk) {
    if (chunk.type == "sRGB") {
      has_profile_ = true;
    } else if (chunk.type == "cICP") {
      // Such a chunk overrules a profile beside it. Source: PNG specification, third edition, 4.3.
      constexpr std::uint64_t kSrgb = 0x010D0001;
      if (read_be(chunk.data, 0, 4) != kSrgb) warnings_.lost_metadata("colour description (cICP)");
    } else if (!says_srgb(chunk)) {
      foreign_gamma_ = true;
    }
  }

  void take_profile(ByteSpan data) {
    const auto name = take_text(data);
    const auto profile = name ? inflate_bounded(part(data, 1)) : std::nullopt;
    has_profile_ = true;
    if (profile) found_.icc = *profile;
    if (!profile) warnings_.lost_metadata("a damaged ICC profile");
  }

  /// Texts are comments, which are not kept, but for XMP and for profiles in hexadecimal.
  void take_any_text(const Chunk& chunk) {
    ByteSpan rest = chunk.data;
    const auto keyword = take_text(rest);
    if (!keyword) return;
    const bool is_xmp = *keyword == "XML:com.adobe.xmp";
    const bool is_raw_profile = keyword->rfind("Raw profile type ", 0) == 0;
    if (!is_xmp && !is_raw_profile) return;
    const auto text = text_of(chunk.type, rest);
    if (!text) {
      warnings_.lost_metadata(is_xmp ? "damaged XMP" : "a damaged raw profile");
    } else if (is_xmp) {
      found_.xmp = *text;
    } else {
      take_raw_profile(keyword->substr(keyword->rfind(' ') + 1), *text);
    }
  }

  static std::optional<Bytes> text_of(const std::string& type, ByteSpan rest) {
    if (type == "tEXt") return rest.to_bytes();
    if (type == "zTXt") return inflate_bounded(part(rest, 1));
    const bool compressed = rest.size() >= 2 && rest[0] != 0;
    rest = part(rest, 2);
    // Language, translated keyword
    const bool tagged = take_text(rest).has_value() && take_text(rest).has_value();
    if (!tagged) return std::nullopt;
    return compressed ? inflate_bounded(rest) : rest.to_bytes();
  }

  void take_raw_profile(const std::string& kind, const Bytes& text) {
    const auto profile = decode_raw_profile(text);
    if (!profile) {
      warnings_.lost_metadata("a damaged raw profile (" + kind + ")");
    } else if (kind == "exif" || (kind == "APP1" && has_at(*profile, 0, "Exif"))) {
      raw_exif_ = without_exif_prefix(*profile);
    } else if (kind == "xmp" || kind == "APP1") {
      take_raw_xmp(*profile);
    } else if (kind == "icc" || kind == "icm") {
      if (found_.icc.empty()) found_.icc = *profile;
      has_profile_ = true;
    } else {
      warnings_.lost_metadata(kind == "iptc" || kind == "8bim" ? "IPTC"
                                                               : "the raw profile " + kind);
    }
  }

  void take_raw_xmp(const Bytes& profile) {
    // With a zero behind it, as in JPEG
    constexpr const char* kPrefix = "http://ns.adobe.com/xap/1.0/";
    const bool prefixed = has_at(profile, 0, kPrefix);
    if (found_.xmp.empty())
      found_.xmp = part(profile, prefixed ? std::strlen(kPrefix) + 1 : 0).to_bytes();
  }

  const Source& source_;
  Warnings& warnings_;
  Metadata found_;
  Bytes raw_exif_;
  bool has_profile_ = false;
  bool foreign_gamma_ = false;
};

}  // namespace

Metadata read_png_chunks(const Source& source, Warnings& warnings) {
  return ChunkReader(source, warnings).read();
}

}  // namespace imgcnn::image
