#pragma once
// The application segments of a JPEG: metadata that is kept, and what cannot be.

#include <vector>

#include "image/formats/reading.h"

namespace imgcnn::image {

constexpr int kJpegApp1 = 0xE1;  // EXIF and XMP
// Six bytes with the implied zero
constexpr char kJpegExifPrefix[] = "Exif\0";
// The zero behind it belongs to it
constexpr char kJpegXmpPrefix[] = "http://ns.adobe.com/xap/1.0/";
constexpr std::size_t kJpegMaxSegment = 65533;  // bytes behind the length

constexpr std::size_t kJpegMaxProfile = 255 * 65519;  // as many segments as a byte can count

/// A segment without its marker and length.
struct JpegSegment {
  int marker = 0;  ///< second byte of the marker, 0xE0..0xEF for APP0..APP15
  ByteSpan data;
};

/// Markers of the segments that `read_jpeg_segments` wants to see.
constexpr int kJpegWantedMarkers[] = {kJpegApp1, 0xE2, 0xEB, 0xED};

/// Returns ICC profile, EXIF and XMP. Warns of a damaged profile, of further pictures (MPF),
/// extended XMP, IPTC and JUMBF. Sources: EXIF 2.32, 4.7.2; Adobe XMP part 3, 1.1.3; ICC.1:2010,
/// B.4; CIPA DC-007 (MPF); ISO/IEC 19566-5 (JUMBF).
[[nodiscard]] Metadata read_jpeg_segments(const std::vector<JpegSegment>& segments,
                                          Warnings& warnings);

}  // namespace imgcnn::image
