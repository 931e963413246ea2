// Symbols as bytes.

#include "symbol_checksum.h"

#include "imgcnn/base/byte_span.h"
#include "imgcnn/bitstream/stream_header.h"

namespace imgcnn::codec {

std::uint32_t symbol_checksum(const std::vector<std::int32_t>& hyper,
                              const std::vector<std::int32_t>& latent) {
  Bytes bytes(4 * (hyper.size() + latent.size()));
  std::uint8_t* to = bytes.data();
  for (const auto* symbols : {&hyper, &latent}) {
    for (const std::int32_t symbol : *symbols) {
      for (int i = 0; i < 4; ++i)
        *to++ = static_cast<std::uint8_t>(static_cast<std::uint32_t>(symbol) >> (8 * i));
    }
  }
  return bitstream::checksum(bytes);
}

}  // namespace imgcnn::codec
