#pragma once
// A memory-mapped file of decoded pictures: training reads patches from it at the speed of memory.
//
// Layout (little-endian, native to the machine that trains; not an exchange format):
//   pictures, each width * height * 3 bytes RGB, then per picture {u64 offset, u32 width, u32
//   height}, then the footer {u64 index offset, u32 count, u32 version, 8 bytes magic}.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "imgcnn/base/files.h"

namespace imgcnn::train {

struct PackEntry {
  std::uint64_t offset = 0;
  std::uint32_t width = 0;
  std::uint32_t height = 0;
};

/// Writes a pack picture by picture; nothing is visible before `commit`.
class PackWriter {
 public:
  explicit PackWriter(const std::string& path) : file_(path, true) {}
  /// rgb: width * height * 3 bytes.
  void add(std::uint32_t width, std::uint32_t height, const Bytes& rgb);
  void commit();
  [[nodiscard]] std::uint64_t bytes() const { return offset_; }
  [[nodiscard]] std::size_t count() const { return entries_.size(); }

 private:
  AtomicFile file_;
  std::vector<PackEntry> entries_;
  std::uint64_t offset_ = 0;
};

/// Read-only mapping of a pack. Throws kIo, kCorrupt.
class PackFile {
 public:
  explicit PackFile(const std::string& path);
  ~PackFile();
  PackFile(const PackFile&) = delete;
  PackFile& operator=(const PackFile&) = delete;

  [[nodiscard]] const std::vector<PackEntry>& entries() const { return entries_; }
  /// First byte of picture i: rows of width * 3 bytes.
  [[nodiscard]] const std::uint8_t* pixels(std::size_t i) const {
    return base_ + entries_[i].offset;
  }

 private:
  void read_index(const std::string& path);

  const std::uint8_t* base_ = nullptr;
  std::uint64_t size_ = 0;
  std::vector<PackEntry> entries_;
};

/// Pictures to draw from.
struct WeightedPack {
  std::shared_ptr<const PackFile> pack;
  std::optional<double> weight;  ///< none = was not said
};

/// True when the file ends with a pack's footer.
[[nodiscard]] bool is_pack_file(const std::string& path);

}  // namespace imgcnn::train
