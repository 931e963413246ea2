#include "image/formats/png_plain.h"

#include <libdeflate.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <memory>
#include <new>

#include "image/formats/bytes.h"
#include "image/formats/png_filter.h"
#include "image/formats/sample_bytes.h"

namespace imgcnn::image {
namespace {

constexpr std::size_t kSignatureBytes = 8;
constexpr std::size_t kHeaderBytes = 13;
constexpr std::size_t kChunkOverhead = 12;  // length, type, CRC

/// Type and contents of the chunk at `at`; nothing when it is cut, has no proper name, or is
/// critical and not intact. Ancillary chunks are looked at by `read_png_chunks`.
std::optional<ByteSpan> chunk_at(ByteSpan file, std::size_t at) {
  if (file.size() - at < kChunkOverhead) return std::nullopt;
  const std::size_t length = read_be(file, at, 4);
  if (length > file.size() - at - kChunkOverhead) return std::nullopt;
  const ByteSpan chunk = part(file, at + 4, 4 + length);
  if (!std::all_of(chunk.begin(), chunk.begin() + 4,
                   [](std::uint8_t c) { return std::isalpha(c) != 0; }))
    return {};
  const bool critical = std::isupper(chunk[0]) != 0;
  const bool intact = !critical || libdeflate_crc32(0, chunk.data(), chunk.size()) ==
                                       read_be(file, at + 8 + length, 4);
  return intact ? std::optional(chunk) : std::nullopt;
}

struct Layout {
  Dimensions size;
  int channels = 0;
  int bit_depth = 0;

  [[nodiscard]] std::size_t pixel_bytes() const {
    return static_cast<std::size_t>(channels * bit_depth / 8);
  }
  [[nodiscard]] std::size_t row_bytes() const { return size.width * pixel_bytes(); }
  [[nodiscard]] std::size_t filtered_bytes() const { return size.height * (1 + row_bytes()); }
};

/// What the chunk IHDR says; nothing for the kinds that are left to libpng.
std::optional<Layout> layout_of(ByteSpan file) {
  constexpr std::array<int, 7> kChannels = {1, 0, 3, 0, 2, 0, 4};  // by the colour type
  const auto chunk = chunk_at(file, kSignatureBytes);
  if (!chunk || !has_at(*chunk, 0, "IHDR") || chunk->size() != 4 + kHeaderBytes)
    return std::nullopt;
  const ByteSpan header = part(*chunk, 4);
  Layout layout{{read_be(header, 0, 4), read_be(header, 4, 4)}, 0, header[8]};
  if (header[9] < kChannels.size()) layout.channels = kChannels.at(header[9]);
  // Deflate, five filters, no interlace
  const bool plain = header[10] == 0 && header[11] == 0 && header[12] == 0;
  const bool whole_bytes = layout.bit_depth == 8 || layout.bit_depth == 16;
  return plain && whole_bytes && layout.channels > 0 ? std::optional(layout) : std::nullopt;
}

/// The contents of the chunks IDAT, one behind the other; nothing unless they stand together, IEND
/// ends the file, and no other chunk has a say in the pixels.
std::optional<Bytes> pixel_data(ByteSpan file) {
  Bytes data;
  bool ended = false;
  std::size_t at = kSignatureBytes + kChunkOverhead + kHeaderBytes;
  while (true) {
    const auto chunk = chunk_at(file, at);
    if (!chunk) return std::nullopt;
    if (has_at(*chunk, 0, "IEND"))
      return chunk->size() == 4 && !data.empty() ? std::optional(std::move(data)) : std::nullopt;
    if (has_at(*chunk, 0, "IDAT")) {
      if (ended) return std::nullopt;
      data.insert(data.end(), chunk->begin() + 4, chunk->end());
    } else {
      const bool matters = std::isupper((*chunk)[0]) != 0 || has_at(*chunk, 0, "tRNS");
      if (matters) return std::nullopt;
      ended = !data.empty();
    }
    at += chunk->size() - 4 + kChunkOverhead;
  }
}

struct FreeDecompressor {
  void operator()(libdeflate_decompressor* decompressor) const {
    libdeflate_free_decompressor(decompressor);
  }
};

/// The rows with their filters; nothing when their compressed form is damaged or holds more or
/// less.
std::optional<Bytes> filtered_rows(ByteSpan file, std::size_t size) {
  constexpr std::size_t kMaxExpansion = 1032;
  const auto data = pixel_data(file);
  if (!data || size / kMaxExpansion > data->size()) return std::nullopt;
  const std::unique_ptr<libdeflate_decompressor, FreeDecompressor> decompressor(
      libdeflate_alloc_decompressor());
  if (decompressor == nullptr) throw std::bad_alloc();
  Bytes rows(size);
  const auto result = libdeflate_zlib_decompress(decompressor.get(), data->data(), data->size(),
                                                 rows.data(), rows.size(), nullptr);
  return result == LIBDEFLATE_SUCCESS ? std::optional(std::move(rows)) : std::nullopt;
}

}  // namespace

std::optional<Image> read_plain_png(const Source& source) {
  const auto layout = layout_of(source.bytes);
  if (!layout) return std::nullopt;
  check_limits(source, layout->size);
  auto filtered = filtered_rows(source.bytes, layout->filtered_bytes());
  if (!filtered) return std::nullopt;

  Image picture = make_picture(layout->size, layout->channels, layout->bit_depth);
  const std::size_t row_bytes = layout->row_bytes();
  const std::size_t row_samples = picture.samples.size() / layout->size.height;
  const Bytes zeros(row_bytes);
  const std::uint8_t* above = zeros.data();
  std::uint8_t* row = filtered->data();
  for (std::size_t y = 0; y < layout->size.height; ++y, row += row_bytes) {
    const int filter = *row++;
    if (!unfilter(filter, row, above, row_bytes, layout->pixel_bytes())) return std::nullopt;
    bytes_to_samples(row, row_samples, picture.bit_depth, picture.samples.data() + y * row_samples);
    above = row;
  }
  return picture;
}

}  // namespace imgcnn::image
