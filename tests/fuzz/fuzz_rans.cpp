// Tables and streams out of any bytes: symbols round-trip exactly, and a foreign stream decodes or
// is refused; one that decodes to the end is the one that the encoder writes.

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

Bytes encode(const CdfTable& table, const std::vector<std::uint16_t>& rows,
             const std::vector<std::int32_t>& symbols) {
  entropy::RansEncoder encoder;
  encoder.append(table, rows.data(), symbols.data(), symbols.size());
  return encoder.finish();
}

std::vector<std::int32_t> decode(const CdfTable& table, const std::vector<std::uint16_t>& rows,
                                 ByteSpan stream) {
  entropy::RansDecoder decoder(stream, "fuzz");
  std::vector<std::int32_t> symbols(rows.size());
  decoder.decode(table, rows.data(), symbols.data(), symbols.size());
  decoder.finish();
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
  const CdfTable table = make_table(input);
  std::vector<std::uint16_t> rows(input.u8());
  std::vector<std::int32_t> symbols;
  for (auto& row : rows) {
    row = static_cast<std::uint16_t>(input.u8() % table.rows());
    const std::int32_t near = table.offsets()[row] + input.in_range(-3, 25);
    symbols.push_back(input.u8() % 8 == 0 ? input.in_range(-kMaxSymbol, kMaxSymbol)
                                          : std::clamp(near, -kMaxSymbol, kMaxSymbol));
  }
  expect(decode(table, rows, encode(table, rows, symbols)) == symbols, "symbols round-trip");
  try {
    const std::vector<std::int32_t> found = decode(table, rows, input.rest());
    expect(encode(table, rows, found) == input.rest().to_bytes(), "a stream has one form");
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
