#include "image/formats/tiff_file.h"

#include <algorithm>
#include <array>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <memory>

#include "image/formats/bytes.h"

namespace imgcnn::image {
namespace {

// Tables of strips and tiles, metadata, a tile: nothing that a directory asks for may be larger.
constexpr tmsize_t kMaxAllocation = tmsize_t{1} << 30;
constexpr std::size_t kMaxWarnings = 100;  // a damaged directory has thousands

std::string text_of(const char* module, const char* format, va_list arguments) {
  std::array<char, 500> text = {};
  std::vsnprintf(text.data(), text.size(), format, arguments);
  std::string line = module == nullptr || module[0] == '\0'
                         ? text.data()
                         : std::string(module) + ": " + text.data();
  std::replace(line.begin(), line.end(), '\n', ' ');
  return line;
}

struct FreeOptions {
  void operator()(TIFFOpenOptions* options) const { TIFFOpenOptionsFree(options); }
};

}  // namespace

TiffFile::TiffFile(ByteSpan bytes) : bytes_(bytes) { open("rm"); }

TiffFile::TiffFile(Bytes* output) : output_(output) { open("wm"); }

TiffFile::~TiffFile() { close(); }

/// "m" in the mode: not mapped, as the bytes are in memory already.
void TiffFile::open(const char* mode) {
  const std::unique_ptr<TIFFOpenOptions, FreeOptions> options(TIFFOpenOptionsAlloc());
  TIFFOpenOptionsSetErrorHandlerExtR(options.get(), on_error, this);
  TIFFOpenOptionsSetWarningHandlerExtR(options.get(), on_warning, this);
  TIFFOpenOptionsSetMaxSingleMemAlloc(options.get(), kMaxAllocation);
  tiff_ = TIFFClientOpenExt("TIFF", mode, this, on_read, on_write, on_seek, on_close, on_size,
                            nullptr, nullptr, options.get());
}

void TiffFile::close() {
  if (tiff_ != nullptr) TIFFClose(tiff_);
  tiff_ = nullptr;
}

void TiffFile::forget_messages() {
  error_.clear();
  warnings_.clear();
}

std::uint64_t TiffFile::stated(std::uint64_t tag) const {
  const bool big_endian = has_at(bytes_, 0, "MM");
  const auto get = [&](std::size_t at, std::size_t count) {
    return big_endian ? read_be(bytes_, at, count) : read_le(bytes_, at, count);
  };
  const bool big_tiff = get(2, 2) == 43;
  const std::size_t count_bytes = big_tiff ? 8 : 2;
  const std::size_t entry_bytes = big_tiff ? 20 : 12;
  const std::size_t directory = TIFFCurrentDirOffset(tiff_);
  const std::uint64_t entries = std::min<std::uint64_t>(get(directory, count_bytes), 65535);
  for (std::uint64_t i = 0; i < entries; ++i) {
    const std::size_t entry = directory + count_bytes + i * entry_bytes;
    if (get(entry, 2) == tag) return get(entry + (big_tiff ? 12 : 8), 2);
  }
  return 0;
}

int TiffFile::on_error(TIFF*, void* self, const char* module, const char* format,
                       va_list arguments) {
  auto& file = *static_cast<TiffFile*>(self);
  if (file.error_.empty()) file.error_ = text_of(module, format, arguments);
  return 1;  // nobody else needs to hear of it
}

int TiffFile::on_warning(TIFF*, void* self, const char* module, const char* format,
                         va_list arguments) {
  auto& file = *static_cast<TiffFile*>(self);
  if (file.warnings_.size() < kMaxWarnings)
    file.warnings_.push_back(text_of(module, format, arguments));
  return 1;
}

tmsize_t TiffFile::on_read(thandle_t self, void* to, tmsize_t size) {
  auto& file = *static_cast<TiffFile*>(self);
  const ByteSpan contents = file.contents();
  if (size <= 0 || file.at_ >= contents.size()) return 0;
  const auto count =
      std::min<std::uint64_t>(static_cast<std::uint64_t>(size), contents.size() - file.at_);
  std::memcpy(to, contents.data() + file.at_, count);
  file.at_ += count;
  return static_cast<tmsize_t>(count);
}

tmsize_t TiffFile::on_write(thandle_t self, void* from, tmsize_t size) {
  auto& file = *static_cast<TiffFile*>(self);
  if (file.output_ == nullptr || size <= 0) return 0;
  const auto count = static_cast<std::size_t>(size);
  if (file.output_->size() < file.at_ + count) file.output_->resize(file.at_ + count);
  std::memcpy(file.output_->data() + file.at_, from, count);
  file.at_ += count;
  return size;
}

toff_t TiffFile::on_seek(thandle_t self, toff_t offset, int whence) {
  auto& file = *static_cast<TiffFile*>(self);
  if (whence == SEEK_CUR) offset += file.at_;
  if (whence == SEEK_END) offset += file.contents().size();
  file.at_ = offset;
  return offset;
}

int TiffFile::on_close(thandle_t) { return 0; }

toff_t TiffFile::on_size(thandle_t self) { return static_cast<TiffFile*>(self)->contents().size(); }

}  // namespace imgcnn::image
