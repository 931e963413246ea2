// Portable anymaps, plain and raw, and the arbitrary maps that follow them. Source: netpbm's manual
// pages pbm(5), pgm(5), ppm(5) and pam(5).
#include <cctype>
#include <string>

#include "image/formats/bytes.h"
#include "image/formats/reading.h"
#include "image/formats/sample_bytes.h"

namespace imgcnn::image {
namespace {

constexpr std::uint64_t kLargestNumber = std::uint64_t{1} << 32;
constexpr std::uint64_t kLargestMaximum = 65535;

bool is_space(std::uint8_t byte) { return std::isspace(byte) != 0; }
bool is_digit(std::uint8_t byte) { return byte >= '0' && byte <= '9'; }

/// Walks over the text of a header or of a plain raster.
class TextCursor {
 public:
  TextCursor(const Source& source, const char* format, std::size_t at)
      : source_(source), format_(format), at_(at) {}

  [[nodiscard]] std::size_t position() const { return at_; }

  /// The next number, white space and comments before it passed over.
  std::uint64_t number() {
    skip_blanks();
    if (at_ == bytes().size()) damaged(source_, format_, "the file is truncated");
    if (!is_digit(bytes()[at_])) damaged(source_, format_, "a number is expected");
    std::uint64_t value = 0;
    for (; at_ < bytes().size() && is_digit(bytes()[at_]); ++at_) {
      value = value * 10 + (bytes()[at_] - '0');
      if (value > kLargestNumber) damaged(source_, format_, "a number is too large");
    }
    return value;
  }

  /// The next digit by itself, as plain bitmaps may leave out the white space between samples.
  std::uint64_t digit() {
    skip_blanks();
    if (at_ == bytes().size()) damaged(source_, format_, "the file is truncated");
    if (!is_digit(bytes()[at_])) damaged(source_, format_, "a digit is expected");
    return bytes()[at_++] - std::uint64_t{'0'};
  }

  /// Passes over the single white space between a header and a raw raster of `raster_bytes`.
  /// Carriage return and line feed count as one where other lines of the header end so, or where
  /// the size of the file leaves no doubt.
  void end_of_header(std::uint64_t raster_bytes) {
    if (at_ == bytes().size()) damaged(source_, format_, "the file is truncated");
    if (!is_space(bytes()[at_])) damaged(source_, format_, "no white space behind the header");
    const std::string header(bytes().begin(), bytes().begin() + at_);
    const bool usual_here = header.find("\r\n") != std::string::npos;
    const bool two =
        has_at(bytes(), at_, "\r\n") && (usual_here || bytes().size() - at_ == raster_bytes + 2);
    at_ += two ? 2 : 1;
  }

  /// A line without its end, comments left out; moves behind it.
  std::string line() {
    while (at_ < bytes().size()) {
      std::string text;
      while (at_ < bytes().size() && bytes()[at_] != '\n')
        text += static_cast<char>(bytes()[at_++]);
      if (at_ == bytes().size()) damaged(source_, format_, "the header does not end");
      ++at_;
      while (!text.empty() && is_space(static_cast<std::uint8_t>(text.back()))) text.pop_back();
      if (text.empty() || text[0] == '#') continue;
      return text;
    }
    damaged(source_, format_, "the header does not end");
  }

 private:
  [[nodiscard]] ByteSpan bytes() const { return source_.bytes; }

  void skip_blanks() {
    while (at_ < bytes().size() && (is_space(bytes()[at_]) || bytes()[at_] == '#')) {
      if (bytes()[at_] != '#') {
        ++at_;
        continue;
      }
      while (at_ < bytes().size() && bytes()[at_] != '\n' && bytes()[at_] != '\r') ++at_;
    }
  }

  const Source& source_;
  const char* format_;
  std::size_t at_;
};

/// What a header says of its raster.
struct Raster {
  Dimensions size;
  int channels = 1;
  std::uint64_t maximum = 1;  ///< the value that means white, 1..65535

  [[nodiscard]] int bit_depth() const { return maximum > 255 ? 16 : 8; }
  [[nodiscard]] std::uint64_t samples() const {
    return size.width * size.height * static_cast<std::uint64_t>(channels);
  }
};

void check_maximum(const Source& source, const char* format, std::uint64_t maximum) {
  if (maximum == 0 || maximum > kLargestMaximum)
    damaged(source, format, "the maximum of samples is not 1 to 65535");
}

std::uint16_t stretched(const Source& source, const char* format, std::uint64_t value,
                        const Raster& raster) {
  if (value > raster.maximum)
    damaged(source, format, "a sample exceeds the maximum that the header states");
  const std::uint32_t full = raster.bit_depth() == 16 ? 65535 : 255;
  if (raster.maximum == full) return static_cast<std::uint16_t>(value);
  return rescale(static_cast<std::uint32_t>(value), static_cast<std::uint32_t>(raster.maximum),
                 full);
}

/// Samples of one byte, or of two with the most significant first. Returns the position behind
/// them.
std::size_t read_raw(const Source& source, const char* format, const Raster& raster, std::size_t at,
                     Image& picture) {
  const std::size_t width = raster.bit_depth() == 16 ? 2 : 1;
  if (raster.samples() * width > source.bytes.size() - at)
    damaged(source, format, "the file is truncated");
  picture = make_picture(raster.size, raster.channels, raster.bit_depth());
  bytes_to_samples(source.bytes.data() + at, picture.samples.size(), picture.bit_depth,
                   picture.samples.data());
  if (raster.maximum != static_cast<std::uint64_t>(picture.max_value())) {
    for (std::uint16_t& sample : picture.samples)
      sample = stretched(source, format, sample, raster);
  }
  return at + picture.samples.size() * width;
}

/// Bits, eight to a byte from the highest on, each row from a new byte on; 1 is black.
std::size_t read_raw_bits(const Source& source, const Raster& raster, std::size_t at,
                          Image& picture) {
  const std::size_t row_bytes = (raster.size.width + 7) / 8;
  if (row_bytes * raster.size.height > source.bytes.size() - at)
    damaged(source, "PNM", "the file is truncated");
  picture = make_picture(raster.size, 1, 8);
  auto to = picture.samples.begin();
  for (std::size_t y = 0; y < raster.size.height; ++y, at += row_bytes) {
    for (std::size_t x = 0; x < raster.size.width; ++x) {
      const bool black = (source.bytes[at + x / 8] >> (7 - x % 8) & 1) != 0;
      *to++ = black ? 0 : 255;
    }
  }
  return at;
}

/// Samples as decimal numbers; those of bitmaps are single digits, 1 for black.
std::size_t read_plain(const Source& source, const Raster& raster, bool bitmap, TextCursor cursor,
                       Image& picture) {
  const std::uint64_t fewest_bytes = bitmap ? raster.samples() : 2 * raster.samples() - 1;
  if (fewest_bytes > source.bytes.size() - cursor.position())
    damaged(source, "PNM", "the file is truncated");
  picture = make_picture(raster.size, raster.channels, raster.bit_depth());
  for (std::uint16_t& sample : picture.samples) {
    const std::uint64_t value = bitmap ? cursor.digit() : cursor.number();
    sample = stretched(source, "PNM", value, raster);
    if (bitmap) sample = static_cast<std::uint16_t>(255 - sample);
  }
  return cursor.position();
}

void check_end(const Source& source, std::size_t end, Warnings& warnings) {
  while (end < source.bytes.size() && is_space(source.bytes[end])) ++end;
  const ByteSpan rest = part(source.bytes, end);
  const bool another =
      rest.size() > 2 && rest[0] == 'P' && rest[1] >= '1' && rest[1] <= '7' && is_space(rest[2]);
  if (another) {
    warnings.lost("further pictures");
  } else {
    warn_of_trailing_bytes(rest, warnings);
  }
}

/// The tuple types of PAM, as netpbm's pam(5) lists them.
int channels_of_tuples(const Source& source, const std::string& type, std::uint64_t depth) {
  struct Row {
    const char* type;
    int channels;
  };
  constexpr Row kRows[] = {{"BLACKANDWHITE", 1},       {"GRAYSCALE", 1},       {"RGB", 3},
                           {"BLACKANDWHITE_ALPHA", 2}, {"GRAYSCALE_ALPHA", 2}, {"RGB_ALPHA", 4}};
  if (type.empty() && (depth == 1 || depth == 3)) return static_cast<int>(depth);
  if (type.empty())
    refuse(source, "PAM of depth " + std::to_string(depth) + " without a tuple type");
  for (const Row& row : kRows) {
    if (type != row.type) continue;
    if (depth != static_cast<std::uint64_t>(row.channels))
      damaged(source, "PAM", "depth and tuple type disagree");
    return row.channels;
  }
  refuse(source, "PAM of tuple type " + type);
}

std::uint64_t value_of(const Source& source, const std::string& line, std::size_t from) {
  const std::string text = line.substr(from);
  const Source inner{ByteSpan(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()),
                     source.origin, source.options};
  return TextCursor(inner, "PAM", 0).number();
}

Raster read_pam_header(const Source& source, TextCursor& cursor) {
  Raster raster;
  std::uint64_t depth = 0;
  std::string type;
  raster.maximum = 0;
  for (std::string line = cursor.line(); line != "ENDHDR"; line = cursor.line()) {
    const std::size_t end = line.find_first_of(" \t");
    const std::string key = line.substr(0, end);
    if (end == std::string::npos) damaged(source, "PAM", "a line of the header has no value");
    if (key == "WIDTH") raster.size.width = value_of(source, line, end);
    if (key == "HEIGHT") raster.size.height = value_of(source, line, end);
    if (key == "DEPTH") depth = value_of(source, line, end);
    if (key == "MAXVAL") raster.maximum = value_of(source, line, end);
    if (key == "TUPLTYPE") {
      const std::size_t start = line.find_first_not_of(" \t", end);
      const std::size_t stop = line.find_last_not_of(" \t");
      if (start != std::string::npos)
        type += (type.empty() ? "" : " ") + line.substr(start, stop - start + 1);
    }
  }
  raster.channels = channels_of_tuples(source, type, depth);
  return raster;
}

}  // namespace

Image read_pnm(const Source& source, Warnings& warnings) {
  const char kind = static_cast<char>(source.bytes[1]);
  const bool bitmap = kind == '1' || kind == '4';
  const bool plain = kind <= '3';
  TextCursor cursor(source, "PNM", 2);
  Raster raster;
  raster.channels = kind == '3' || kind == '6' ? 3 : 1;
  raster.size.width = cursor.number();
  raster.size.height = cursor.number();
  if (!bitmap) raster.maximum = cursor.number();
  check_maximum(source, "PNM", raster.maximum);
  check_limits(source, raster.size);

  Image picture;
  std::size_t end = 0;
  if (plain) {
    end = read_plain(source, raster, bitmap, cursor, picture);
  } else {
    const std::uint64_t raster_bytes =
        bitmap ? (raster.size.width + 7) / 8 * raster.size.height
               : raster.samples() * static_cast<std::uint64_t>(raster.bit_depth() / 8);
    cursor.end_of_header(raster_bytes);
    end = bitmap ? read_raw_bits(source, raster, cursor.position(), picture)
                 : read_raw(source, "PNM", raster, cursor.position(), picture);
  }
  check_end(source, end, warnings);
  return picture;
}

Image read_pam(const Source& source, Warnings& warnings) {
  constexpr std::size_t kAfterSignature = 3;
  TextCursor cursor(source, "PAM", kAfterSignature);
  const Raster raster = read_pam_header(source, cursor);
  check_maximum(source, "PAM", raster.maximum);
  check_limits(source, raster.size);
  Image picture;
  const std::size_t end = read_raw(source, "PAM", raster, cursor.position(), picture);
  check_end(source, end, warnings);
  return picture;
}

}  // namespace imgcnn::image
