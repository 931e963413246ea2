// JPEG by libjpeg-turbo. Its warnings mean guessed pixels, so they are errors here, but for those
// that are named below.
#include <cstdio>  // jpeglib.h needs FILE

#include <jerror.h>
#include <jpeglib.h>

#include <algorithm>
#include <array>
#include <csetjmp>
#include <functional>
#include <string>

#include "image/formats/jpeg_segments.h"
#include "image/formats/reading.h"

namespace imgcnn::image {
namespace {

// By Huffman coding a block of 64 samples takes a bit at the very least; arithmetic coding has no
// such bound.
constexpr std::uint64_t kMaxPixelsPerByte = 512;
constexpr std::size_t kFixedOverhead = 64;

/// libjpeg leaves by longjmp on errors: every object that owns memory lives outside the functions
/// that call setjmp.
struct JpegReader {
  jpeg_error_mgr manager = {};
  std::jmp_buf jump = {};
  std::array<char, JMSG_LENGTH_MAX> message = {};
  ByteSpan input;
  bool ended_early = false;      ///< the end marker is missing
  bool guessed_colour = false;   ///< Adobe's segment names an unknown colour transform
  bool has_stray_bytes = false;  ///< a few bytes behind the last block belong to nothing
  jpeg_decompress_struct jpeg = {};

  JpegReader() { jpeg.client_data = this; }
  JpegReader(const JpegReader&) = delete;
  JpegReader& operator=(const JpegReader&) = delete;
  ~JpegReader() { jpeg_destroy_decompress(&jpeg); }
};

[[noreturn]] void on_error(j_common_ptr common) {
  auto& state = *static_cast<JpegReader*>(common->client_data);
  (*common->err->format_message)(common, state.message.data());
  std::longjmp(state.jump, 1);
}

/// Bytes that libjpeg passed over on its way to a marker. Between segments they do no harm. Behind
/// coded data they are mostly what is left when a damaged block took too few bits; webcams leave a
/// few before the end marker, and zeros may be padding.
void on_stray_bytes(JpegReader& state) {
  constexpr std::ptrdiff_t kFew = 8;
  if (state.jpeg.input_scan_number == 0) return;
  const std::ptrdiff_t count = state.manager.msg_parm.i[0];
  const bool is_end = state.manager.msg_parm.i[1] == JPEG_EOI;
  // Where the file has no end marker, libjpeg reads one from memory of its own.
  const JOCTET* end = state.jpeg.src->next_input_byte;
  const bool inside =
      std::less_equal<>()(state.input.begin(), end) && std::less_equal<>()(end, state.input.end());
  if (!inside) end = state.input.end();
  const JOCTET* const begin = end - std::min<std::ptrdiff_t>(count, end - state.input.begin());
  const bool zeros = std::all_of(begin, end, [](JOCTET byte) { return byte == 0; });
  if (!zeros && (!is_end || count > kFew)) on_error(reinterpret_cast<j_common_ptr>(&state.jpeg));
  state.has_stray_bytes = true;
}

void on_message(j_common_ptr common, int level) {
  if (level >= 0) return;  // trace output
  auto& state = *static_cast<JpegReader*>(common->client_data);
  switch (common->err->msg_code) {
    case JWRN_EXTRANEOUS_DATA:
      on_stray_bytes(state);
      return;
    // These leave the pixels alone: a newer JFIF, and parameters of a scan that only progressive
    // files use and that telephones fill with odd values.
    case JWRN_JFIF_MAJOR:
    case JWRN_NOT_SEQUENTIAL:
      return;
    case JWRN_ADOBE_XFORM:
      state.guessed_colour = true;
      return;
    // Missing blocks have a message of their own (JWRN_HIT_MARKER). What else may be missing,
    // `is_whole_without_end` looks at.
    case JWRN_JPEG_EOF:
      state.ended_early = true;
      return;
    default:
      on_error(common);
  }
}

bool read_header(JpegReader& state, ByteSpan bytes) {
  state.input = bytes;
  state.jpeg.err = jpeg_std_error(&state.manager);
  state.manager.error_exit = on_error;
  state.manager.emit_message = on_message;
  if (setjmp(state.jump)) return false;
  jpeg_create_decompress(&state.jpeg);
  jpeg_mem_src(&state.jpeg, bytes.data(), static_cast<unsigned long>(bytes.size()));
  for (const int marker : kJpegWantedMarkers) jpeg_save_markers(&state.jpeg, marker, 0xFFFF);
  jpeg_read_header(&state.jpeg, TRUE);
  return true;
}

/// `row` holds one row of bytes, `to` all samples. Leaves the end of the file to `finish`.
bool read_rows(JpegReader& state, Bytes& row, std::uint16_t* to) {
  if (setjmp(state.jump)) return false;
  state.jpeg.dct_method = JDCT_ISLOW;
  jpeg_start_decompress(&state.jpeg);
  for (std::size_t y = 0; y < state.jpeg.output_height; ++y) {
    JSAMPROW rows[] = {row.data()};
    jpeg_read_scanlines(&state.jpeg, rows, 1);
    std::copy(row.begin(), row.end(), to + y * row.size());
  }
  return true;
}

/// Reads up to the end marker; `rest` becomes what lies behind it.
bool finish(JpegReader& state, ByteSpan& rest) {
  if (setjmp(state.jump)) return false;
  jpeg_finish_decompress(&state.jpeg);
  if (!state.ended_early)
    rest = ByteSpan(state.jpeg.src->next_input_byte, state.jpeg.src->bytes_in_buffer);
  return true;
}

/// Whether every bit of every coefficient has come, as far as a progressive file tells.
bool has_all_coefficients(const jpeg_decompress_struct& jpeg) {
  for (int c = 0; c < jpeg.num_components; ++c) {
    const int* const bits = jpeg.coef_bits[c];
    if (!std::all_of(bits, bits + DCTSIZE2, [](int missing) { return missing == 0; })) return false;
  }
  return true;
}

/// Whether a file without an end marker holds the whole picture, once its rows are read. Arithmetic
/// coding leaves zero bytes out at its end, so nobody can tell there; of several sequential scans a
/// whole one may be missing.
bool is_whole_without_end(const jpeg_decompress_struct& jpeg) {
  if (jpeg.arith_code != FALSE) return false;
  if (jpeg.progressive_mode != FALSE) return has_all_coefficients(jpeg);
  return jpeg.comps_in_scan == jpeg.num_components;
}

/// Says what is wrong with a header, in the name of the feature where it is one that is not
/// handled.
[[noreturn]] void refuse_header(const Source& source, const JpegReader& state) {
  const int detail = state.manager.msg_parm.i[0];
  switch (state.manager.msg_code) {
    case JERR_BAD_PRECISION:
      refuse(source, std::to_string(detail) + "-bit JPEG");
    case JERR_SOF_UNSUPPORTED:
      refuse(source, detail == 0xC3 || detail == 0xCB ? "lossless JPEG" : "hierarchical JPEG");
    case JERR_UNKNOWN_MARKER:
      if (detail == 0xF7) refuse(source, "JPEG-LS");
      break;
    default:
      break;
  }
  damaged(source, "JPEG", state.message.data());
}

void check_header(const Source& source, const jpeg_decompress_struct& jpeg) {
  const Dimensions size{jpeg.image_width, jpeg.image_height};
  check_limits(source, size);
  const bool bounded = jpeg.arith_code == FALSE;
  if (bounded &&
      size.width * size.height > (source.bytes.size() + kFixedOverhead) * kMaxPixelsPerByte) {
    damaged(source, "JPEG", "the file is truncated");
  }
  if (jpeg.num_components == 4) refuse(source, "CMYK JPEG (convert it to RGB first)");
  if (jpeg.num_components != 1 && jpeg.num_components != 3) {
    refuse(source, "JPEG with " + std::to_string(jpeg.num_components) + " components");
  }
}

std::vector<JpegSegment> saved_segments(const jpeg_decompress_struct& jpeg) {
  std::vector<JpegSegment> segments;
  for (const jpeg_marker_struct* marker = jpeg.marker_list; marker != nullptr;
       marker = marker->next) {
    segments.push_back({marker->marker, ByteSpan(marker->data, marker->data_length)});
  }
  return segments;
}

}  // namespace

Image read_jpeg(const Source& source, Warnings& warnings) {
  JpegReader state;
  const auto fail = [&] { damaged(source, "JPEG", state.message.data()); };
  if (!read_header(state, source.bytes)) refuse_header(source, state);
  check_header(source, state.jpeg);
  const bool grey = state.jpeg.num_components == 1;
  state.jpeg.out_color_space = grey ? JCS_GRAYSCALE : JCS_RGB;
  Image picture = make_picture({state.jpeg.image_width, state.jpeg.image_height}, grey ? 1 : 3, 8);
  Bytes row(static_cast<std::size_t>(picture.width) * static_cast<std::size_t>(picture.channels));
  if (!read_rows(state, row, picture.samples.data())) fail();
  // Before the end, where libjpeg drops the segments and what it knows of coefficients.
  picture.metadata = read_jpeg_segments(saved_segments(state.jpeg), warnings);
  const bool end_may_be_missing = is_whole_without_end(state.jpeg);
  ByteSpan rest;
  if (!finish(state, rest)) fail();
  if (state.ended_early && !end_may_be_missing) damaged(source, "JPEG", "the file is truncated");
  if (state.ended_early) warnings.add("the JPEG has no end marker");
  warn_of_trailing_bytes(rest, warnings);
  if (state.has_stray_bytes)
    warnings.add("bytes behind the last block belong to nothing: the JPEG may be damaged");
  if (state.guessed_colour)
    warnings.add("the JPEG names an unknown colour transform: taken for YCbCr");
  return picture;
}

}  // namespace imgcnn::image
