// PNG by libpng, which checks every CRC and knows all depths, palettes and metadata.
#include <png.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "formats.h"
#include "imgcnn/base/error.h"

namespace imgcnn::image {
namespace {

constexpr char kXmpKeyword[] = "XML:com.adobe.xmp";
// Deflate cannot expand further; a file too short for its own header is refused before its rows are allocated.
constexpr std::uint64_t kMaxExpansion = 1032;
constexpr std::size_t kFixedOverhead = 64;

/// libpng leaves by longjmp on errors: every object that owns memory lives outside the functions that call setjmp.
struct PngState {
  png_structp png = nullptr;
  png_infop info = nullptr;
  bool writing = false;
  std::array<char, 200> message = {};
  ByteSpan input;
  std::size_t at = 0;
  Bytes output;

  PngState() = default;
  PngState(const PngState&) = delete;
  PngState& operator=(const PngState&) = delete;
  ~PngState() {
    if (writing) {
      png_destroy_write_struct(&png, &info);
    } else {
      png_destroy_read_struct(&png, &info, nullptr);
    }
  }
};

[[noreturn]] void on_error(png_structp png, png_const_charp text) {
  auto& state = *static_cast<PngState*>(png_get_error_ptr(png));
  std::strncpy(state.message.data(), text, state.message.size() - 1);
  png_longjmp(png, 1);
}

void on_warning(png_structp, png_const_charp) {}

void on_read(png_structp png, png_bytep to, png_size_t size) {
  auto& state = *static_cast<PngState*>(png_get_io_ptr(png));
  if (size > state.input.size() - state.at) png_error(png, "the file is truncated");
  std::memcpy(to, state.input.data() + state.at, size);
  state.at += size;
}

void on_write(png_structp png, png_bytep from, png_size_t size) {
  auto& state = *static_cast<PngState*>(png_get_io_ptr(png));
  state.output.insert(state.output.end(), from, from + size);
}

void on_flush(png_structp) {}

/// Everything before the first row; asks for 8 or 16 bits, native byte order, no palette. False on error.
bool read_header(PngState& state) {
  if (setjmp(png_jmpbuf(state.png))) return false;
  png_set_read_fn(state.png, &state, on_read);
  // Our own limits are checked after the header.
  png_set_user_limits(state.png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
  png_read_info(state.png, state.info);
  png_set_expand(state.png);
  if (png_get_bit_depth(state.png, state.info) == 16) png_set_swap(state.png);
  png_set_interlace_handling(state.png);
  png_read_update_info(state.png, state.info);
  return true;
}

bool read_rows(PngState& state, png_bytepp rows) {
  if (setjmp(png_jmpbuf(state.png))) return false;
  png_read_image(state.png, rows);
  png_read_end(state.png, state.info);
  return true;
}

Metadata read_metadata(PngState& state) {
  Metadata metadata;
  png_charp name = nullptr;
  int compression = 0;
  png_bytep data = nullptr;
  png_uint_32 size = 0;
  if (png_get_iCCP(state.png, state.info, &name, &compression, &data, &size) != 0)
    metadata.icc.assign(data, data + size);
  if (png_get_eXIf_1(state.png, state.info, &size, &data) != 0) metadata.exif.assign(data, data + size);
  png_textp texts = nullptr;
  int count = 0;
  png_get_text(state.png, state.info, &texts, &count);
  for (int i = 0; i < count; ++i) {
    if (std::strcmp(texts[i].key, kXmpKeyword) != 0) continue;
    const auto* const text = reinterpret_cast<const std::uint8_t*>(texts[i].text);
    metadata.xmp.assign(text, text + std::strlen(texts[i].text));
  }
  return metadata;
}

void write_metadata(PngState& state, const Metadata& metadata, std::string& xmp) {
  // libpng leaves a profile out that contradicts itself or the colour type; `unkept` says so.
  if (!metadata.icc.empty()) {
    png_set_iCCP(state.png, state.info, "ICC profile", PNG_COMPRESSION_TYPE_BASE, metadata.icc.data(),
                 static_cast<png_uint_32>(metadata.icc.size()));
  }
  if (!metadata.exif.empty()) {
    png_set_eXIf_1(state.png, state.info, static_cast<png_uint_32>(metadata.exif.size()),
                   const_cast<png_bytep>(metadata.exif.data()));
  }
  if (!xmp.empty()) {
    png_text text = {};
    text.compression = PNG_ITXT_COMPRESSION_NONE;
    text.key = const_cast<char*>(kXmpKeyword);
    text.text = xmp.data();
    png_set_text(state.png, state.info, &text, 1);
  }
}

bool write_all(PngState& state, const Image& picture, std::string& xmp, Bytes& row) {
  if (setjmp(png_jmpbuf(state.png))) return false;
  constexpr std::array<int, 5> kColourTypes = {0, PNG_COLOR_TYPE_GRAY, PNG_COLOR_TYPE_GRAY_ALPHA, PNG_COLOR_TYPE_RGB,
                                               PNG_COLOR_TYPE_RGB_ALPHA};
  png_set_write_fn(state.png, &state, on_write, on_flush);
  png_set_benign_errors(state.png, 1);  // a bad profile is left out instead of ending the file
  png_set_IHDR(state.png, state.info, static_cast<png_uint_32>(picture.width), static_cast<png_uint_32>(picture.height),
               picture.bit_depth, kColourTypes.at(static_cast<std::size_t>(picture.channels)), PNG_INTERLACE_NONE,
               PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  write_metadata(state, picture.metadata, xmp);
  png_write_info(state.png, state.info);
  const std::size_t per_row = static_cast<std::size_t>(picture.width) * static_cast<std::size_t>(picture.channels);
  const std::uint16_t* from = picture.samples.data();
  for (int y = 0; y < picture.height; ++y, from += per_row) {
    for (std::size_t i = 0; i < per_row; ++i) {
      if (picture.bit_depth == 8) {
        row[i] = static_cast<std::uint8_t>(from[i]);
      } else {
        row[2 * i] = static_cast<std::uint8_t>(from[i] >> 8);
        row[2 * i + 1] = static_cast<std::uint8_t>(from[i]);
      }
    }
    png_write_row(state.png, row.data());
  }
  png_write_end(state.png, nullptr);  // with the info, libpng would write the EXIF twice
  return true;
}

}  // namespace

Image decode_png(ByteSpan bytes, const std::string& origin, const ReadOptions& options) {
  PngState state;
  state.input = bytes;
  state.png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &state, on_error, on_warning);
  state.info = state.png == nullptr ? nullptr : png_create_info_struct(state.png);
  require(state.info != nullptr, ErrorCode::kInternal, "libpng cannot start");
  const auto fail = [&] { throw_unsupported(origin, std::string("damaged PNG: ") + state.message.data()); };
  if (!read_header(state)) fail();

  const Dimensions size{png_get_image_width(state.png, state.info), png_get_image_height(state.png, state.info)};
  check_limits(size, origin, options);
  const std::size_t row_bytes = png_get_rowbytes(state.png, state.info);
  // Palettes and low depths expand by at most 32 more (1 bit to RGBA).
  if (row_bytes * size.height / 32 > (bytes.size() + kFixedOverhead) * kMaxExpansion) {
    throw_unsupported(origin, "damaged PNG: the file is truncated");
  }

  Bytes buffer(row_bytes * size.height);
  std::vector<png_bytep> rows(size.height);
  for (std::size_t y = 0; y < rows.size(); ++y) rows[y] = buffer.data() + y * row_bytes;
  if (!read_rows(state, rows.data())) fail();

  Image picture;
  picture.width = static_cast<int>(size.width);
  picture.height = static_cast<int>(size.height);
  picture.channels = png_get_channels(state.png, state.info);
  picture.bit_depth = png_get_bit_depth(state.png, state.info);
  picture.samples.resize(picture.pixels() * static_cast<std::size_t>(picture.channels));
  if (picture.bit_depth == 16) {
    std::memcpy(picture.samples.data(), buffer.data(), buffer.size());
  } else {
    std::copy(buffer.begin(), buffer.end(), picture.samples.begin());
  }
  picture.metadata = read_metadata(state);
  return picture;
}

Bytes encode_png(const Image& picture) {
  PngState state;
  state.writing = true;
  state.png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &state, on_error, on_warning);
  state.info = state.png == nullptr ? nullptr : png_create_info_struct(state.png);
  require(state.info != nullptr, ErrorCode::kInternal, "libpng cannot start");
  std::string xmp(picture.metadata.xmp.begin(), picture.metadata.xmp.end());
  Bytes row(static_cast<std::size_t>(picture.width) * static_cast<std::size_t>(picture.channels) * 2);
  const bool done = write_all(state, picture, xmp, row);
  require(done, ErrorCode::kInvalidArgument, std::string("PNG: ") + state.message.data());
  return std::move(state.output);
}

}  // namespace imgcnn::image
