// rANS: one coding step maps a state x to floor(x / f) * 2^16 + x mod f + start, where [start,
// start + f) is the share of the probability line that the symbol has; a decoding step is its
// inverse.

#include "imgcnn/entropy/rans.h"

#include <algorithm>
#include <utility>

#include "imgcnn/base/error.h"

namespace imgcnn::entropy {
namespace {

constexpr std::size_t kWordBytes = 2;
constexpr std::size_t kStateBytes = 4;
constexpr std::uint32_t kSlotMask = 0xFFFF;
// Bits that one step takes at most when they are written without a table.
constexpr std::uint32_t kMaxStepBits = 16;

// Pushes words so that the finished buffer, read backwards, is little-endian.
void push_word(Bytes& reversed, std::uint32_t word) {
  reversed.push_back(static_cast<std::uint8_t>(word >> 8));
  reversed.push_back(static_cast<std::uint8_t>(word));
}

}  // namespace

void RansEncoder::append_bits(std::uint32_t value, std::uint32_t count) {
  while (count > 0) {
    const std::uint32_t part = std::min(count, kMaxStepBits);
    count -= part;
    const std::uint32_t bits = (value >> count) & ((std::uint32_t{1} << part) - 1);
    const std::uint32_t shift = kPrecision - part;
    steps_.push_back(
        {static_cast<std::uint16_t>(bits << shift), static_cast<std::uint16_t>(1U << shift)});
  }
}

void RansEncoder::append(const CdfTable& table, const std::uint16_t* rows,
                         const std::int32_t* symbols, std::size_t count) {
  steps_.reserve(steps_.size() + count);
  for (std::size_t i = 0; i < count; ++i) {
    require(rows[i] < table.rows(), ErrorCode::kInvalidArgument, "row outside of the coding table");
    require(symbols[i] >= -kMaxSymbol && symbols[i] <= kMaxSymbol, ErrorCode::kInvalidArgument,
            "symbol beyond +-2^20");
    append_symbol(table, rows[i], symbols[i]);
  }
}

void RansEncoder::append_symbol(const CdfTable& table, std::size_t row, std::int32_t symbol) {
  const std::int32_t entry = table.entry_of(row, symbol);
  steps_.push_back(table.interval(row, entry));
  if (entry == table.lengths()[row] - 1) {
    const EscapeCode code = escape_code(table, row, symbol);
    append_bits(code.negative << (kEscapePrefixBits - 1) | code.exponent, kEscapePrefixBits);
    append_bits(code.mantissa, code.exponent);
  }
}

Bytes RansEncoder::finish() {
  std::array<std::uint32_t, kLanes> states;
  states.fill(kLowestState);
  Bytes reversed;
  for (std::size_t i = steps_.size(); i-- > 0;) {
    const std::uint32_t frequency = steps_[i].frequency;
    std::uint32_t x = states[i % kLanes];
    if (x >= frequency << 16) {
      push_word(reversed, x & kSlotMask);
      x >>= 16;
    }
    // No overflow: x < f * 2^16, so x / f < 2^16.
    states[i % kLanes] = (x / frequency << kPrecision) + x % frequency + steps_[i].start;
  }
  for (std::size_t lane = kLanes; lane-- > 0;) {
    push_word(reversed, states[lane] >> 16);
    push_word(reversed, states[lane] & kSlotMask);
  }
  std::reverse(reversed.begin(), reversed.end());
  steps_.clear();
  return reversed;
}

RansDecoder::RansDecoder(ByteSpan stream, std::string name)
    : stream_(stream), name_(std::move(name)) {
  states_.fill(kLowestState);
  if (stream_.size() < kLanes * kStateBytes || stream_.size() % kWordBytes != 0) {
    fault_ = "has an impossible length";
    return;
  }
  for (std::uint32_t& state : states_) {
    state = 0;
    for (std::size_t b = kStateBytes; b-- > 0;) state = state << 8 | stream_[position_ + b];
    position_ += kStateBytes;
    if (state < kLowestState) {
      fault_ = "begins with an impossible state";
      state = kLowestState;
    }
  }
}

std::uint32_t RansDecoder::take_bits(std::uint32_t count) {
  std::uint32_t value = 0;
  while (count > 0) {
    const std::uint32_t part = std::min(count, kMaxStepBits);
    count -= part;
    const std::uint32_t shift = kPrecision - part;
    const std::uint32_t bits = (states_[lane_] & kSlotMask) >> shift;
    value = value << part | bits;
    advance({static_cast<std::uint16_t>(bits << shift), static_cast<std::uint16_t>(1U << shift)});
  }
  return value;
}

std::int32_t RansDecoder::take_escape(const CdfTable& table, std::size_t row) {
  const std::uint32_t prefix = take_bits(kEscapePrefixBits);
  EscapeCode code;
  code.negative = prefix >> (kEscapePrefixBits - 1);
  code.exponent = prefix & ((1U << (kEscapePrefixBits - 1)) - 1);
  std::int32_t symbol = 0;
  if (code.exponent <= kMaxEscapeExponent) {
    code.mantissa = take_bits(code.exponent);
    symbol = escaped_symbol(table, row, code);
    if (symbol >= -kMaxSymbol && symbol <= kMaxSymbol) return symbol;
  }
  if (fault_ == nullptr) fault_ = "holds a symbol beyond +-2^20";
  return 0;
}

std::int32_t RansDecoder::take_symbol(const CdfTable& table, std::size_t row) {
  const std::int32_t entry =
      table.entry_at(row, static_cast<std::uint16_t>(states_[lane_] & kSlotMask));
  advance(table.interval(row, entry));
  return entry == table.lengths()[row] - 1 ? take_escape(table, row) : table.offsets()[row] + entry;
}

void RansDecoder::decode(const CdfTable& table, const std::uint16_t* rows, std::int32_t* symbols,
                         std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    if (rows[i] >= table.rows())
      throw Error(ErrorCode::kCorrupt, name_ + ": asks for a row outside of the coding table");
    symbols[i] = take_symbol(table, rows[i]);
  }
  check();
}

void RansDecoder::finish() const {
  check();
  require(position_ == stream_.size(), ErrorCode::kCorrupt,
          name_ + ": holds bytes behind the last symbol");
  for (const std::uint32_t state : states_) {
    require(state == kLowestState, ErrorCode::kCorrupt, name_ + ": does not end where it should");
  }
}

void RansDecoder::check() const {
  if (fault_ != nullptr) throw Error(ErrorCode::kCorrupt, name_ + ": " + fault_);
}

}  // namespace imgcnn::entropy
