// TIFF by libtiff.
#include <tiffio.h>

#include <algorithm>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <memory>

#include "image/formats/writing.h"
#include "imgcnn/base/error.h"

namespace imgcnn::image {
namespace {

constexpr std::size_t kStripBytes = 64 * 1024;  // before compression

/// A file that grows in memory.
struct MemoryFile {
  Bytes bytes;
  std::uint64_t at = 0;
  std::string error;
};

tmsize_t on_read(thandle_t handle, void* to, tmsize_t size) {
  auto& file = *static_cast<MemoryFile*>(handle);
  if (size <= 0 || file.at >= file.bytes.size()) return 0;
  const auto count = std::min<std::uint64_t>(static_cast<std::uint64_t>(size), file.bytes.size() - file.at);
  std::memcpy(to, file.bytes.data() + file.at, count);
  file.at += count;
  return static_cast<tmsize_t>(count);
}

tmsize_t on_write(thandle_t handle, void* from, tmsize_t size) {
  auto& file = *static_cast<MemoryFile*>(handle);
  const auto count = static_cast<std::size_t>(size);
  if (file.bytes.size() < file.at + count) file.bytes.resize(file.at + count);
  std::memcpy(file.bytes.data() + file.at, from, count);
  file.at += count;
  return size;
}

toff_t on_seek(thandle_t handle, toff_t offset, int whence) {
  auto& file = *static_cast<MemoryFile*>(handle);
  if (whence == SEEK_CUR) offset += file.at;
  if (whence == SEEK_END) offset += file.bytes.size();
  file.at = offset;
  return offset;
}

int on_close(thandle_t) { return 0; }

toff_t on_size(thandle_t handle) { return static_cast<MemoryFile*>(handle)->bytes.size(); }

int on_error(TIFF*, void* user, const char*, const char* format, va_list arguments) {
  char text[300];
  std::vsnprintf(text, sizeof text, format, arguments);
  auto& file = *static_cast<MemoryFile*>(user);
  if (file.error.empty()) file.error = text;
  return 1;
}

int on_warning(TIFF*, void*, const char*, const char*, va_list) { return 1; }

struct CloseTiff {
  void operator()(TIFF* tiff) const { TIFFClose(tiff); }
};
struct FreeOptions {
  void operator()(TIFFOpenOptions* options) const { TIFFOpenOptionsFree(options); }
};

void set_tags(TIFF* tiff, const Image& picture) {
  const std::size_t row_bytes = static_cast<std::size_t>(picture.width) *
                                static_cast<std::size_t>(picture.channels * picture.bit_depth / 8);
  const auto rows = static_cast<std::uint32_t>(std::max<std::size_t>(1, kStripBytes / row_bytes));
  TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, static_cast<std::uint32_t>(picture.width));
  TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, static_cast<std::uint32_t>(picture.height));
  TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, picture.channels);
  TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, picture.bit_depth);
  TIFFSetField(tiff, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG);
  TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC,
               picture.colour_channels() == 1 ? PHOTOMETRIC_MINISBLACK : PHOTOMETRIC_RGB);
  TIFFSetField(tiff, TIFFTAG_COMPRESSION, COMPRESSION_LZW);
  TIFFSetField(tiff, TIFFTAG_PREDICTOR, PREDICTOR_HORIZONTAL);
  TIFFSetField(tiff, TIFFTAG_ROWSPERSTRIP, rows);
  if (picture.has_alpha()) {
    const std::uint16_t kind = EXTRASAMPLE_UNASSALPHA;
    TIFFSetField(tiff, TIFFTAG_EXTRASAMPLES, 1, &kind);
  }
  const auto set_blob = [&](std::uint32_t tag, const Bytes& blob) {
    if (!blob.empty()) TIFFSetField(tiff, tag, static_cast<std::uint32_t>(blob.size()), blob.data());
  };
  set_blob(TIFFTAG_ICCPROFILE, picture.metadata.icc);
  set_blob(TIFFTAG_XMLPACKET, picture.metadata.xmp);
}

bool write_rows(TIFF* tiff, const Image& picture) {
  const std::size_t per_row = static_cast<std::size_t>(picture.width) * static_cast<std::size_t>(picture.channels);
  Bytes row(per_row * 2);
  const std::uint16_t* from = picture.samples.data();
  for (int y = 0; y < picture.height; ++y, from += per_row) {
    if (picture.bit_depth == 16) {
      std::memcpy(row.data(), from, per_row * 2);
    } else {
      std::copy(from, from + per_row, row.begin());
    }
    if (TIFFWriteScanline(tiff, row.data(), static_cast<std::uint32_t>(y), 0) != 1) return false;
  }
  return TIFFFlush(tiff) == 1;
}

}  // namespace

Bytes encode_tiff(const Image& picture) {
  MemoryFile file;
  const std::unique_ptr<TIFFOpenOptions, FreeOptions> options(TIFFOpenOptionsAlloc());
  TIFFOpenOptionsSetErrorHandlerExtR(options.get(), on_error, &file);
  TIFFOpenOptionsSetWarningHandlerExtR(options.get(), on_warning, &file);
  std::unique_ptr<TIFF, CloseTiff> tiff(TIFFClientOpenExt("TIFF", "wm", &file, on_read, on_write, on_seek, on_close,
                                                          on_size, nullptr, nullptr, options.get()));
  require(tiff != nullptr, ErrorCode::kInternal, "libtiff cannot start: " + file.error);
  set_tags(tiff.get(), picture);
  const bool done = write_rows(tiff.get(), picture);
  tiff.reset();
  require(done && file.error.empty(), ErrorCode::kInvalidArgument, "TIFF: " + file.error);
  return std::move(file.bytes);
}

}  // namespace imgcnn::image
