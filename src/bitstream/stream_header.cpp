// Header fields: one place that checks their ranges, for writing and reading alike.

#include "imgcnn/bitstream/stream_header.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "imgcnn/base/error.h"
#include "imgcnn/base/xxh64.h"

namespace imgcnn::bitstream {
namespace {

// A first byte above 127 tells a picture from text, and a transfer that strips bit 7 shows at once.
constexpr std::array<std::uint8_t, 4> kMagic = {0x89, 'C', 'N', 'Z'};
constexpr int kMaxQuality16 = 1600;
constexpr int kChannelBits = 0x3;  // channels - 1
constexpr int kDeepFlag = 0x4;     // 16 bits a sample
constexpr int kPreprocessFlag = 0x8;
constexpr int kContextFlag = 0x10;
constexpr int kReservedFlag = 0x20;
constexpr int kMirroredFlag = 0x40;
constexpr int kTransposedFlag = 0x80;
constexpr int kMaxByte = 255;

std::uint32_t bits_of(float value) {
  std::uint32_t bits = 0;
  std::memcpy(&bits, &value, sizeof bits);
  return bits;
}

float float_of(std::uint32_t bits) {
  float value = 0.0F;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

// NaN and infinity fail every comparison.
bool in_range(float value, float low, float high) { return value >= low && value <= high; }

bool in_range(const StreamPreprocess& p) {
  constexpr float kLeast = 0.1F;
  constexpr float kMost = 10.0F;
  return in_range(p.brightness, -1.0F, 1.0F) && in_range(p.contrast, kLeast, kMost) &&
         std::all_of(p.gain.begin(), p.gain.end(),
                     [&](float gain) { return in_range(gain, kLeast, kMost); });
}

// The first field out of its range; nullptr when there is none.
const char* bad_field(const StreamHeader& header) {
  if (header.width == 0 || header.height == 0) return "the picture is empty";
  if (header.channels < 1 || header.channels > 4) return "the number of channels is not in 1..4";
  if (header.bit_depth != 8 && header.bit_depth != 16) return "the bit depth is neither 8 nor 16";
  if (header.quality16 < 0 || header.quality16 > kMaxQuality16)
    return "the quality is not in 0..100";
  if (header.tile < 0 || header.tile > kMaxByte) return "the side of tiles is out of range";
  if (header.coarse < 0 || header.coarse > kMaxByte)
    return "the number of coarse channels is out of range";
  if (!in_range(header.preprocess)) return "a preprocessing parameter is out of range";
  return nullptr;
}

StreamPreprocess read_preprocess(ByteReader& reader) {
  StreamPreprocess p;
  p.brightness = float_of(reader.u32());
  p.contrast = float_of(reader.u32());
  for (float& gain : p.gain) gain = float_of(reader.u32());
  return p;
}

}  // namespace

bool StreamPreprocess::is_identity() const {
  return brightness == 0.0F && contrast == 1.0F &&
         std::all_of(gain.begin(), gain.end(), [](float g) { return g == 1.0F; });
}

std::uint32_t checksum(ByteSpan bytes) { return static_cast<std::uint32_t>(xxh64(bytes)); }

void write_header(ByteWriter& writer, const StreamHeader& header) {
  if (const char* reason = bad_field(header))
    throw Error(ErrorCode::kInvalidArgument, std::string("header: ") + reason);
  const bool preprocessed = !header.preprocess.is_identity();
  const std::size_t begin = writer.bytes().size();
  for (const std::uint8_t byte : kMagic) writer.u8(byte);
  writer.u8(kFormatVersion);
  writer.u8(static_cast<std::uint8_t>(
      (header.channels - 1) | (header.bit_depth == 16 ? kDeepFlag : 0) |
      (preprocessed ? kPreprocessFlag : 0) | (header.context_coded ? kContextFlag : 0) |
      (header.mirrored ? kMirroredFlag : 0) | (header.transposed ? kTransposedFlag : 0)));
  writer.leb128(header.width);
  writer.leb128(header.height);
  writer.u16(static_cast<std::uint16_t>(header.quality16));
  writer.u8(static_cast<std::uint8_t>(header.tile));
  writer.u8(static_cast<std::uint8_t>(header.coarse));
  for (const std::uint8_t byte : header.model_id) writer.u8(byte);
  if (preprocessed) {
    writer.u32(bits_of(header.preprocess.brightness));
    writer.u32(bits_of(header.preprocess.contrast));
    for (const float gain : header.preprocess.gain) writer.u32(bits_of(gain));
  }
  writer.u32(checksum(ByteSpan(writer.bytes()).subspan(begin, writer.bytes().size() - begin)));
}

bool is_cnz_file(ByteSpan file) {
  return file.size() >= kMagic.size() && std::equal(kMagic.begin(), kMagic.end(), file.begin());
}

StreamHeader read_header(ByteReader& reader, const std::string& origin) {
  const auto check = [&](bool condition, ErrorCode code, const char* reason) {
    if (!condition) throw Error(code, origin + ": " + reason);
  };
  const std::size_t begin = reader.position();
  check(reader.remaining() > 0, ErrorCode::kTruncated, "the file is empty");
  // As much of the magic as there is: a short file of another kind is not a truncated one.
  const ByteSpan magic = reader.take(std::min(kMagic.size(), reader.remaining()));
  check(std::equal(magic.begin(), magic.end(), kMagic.begin()), ErrorCode::kNotACnzFile,
        "not a .cnz file");

  const int version = reader.u8();
  check(reader.fault() == ByteReader::Fault::kNone, ErrorCode::kTruncated,
        "ends inside its header");
  if (version != kFormatVersion) {
    throw Error(
        ErrorCode::kUnsupportedVersion,
        origin + ": format version " + std::to_string(version) + ", this program reads version 1");
  }
  StreamHeader header;
  const int flags = reader.u8();
  header.channels = (flags & kChannelBits) + 1;
  header.bit_depth = (flags & kDeepFlag) != 0 ? 16 : 8;
  header.context_coded = (flags & kContextFlag) != 0;
  header.mirrored = (flags & kMirroredFlag) != 0;
  header.transposed = (flags & kTransposedFlag) != 0;
  header.width = reader.leb128();
  header.height = reader.leb128();
  header.quality16 = reader.u16();
  header.tile = reader.u8();
  header.coarse = reader.u8();
  for (std::uint8_t& byte : header.model_id) byte = reader.u8();
  const bool preprocessed = (flags & kPreprocessFlag) != 0;
  if (preprocessed) header.preprocess = read_preprocess(reader);
  const std::uint32_t expected = checksum(reader.since(begin));
  const std::uint32_t stored = reader.u32();

  check(reader.fault() != ByteReader::Fault::kTruncated, ErrorCode::kTruncated,
        "ends inside its header");
  check(reader.fault() == ByteReader::Fault::kNone && stored == expected, ErrorCode::kCorrupt,
        "header is damaged");
  check((flags & kReservedFlag) == 0, ErrorCode::kCorrupt, "header: a reserved bit is set");
  check(!preprocessed || !header.preprocess.is_identity(), ErrorCode::kCorrupt,
        "header: preprocessing changes nothing");
  if (const char* reason = bad_field(header))
    throw Error(ErrorCode::kCorrupt, origin + ": header: " + reason);
  return header;
}

void check_limits(const StreamHeader& header, const ParseLimits& limits,
                  const std::string& origin) {
  const std::uint64_t pixels = std::uint64_t{header.width} * header.height;
  if (header.width > limits.max_side || header.height > limits.max_side ||
      pixels > limits.max_pixels) {
    throw Error(ErrorCode::kLimitExceeded,
                origin + ": a picture of " + std::to_string(header.width) + "x" +
                    std::to_string(header.height) + " exceeds the limit");
  }
}

}  // namespace imgcnn::bitstream
