// Portable anymaps and arbitrary maps. Source: netpbm's manual pages pgm(5), ppm(5) and pam(5).
#include <string>

#include "image/formats/writing.h"

namespace imgcnn::image {
namespace {

/// Appends each sample `copies` times, the most significant byte first.
void append_samples(const Image& picture, int copies, Bytes& bytes) {
  bytes.reserve(bytes.size() + picture.samples.size() * static_cast<std::size_t>(copies * (picture.bit_depth / 8)));
  for (const std::uint16_t sample : picture.samples) {
    for (int i = 0; i < copies; ++i) {
      if (picture.bit_depth == 16) bytes.push_back(static_cast<std::uint8_t>(sample >> 8));
      bytes.push_back(static_cast<std::uint8_t>(sample));
    }
  }
}

}  // namespace

Bytes encode_pnm(const Image& picture, bool grey_as_grey) {
  const bool grey = picture.channels == 1 && grey_as_grey;
  const std::string header = std::string(grey ? "P5" : "P6") + "\n" + std::to_string(picture.width) + " " +
                             std::to_string(picture.height) + "\n" + std::to_string(picture.max_value()) + "\n";
  Bytes bytes(header.begin(), header.end());
  append_samples(picture, !grey && picture.channels == 1 ? 3 : 1, bytes);
  return bytes;
}

Bytes encode_pam(const Image& picture) {
  const std::string type =
      std::string(picture.colour_channels() == 1 ? "GRAYSCALE" : "RGB") + (picture.has_alpha() ? "_ALPHA" : "");
  const std::string header = "P7\nWIDTH " + std::to_string(picture.width) + "\nHEIGHT " +
                             std::to_string(picture.height) + "\nDEPTH " + std::to_string(picture.channels) +
                             "\nMAXVAL " + std::to_string(picture.max_value()) + "\nTUPLTYPE " + type + "\nENDHDR\n";
  Bytes bytes(header.begin(), header.end());
  append_samples(picture, 1, bytes);
  return bytes;
}

}  // namespace imgcnn::image
