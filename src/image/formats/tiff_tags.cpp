#include "image/formats/tiff_tags.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

namespace imgcnn::image {
namespace {

/// A range of tags and what they are about; nullptr for what may go without a word.
struct TagMeaning {
  std::uint32_t first;
  std::uint32_t last;
  const char* what;
};

// Tags that describe samples are libtiff's and the reader's business and stand here as silent, too.
constexpr TagMeaning kMeanings[] = {
    // Layout, names of document and page, make and model, thresholds, resolution
    {254, 300, nullptr},
    {301, 301, "a transfer function"},
    {305, 347, nullptr},      // software, date, artist, host, predictor, layout, inks, JPEG tables
    {512, 521, nullptr},      // JPEG of TIFF 6.0
    {529, 532, nullptr},      // YCbCr
    {700, 700, nullptr},      // XMP: kept
    {18246, 18249, nullptr},  // Windows' rating stars
    {33432, 33432, nullptr},  // copyright
    {33550, 33550, "GeoTIFF tags"},
    {33723, 33723, "IPTC"},
    {33920, 33922, "GeoTIFF tags"},
    {34264, 34264, "GeoTIFF tags"},
    {34377, 34377, "Photoshop's image resources"},
    {34665, 34665, "EXIF"},
    {34675, 34675, nullptr},  // ICC profile: kept
    {34735, 34737, "GeoTIFF tags"},
    {34853, 34853, "GPS"},
    {37724, 37724, "Photoshop's layers"},
    {40091, 40095, nullptr},  // Windows' title, comment, author, keywords, subject
    {42112, 42113, "GDAL metadata"},
    {50341, 50341, nullptr},  // print image matching
    {50844, 50844, "GeoTIFF tags"},
};

void warn_of_tag(std::uint32_t tag, Warnings& warnings) {
  for (const TagMeaning& row : kMeanings) {
    if (tag < row.first || tag > row.last) continue;
    if (row.what != nullptr) warnings.lost_metadata(row.what);
    return;
  }
  warnings.lost_metadata("the private tag " + std::to_string(tag));
}

bool close_to(const float* values, std::initializer_list<float> wanted) {
  return std::equal(wanted.begin(), wanted.end(), values,
                    [](float a, float b) { return std::abs(a - b) < 0.005F; });
}

/// Whether the directory describes colours otherwise than sRGB does.
bool has_foreign_primaries(TIFF* tiff) {
  float* values = nullptr;
  if (TIFFGetField(tiff, TIFFTAG_WHITEPOINT, &values) == 1 && !close_to(values, {0.3127F, 0.3290F}))
    return true;
  return TIFFGetField(tiff, TIFFTAG_PRIMARYCHROMATICITIES, &values) == 1 &&
         !close_to(values, {0.64F, 0.33F, 0.30F, 0.60F, 0.15F, 0.06F});
}

Bytes blob_of(TIFF* tiff, std::uint32_t tag) {
  std::uint32_t size = 0;
  const std::uint8_t* data = nullptr;
  if (TIFFGetField(tiff, tag, &size, &data) != 1) return {};
  return Bytes(data, data + size);
}

}  // namespace

Metadata read_tiff_tags(const TiffFile& file, Warnings& warnings) {
  TIFF* const tiff = file.handle();
  Metadata metadata;
  metadata.icc = blob_of(tiff, TIFFTAG_ICCPROFILE);
  metadata.xmp = blob_of(tiff, TIFFTAG_XMLPACKET);
  const int count = TIFFGetTagListCount(tiff);
  for (int i = 0; i < count; ++i) warn_of_tag(TIFFGetTagListEntry(tiff, i), warnings);
  std::array<const std::uint16_t*, 3> curves = {};
  if (TIFFGetField(tiff, TIFFTAG_TRANSFERFUNCTION, &curves[0], &curves[1], &curves[2]) == 1) {
    warnings.lost_metadata("a transfer function");
  }
  if (metadata.icc.empty() && has_foreign_primaries(tiff))
    warnings.lost_metadata("gamma and primaries");
  for (const std::string& message : file.warnings()) {
    const bool guessed =
        message.find("ignor") != std::string::npos || message.find("assum") != std::string::npos;
    if (guessed) warnings.add("libtiff: " + message);
  }
  return metadata;
}

}  // namespace imgcnn::image
