// Writing and mapping of packs.

#include "pack_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>

#include "imgcnn/base/error.h"

namespace imgcnn::train {
namespace {

constexpr char kMagic[8] = {'I', 'M', 'G', 'C', 'N', 'N', 'P', 'K'};
constexpr std::uint32_t kVersion = 1;

struct Footer {
  std::uint64_t index_offset;
  std::uint32_t count;
  std::uint32_t version;
  char magic[8];
};
static_assert(sizeof(Footer) == 24 && sizeof(PackEntry) == 16,
              "the file holds these structs as they are");

template <class T>
ByteSpan bytes_of(const T* data, std::size_t count) {
  return {reinterpret_cast<const std::uint8_t*>(data), count * sizeof(T)};
}

}  // namespace

void PackWriter::add(std::uint32_t width, std::uint32_t height, const Bytes& rgb) {
  require(rgb.size() == std::size_t{3} * width * height, ErrorCode::kInternal,
          "pack: picture of the wrong size");
  entries_.push_back({offset_, width, height});
  file_.write(rgb);
  offset_ += rgb.size();
}

void PackWriter::commit() {
  Footer footer{offset_, static_cast<std::uint32_t>(entries_.size()), kVersion, {}};
  std::memcpy(footer.magic, kMagic, sizeof(kMagic));
  file_.write(bytes_of(entries_.data(), entries_.size()));
  file_.write(bytes_of(&footer, 1));
  file_.commit();
}

PackFile::PackFile(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  require(descriptor >= 0, ErrorCode::kIo, path + ": " + std::strerror(errno));
  struct stat status {};
  void* mapping = MAP_FAILED;
  if (fstat(descriptor, &status) == 0 && status.st_size >= static_cast<off_t>(sizeof(Footer))) {
    size_ = static_cast<std::uint64_t>(status.st_size);
    mapping = ::mmap(nullptr, size_, PROT_READ, MAP_SHARED, descriptor, 0);
  }
  ::close(descriptor);
  require(mapping != MAP_FAILED, ErrorCode::kIo, path + ": cannot be mapped into memory");
  base_ = static_cast<const std::uint8_t*>(mapping);
  try {
    read_index(path);
  } catch (...) {
    ::munmap(mapping, size_);
    throw;
  }
}

void PackFile::read_index(const std::string& path) {
  Footer footer;
  std::memcpy(&footer, base_ + size_ - sizeof(Footer), sizeof(Footer));
  require(std::memcmp(footer.magic, kMagic, sizeof(kMagic)) == 0 && footer.version == kVersion,
          ErrorCode::kCorrupt, path + ": not a pack of this version");
  const std::uint64_t index_bytes = std::uint64_t{footer.count} * sizeof(PackEntry);
  require(
      footer.index_offset <= size_ && footer.index_offset + index_bytes + sizeof(Footer) == size_,
      ErrorCode::kCorrupt, path + ": the pack's index does not fit the file");
  require(footer.count > 0, ErrorCode::kCorrupt, path + ": the pack holds no pictures");
  entries_.resize(footer.count);
  std::memcpy(entries_.data(), base_ + footer.index_offset, index_bytes);
  for (const auto& entry : entries_) {
    const std::uint64_t need = std::uint64_t{3} * entry.width * entry.height;
    require(entry.width > 0 && entry.height > 0 && entry.offset <= footer.index_offset &&
                need <= footer.index_offset - entry.offset,
            ErrorCode::kCorrupt, path + ": a picture lies outside the pack");
  }
}

PackFile::~PackFile() { ::munmap(const_cast<std::uint8_t*>(base_), size_); }

bool is_pack_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  if (!file || file.tellg() < static_cast<std::streamoff>(sizeof(Footer))) return false;
  Footer footer;
  file.seekg(-static_cast<std::streamoff>(sizeof(Footer)), std::ios::end);
  file.read(reinterpret_cast<char*>(&footer), sizeof(Footer));
  return file.good() && std::memcmp(footer.magic, kMagic, sizeof(kMagic)) == 0;
}

}  // namespace imgcnn::train
