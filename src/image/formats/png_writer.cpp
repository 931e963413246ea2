// PNG: a few chunks around rows that are filtered and deflated in strips, on several threads.
// Source: PNG specification, third edition.
#include <libdeflate.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <string>

#include "image/formats/bytes.h"
#include "image/formats/deflate.h"
#include "image/formats/png_filter.h"
#include "image/formats/sample_bytes.h"
#include "image/formats/writing.h"
#include "imgcnn/base/error.h"
#include "imgcnn/base/thread_pool.h"

namespace imgcnn::image {
namespace {

// A strip starts without knowledge of the one before; at this size that costs a few tenths of a
// percent at most.
constexpr std::size_t kStripBytes = std::size_t{1} << 19;
constexpr std::size_t kMaxChunk = 0x7FFFFFFF;

void append(Bytes& to, ByteSpan bytes) { to.insert(to.end(), bytes.begin(), bytes.end()); }

void append_be32(Bytes& to, std::uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8)
    to.push_back(static_cast<std::uint8_t>(value >> shift));
}

Bytes bytes_of(const std::string& text) { return Bytes(text.begin(), text.end()); }

/// Appends a chunk. Throws kInvalidArgument when it is larger than PNG allows.
void append_chunk(Bytes& to, const char* type, ByteSpan contents) {
  require(contents.size() <= kMaxChunk, ErrorCode::kInvalidArgument,
          std::string("PNG: no room for the chunk ") + type);
  append_be32(to, static_cast<std::uint32_t>(contents.size()));
  const std::size_t start = to.size();
  append(to, bytes_of(type));
  append(to, contents);
  append_be32(to, libdeflate_crc32(0, to.data() + start, to.size() - start));
}

/// The chunk IHDR.
Bytes header_of(const Image& picture) {
  // By the number of channels
  constexpr std::array<std::uint8_t, 5> kColourTypes = {0, 0, 4, 2, 6};
  Bytes header;
  append_be32(header, static_cast<std::uint32_t>(picture.width));
  append_be32(header, static_cast<std::uint32_t>(picture.height));
  header.push_back(static_cast<std::uint8_t>(picture.bit_depth));
  header.push_back(kColourTypes.at(static_cast<std::size_t>(picture.channels)));
  header.insert(header.end(), {0, 0, 0});  // deflate, the five filters, no interlace
  return header;
}

Bytes zlib_stream(ByteSpan bytes) {
  uLongf size = compressBound(bytes.size());
  Bytes stream(size);
  const int status = compress(stream.data(), &size, bytes.data(), bytes.size());
  require(status == Z_OK, ErrorCode::kInternal, "zlib cannot compress a profile");
  stream.resize(size);
  return stream;
}

void append_metadata(Bytes& to, const Image& picture) {
  const Metadata& metadata = picture.metadata;
  if (png_can_hold_profile(picture)) {
    // Its name and the number of the compression
    Bytes profile = bytes_of(std::string("ICC profile\0", 13));
    append(profile, zlib_stream(metadata.icc));
    append_chunk(to, "iCCP", profile);
  }
  if (!metadata.exif.empty()) append_chunk(to, "eXIf", metadata.exif);
  // Texts of PNG end at a zero; `unkept` says so.
  const bool is_text = std::find(metadata.xmp.begin(), metadata.xmp.end(), 0) == metadata.xmp.end();
  if (!metadata.xmp.empty() && is_text) {
    Bytes text =
        // Not compressed, no language, no translation
        bytes_of(std::string("XML:com.adobe.xmp\0\0\0\0\0", 22));
    append(text, metadata.xmp);
    append_chunk(to, "iTXt", text);
  }
}

/// The rows of a picture, cut into strips.
class Strips {
 public:
  Strips(const Image& picture, int level)
      : picture_(picture),
        level_(level),
        pixel_bytes_(static_cast<std::size_t>(picture.channels * picture.bit_depth / 8)),
        row_bytes_(static_cast<std::size_t>(picture.width) * pixel_bytes_),
        rows_(static_cast<std::size_t>(picture.height)),
        count_(std::clamp<std::size_t>(rows_ * row_bytes_ / kStripBytes, 1, rows_)) {}

  [[nodiscard]] std::size_t count() const { return count_; }

  struct Part {
    Bytes deflated;
    std::uint32_t adler = 1;
    std::size_t size = 0;  ///< before compression
  };

  [[nodiscard]] Part part(std::size_t strip) const {
    const std::size_t begin = rows_ * strip / count_;
    const std::size_t end = rows_ * (strip + 1) / count_;
    const Bytes filtered = filtered_rows(begin, end);
    return {deflate_part(filtered, level_, strip + 1 == count_),
            libdeflate_adler32(1, filtered.data(), filtered.size()), filtered.size()};
  }

 private:
  [[nodiscard]] Bytes filtered_rows(std::size_t begin, std::size_t end) const {
    RowFilter filter(row_bytes_, pixel_bytes_);
    Bytes row(pixel_bytes_ + row_bytes_);
    Bytes above(row.size());
    if (begin > 0) load_row(begin - 1, above);
    Bytes filtered((end - begin) * (1 + row_bytes_));
    std::uint8_t* to = filtered.data();
    for (std::size_t y = begin; y < end; ++y, to += 1 + row_bytes_) {
      load_row(y, row);
      if (level_ == 0) {
        std::copy(row.begin() + static_cast<std::ptrdiff_t>(pixel_bytes_), row.end(), to + 1);
      } else {
        filter.filter(row.data() + pixel_bytes_, above.data() + pixel_bytes_, to);
      }
      row.swap(above);
    }
    return filtered;
  }

  /// A row's bytes, the more significant one of a sample first, behind the zeros that `row` starts
  /// with.
  void load_row(std::size_t y, Bytes& row) const {
    const std::size_t samples =
        static_cast<std::size_t>(picture_.width) * static_cast<std::size_t>(picture_.channels);
    const std::uint16_t* const from = picture_.samples.data() + y * samples;
    samples_to_bytes(from, samples, picture_.bit_depth, row.data() + pixel_bytes_);
  }

  const Image& picture_;
  int level_;
  std::size_t pixel_bytes_;
  std::size_t row_bytes_;
  std::size_t rows_;
  std::size_t count_;
};

/// The pixels as one zlib stream (RFC 1950), a chunk IDAT for each strip.
void append_pixels(Bytes& to, const Image& picture, const PngOptions& options) {
  const Strips strips(picture, options.level);
  std::vector<Strips::Part> parts(strips.count());
  ThreadPool(options.threads).run(static_cast<int>(parts.size()), [&](int i, int /*thread*/) {
    parts[static_cast<std::size_t>(i)] = strips.part(static_cast<std::size_t>(i));
  });
  uLong adler = 1;
  for (const Strips::Part& part : parts)
    adler = adler32_combine(adler, part.adler, static_cast<z_off_t>(part.size));
  constexpr std::uint8_t kZlibHeader[] = {0x78, 0x9C};
  parts.front().deflated.insert(parts.front().deflated.begin(), std::begin(kZlibHeader),
                                std::end(kZlibHeader));
  append_be32(parts.back().deflated, static_cast<std::uint32_t>(adler));
  for (const Strips::Part& part : parts) append_chunk(to, "IDAT", part.deflated);
}

}  // namespace

bool png_can_hold_profile(const Image& picture) {
  const Bytes& icc = picture.metadata.icc;
  if (icc.size() < 132) return false;
  const std::string space(icc.begin() + 16, icc.begin() + 20);
  return space == (picture.colour_channels() == 1 ? "GRAY" : "RGB ") && icc[36] == 'a' &&
         icc[39] == 'p';
}

Bytes encode_png(const Image& picture, const PngOptions& options) {
  require(options.level >= 0 && options.level <= kMaxPngLevel, ErrorCode::kInvalidArgument,
          "PNG: the level must be 0 to " + std::to_string(kMaxPngLevel));
  require(picture.width > 0 && picture.height > 0, ErrorCode::kInvalidArgument,
          "PNG: the picture is empty");
  Bytes file = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
  append_chunk(file, "IHDR", header_of(picture));
  append_metadata(file, picture);
  append_pixels(file, picture, options);
  append_chunk(file, "IEND", {});
  return file;
}

}  // namespace imgcnn::image
