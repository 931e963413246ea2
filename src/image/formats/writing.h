#pragma once
// The writers of picture files. Those of PNG, JPEG and WebP are public, as `encode_png` and its
// like.

#include <string>

#include "imgcnn/base/byte_span.h"
#include "imgcnn/image/image.h"
#include "imgcnn/image/image_io.h"

namespace imgcnn::image {

/// Whether PNG allows the picture's profile: one of 132 bytes or more with a valid signature, for
/// grey where the picture is grey and for RGB otherwise. Source: PNG specification 11.3.2.3;
/// ICC.1:2010, section 7.2.
[[nodiscard]] bool png_can_hold_profile(const Image& picture);

/// TIFF with LZW and horizontal differences: 1 to 4 channels of 8 or 16 bits, alpha marked as
/// unassociated, the ICC profile and XMP. EXIF is dropped.
[[nodiscard]] Bytes encode_tiff(const Image& picture);

/// BMP of 24 bits a pixel, or of 8 with a palette for grey. Requires: 8 bits a sample, no alpha.
/// Metadata is dropped.
[[nodiscard]] Bytes encode_bmp(const Image& picture);

/// Raw PNM: P5 for grey where `grey_as_grey`, otherwise P6. Requires: no alpha. Metadata is
/// dropped.
[[nodiscard]] Bytes encode_pnm(const Image& picture, bool grey_as_grey);

/// PAM, whatever the channels and the depth. Metadata is dropped.
[[nodiscard]] Bytes encode_pam(const Image& picture);

}  // namespace imgcnn::image
