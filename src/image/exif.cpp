#include "exif.h"

#include <algorithm>
#include <iterator>

#include "image/formats/bytes.h"

namespace imgcnn::image {
namespace {

constexpr std::uint64_t kOrientationTag = 0x0112;
constexpr std::uint64_t kThumbnailOffsetTag = 0x0201;
constexpr std::uint64_t kThumbnailLengthTag = 0x0202;
constexpr std::uint64_t kShortType = 3;
constexpr std::uint64_t kLongType = 4;
constexpr std::size_t kEntryBytes = 12;

/// Positions inside a block; 0 stands for what is not there.
class ExifBlock {
 public:
  explicit ExifBlock(ByteSpan bytes) : bytes_(bytes), big_endian_(has_at(bytes, 0, "MM")) {
    const bool valid = (big_endian_ || has_at(bytes, 0, "II")) && get(2, 2) == 42;
    if (valid) main_ = directory_at(get(4, 4));
    if (main_ != 0) thumbnail_ = directory_at(get(link_of(main_), 4));
  }

  [[nodiscard]] std::size_t main() const { return main_; }
  [[nodiscard]] std::size_t thumbnail() const { return thumbnail_; }

  /// Where the position of the next directory stands.
  [[nodiscard]] std::size_t link_of(std::size_t directory) const {
    return directory + 2 + kEntryBytes * get(directory, 2);
  }

  /// Where the value of a tag stands that is one integer of the type.
  [[nodiscard]] std::size_t value_of(std::size_t directory, std::uint64_t tag,
                                     std::uint64_t type) const {
    if (directory == 0) return 0;
    const std::uint64_t entries = get(directory, 2);
    for (std::uint64_t i = 0; i < entries; ++i) {
      const std::size_t entry = directory + 2 + kEntryBytes * i;
      if (entry + kEntryBytes > bytes_.size()) return 0;
      if (get(entry, 2) == tag && get(entry + 2, 2) == type && get(entry + 4, 4) == 1)
        return entry + 8;
    }
    return 0;
  }

  [[nodiscard]] std::uint64_t get(std::size_t at, std::size_t count) const {
    return big_endian_ ? read_be(bytes_, at, count) : read_le(bytes_, at, count);
  }

  /// Writes an integer into the block's own bytes, or into a copy of them.
  void put(Bytes& bytes, std::size_t at, std::size_t count, std::uint64_t value) const {
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t place = at + (big_endian_ ? count - 1 - i : i);
      bytes[place] = static_cast<std::uint8_t>(value >> (8 * i));
    }
  }

 private:
  [[nodiscard]] std::size_t directory_at(std::uint64_t offset) const {
    return offset >= 8 && offset + 2 <= bytes_.size() ? offset : 0;
  }

  ByteSpan bytes_;
  bool big_endian_;
  std::size_t main_ = 0;
  std::size_t thumbnail_ = 0;
};

std::optional<int> orientation_in(const ExifBlock& block, std::size_t directory) {
  const std::size_t at = block.value_of(directory, kOrientationTag, kShortType);
  const std::uint64_t value = at == 0 ? 0 : block.get(at, 2);
  return value >= 1 && value <= 8 ? std::optional(static_cast<int>(value)) : std::nullopt;
}

}  // namespace

int exif_orientation(ByteSpan exif) {
  const ExifBlock block(exif);
  return orientation_in(block, block.main()).value_or(1);
}

std::optional<int> exif_thumbnail_orientation(ByteSpan exif) {
  const ExifBlock block(exif);
  return orientation_in(block, block.thumbnail());
}

void reset_exif_orientation(Bytes& exif) {
  const ExifBlock block(exif);
  for (const std::size_t directory : {block.main(), block.thumbnail()}) {
    const std::size_t at = block.value_of(directory, kOrientationTag, kShortType);
    if (at != 0) block.put(exif, at, 2, 1);
  }
}

ByteSpan exif_thumbnail(ByteSpan exif) {
  const ExifBlock block(exif);
  const std::size_t offset_at = block.value_of(block.thumbnail(), kThumbnailOffsetTag, kLongType);
  const std::size_t length_at = block.value_of(block.thumbnail(), kThumbnailLengthTag, kLongType);
  if (offset_at == 0 || length_at == 0) return {};
  const std::uint64_t offset = block.get(offset_at, 4);
  const std::uint64_t length = block.get(length_at, 4);
  // One that lies over the directories would be written into them.
  const auto covers = [&](std::size_t at) { return at >= offset && at < offset + length; };
  const std::size_t places[] = {
      0,         block.main(), block.link_of(block.main()),     block.thumbnail(),
      offset_at, length_at,    block.link_of(block.thumbnail())};
  if (std::any_of(std::begin(places), std::end(places), covers)) return {};
  const ByteSpan found = part(exif, offset, length);
  return found.size() == length ? found : ByteSpan();
}

bool has_exif_thumbnail(ByteSpan exif) { return ExifBlock(exif).thumbnail() != 0; }

void replace_exif_thumbnail(Bytes& exif, ByteSpan jpeg) {
  const ExifBlock block(exif);
  const std::size_t offset_at = block.value_of(block.thumbnail(), kThumbnailOffsetTag, kLongType);
  const std::size_t length_at = block.value_of(block.thumbnail(), kThumbnailLengthTag, kLongType);
  const std::uint64_t old_length = block.get(length_at, 4);
  std::uint64_t offset = block.get(offset_at, 4);
  std::fill_n(exif.begin() + static_cast<std::ptrdiff_t>(offset), old_length, std::uint8_t{0});
  // The usual place: nothing stands behind it
  if (offset + old_length == exif.size()) exif.resize(offset);
  const bool at_end = jpeg.size() > old_length || offset == exif.size();
  if (at_end) offset = exif.size();
  // `block` reads bytes that may move now; what is written needs its byte order alone.
  if (at_end) exif.resize(offset + jpeg.size());
  std::copy(jpeg.begin(), jpeg.end(), exif.begin() + static_cast<std::ptrdiff_t>(offset));
  block.put(exif, offset_at, 4, offset);
  block.put(exif, length_at, 4, jpeg.size());
}

void remove_exif_thumbnail(Bytes& exif) {
  const ExifBlock block(exif);
  if (block.thumbnail() != 0) block.put(exif, block.link_of(block.main()), 4, 0);
}

}  // namespace imgcnn::image
