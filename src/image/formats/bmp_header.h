#pragma once
// The headers of a BMP file, of whatever generation, brought to one form.

#include <array>
#include <cstddef>
#include <cstdint>

#include "image/formats/reading.h"

namespace imgcnn::image {

enum class BmpCoding { kPlain, kRuns };

struct BmpHeader {
  Dimensions size;
  bool top_down = false;  ///< the first row of the file is the top one
  int bits = 0;           ///< a pixel: 1, 2, 4, 8, 16, 24 or 32
  BmpCoding coding = BmpCoding::kPlain;
  std::array<std::uint32_t, 4> masks = {};  ///< red, green, blue, alpha; for 16, 24 and 32 bits
  std::size_t palette_at = 0;               ///< position in the file
  std::size_t palette_size = 0;             ///< colours
  std::size_t palette_entry_bytes = 4;
  std::size_t pixels_at = 0;   ///< position in the file
  std::size_t info_bytes = 0;  ///< size of the header behind the 14 bytes that all files start with
};

/// Reads and checks the headers. Throws kUnsupportedImage.
[[nodiscard]] BmpHeader read_bmp_header(const Source& source);

/// Takes the profile over that a version 5 header embeds, and warns of colour descriptions that
/// cannot be kept.
void read_bmp_colour_space(const Source& source, const BmpHeader& header, Metadata& metadata,
                           Warnings& warnings);

/// The position behind an embedded or linked profile; 0 when there is none.
[[nodiscard]] std::size_t bmp_profile_end(const Source& source, const BmpHeader& header);

}  // namespace imgcnn::image
