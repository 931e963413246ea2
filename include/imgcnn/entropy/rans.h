#pragma once
// Entropy coder: two interleaved rANS lanes with 32-bit states and 16-bit words.
// Source: Duda, "Asymmetric numeral systems", arXiv:1311.2540; interleaving: Giesen,
// arXiv:1402.3392.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "imgcnn/base/byte_span.h"
#include "imgcnn/entropy/cdf_table.h"

namespace imgcnn::entropy {

/// Coding steps alternate between this many states.
constexpr std::size_t kLanes = 2;
/// States lie in [2^16, 2^32).
constexpr std::uint32_t kLowestState = std::uint32_t{1} << 16;

/// A stream as it is stored. Nothing but words stands in the second part, and they may be none.
struct StreamParts {
  Bytes first;   ///< the states, and the words that are read before the cut
  Bytes second;  ///< the words that are read behind it; empty without a cut
};

/// Collects symbols in decoding order and codes them backwards at the end. One stream may use
/// several tables in turn.
class RansEncoder {
 public:
  /// Appends symbols[i] under row rows[i] of the table, i = 0 .. count - 1. The table is not needed
  /// afterwards. Throws kInvalidArgument: a row outside of the table, a symbol beyond +-2^20.
  void append(const CdfTable& table, const std::uint16_t* rows, const std::int32_t* symbols,
              std::size_t count);

  /// Appends one symbol under one row. Requires what `append` checks.
  void append_symbol(const CdfTable& table, std::size_t row, std::int32_t symbol);

  /// Appends a decision whose one has probability `p` / 65536. Requires: p >= 1.
  void append_bit(std::uint16_t p, bool bit) {
    steps_.push_back(bit ? Interval{0, p} : Interval{p, static_cast<std::uint16_t>(65536 - p)});
  }

  /// Appends the low `count` bits of a value as they are. Requires: count <= 32.
  void append_bits(std::uint32_t value, std::uint32_t count);

  /// Words that are read by what is appended from now on go to the second part. Requires: called
  /// once at most before `finish`.
  void cut() { cut_ = steps_.size(); }

  /// The stream, which ends with the states that stand for `checksum`. The encoder is empty again
  /// afterwards.
  [[nodiscard]] StreamParts finish(std::uint32_t checksum);

 private:
  static constexpr std::size_t kNoCut = static_cast<std::size_t>(-1);

  std::vector<Interval> steps_;
  std::size_t cut_ = kNoCut;  ///< steps before the cut
};

/// Decodes what a RansEncoder wrote, given the same tables and rows in the same order. Never reads
/// outside of the part at hand: zeros stand for what is missing, and the fault is thrown when the
/// call ends.
class RansDecoder {
 public:
  /// A stream without a cut, or the first part alone of one that is not read beyond it. `stream`
  /// outlives the decoder; `name` stands in messages.
  RansDecoder(ByteSpan stream, std::string name) : RansDecoder(stream, {}, std::move(name)) {}
  /// A stream in two parts, which outlive the decoder.
  RansDecoder(ByteSpan first, ByteSpan second, std::string name);

  /// Decodes `count` symbols. Throws kCorrupt: a row outside of the table, a stream that ends early
  /// or holds an impossible escape. The work is bounded by `count` whatever the stream holds.
  void decode(const CdfTable& table, const std::uint16_t* rows, std::int32_t* symbols,
              std::size_t count);

  /// One symbol, as `append_symbol` wrote it. A fault is kept and thrown by `finish`. Requires: row
  /// < table.rows().
  [[nodiscard]] std::int32_t take_symbol(const CdfTable& table, std::size_t row);

  /// One decision, as `append_bit` wrote it.
  [[nodiscard]] bool take_bit(std::uint16_t p) {
    const auto slot = static_cast<std::uint16_t>(states_[lane_]);
    const bool bit = slot < p;
    advance(bit ? Interval{0, p} : Interval{p, static_cast<std::uint16_t>(65536 - p)});
    return bit;
  }

  /// Bits as `append_bits` wrote them.
  [[nodiscard]] std::uint32_t take_bits(std::uint32_t count);

  /// Goes on with the second part, where the encoder called `cut`. Throws kCorrupt after an earlier
  /// fault, and unless the first part is used up exactly.
  void cut();

  /// Throws kCorrupt unless both parts are used up and the states stand for `checksum`.
  void finish(std::uint32_t checksum) const;

 private:
  [[nodiscard]] std::int32_t take_escape(const CdfTable& table, std::size_t row);
  /// Throws the fault there has been, or that words of the part at hand are left.
  void check_used_up() const;
  void check() const;

  void advance(Interval interval) {
    std::uint32_t x = states_[lane_];
    // At least 1, since x >= 2^16: one word brings it back into range.
    x = interval.frequency * (x >> kPrecision) + (x & 0xFFFFU) - interval.start;
    if (x < kLowestState) {
      x <<= 16;
      if (position_ + 2 <= part_.size()) {
        x |= static_cast<std::uint32_t>(part_[position_] | part_[position_ + 1] << 8);
        position_ += 2;
      } else if (fault_ == nullptr) {
        fault_ = "ends early";
      }
    }
    states_[lane_] = x;
    lane_ = (lane_ + 1) % kLanes;
  }

  ByteSpan part_;    ///< at hand
  ByteSpan second_;  ///< until it is at hand
  std::string name_;
  std::size_t position_ = 0;  ///< in the part at hand
  std::array<std::uint32_t, kLanes> states_{};
  std::size_t lane_ = 0;
  const char* fault_ = nullptr;  ///< the first one found
};

}  // namespace imgcnn::entropy
