// Planes and streams out of any bytes under fixed models: symbols round-trip exactly, and a foreign
// stream decodes within bounds or is refused; one that decodes to the end is the one that the
// encoder writes, both of its parts.

#include <algorithm>
#include <cstdlib>
#include <vector>

#include "entropy/context_samples.h"
#include "fuzz_input.h"
#include "imgcnn/base/error.h"
#include "imgcnn/entropy/context_coder.h"
#include "imgcnn/entropy/quality.h"

namespace imgcnn::fuzz {
namespace {

using entropy::ContextCoder;
using entropy::ContextPlanes;
using entropy::kMaxSymbol;

constexpr int kIndexes = 2 * entropy::kSpreads;
constexpr int kChannels = 4;

ContextCoder make_coder(const entropy::DependentQuantizer& quantizer) {
  return {entropy::geometric_table(kIndexes, true, quantizer), quantizer, kChannels,
          entropy::random_mlp(kChannels, 32, 1), "fuzz"};
}

/// With dependent quantization or without.
const ContextCoder& coder_of(bool dependent) {
  static const ContextCoder scalar = make_coder({});
  static const ContextCoder trellis = make_coder({kIndexes, kIndexes / 2, 700});
  return dependent ? trellis : scalar;
}

void run(Input input) {
  const ContextCoder& coder = coder_of(input.u8() % 2 != 0);
  const auto side = [&] { return 1 + static_cast<int>(input.u8() % 6); };
  const int height = side();
  ContextPlanes planes(kChannels, {height, side()});
  const int quality16 = static_cast<int>(input.u16()) % (entropy::kMaxQuality16 + 1);
  for (auto& index : planes.cdf_indexes) index = static_cast<std::uint16_t>(input.u8() % kIndexes);
  for (auto& symbol : planes.symbols) {
    const auto seed = static_cast<int>(input.u8());
    symbol = seed < 240 ? seed % 9 - 4 : input.in_range(-kMaxSymbol, kMaxSymbol);
  }
  const int cut = static_cast<int>(input.u8() % (kChannels + 1));
  const std::uint32_t checksum = input.u32();
  const entropy::CodingOrder order(planes.size);
  const auto encode = [&](const std::vector<std::int32_t>& symbols) {
    entropy::RansEncoder encoder;
    coder.encode({encoder, cut}, symbols.data(), planes.cdf_indexes.data(), order, quality16);
    return encoder.finish(checksum);
  };
  const auto decode = [&](ByteSpan first, ByteSpan second) {
    entropy::RansDecoder decoder(first, second, "fuzz");
    std::vector<std::int32_t> symbols(planes.symbols.size());
    coder.decode({decoder, cut}, symbols.data(), planes.cdf_indexes.data(), order, quality16);
    for (const std::int32_t symbol : symbols)
      expect(symbol >= -kMaxSymbol && symbol <= kMaxSymbol, "symbols stay in range");
    decoder.finish(checksum);
    return symbols;
  };
  const auto written = encode(planes.symbols);
  expect(decode(written.first, written.second) == planes.symbols, "symbols round-trip");
  const auto [first, second] = input.halves();
  try {
    const std::vector<std::int32_t> found = decode(first, second);
    // Where it asks for more than a symbol can be, it gets that.
    const bool limited = std::any_of(found.begin(), found.end(),
                                     [](auto symbol) { return std::abs(symbol) == kMaxSymbol; });
    if (limited) return;
    const auto again = encode(found);
    expect(again.first == first.to_bytes() && again.second == second.to_bytes(),
           "a stream has one form");
  } catch (const Error&) {
  }
}

}  // namespace
}  // namespace imgcnn::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  imgcnn::fuzz::run({data, size});
  return 0;
}
