// Planes and starts out of any bytes: symbols round-trip under whatever a damaged start holds, and a foreign stream
// decodes within bounds or is refused.

#include <type_traits>
#include <utility>
#include <vector>

#include "entropy/blank_network.h"
#include "entropy/context_layout.h"
#include "fuzz_input.h"
#include "imgcnn/base/error.h"
#include "imgcnn/entropy/context_model.h"
#include "imgcnn/entropy/context_partners.h"
#include "imgcnn/rdo/cdf_builder.h"

namespace imgcnn::fuzz {
namespace {

using entropy::ContextModel;
using entropy::kMaxSymbol;

constexpr int kRows = 24;
constexpr int kChannels = 4;

const entropy::DependentQuantizer& trellis() {
  static const entropy::DependentQuantizer trellis(kRows, 9, 717);
  return trellis;
}

/// With the rows of the trellis, which those without one do not see.
const entropy::CdfTable& table() {
  static const entropy::CdfTable table = rdo::build_gaussian_table(kRows, 0.05, 40.0, trellis());
  return table;
}

/// A network with entries of the input's strewn in.
entropy::ContextNetwork::Weights make_network(Input& input) {
  const std::size_t width = entropy::ContextNetwork::kNarrow * (1 + input.u8() % 3);
  auto weights = entropy::blank_network(kChannels, width);
  const std::size_t step = 1 + std::size_t{input.u8()};
  const auto strew = [&](auto& values, std::int32_t limit) {
    for (std::size_t i = 0; i < values.size(); i += step)
      values[i] = static_cast<std::decay_t<decltype(values[i])>>(input.in_range(-limit, limit));
  };
  entropy::for_each_part(weights, strew);
  return weights;
}

/// A start of any structure with entries of the input's strewn in.
ContextModel make_model(Input& input) {
  static const auto first = entropy::untaught<entropy::FirstStructure>(kChannels);
  static const ContextModel with_partners(table(), kChannels, entropy::plain_partners(kChannels));
  static const ContextModel with_trellis(table(), kChannels, entropy::plain_partners(kChannels), trellis());
  const int structure = input.u8() % 4;
  auto start = structure == 0 ? first : structure == 3 ? with_trellis.start() : with_partners.start();
  if (structure >= 2) start.network = make_network(input);
  for (std::size_t i = 0; i < start.partners.size(); ++i) {
    const auto channel = static_cast<std::int32_t>(i / entropy::kPartners);
    start.partners[i] = input.in_range(entropy::kNoPartner, channel * entropy::kPartnerPlaces - 1);
  }
  const int limit = start.partners.empty() ? 1 << 20 : 1 << 19;
  const std::uint32_t step = 1 + input.u16();
  for (std::size_t i = 0; i < start.counters.size(); i += step) start.counters[i] = input.u32();
  for (std::size_t i = 0; i < start.weights.size(); i += step) start.weights[i] = input.in_range(-limit, limit);
  for (std::size_t i = 0; i < start.predictors.size(); i += step)
    start.predictors[i] = input.in_range(-(1 << 18), 1 << 18);
  return {table(), kChannels, std::move(start), "fuzz", structure == 3 ? trellis() : entropy::DependentQuantizer{}};
}

void coder(Input input) {
  const entropy::PlaneSize size{input.in_range(1, 6), input.in_range(1, 6)};
  const int quality16 = input.in_range(0, 1600);
  const ContextModel model = make_model(input);
  std::vector<std::uint16_t> rows(static_cast<std::size_t>(kChannels * size.height * size.width));
  std::vector<std::int32_t> symbols;
  for (auto& row : rows) {
    row = static_cast<std::uint16_t>(input.u8() % kRows);
    symbols.push_back(input.u8() % 16 == 0 ? input.in_range(-kMaxSymbol, kMaxSymbol) : input.in_range(-4, 4));
  }
  const auto encode = [&](const std::vector<std::int32_t>& values) {
    entropy::RansEncoder encoder;
    model.encode(encoder, values.data(), rows.data(), size, quality16);
    return encoder.finish();
  };
  const auto decode = [&](ByteSpan stream) {
    entropy::RansDecoder decoder(stream, "fuzz");
    std::vector<std::int32_t> values(rows.size());
    model.decode(decoder, values.data(), rows.data(), size, quality16);
    for (const std::int32_t value : values)
      expect(value >= -kMaxSymbol && value <= kMaxSymbol, "symbols stay in range");
    decoder.finish();
    return values;
  };
  expect(decode(encode(symbols)) == symbols, "symbols round-trip");
  try {
    (void)decode(input.rest());
  } catch (const Error&) {
  }
}

}  // namespace
}  // namespace imgcnn::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  imgcnn::fuzz::coder({data, size});
  return 0;
}
