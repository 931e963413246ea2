// PNG: the usual kind by a short way of our own, all others and what is damaged by libpng, which
// checks the CRCs of what makes the picture and knows all depths, palettes and faults.
#include <png.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <string>
#include <utility>

#include "image/formats/png_chunks.h"
#include "image/formats/png_plain.h"
#include "image/formats/reading.h"
#include "imgcnn/base/error.h"

namespace imgcnn::image {
namespace {

// Deflate cannot expand further; a file too short for its own header is refused before its rows are
// allocated.
constexpr std::uint64_t kMaxExpansion = 1032;
constexpr std::size_t kFixedOverhead = 64;

/// libpng leaves by longjmp on errors: every object that owns memory lives outside the functions
/// that call setjmp.
struct PngReader {
  png_structp png = nullptr;
  png_infop info = nullptr;
  std::array<char, 200> message = {};
  bool transparency_dropped = false;
  ByteSpan input;
  std::size_t at = 0;

  PngReader() = default;
  PngReader(const PngReader&) = delete;
  PngReader& operator=(const PngReader&) = delete;
  ~PngReader() { png_destroy_read_struct(&png, &info, nullptr); }
};

[[noreturn]] void on_error(png_structp png, png_const_charp text) {
  auto& state = *static_cast<PngReader*>(png_get_error_ptr(png));
  std::strncpy(state.message.data(), text, state.message.size() - 1);
  png_longjmp(png, 1);
}

/// One warning tells of changed pixels; the others are about chunks that `read_png_chunks` looks at
/// itself.
void on_warning(png_structp png, png_const_charp text) {
  auto& state = *static_cast<PngReader*>(png_get_error_ptr(png));
  if (std::strncmp(text, "tRNS", 4) == 0) state.transparency_dropped = true;
}

void on_read(png_structp png, png_bytep to, png_size_t size) {
  auto& state = *static_cast<PngReader*>(png_get_io_ptr(png));
  if (size > state.input.size() - state.at) png_error(png, "the file is truncated");
  std::memcpy(to, state.input.data() + state.at, size);
  state.at += size;
}

/// Chunks that `read_png_chunks` reads without libpng's limits, each a name of four letters and a
/// zero.
constexpr png_byte kReadElsewhere[] = "iCCP\0eXIf\0iTXt\0zTXt\0tEXt";

/// Everything before the first row. False on error.
bool read_header(PngReader& state) {
  if (setjmp(png_jmpbuf(state.png))) return false;
  png_set_read_fn(state.png, &state, on_read);
  // Our own limits are checked after the header.
  png_set_user_limits(state.png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
  png_set_keep_unknown_chunks(state.png, PNG_HANDLE_CHUNK_NEVER, kReadElsewhere,
                              sizeof kReadElsewhere / 5);
  png_read_info(state.png, state.info);
  return true;
}

/// Asks for samples of 8 or 16 bits in native byte order, or for the indexes of a palette, a byte
/// each. libpng takes memory for whole rows here, so limits are checked before. False on error.
bool start_rows(PngReader& state) {
  if (setjmp(png_jmpbuf(state.png))) return false;
  if (png_get_color_type(state.png, state.info) == PNG_COLOR_TYPE_PALETTE) {
    png_set_packing(state.png);
  } else {
    png_set_expand(state.png);
  }
  if (png_get_bit_depth(state.png, state.info) == 16) png_set_swap(state.png);
  png_set_interlace_handling(state.png);
  png_read_update_info(state.png, state.info);
  return true;
}

bool read_rows(PngReader& state, png_bytepp rows) {
  if (setjmp(png_jmpbuf(state.png))) return false;
  png_read_image(state.png, rows);
  png_read_end(state.png, state.info);
  return true;
}

/// The colours of a palette, with alpha where one of them has some, in place of indexes. libpng
/// itself would show indexes beyond the palette black without a word.
Image look_up_colours(const PngReader& state, const Dimensions& size, const Bytes& indexes,
                      Warnings& warnings) {
  png_colorp colours = nullptr;
  png_bytep alpha = nullptr;
  int count = 0;
  int alpha_count = 0;
  png_get_PLTE(state.png, state.info, &colours, &count);
  png_get_tRNS(state.png, state.info, &alpha, &alpha_count, nullptr);
  Image picture = make_picture(size, alpha_count > 0 ? 4 : 3, 8);
  std::uint16_t* to = picture.samples.data();
  for (const std::uint8_t index : indexes) {
    const bool known = index < count;
    if (!known) warnings.add("colours that the palette lacks are black");
    const png_color colour = known ? colours[index] : png_color{0, 0, 0};
    *to++ = colour.red;
    *to++ = colour.green;
    *to++ = colour.blue;
    if (alpha_count > 0) *to++ = index < alpha_count ? alpha[index] : 255;
  }
  return picture;
}

Image to_picture(const PngReader& state, const Dimensions& size, const Bytes& rows,
                 Warnings& warnings) {
  if (png_get_color_type(state.png, state.info) == PNG_COLOR_TYPE_PALETTE) {
    return look_up_colours(state, size, rows, warnings);
  }
  Image picture = make_picture(size, png_get_channels(state.png, state.info),
                               png_get_bit_depth(state.png, state.info));
  if (picture.bit_depth == 16) {
    std::memcpy(picture.samples.data(), rows.data(), rows.size());
  } else {
    std::copy(rows.begin(), rows.end(), picture.samples.begin());
  }
  return picture;
}

Image read_by_libpng(const Source& source, Warnings& warnings) {
  PngReader state;
  state.input = source.bytes;
  state.png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &state, on_error, on_warning);
  state.info = state.png == nullptr ? nullptr : png_create_info_struct(state.png);
  require(state.info != nullptr, ErrorCode::kInternal, "libpng cannot start");
  const auto fail = [&] { damaged(source, "PNG", state.message.data()); };
  if (!read_header(state)) fail();

  const Dimensions size{png_get_image_width(state.png, state.info),
                        png_get_image_height(state.png, state.info)};
  check_limits(source, size);
  if (!start_rows(state)) fail();
  const std::size_t row_bytes = png_get_rowbytes(state.png, state.info);
  // Low depths expand by at most 32 more (1 bit to a byte, grey to grey with alpha).
  if (row_bytes * size.height / 32 > (source.bytes.size() + kFixedOverhead) * kMaxExpansion) {
    damaged(source, "PNG", "the file is truncated");
  }

  Bytes buffer(row_bytes * size.height);
  std::vector<png_bytep> rows(size.height);
  for (std::size_t y = 0; y < rows.size(); ++y) rows[y] = buffer.data() + y * row_bytes;
  if (!read_rows(state, rows.data())) fail();
  if (state.transparency_dropped) damaged(source, "PNG", "the chunk tRNS does not fit the picture");
  return to_picture(state, size, buffer, warnings);
}

}  // namespace

Image read_png(const Source& source, Warnings& warnings) {
  auto plain = read_plain_png(source);
  Image picture = plain ? std::move(*plain) : read_by_libpng(source, warnings);
  picture.metadata = read_png_chunks(source, warnings);
  return picture;
}

}  // namespace imgcnn::image
