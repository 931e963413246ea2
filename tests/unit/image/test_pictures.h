#pragma once
// Pictures and metadata made of arithmetic.

#include <algorithm>
#include <functional>
#include <string>

#include "imgcnn/base/error.h"
#include "imgcnn/image/image.h"

namespace imgcnn::image {

/// Every sample differs from its neighbours; all values occur in larger pictures.
inline Image noise_picture(int width, int height, int channels, int bit_depth) {
  Image picture;
  picture.width = width;
  picture.height = height;
  picture.channels = channels;
  picture.bit_depth = bit_depth;
  std::uint32_t state = 12345;
  for (std::size_t i = 0; i < picture.pixels() * static_cast<std::size_t>(channels); ++i) {
    state = state * 1664525U + 1013904223U;
    picture.samples.push_back(
        static_cast<std::uint16_t>((state >> 15) % static_cast<unsigned>(picture.max_value() + 1)));
  }
  return picture;
}

/// A smooth picture, which lossy formats keep well.
inline Image gradient_picture(int width, int height, int channels) {
  Image picture = noise_picture(width, height, channels, 8);
  for (std::size_t i = 0; i < picture.samples.size(); ++i) {
    const int x = static_cast<int>(i / static_cast<std::size_t>(channels)) % width;
    const int y = static_cast<int>(i / static_cast<std::size_t>(channels)) / width;
    const int c = static_cast<int>(i % static_cast<std::size_t>(channels));
    picture.samples[i] =
        static_cast<std::uint16_t>(40 + c * 20 + 120 * x / width + 40 * y / height);
  }
  return picture;
}

/// Little-endian EXIF with the orientation tag alone.
inline Bytes exif_with_orientation(int orientation) {
  Bytes exif = {'I', 'I', 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0};
  exif.insert(exif.end(), {static_cast<std::uint8_t>(orientation), 0, 0, 0, 0, 0, 0, 0});
  return exif;
}

/// A small profile that libpng believes: a header, one tag and a hundred odd bytes, as it refuses
/// what compresses too well. space: "RGB " or "GRAY".
inline Bytes icc_profile(const std::string& space) {
  constexpr std::uint8_t kSize = 252;
  Bytes icc(kSize);
  const auto put = [&icc](std::size_t at, const std::string& text) {
    std::copy(text.begin(), text.end(), icc.begin() + static_cast<std::ptrdiff_t>(at));
  };
  icc[3] = kSize;
  icc[8] = 2;
  put(12, "mntr");
  put(16, space);
  put(20, "XYZ ");
  put(36, "acsp");
  const Bytes d50 = {0, 0, 0xF6, 0xD6, 0, 1, 0, 0, 0, 0, 0xD3, 0x2D};
  std::copy(d50.begin(), d50.end(), icc.begin() + 68);
  icc[131] = 1;  // tags: white point, 20 bytes at 144
  put(132, "wtpt");
  icc[139] = 144;
  icc[143] = 20;
  put(144, "XYZ ");
  std::copy(d50.begin(), d50.end(), icc.begin() + 152);
  for (std::size_t i = 164; i < icc.size(); ++i)
    icc[i] = static_cast<std::uint8_t>(i * i * 31 >> 3);
  return icc;
}

/// The code of the Error that `call` throws; kInternal when it throws none.
inline ErrorCode code_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.code();
  }
  return ErrorCode::kInternal;
}

}  // namespace imgcnn::image
