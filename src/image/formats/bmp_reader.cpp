// Windows and OS/2 bitmaps. Source: Microsoft, "Bitmap Storage" and the BITMAPV5HEADER structure;
// OS/2 2.0 Presentation Manager Reference, BITMAPINFOHEADER2.
#include <algorithm>
#include <array>

#include "image/formats/bmp_header.h"
#include "image/formats/bytes.h"
#include "image/formats/reading.h"

namespace imgcnn::image {
namespace {

using Colour = std::array<std::uint8_t, 3>;

[[noreturn]] void truncated(const Source& source) {
  damaged(source, "BMP", "the file is truncated");
}

/// Red, green and blue of each index; those that the file lacks are black.
struct Palette {
  std::array<Colour, 256> colours = {};
  std::size_t stored = 0;
  [[nodiscard]] bool is_grey() const {
    return std::all_of(colours.begin(), colours.begin() + static_cast<std::ptrdiff_t>(stored),
                       [](const Colour& c) { return c[0] == c[1] && c[1] == c[2]; });
  }
};

Palette read_palette(const Source& source, const BmpHeader& header) {
  Palette palette;
  const std::size_t room =
      header.pixels_at > header.palette_at ? header.pixels_at - header.palette_at : 0;
  palette.stored =
      std::min<std::size_t>({header.palette_size, room / header.palette_entry_bytes, 256});
  for (std::size_t i = 0; i < palette.stored; ++i) {
    const ByteSpan entry =
        part(source.bytes, header.palette_at + i * header.palette_entry_bytes, 3);
    if (entry.size() < 3) truncated(source);
    palette.colours[i] = {entry[2], entry[1], entry[0]};
  }
  return palette;
}

/// Colour indexes, one a pixel, top row first.
struct Indexes {
  Bytes values;
  bool complete = true;  ///< false: the file leaves pixels out
  std::size_t end = 0;   ///< position in the file behind the pixels
};

/// Where a row of the file belongs in the picture.
std::size_t picture_row(const BmpHeader& header, std::size_t row) {
  return header.top_down ? row : header.size.height - 1 - row;
}

/// The bytes of a row of the file, which starts at a multiple of four.
ByteSpan file_row(const Source& source, const BmpHeader& header, std::size_t row) {
  const std::size_t bytes =
      (header.size.width * static_cast<std::size_t>(header.bits) + 31) / 32 * 4;
  const ByteSpan found = part(source.bytes, header.pixels_at + row * bytes, bytes);
  // The padding of the last row is not always written.
  if (found.size() < (header.size.width * static_cast<std::size_t>(header.bits) + 7) / 8)
    truncated(source);
  return found;
}

Indexes read_packed_indexes(const Source& source, const BmpHeader& header) {
  const auto bits = static_cast<std::size_t>(header.bits);
  const std::size_t width = header.size.width;
  if ((width * bits + 7) / 8 * header.size.height > source.bytes.size()) truncated(source);
  Indexes indexes;
  indexes.values.resize(width * header.size.height);
  for (std::size_t row = 0; row < header.size.height; ++row) {
    const ByteSpan from = file_row(source, header, row);
    std::uint8_t* const to = indexes.values.data() + picture_row(header, row) * width;
    for (std::size_t x = 0; x < width; ++x) {
      const std::size_t shift = 8 - bits - x * bits % 8;
      to[x] = static_cast<std::uint8_t>(from[x * bits / 8] >> shift & ((1U << bits) - 1));
    }
  }
  return indexes;
}

/// Runs of 8-bit or 4-bit indexes, with escapes for row ends, jumps and literal runs.
class RunDecoder {
 public:
  RunDecoder(const Source& source, const BmpHeader& header)
      : source_(source), header_(header), at_(header.pixels_at) {}

  Indexes decode() {
    // A run of 255 pixels takes two bytes; jumps over more of a picture than that are not believed.
    constexpr std::uint64_t kMaxPixelsPerByte = 4096;
    if (header_.size.width * header_.size.height > source_.bytes.size() * kMaxPixelsPerByte)
      truncated(source_);
    indexes_.values.resize(header_.size.width * header_.size.height);
    while (row_ < header_.size.height && step()) {
    }
    skip_end();
    indexes_.complete = written_ == indexes_.values.size();
    indexes_.end = at_;
    return std::move(indexes_);
  }

 private:
  std::uint8_t next() {
    if (at_ >= source_.bytes.size()) truncated(source_);
    return source_.bytes[at_++];
  }

  void put(unsigned value) {
    if (column_ >= header_.size.width) damaged(source_, "BMP", "a run leaves its row");
    indexes_.values[picture_row(header_, row_) * header_.size.width + column_++] =
        static_cast<std::uint8_t>(value);
    ++written_;
  }

  /// The index of pixel `i` of a run, of which two share a byte when they have four bits.
  [[nodiscard]] unsigned pick(unsigned byte, unsigned i) const {
    if (header_.bits == 8) return byte;
    return i % 2 == 0 ? byte >> 4 : byte & 15U;
  }

  void literal_run(unsigned count) {
    const unsigned bytes = header_.bits == 8 ? count : (count + 1) / 2;
    unsigned byte = 0;
    for (unsigned i = 0; i < count; ++i) {
      if (header_.bits == 8 || i % 2 == 0) byte = next();
      put(pick(byte, i));
    }
    if (bytes % 2 == 1) static_cast<void>(next());  // runs end at even addresses
  }

  /// The ends of the last row and of the bitmap, which some writers leave out.
  void skip_end() {
    if (has_pair(0, 0)) at_ += 2;
    if (has_pair(0, 1)) at_ += 2;
  }

  [[nodiscard]] bool has_pair(std::uint8_t first, std::uint8_t second) const {
    const ByteSpan pair = part(source_.bytes, at_, 2);
    return pair.size() == 2 && pair[0] == first && pair[1] == second;
  }

  void jump() {
    column_ += next();
    row_ += next();
    if (column_ > header_.size.width || row_ > header_.size.height)
      damaged(source_, "BMP", "a jump leaves the picture");
  }

  /// One run or escape; false at the end of the bitmap.
  bool step() {
    const unsigned count = next();
    const unsigned value = next();
    if (count > 0) {
      for (unsigned i = 0; i < count; ++i) put(pick(value, i));
      return true;
    }
    switch (value) {
      case 0:
        column_ = 0;
        ++row_;
        return true;
      case 1:
        return false;
      case 2:
        jump();
        return true;
      default:
        literal_run(value);
        return true;
    }
  }

  const Source& source_;
  const BmpHeader& header_;
  std::size_t at_;
  std::size_t row_ = 0;
  std::size_t column_ = 0;
  std::size_t written_ = 0;
  Indexes indexes_;
};

/// Where rows that are not coded in runs end in the file.
std::size_t end_of_rows(const BmpHeader& header) {
  const std::size_t row = (header.size.width * static_cast<std::size_t>(header.bits) + 31) / 32 * 4;
  return header.pixels_at + row * header.size.height;
}

void warn_of_rest(const Source& source, const BmpHeader& header, std::size_t end_of_pixels,
                  Warnings& warnings) {
  warn_of_trailing_bytes(
      part(source.bytes, std::max(end_of_pixels, bmp_profile_end(source, header))), warnings);
}

Image colour_indexes(const Source& source, const BmpHeader& header, Warnings& warnings) {
  const Palette palette = read_palette(source, header);
  const bool in_runs = header.coding == BmpCoding::kRuns;
  const Indexes indexes =
      in_runs ? RunDecoder(source, header).decode() : read_packed_indexes(source, header);
  warn_of_rest(source, header, in_runs ? indexes.end : end_of_rows(header), warnings);
  if (!indexes.complete)
    warnings.add("pixels that the file leaves out have the first colour of the palette");
  const std::uint8_t largest = *std::max_element(indexes.values.begin(), indexes.values.end());
  if (largest >= palette.stored) warnings.add("colours that the palette lacks are black");

  Image picture = make_picture(header.size, palette.is_grey() ? 1 : 3, 8);
  auto to = picture.samples.begin();
  for (const std::uint8_t index : indexes.values) {
    to = std::copy_n(palette.colours[index].begin(), picture.channels, to);
  }
  return picture;
}

/// A channel of pixels that hold all channels in one integer.
struct Channel {
  std::uint32_t mask = 0;
  int shift = 0;
  std::uint32_t max = 0;  ///< 0 where there is no such channel
};

Channel channel_of(const Source& source, std::uint32_t mask) {
  Channel channel{mask, 0, 0};
  if (mask == 0) return channel;
  while ((mask >> channel.shift & 1) == 0) ++channel.shift;
  channel.max = mask >> channel.shift;
  if ((channel.max & (channel.max + 1)) != 0) refuse(source, "BMP with a mask that has gaps");
  if (channel.max > 65535) refuse(source, "BMP with more than 16 bits a sample");
  return channel;
}

/// What the pixels of a picture hold in the bits that no mask names.
class UnusedBits {
 public:
  explicit UnusedBits(std::uint32_t mask) : mask_(mask) {}
  void see(std::uint32_t pixel) {
    any_ |= pixel & mask_;
    all_ &= pixel;
  }
  /// Neither zeros nor ones alone: somebody wrote something there.
  [[nodiscard]] bool used() const { return any_ != 0 && (all_ & mask_) != mask_; }

 private:
  std::uint32_t mask_;
  std::uint32_t any_ = 0;
  std::uint32_t all_ = 0xFFFFFFFF;
};

/// Alpha that is zero in all pixels is what programs leave there that know of no alpha.
void drop_empty_alpha(Image& picture, Warnings& warnings) {
  const std::size_t pixels = picture.pixels();
  for (std::size_t i = 0; i < pixels; ++i) {
    if (picture.samples[4 * i + 3] != 0) return;
  }
  for (std::size_t i = 0; i < pixels; ++i)
    std::copy_n(&picture.samples[4 * i], 3, &picture.samples[3 * i]);
  picture.samples.resize(pixels * 3);
  picture.channels = 3;
  warnings.add("alpha that is 0 everywhere is left out");
}

Image masked_pixels(const Source& source, const BmpHeader& header, Warnings& warnings) {
  std::array<Channel, 4> channels;
  for (std::size_t c = 0; c < 4; ++c) channels[c] = channel_of(source, header.masks[c]);
  const bool deep =
      std::any_of(channels.begin(), channels.end(), [](const Channel& c) { return c.max > 255; });
  const std::size_t count = channels[3].max > 0 ? 4 : 3;
  const std::size_t pixel_bytes = static_cast<std::size_t>(header.bits) / 8;
  if (header.size.width * header.size.height * pixel_bytes > source.bytes.size()) truncated(source);
  Image picture = make_picture(header.size, static_cast<int>(count), deep ? 16 : 8);
  const auto full = static_cast<std::uint32_t>(picture.max_value());
  const std::uint32_t named = header.masks[0] | header.masks[1] | header.masks[2] | header.masks[3];
  UnusedBits unused(header.bits == 32 ? ~named : 0xFFFFU & ~named);
  for (std::size_t row = 0; row < header.size.height; ++row) {
    const ByteSpan from = file_row(source, header, row);
    std::uint16_t* to =
        picture.samples.data() + picture_row(header, row) * header.size.width * count;
    for (std::size_t x = 0; x < header.size.width; ++x) {
      const auto pixel = static_cast<std::uint32_t>(read_le(from, x * pixel_bytes, pixel_bytes));
      unused.see(pixel);
      for (std::size_t c = 0; c < count; ++c) {
        const std::uint32_t value = (pixel & channels[c].mask) >> channels[c].shift;
        *to++ = channels[c].max == 0 ? std::uint16_t{0} : rescale(value, channels[c].max, full);
      }
    }
  }
  warn_of_rest(source, header, end_of_rows(header), warnings);
  if (unused.used()) warnings.lost("what the unused bits of the pixels hold (alpha, perhaps)");
  if (count == 4) drop_empty_alpha(picture, warnings);
  return picture;
}

}  // namespace

Image read_bmp(const Source& source, Warnings& warnings) {
  const BmpHeader header = read_bmp_header(source);
  check_limits(source, header.size);
  Image picture = header.bits <= 8 ? colour_indexes(source, header, warnings)
                                   : masked_pixels(source, header, warnings);
  read_bmp_colour_space(source, header, picture.metadata, warnings);
  return picture;
}

}  // namespace imgcnn::image
