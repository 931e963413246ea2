// Portable anymaps and arbitrary maps. Source: netpbm's manual pages pgm(5), ppm(5) and pam(5).
#include <algorithm>
#include <string>

#include "image/formats/sample_bytes.h"
#include "image/formats/writing.h"

namespace imgcnn::image {
namespace {

/// The header, then each sample `copies` times, the most significant byte first.
Bytes with_samples(const std::string& header, const Image& picture, std::size_t copies) {
  const std::size_t count = picture.samples.size();
  const auto sample_bytes = static_cast<std::size_t>(picture.bit_depth / 8);
  Bytes bytes(header.size() + count * copies * sample_bytes);
  std::uint8_t* const to = std::copy(header.begin(), header.end(), bytes.data());
  if (copies == 1) {
    samples_to_bytes(picture.samples.data(), count, picture.bit_depth, to);
  } else {
    for (std::size_t i = 0; i < count * copies; ++i) {
      samples_to_bytes(&picture.samples[i / copies], 1, picture.bit_depth, to + i * sample_bytes);
    }
  }
  return bytes;
}

}  // namespace

Bytes encode_pnm(const Image& picture, bool grey_as_grey) {
  const bool grey = picture.channels == 1 && grey_as_grey;
  const std::string header = std::string(grey ? "P5" : "P6") + "\n" +
                             std::to_string(picture.width) + " " + std::to_string(picture.height) +
                             "\n" + std::to_string(picture.max_value()) + "\n";
  return with_samples(header, picture, !grey && picture.channels == 1 ? 3 : 1);
}

Bytes encode_pam(const Image& picture) {
  const std::string type = std::string(picture.colour_channels() == 1 ? "GRAYSCALE" : "RGB") +
                           (picture.has_alpha() ? "_ALPHA" : "");
  const std::string header =
      "P7\nWIDTH " + std::to_string(picture.width) + "\nHEIGHT " + std::to_string(picture.height) +
      "\nDEPTH " + std::to_string(picture.channels) + "\nMAXVAL " +
      std::to_string(picture.max_value()) + "\nTUPLTYPE " + type + "\nENDHDR\n";
  return with_samples(header, picture, 1);
}

}  // namespace imgcnn::image
