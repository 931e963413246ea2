// TIFF by libtiff.
#include <algorithm>
#include <cstring>

#include "image/formats/tiff_file.h"
#include "image/formats/writing.h"
#include "imgcnn/base/error.h"

namespace imgcnn::image {
namespace {

constexpr std::size_t kStripBytes = 64 * 1024;  // before compression

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
    if (!blob.empty())
      TIFFSetField(tiff, tag, static_cast<std::uint32_t>(blob.size()), blob.data());
  };
  set_blob(TIFFTAG_ICCPROFILE, picture.metadata.icc);
  set_blob(TIFFTAG_XMLPACKET, picture.metadata.xmp);
}

bool write_rows(TIFF* tiff, const Image& picture) {
  const std::size_t per_row =
      static_cast<std::size_t>(picture.width) * static_cast<std::size_t>(picture.channels);
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
  Bytes bytes;
  TiffFile file(&bytes);
  require(file.handle() != nullptr, ErrorCode::kInternal, "libtiff cannot start: " + file.error());
  set_tags(file.handle(), picture);
  const bool done = write_rows(file.handle(), picture);
  file.close();
  require(done && file.error().empty(), ErrorCode::kInvalidArgument, "TIFF: " + file.error());
  return bytes;
}

}  // namespace imgcnn::image
