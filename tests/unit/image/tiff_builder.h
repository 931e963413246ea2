#pragma once
// TIFF files drawn tag by tag, as programs of all kinds write them.

#include <algorithm>
#include <cstdint>
#include <vector>

#include "imgcnn/base/byte_span.h"

namespace imgcnn::image {

/// Writes directories and data in either byte order, as classic TIFF or BigTIFF.
class TiffBuilder {
 public:
  static constexpr int kByte = 1;
  static constexpr int kAscii = 2;
  static constexpr int kShort = 3;
  static constexpr int kLong = 4;

  struct Entry {
    int tag;
    int type;
    std::vector<std::uint64_t> values;
  };
  using Directory = std::vector<Entry>;

  explicit TiffBuilder(bool big_endian = false, bool big_tiff = false)
      : big_endian_(big_endian), big_(big_tiff) {
    file_ = big_endian ? Bytes{'M', 'M'} : Bytes{'I', 'I'};
    append(big_ ? 43 : 42, 2);
    if (big_) append(8, 2);
    if (big_) append(0, 2);
    link_ = file_.size();
    append(0, offset_bytes());
  }

  /// Appends data and returns its position.
  std::uint64_t data(const Bytes& bytes) {
    const std::uint64_t at = file_.size();
    file_.insert(file_.end(), bytes.begin(), bytes.end());
    if (file_.size() % 2 == 1) file_.push_back(0);
    return at;
  }

  /// Appends samples of 16 bits in the byte order of the file.
  std::uint64_t data16(const std::vector<std::uint16_t>& samples) {
    const std::uint64_t at = file_.size();
    for (const std::uint16_t sample : samples) append(sample, 2);
    return at;
  }

  /// Appends a directory and returns its position; `linked` puts it behind the ones before in the
  /// main chain.
  std::uint64_t directory(Directory entries, bool linked = true) {
    std::sort(entries.begin(), entries.end(),
              [](const Entry& a, const Entry& b) { return a.tag < b.tag; });
    std::vector<std::uint64_t> places;
    for (const Entry& entry : entries) {
      places.push_back(file_.size());
      if (bytes_of(entry) > offset_bytes()) append_values(entry);
    }
    const std::uint64_t at = file_.size();
    if (linked) put(link_, at, offset_bytes());
    append(entries.size(), big_ ? 8 : 2);
    for (std::size_t i = 0; i < entries.size(); ++i) {
      append(static_cast<std::uint64_t>(entries[i].tag), 2);
      append(static_cast<std::uint64_t>(entries[i].type), 2);
      append(entries[i].values.size(), offset_bytes());
      const std::size_t value_at = file_.size();
      if (bytes_of(entries[i]) > offset_bytes()) {
        append(places[i], offset_bytes());
      } else {
        append_values(entries[i]);
      }
      file_.resize(value_at + offset_bytes());
    }
    if (linked) link_ = file_.size();
    append(0, offset_bytes());
    return at;
  }

  /// Makes the main chain go on at a position.
  void link_to(std::uint64_t position) { put(link_, position, offset_bytes()); }

  [[nodiscard]] const Bytes& file() const { return file_; }

 private:
  static std::size_t size_of(int type) {
    return type == kShort ? 2 : type == kLong ? 4 : type == 16 ? 8 : 1;
  }
  static std::size_t bytes_of(const Entry& entry) {
    return entry.values.size() * size_of(entry.type);
  }
  [[nodiscard]] std::size_t offset_bytes() const { return big_ ? 8 : 4; }

  void append(std::uint64_t value, std::size_t count) {
    file_.resize(file_.size() + count);
    put(file_.size() - count, value, count);
  }
  void put(std::size_t at, std::uint64_t value, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t place = at + (big_endian_ ? count - 1 - i : i);
      file_[place] = static_cast<std::uint8_t>(value >> (8 * i));
    }
  }
  void append_values(const Entry& entry) {
    for (const std::uint64_t value : entry.values) append(value, size_of(entry.type));
  }

  bool big_endian_;
  bool big_;
  Bytes file_;
  std::size_t link_;
};

/// The entries of a picture without compression in one strip for each plane.
inline TiffBuilder::Directory tiff_picture(std::uint64_t width, std::uint64_t height,
                                           std::uint64_t samples, std::uint64_t bits,
                                           std::uint64_t photometric,
                                           const std::vector<std::uint64_t>& strips,
                                           std::uint64_t strip_bytes) {
  using B = TiffBuilder;
  return {{256, B::kLong, {width}},
          {257, B::kLong, {height}},
          {258, B::kShort, std::vector<std::uint64_t>(samples, bits)},
          {259, B::kShort, {1}},
          {262, B::kShort, {photometric}},
          {273, B::kLong, strips},
          {277, B::kShort, {samples}},
          {278, B::kLong, {height}},
          {279, B::kLong, std::vector<std::uint64_t>(strips.size(), strip_bytes)},
          {284, B::kShort, {strips.size() > 1 ? std::uint64_t{2} : std::uint64_t{1}}}};
}

}  // namespace imgcnn::image
