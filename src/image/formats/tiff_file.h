#pragma once
// A TIFF file in memory, opened by libtiff for reading or for writing, and what libtiff says of it.

#include <tiffio.h>

#include <string>
#include <vector>

#include "imgcnn/base/byte_span.h"

namespace imgcnn::image {

/// Messages of libtiff go into the object, not to stderr and not through handlers that the whole
/// process shares.
class TiffFile {
 public:
  /// Opens for reading. `handle` is nullptr when the header or the first directory cannot be read.
  /// The bytes outlive the object.
  explicit TiffFile(ByteSpan bytes);
  /// Opens for writing; the file is whole in `output`, which outlives the object, once it is
  /// closed.
  explicit TiffFile(Bytes* output);
  ~TiffFile();
  TiffFile(const TiffFile&) = delete;
  TiffFile& operator=(const TiffFile&) = delete;

  [[nodiscard]] TIFF* handle() const { return tiff_; }

  /// Writes what libtiff still holds back, and ends the use of `handle`.
  void close();

  /// The first error since the last `forget_messages`; empty when there was none.
  [[nodiscard]] const std::string& error() const { return error_; }
  /// Warnings since the last `forget_messages`.
  [[nodiscard]] const std::vector<std::string>& warnings() const { return warnings_; }
  void forget_messages();

  /// The first 16 bits of a tag's value as the current directory states it, before libtiff makes
  /// sense of it; 0 when the tag is not there. Source: TIFF 6.0, section 2; directories of BigTIFF
  /// have longer fields.
  [[nodiscard]] std::uint64_t stated(std::uint64_t tag) const;

  /// The value of a tag of one short or long integer; `otherwise` when the directory does not have
  /// it.
  template <typename Value>
  [[nodiscard]] Value get(std::uint32_t tag, Value otherwise) const {
    Value value = otherwise;
    return TIFFGetField(tiff_, tag, &value) == 1 ? value : otherwise;
  }

 private:
  static int on_error(TIFF* tiff, void* self, const char* module, const char* format,
                      va_list arguments);
  static int on_warning(TIFF* tiff, void* self, const char* module, const char* format,
                        va_list arguments);
  static tmsize_t on_read(thandle_t self, void* to, tmsize_t size);
  static tmsize_t on_write(thandle_t self, void* from, tmsize_t size);
  static toff_t on_seek(thandle_t self, toff_t offset, int whence);
  static int on_close(thandle_t self);
  static toff_t on_size(thandle_t self);

  void open(const char* mode);
  [[nodiscard]] ByteSpan contents() const {
    return output_ == nullptr ? bytes_ : ByteSpan(*output_);
  }

  ByteSpan bytes_;
  Bytes* output_ = nullptr;
  std::uint64_t at_ = 0;
  std::string error_;
  std::vector<std::string> warnings_;
  TIFF* tiff_ = nullptr;
};

}  // namespace imgcnn::image
