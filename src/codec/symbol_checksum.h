#pragma once
// What the last states of a stream stand for.

#include <cstdint>
#include <vector>

namespace imgcnn::codec {

/// bitstream::checksum over a stream's symbols as little-endian 32-bit numbers, those of the
/// hyper-latent first, then those of the latent; either may be empty.
[[nodiscard]] std::uint32_t symbol_checksum(const std::vector<std::int32_t>& hyper,
                                            const std::vector<std::int32_t>& latent);

}  // namespace imgcnn::codec
