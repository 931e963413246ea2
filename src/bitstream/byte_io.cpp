// Byte-wise integers, independent of the host.

#include "imgcnn/bitstream/byte_io.h"

namespace imgcnn::bitstream {
namespace {

constexpr int kGroupBits = 7;
constexpr std::uint32_t kGroupMask = 0x7F;
constexpr std::uint32_t kContinues = 0x80;
constexpr int kLastShift = 28;             // of the fifth group
constexpr std::uint32_t kLastGroup = 0xF;  // what of it fits 32 bits

}  // namespace

void ByteWriter::leb128(std::uint32_t value) {
  for (; value > kGroupMask; value >>= kGroupBits)
    u8(static_cast<std::uint8_t>((value & kGroupMask) | kContinues));
  u8(static_cast<std::uint8_t>(value));
}

void ByteWriter::little_endian(std::uint64_t value, int count) {
  for (int i = 0; i < count; ++i) u8(static_cast<std::uint8_t>(value >> (8 * i)));
}

std::uint32_t ByteReader::leb128() {
  std::uint32_t value = 0;
  for (int shift = 0; fault_ == Fault::kNone; shift += kGroupBits) {
    const std::uint32_t group = u8();
    if (fault_ != Fault::kNone) break;
    const bool too_long = (group == 0 && shift > 0) || (shift == kLastShift && group > kLastGroup);
    if (too_long) {
      fault_ = Fault::kNotCanonical;
      break;
    }
    value |= (group & kGroupMask) << shift;
    if ((group & kContinues) == 0) return value;
  }
  return 0;
}

ByteSpan ByteReader::take(std::size_t count) {
  if (fault_ == Fault::kNone && count > remaining()) fault_ = Fault::kTruncated;
  if (fault_ != Fault::kNone) return {};
  position_ += count;
  return bytes_.subspan(position_ - count, count);
}

std::uint64_t ByteReader::little_endian(std::size_t count) {
  const ByteSpan bytes = take(count);
  std::uint64_t value = 0;
  for (std::size_t i = bytes.size(); i-- > 0;) value = value << 8 | bytes[i];
  return value;
}

}  // namespace imgcnn::bitstream
