// JPEG by libjpeg-turbo. Its warnings mean guessed pixels, so they are errors here.
#include <cstdio>  // jpeglib.h needs FILE

#include <jerror.h>
#include <jpeglib.h>

#include <algorithm>
#include <array>
#include <csetjmp>
#include <cstdlib>
#include <cstring>

#include "formats.h"
#include "imgcnn/base/error.h"
#include "imgcnn/image/convert.h"

namespace imgcnn::image {
namespace {

constexpr int kExifMarker = JPEG_APP0 + 1;  // XMP stands in APP1 as well
constexpr int kIccMarker = JPEG_APP0 + 2;
constexpr unsigned kMaxMarker = 65533;
constexpr char kExifPrefix[] = "Exif\0";  // six bytes with the implied zero
constexpr char kXmpPrefix[] = "http://ns.adobe.com/xap/1.0/";
// A block of 64 samples takes a bit at the very least.
constexpr std::uint64_t kMaxPixelsPerByte = 512;
constexpr std::size_t kFixedOverhead = 64;

struct ErrorState {
  jpeg_error_mgr manager = {};
  std::jmp_buf jump = {};
  std::array<char, JMSG_LENGTH_MAX> message = {};
};

[[noreturn]] void on_error(j_common_ptr common) {
  auto& state = *reinterpret_cast<ErrorState*>(common->err);
  (*common->err->format_message)(common, state.message.data());
  std::longjmp(state.jump, 1);
}

void on_message(j_common_ptr common, int level) {
  if (level >= 0) return;  // trace output
  // These two leave the pixels alone.
  const int code = common->err->msg_code;
  if (code != JWRN_EXTRANEOUS_DATA && code != JWRN_JFIF_MAJOR) on_error(common);
}

jpeg_error_mgr* prepare(ErrorState& state) {
  jpeg_error_mgr* const manager = jpeg_std_error(&state.manager);
  manager->error_exit = on_error;
  manager->emit_message = on_message;
  return manager;
}

/// libjpeg leaves by longjmp on errors: every object that owns memory lives outside the functions that call setjmp.
struct Decompressor {
  ErrorState error;
  jpeg_decompress_struct jpeg = {};

  Decompressor() = default;
  Decompressor(const Decompressor&) = delete;
  Decompressor& operator=(const Decompressor&) = delete;
  ~Decompressor() { jpeg_destroy_decompress(&jpeg); }
};

struct Compressor {
  ErrorState error;
  jpeg_compress_struct jpeg = {};
  unsigned char* data = nullptr;
  unsigned long size = 0;

  Compressor() = default;
  Compressor(const Compressor&) = delete;
  Compressor& operator=(const Compressor&) = delete;
  ~Compressor() {
    jpeg_destroy_compress(&jpeg);
    std::free(data);
  }
};

bool read_header(Decompressor& state, ByteSpan bytes) {
  state.jpeg.err = prepare(state.error);
  if (setjmp(state.error.jump)) return false;
  jpeg_create_decompress(&state.jpeg);
  jpeg_mem_src(&state.jpeg, bytes.data(), static_cast<unsigned long>(bytes.size()));
  jpeg_save_markers(&state.jpeg, kExifMarker, 0xFFFF);
  jpeg_save_markers(&state.jpeg, kIccMarker, 0xFFFF);
  jpeg_read_header(&state.jpeg, TRUE);
  return true;
}

/// `row` holds one row of bytes, `to` all samples.
bool read_rows(Decompressor& state, Bytes& row, std::uint16_t* to) {
  if (setjmp(state.error.jump)) return false;
  state.jpeg.dct_method = JDCT_ISLOW;
  jpeg_start_decompress(&state.jpeg);
  for (std::size_t y = 0; y < state.jpeg.output_height; ++y) {
    JSAMPROW rows[] = {row.data()};
    jpeg_read_scanlines(&state.jpeg, rows, 1);
    std::copy(row.begin(), row.end(), to + y * row.size());
  }
  jpeg_finish_decompress(&state.jpeg);
  return true;
}

bool read_icc(Decompressor& state, unsigned char** data, unsigned* size) {
  if (setjmp(state.error.jump)) return false;
  return jpeg_read_icc_profile(&state.jpeg, data, size) == TRUE;
}

Metadata read_metadata(Decompressor& state) {
  Metadata metadata;
  const auto take = [](const jpeg_marker_struct& marker, const char* prefix, std::size_t length, Bytes& to) {
    if (marker.data_length < length || std::memcmp(marker.data, prefix, length) != 0) return;
    to.assign(marker.data + length, marker.data + marker.data_length);
  };
  for (const jpeg_marker_struct* marker = state.jpeg.marker_list; marker != nullptr; marker = marker->next) {
    if (marker->marker != kExifMarker) continue;
    if (metadata.exif.empty()) take(*marker, kExifPrefix, sizeof(kExifPrefix), metadata.exif);
    if (metadata.xmp.empty()) take(*marker, kXmpPrefix, sizeof(kXmpPrefix), metadata.xmp);
  }
  unsigned char* icc = nullptr;
  unsigned size = 0;
  // A broken profile is no profile, as in every viewer.
  if (read_icc(state, &icc, &size)) metadata.icc.assign(icc, icc + size);
  std::free(icc);
  return metadata;
}

/// The payload of an APP1 marker; empty when there is nothing to write or it does not fit.
Bytes marker_payload(const char* prefix, std::size_t length, const Bytes& contents) {
  Bytes payload;
  if (contents.empty() || length + contents.size() > kMaxMarker) return payload;
  payload.assign(prefix, prefix + length);
  payload.insert(payload.end(), contents.begin(), contents.end());
  return payload;
}

bool write_all(Compressor& state, const Image& picture, int quality, const std::array<Bytes, 2>& markers, Bytes& row) {
  state.jpeg.err = prepare(state.error);
  if (setjmp(state.error.jump)) return false;
  jpeg_create_compress(&state.jpeg);
  jpeg_mem_dest(&state.jpeg, &state.data, &state.size);
  state.jpeg.image_width = static_cast<JDIMENSION>(picture.width);
  state.jpeg.image_height = static_cast<JDIMENSION>(picture.height);
  state.jpeg.input_components = picture.channels;
  state.jpeg.in_color_space = picture.channels == 3 ? JCS_RGB : JCS_GRAYSCALE;
  jpeg_set_defaults(&state.jpeg);  // 4:2:0
  jpeg_set_quality(&state.jpeg, quality, TRUE);
  state.jpeg.optimize_coding = TRUE;
  jpeg_start_compress(&state.jpeg, TRUE);
  for (const Bytes& marker : markers) {
    if (marker.empty()) continue;
    jpeg_write_marker(&state.jpeg, kExifMarker, marker.data(), static_cast<unsigned>(marker.size()));
  }
  const Bytes& icc = picture.metadata.icc;
  if (!icc.empty()) jpeg_write_icc_profile(&state.jpeg, icc.data(), static_cast<unsigned>(icc.size()));
  const std::uint16_t* from = picture.samples.data();
  for (int y = 0; y < picture.height; ++y, from += row.size()) {
    for (std::size_t i = 0; i < row.size(); ++i) row[i] = static_cast<std::uint8_t>(from[i]);
    JSAMPROW rows[] = {row.data()};
    jpeg_write_scanlines(&state.jpeg, rows, 1);
  }
  jpeg_finish_compress(&state.jpeg);
  return true;
}

}  // namespace

Image decode_jpeg(ByteSpan bytes, const std::string& origin, const ReadOptions& options) {
  Decompressor state;
  const auto fail = [&] { throw_unsupported(origin, std::string("damaged JPEG: ") + state.error.message.data()); };
  if (!read_header(state, bytes)) fail();
  const Dimensions size{state.jpeg.image_width, state.jpeg.image_height};
  check_limits(size, origin, options);
  if (size.width * size.height > (bytes.size() + kFixedOverhead) * kMaxPixelsPerByte) {
    throw_unsupported(origin, "damaged JPEG: the file is truncated");
  }
  if (state.jpeg.num_components == 4) throw_unsupported(origin, "CMYK JPEG is not handled: convert it to RGB first");

  Image picture;
  picture.width = static_cast<int>(size.width);
  picture.height = static_cast<int>(size.height);
  picture.channels = state.jpeg.jpeg_color_space == JCS_GRAYSCALE ? 1 : 3;
  state.jpeg.out_color_space = picture.channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
  picture.samples.resize(picture.pixels() * static_cast<std::size_t>(picture.channels));
  Bytes row(static_cast<std::size_t>(picture.width) * static_cast<std::size_t>(picture.channels));
  picture.metadata = read_metadata(state);  // before the rows: libjpeg drops the markers at their end
  if (!read_rows(state, row, picture.samples.data())) fail();
  return picture;
}

Bytes encode_jpeg(const Image& picture, int quality) {
  const bool fits = picture.bit_depth == 8 && !picture.has_alpha();
  const Image changed = fits ? Image{} : to_8_bit(drop_alpha(picture));  // a copy only where there must be one
  const Image& plain = fits ? picture : changed;
  const std::array<Bytes, 2> markers = {
      marker_payload(kExifPrefix, sizeof(kExifPrefix), plain.metadata.exif),
      marker_payload(kXmpPrefix, sizeof(kXmpPrefix), plain.metadata.xmp),
  };
  Bytes row(static_cast<std::size_t>(plain.width) * static_cast<std::size_t>(plain.channels));
  Compressor state;
  const bool done = write_all(state, plain, quality, markers, row);
  require(done, ErrorCode::kInvalidArgument, std::string("JPEG: ") + state.error.message.data());
  return Bytes(state.data, state.data + state.size);
}

}  // namespace imgcnn::image
