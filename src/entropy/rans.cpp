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
constexpr const char* kWordsLeft = ": holds words that no symbol reads";

// Pushes words so that the finished buffer, read backwards, is little-endian.
void push_word(Bytes& reversed, std::uint32_t word) {
  reversed.push_back(static_cast<std::uint8_t>(word >> 8));
  reversed.push_back(static_cast<std::uint8_t>(word));
}

using States = std::array<std::uint32_t, kLanes>;

// Where an encoder begins and a decoder ends: the halves of the checksum, the low one first, each
// as a state in [2^16, 2^17).
States last_states(std::uint32_t checksum) {
  return {kLowestState + (checksum & kSlotMask), kLowestState + (checksum >> 16)};
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

StreamParts RansEncoder::finish(std::uint32_t checksum) {
  States states = last_states(checksum);
  Bytes reversed;
  // A step pushes the word that a decoder reads in it.
  const auto code_steps = [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = end; i-- > begin;) {
      const std::uint32_t frequency = steps_[i].frequency;
      std::uint32_t x = states[i % kLanes];
      if (x >= frequency << 16) {
        push_word(reversed, x & kSlotMask);
        x >>= 16;
      }
      // No overflow: x < f * 2^16, so x / f < 2^16.
      states[i % kLanes] = (x / frequency << kPrecision) + x % frequency + steps_[i].start;
    }
  };
  const std::size_t border = std::min(cut_, steps_.size());
  code_steps(border, steps_.size());
  const auto second = static_cast<std::ptrdiff_t>(reversed.size());
  code_steps(0, border);
  for (std::size_t lane = kLanes; lane-- > 0;) {
    push_word(reversed, states[lane] >> 16);
    push_word(reversed, states[lane] & kSlotMask);
  }
  steps_.clear();
  cut_ = kNoCut;
  return {Bytes(reversed.rbegin(), reversed.rend() - second),
          Bytes(reversed.rend() - second, reversed.rend())};
}

RansDecoder::RansDecoder(ByteSpan first, ByteSpan second, std::string name)
    : part_(first), second_(second), name_(std::move(name)) {
  states_.fill(kLowestState);
  if (part_.size() < kLanes * kStateBytes || part_.size() % kWordBytes != 0 ||
      second_.size() % kWordBytes != 0) {
    fault_ = "has an impossible length";
    return;
  }
  for (std::uint32_t& state : states_) {
    state = 0;
    for (std::size_t b = kStateBytes; b-- > 0;) state = state << 8 | part_[position_ + b];
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

void RansDecoder::cut() {
  check_used_up();
  part_ = std::exchange(second_, {});
  position_ = 0;
}

void RansDecoder::finish(std::uint32_t checksum) const {
  check_used_up();
  require(second_.empty(), ErrorCode::kCorrupt, name_ + kWordsLeft);
  require(states_ == last_states(checksum), ErrorCode::kCorrupt,
          name_ + ": the symbols do not match their checksum");
}

void RansDecoder::check_used_up() const {
  check();
  require(position_ == part_.size(), ErrorCode::kCorrupt, name_ + kWordsLeft);
}

void RansDecoder::check() const {
  if (fault_ != nullptr) throw Error(ErrorCode::kCorrupt, name_ + ": " + fault_);
}

}  // namespace imgcnn::entropy
