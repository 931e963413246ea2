#pragma once
// Frozen integer frequencies of symbols: what both sides of the entropy coder look symbols up in.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace imgcnn::entropy {

/// Bits of precision: the frequencies of a row sum to 2^16.
constexpr int kPrecision = 16;
/// Entries of a row, escape included.
constexpr int kMaxRowEntries = 4096;
/// Magnitude of the largest symbol that can be coded: 2^20.
constexpr std::int32_t kMaxSymbol = std::int32_t{1} << 20;
/// Rows of a table: their indexes are 16-bit.
constexpr std::size_t kMaxRows = 65536;

/// Share of the probability line [0, 2^16) that belongs to one entry of a row.
struct Interval {
  std::uint16_t start = 0;
  std::uint16_t frequency = 0;
};

/// Rows of integer frequencies. Row r gives the symbols offsets[r], offsets[r] + 1, ... one entry
/// each; its last entry is the escape, which stands for every other symbol. Immutable, hence safe
/// to share among threads.
class CdfTable {
 public:
  /// A table without rows.
  CdfTable() = default;

  /// offsets [rows], lengths [rows] (entries of each row, escape included), frequencies: the rows'
  /// entries one after the other. Throws kCorrupt naming `name` unless all lengths are in 2..4096,
  /// every frequency is at least 1, every row sums to 65536, and every symbol lies within +-2^20.
  CdfTable(std::vector<std::int32_t> offsets, std::vector<std::int32_t> lengths,
           std::vector<std::uint16_t> frequencies, const std::string& name);

  [[nodiscard]] std::size_t rows() const { return offsets_.size(); }
  [[nodiscard]] const std::vector<std::int32_t>& offsets() const { return offsets_; }
  [[nodiscard]] const std::vector<std::int32_t>& lengths() const { return lengths_; }
  [[nodiscard]] const std::vector<std::uint16_t>& frequencies() const { return frequencies_; }

  /// Entry of `symbol` in the row; the escape entry for symbols outside of it. Requires: row <
  /// rows().
  [[nodiscard]] std::int32_t entry_of(std::size_t row, std::int32_t symbol) const {
    const std::int64_t entry = std::int64_t{symbol} - offsets_[row];
    const std::int32_t escape = lengths_[row] - 1;
    return entry >= 0 && entry < escape ? static_cast<std::int32_t>(entry) : escape;
  }

  /// Requires: row < rows(), 0 <= entry < lengths()[row].
  [[nodiscard]] Interval interval(std::size_t row, std::int32_t entry) const {
    return intervals_[first_[row] + static_cast<std::size_t>(entry)];
  }

  /// The entry whose interval holds `slot`. Requires: row < rows().
  [[nodiscard]] std::int32_t entry_at(std::size_t row, std::uint16_t slot) const {
    const Interval* const intervals = intervals_.data() + first_[row];
    std::size_t entry = bucket_entry_[row * kBuckets + (slot >> kBucketShift)];
    while (slot - intervals[entry].start >= intervals[entry].frequency) ++entry;
    return static_cast<std::int32_t>(entry);
  }

 private:
  static constexpr int kBucketShift = 8;
  static constexpr std::size_t kBuckets = 256;

  void check(const std::string& name) const;
  void build_lookup();

  std::vector<std::int32_t> offsets_;
  std::vector<std::int32_t> lengths_;
  std::vector<std::uint16_t> frequencies_;
  std::vector<std::size_t> first_;   ///< [rows] index of the row's first interval
  std::vector<Interval> intervals_;  ///< parallel to frequencies_
  /// [rows][kBuckets] entry that holds the bucket's first slot.
  std::vector<std::uint16_t> bucket_entry_;
};

/// A symbol outside of its row, as it is coded behind the escape entry: the distance beyond the row
/// plus one is 2^exponent + mantissa. Coded as six bits (sign, then exponent) and `exponent` bits
/// of mantissa.
struct EscapeCode {
  std::uint32_t negative = 0;  ///< 1 = below the row's first symbol
  std::uint32_t exponent = 0;  ///< 0 .. kMaxEscapeExponent
  std::uint32_t mantissa = 0;  ///< < 2^exponent
};
constexpr int kEscapePrefixBits = 6;
/// Largest exponent that a symbol within +-2^20 can need.
constexpr std::uint32_t kMaxEscapeExponent = 21;

/// Requires: table.entry_of(row, symbol) is the escape, |symbol| <= kMaxSymbol.
[[nodiscard]] EscapeCode escape_code(const CdfTable& table, std::size_t row, std::int32_t symbol);

/// Inverse of `escape_code`; may exceed kMaxSymbol. Requires: code.exponent <= kMaxEscapeExponent.
[[nodiscard]] std::int32_t escaped_symbol(const CdfTable& table, std::size_t row,
                                          const EscapeCode& code);

}  // namespace imgcnn::entropy
