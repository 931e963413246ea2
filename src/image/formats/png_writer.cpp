// PNG by libpng.
#include <png.h>
#include <zlib.h>

#include <array>
#include <cstring>
#include <string>

#include "image/formats/writing.h"
#include "imgcnn/base/error.h"

namespace imgcnn::image {
namespace {

/// libpng leaves by longjmp on errors: every object that owns memory lives outside the functions that call setjmp.
struct PngWriter {
  png_structp png = nullptr;
  png_infop info = nullptr;
  std::array<char, 200> message = {};
  Bytes output;

  PngWriter() = default;
  PngWriter(const PngWriter&) = delete;
  PngWriter& operator=(const PngWriter&) = delete;
  ~PngWriter() { png_destroy_write_struct(&png, &info); }
};

[[noreturn]] void on_error(png_structp png, png_const_charp text) {
  auto& state = *static_cast<PngWriter*>(png_get_error_ptr(png));
  std::strncpy(state.message.data(), text, state.message.size() - 1);
  png_longjmp(png, 1);
}

void on_warning(png_structp, png_const_charp) {}

void on_write(png_structp png, png_bytep from, png_size_t size) {
  auto& state = *static_cast<PngWriter*>(png_get_io_ptr(png));
  state.output.insert(state.output.end(), from, from + size);
}

void on_flush(png_structp) {}

void write_exif_and_xmp(PngWriter& state, const Bytes& exif, std::string& xmp) {
  if (!exif.empty()) {
    png_set_eXIf_1(state.png, state.info, static_cast<png_uint_32>(exif.size()), const_cast<png_bytep>(exif.data()));
  }
  if (!xmp.empty()) {
    char keyword[] = "XML:com.adobe.xmp";
    png_text text = {};
    text.compression = PNG_ITXT_COMPRESSION_NONE;
    text.key = keyword;
    text.text = xmp.data();
    png_set_text(state.png, state.info, &text, 1);
  }
}

/// The contents of the chunk iCCP: a name, the compression method, the profile as a zlib stream.
Bytes profile_chunk(const Bytes& icc) {
  constexpr char kHead[] = "ICC profile\0";  // two zeros with the implied one
  uLongf size = compressBound(icc.size());
  Bytes chunk(sizeof kHead + size);
  std::memcpy(chunk.data(), kHead, sizeof kHead);
  const int status = compress(chunk.data() + sizeof kHead, &size, icc.data(), icc.size());
  require(status == Z_OK, ErrorCode::kInternal, "zlib cannot compress a profile");
  chunk.resize(sizeof kHead + size);
  return chunk;
}

/// `profile`: contents of the chunk iCCP, or empty. `row` holds one row of bytes.
bool write_all(PngWriter& state, const Image& picture, std::string& xmp, const Bytes& profile, Bytes& row) {
  if (setjmp(png_jmpbuf(state.png))) return false;
  constexpr std::array<int, 5> kColourTypes = {0, PNG_COLOR_TYPE_GRAY, PNG_COLOR_TYPE_GRAY_ALPHA, PNG_COLOR_TYPE_RGB,
                                               PNG_COLOR_TYPE_RGB_ALPHA};
  png_set_write_fn(state.png, &state, on_write, on_flush);
  png_set_IHDR(state.png, state.info, static_cast<png_uint_32>(picture.width), static_cast<png_uint_32>(picture.height),
               picture.bit_depth, kColourTypes.at(static_cast<std::size_t>(picture.channels)), PNG_INTERLACE_NONE,
               PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  write_exif_and_xmp(state, picture.metadata.exif, xmp);
  png_write_info(state.png, state.info);
  // Not by png_set_iCCP, which leaves profiles out for reasons of its own and does not say so.
  constexpr png_byte kProfileChunk[] = "iCCP";
  if (!profile.empty()) png_write_chunk(state.png, kProfileChunk, profile.data(), profile.size());
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

bool png_can_hold_profile(const Image& picture) {
  const Bytes& icc = picture.metadata.icc;
  if (icc.size() < 132) return false;
  const std::string space(icc.begin() + 16, icc.begin() + 20);
  return space == (picture.colour_channels() == 1 ? "GRAY" : "RGB ") && icc[36] == 'a' && icc[39] == 'p';
}

Bytes encode_png(const Image& picture) {
  PngWriter state;
  state.png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &state, on_error, on_warning);
  state.info = state.png == nullptr ? nullptr : png_create_info_struct(state.png);
  require(state.info != nullptr, ErrorCode::kInternal, "libpng cannot start");
  std::string xmp(picture.metadata.xmp.begin(), picture.metadata.xmp.end());
  if (xmp.find('\0') != xmp.npos) xmp.clear();  // texts of PNG end at a zero; `unkept` says so
  const Bytes profile = png_can_hold_profile(picture) ? profile_chunk(picture.metadata.icc) : Bytes{};
  Bytes row(static_cast<std::size_t>(picture.width) * static_cast<std::size_t>(picture.channels) * 2);
  const bool done = write_all(state, picture, xmp, profile, row);
  require(done, ErrorCode::kInvalidArgument, std::string("PNG: ") + state.message.data());
  return std::move(state.output);
}

}  // namespace imgcnn::image
