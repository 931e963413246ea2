#pragma once
// Dependent quantisation: what a symbol stands for depends on those before it. Two quantisers, each twice as coarse as
// both together, take turns by a state that the parities of the symbols move: a path through a trellis, on which an
// encoder finds better packed points than any scalar quantiser has. Marcellin and Fischer, "Trellis coded quantization
// of memoryless and Gauss-Markov sources", IEEE Trans. Commun. 1990; with zero in both quantisers Schwarz, Nguyen,
// Marpe, Wiegand, "Hybrid video coding with trellis-coded quantization", DCC 2019. Integers only. Specification:
// src/bitstream/FORMAT.md, section 1.8.

#include <cstddef>
#include <cstdint>
#include <vector>

namespace imgcnn::entropy {

/// Which rows of a table take part, and how fine the quantisers are. Symbols of other rows stand for themselves.
class Trellis {
 public:
  /// States of a trellis that does not say otherwise, and the most. A systematic convolutional code with feedback moves
  /// among them, one of Ungerboeck, "Channel coding with multilevel/phase signals", IEEE Trans. Inf. Theory 1982, table
  /// I; those of 512 and 1024 states are the ones of largest free distance (18 and 19) that quantised best in a
  /// simulation. More states pack closer, and cost an encoder time; a decoder knows only one.
  static constexpr int kStates = 32, kMostStates = 1024;
  /// A step of kStepUnit is one.
  static constexpr std::int32_t kStepUnit = 1024, kMostStep = 4 * kStepUnit;

  /// No row takes part.
  Trellis() = default;
  /// Rows [first_row, rows) take part; in the table the rows of the two quantisers follow behind them, two for each.
  /// steps: for each of these rows half the distance between points of one quantiser, units of 1 /
  /// kStepUnit, 1..kMostStep. states: a power of two, 32 to kMostStates. Throws kCorrupt.
  Trellis(int rows, int first_row, const std::vector<std::int32_t>& steps, int states = kStates);
  /// The same step for all of them.
  Trellis(int rows, int first_row, std::int32_t step, int states = kStates);

  [[nodiscard]] bool empty() const { return first_row_ == kNever; }
  [[nodiscard]] bool takes(std::uint16_t row) const { return row >= first_row_; }
  /// Rows of the table, all counted.
  [[nodiscard]] int all_rows() const { return empty() ? rows_ : rows_ + 2 * (rows_ - first_row_); }

  [[nodiscard]] int states() const { return code_.states; }
  /// The quantiser that a state stands for: 0 has the even multiples of a step, 1 the odd ones and zero.
  [[nodiscard]] int quantiser(int state) const { return 2 * state >= code_.states ? 1 : 0; }
  [[nodiscard]] int next(int state, bool odd) const {
    return ((state << 1) & (code_.states - 1)) ^ (quantiser(state) != 0 ? code_.feedback : 0) ^ (odd ? code_.odd : 0);
  }
  /// The row that codes a symbol. Requires: takes(row).
  [[nodiscard]] std::uint16_t row_of(std::uint16_t row, int quantiser) const {
    return static_cast<std::uint16_t>(rows_ + 2 * (row - first_row_) + quantiser);
  }
  /// Steps from zero to the point that a symbol stands for.
  [[nodiscard]] static constexpr std::int32_t steps_of(std::int32_t symbol, int quantiser) {
    return 2 * symbol - (quantiser == 0 ? 0 : (symbol > 0) - (symbol < 0));
  }
  /// What contexts see of a symbol: steps, about what it stands for also where a symbol takes no part (as of quantiser
  /// 0); without a trellis the symbol itself.
  [[nodiscard]] std::int32_t seen(std::int32_t symbol, int quantiser) const {
    return empty() ? symbol : steps_of(symbol, quantiser);
  }
  /// The quantiser that a row of the table codes for; 0 for rows that take no part.
  [[nodiscard]] int quantiser_of(std::size_t coding_row) const {
    return coding_row < static_cast<std::size_t>(rows_)
               ? 0
               : static_cast<int>(coding_row - static_cast<std::size_t>(rows_)) & 1;
  }
  /// Requires: takes(row).
  [[nodiscard]] float step(std::uint16_t row) const { return steps_[static_cast<std::size_t>(row - first_row_)]; }

 private:
  /// What is added, modulo two, to a state shifted: after the second quantiser, and after an odd symbol.
  struct Code {
    int states, feedback, odd;
  };
  static Code code_of(int states);

  static constexpr int kNever = 1 << 16;
  int rows_ = 0;
  int first_row_ = kNever;
  std::vector<float> steps_;
  Code code_ = code_of(kStates);
};

/// A walk over symbols in coding order.
class TrellisWalk {
 public:
  explicit TrellisWalk(const Trellis& trellis) : trellis_(trellis) {}

  /// The row that codes the next symbol, whose row is `row` but for the trellis.
  [[nodiscard]] std::uint16_t row(std::uint16_t row) const {
    return trellis_.takes(row) ? trellis_.row_of(row, trellis_.quantiser(state_)) : row;
  }
  /// The quantiser of the next symbol; 0 where it takes no part.
  [[nodiscard]] int quantiser(std::uint16_t row) const { return trellis_.takes(row) ? trellis_.quantiser(state_) : 0; }
  /// What it stands for when it is `symbol`.
  [[nodiscard]] float value(std::uint16_t row, std::int32_t symbol) const {
    if (!trellis_.takes(row)) return static_cast<float>(symbol);
    return static_cast<float>(Trellis::steps_of(symbol, trellis_.quantiser(state_))) * trellis_.step(row);
  }
  void pass(std::uint16_t row, std::int32_t symbol) {
    if (trellis_.takes(row)) state_ = trellis_.next(state_, (symbol & 1) != 0);
  }

 private:
  const Trellis& trellis_;
  int state_ = 0;
};

/// The rows that code symbols, in coding order, and what they stand for. Requires: as many rows as symbols.
[[nodiscard]] std::vector<std::uint16_t> walked_rows(const Trellis& trellis, const std::vector<std::uint16_t>& rows,
                                                     const std::vector<std::int32_t>& symbols);
[[nodiscard]] std::vector<float> walked_values(const Trellis& trellis, const std::vector<std::uint16_t>& rows,
                                               const std::vector<std::int32_t>& symbols);

}  // namespace imgcnn::entropy
