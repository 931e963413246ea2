#pragma once
// Samples as files hold them: a byte each, or two with the most significant first.

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace imgcnn::image {

/// Writes `count` samples of 8 or 16 bits as bytes.
inline void samples_to_bytes(const std::uint16_t* from, std::size_t count, int bit_depth,
                             std::uint8_t* to) {
  if (bit_depth == 8) {
    for (std::size_t i = 0; i < count; ++i) to[i] = static_cast<std::uint8_t>(from[i]);
  } else {
    for (std::size_t i = 0; i < count; ++i) {
      to[2 * i] = static_cast<std::uint8_t>(from[i] >> 8);
      to[2 * i + 1] = static_cast<std::uint8_t>(from[i]);
    }
  }
}

/// The way back.
inline void bytes_to_samples(const std::uint8_t* from, std::size_t count, int bit_depth,
                             std::uint16_t* to) {
  if (bit_depth == 8) {
    std::copy(from, from + count, to);
  } else {
    for (std::size_t i = 0; i < count; ++i)
      to[i] = static_cast<std::uint16_t>(from[2 * i] << 8 | from[2 * i + 1]);
  }
}

}  // namespace imgcnn::image
