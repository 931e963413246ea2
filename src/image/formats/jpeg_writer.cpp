// JPEG by libjpeg-turbo.
#include <cstdio>  // jpeglib.h needs FILE

#include <jpeglib.h>

#include <array>
#include <csetjmp>
#include <cstdlib>

#include "image/formats/jpeg_segments.h"
#include "image/formats/writing.h"
#include "imgcnn/base/error.h"
#include "imgcnn/image/convert.h"

namespace imgcnn::image {
namespace {

/// libjpeg leaves by longjmp on errors: every object that owns memory lives outside the functions
/// that call setjmp.
struct JpegWriter {
  jpeg_error_mgr manager = {};
  std::jmp_buf jump = {};
  std::array<char, JMSG_LENGTH_MAX> message = {};
  jpeg_compress_struct jpeg = {};
  unsigned char* data = nullptr;
  unsigned long size = 0;

  JpegWriter() { jpeg.client_data = this; }
  JpegWriter(const JpegWriter&) = delete;
  JpegWriter& operator=(const JpegWriter&) = delete;
  ~JpegWriter() {
    jpeg_destroy_compress(&jpeg);
    std::free(data);
  }
};

[[noreturn]] void on_error(j_common_ptr common) {
  auto& state = *static_cast<JpegWriter*>(common->client_data);
  (*common->err->format_message)(common, state.message.data());
  std::longjmp(state.jump, 1);
}

/// The payload of an APP1 marker; empty when there is nothing to write or it does not fit.
Bytes marker_payload(const char* prefix, std::size_t length, const Bytes& contents) {
  Bytes payload;
  if (contents.empty() || length + contents.size() > kJpegMaxSegment) return payload;
  payload.assign(prefix, prefix + length);
  payload.insert(payload.end(), contents.begin(), contents.end());
  return payload;
}

bool write_all(JpegWriter& state, const Image& picture, int quality,
               const std::array<Bytes, 2>& markers, Bytes& row) {
  state.jpeg.err = jpeg_std_error(&state.manager);
  state.manager.error_exit = on_error;
  if (setjmp(state.jump)) return false;
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
    jpeg_write_marker(&state.jpeg, kJpegApp1, marker.data(), static_cast<unsigned>(marker.size()));
  }
  const Bytes& icc = picture.metadata.icc;
  if (!icc.empty() && icc.size() <= kJpegMaxProfile)
    jpeg_write_icc_profile(&state.jpeg, icc.data(), static_cast<unsigned>(icc.size()));
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

Bytes encode_jpeg(const Image& picture, int quality) {
  const bool fits = picture.bit_depth == 8 && !picture.has_alpha();
  // A copy only where there must be one
  const Image changed = fits ? Image{} : to_8_bit(drop_alpha(picture));
  const Image& plain = fits ? picture : changed;
  const std::array<Bytes, 2> markers = {
      marker_payload(kJpegExifPrefix, sizeof(kJpegExifPrefix), plain.metadata.exif),
      marker_payload(kJpegXmpPrefix, sizeof(kJpegXmpPrefix), plain.metadata.xmp),
  };
  Bytes row(static_cast<std::size_t>(plain.width) * static_cast<std::size_t>(plain.channels));
  JpegWriter state;
  const bool done = write_all(state, plain, quality, markers, row);
  require(done, ErrorCode::kInvalidArgument, std::string("JPEG: ") + state.message.data());
  return Bytes(state.data, state.data + state.size);
}

}  // namespace imgcnn::image
