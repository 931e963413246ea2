// Tables and streams out of any bytes: symbols round-trip exactly, and a foreign stream decodes or
// is refused; one that decodes to the end is the one that the encoder writes, both of its parts.

#include <string>
#include <vector>

#include "fuzz_input.h"
#include "imgcnn/base/error.h"
#include "imgcnn/entropy/rans.h"

namespace imgcnn::fuzz {
namespace {

using entropy::CdfTable;
using entropy::kMaxSymbol;

// Rows whose frequencies come from the input; the last entry takes the rest.
CdfTable make_table(Input& input) {
  std::vector<std::int32_t> offsets;
  std::vector<std::int32_t> lengths;
  std::vector<std::uint16_t> frequencies;
  for (int rows = input.in_range(1, 3); rows > 0; --rows) {
    const int length = input.in_range(2, 20);
    offsets.push_back(input.in_range(-kMaxSymbol, kMaxSymbol - length));
    lengths.push_back(length);
    int rest = 65536;
    for (int i = 1; i < length; ++i) {
      const int frequency = std::min(1 + static_cast<int>(input.u16()), rest - (length - i));
      frequencies.push_back(static_cast<std::uint16_t>(frequency));
      rest -= frequency;
    }
    frequencies.push_back(static_cast<std::uint16_t>(rest));
  }
  return CdfTable(std::move(offsets), std::move(lengths), std::move(frequencies), "fuzz");
}

/// What both sides know of a stream.
struct Known {
  CdfTable table;
  std::vector<std::uint16_t> rows;
  std::size_t cut = 0;  ///< symbols in front of it
  std::uint32_t checksum = 0;
};

entropy::StreamParts encode(const Known& known, const std::vector<std::int32_t>& symbols) {
  entropy::RansEncoder encoder;
  const std::size_t cut = known.cut;
  encoder.append(known.table, known.rows.data(), symbols.data(), cut);
  encoder.cut();
  encoder.append(known.table, known.rows.data() + cut, symbols.data() + cut, symbols.size() - cut);
  return encoder.finish(known.checksum);
}

std::vector<std::int32_t> decode(const Known& known, ByteSpan first, ByteSpan second) {
  entropy::RansDecoder decoder(first, second, "fuzz");
  std::vector<std::int32_t> symbols(known.rows.size());
  const std::size_t cut = known.cut;
  decoder.decode(known.table, known.rows.data(), symbols.data(), cut);
  decoder.cut();
  decoder.decode(known.table, known.rows.data() + cut, symbols.data() + cut, symbols.size() - cut);
  decoder.finish(known.checksum);
  return symbols;
}

void raw_table(Input input) {
  std::vector<std::int32_t> offsets(input.u8() % 4);
  for (auto& offset : offsets) offset = static_cast<std::int32_t>(input.u32());
  std::vector<std::int32_t> lengths(input.u8() % 4);
  for (auto& length : lengths) length = static_cast<std::int32_t>(input.u16());
  std::vector<std::uint16_t> frequencies(input.u16() % 5000);
  for (auto& frequency : frequencies) frequency = static_cast<std::uint16_t>(input.u16());
  try {
    const CdfTable table(offsets, lengths, frequencies, "raw");
    for (std::size_t row = 0; row < table.rows(); ++row) (void)table.entry_at(row, 65535);
  } catch (const Error&) {
  }
}

void coder(Input input) {
  Known known;
  known.table = make_table(input);
  known.rows.resize(input.u8());
  std::vector<std::int32_t> symbols;
  for (auto& row : known.rows) {
    row = static_cast<std::uint16_t>(input.u8() % known.table.rows());
    const std::int32_t near = known.table.offsets()[row] + input.in_range(-3, 25);
    symbols.push_back(input.u8() % 8 == 0 ? input.in_range(-kMaxSymbol, kMaxSymbol)
                                          : std::clamp(near, -kMaxSymbol, kMaxSymbol));
  }
  known.cut = input.u8() % (known.rows.size() + 1);
  known.checksum = input.u32();
  const auto written = encode(known, symbols);
  expect(decode(known, written.first, written.second) == symbols, "symbols round-trip");
  const auto [first, second] = input.halves();
  try {
    const auto again = encode(known, decode(known, first, second));
    expect(again.first == first.to_bytes() && again.second == second.to_bytes(),
           "a stream has one form");
  } catch (const Error&) {
  }
}

}  // namespace
}  // namespace imgcnn::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  imgcnn::fuzz::raw_table({data, size});
  imgcnn::fuzz::coder({data, size});
  return 0;
}
