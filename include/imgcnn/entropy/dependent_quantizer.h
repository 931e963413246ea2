#pragma once
// Dependent quantization: what a symbol stands for depends on the symbols before it. Two
// quantizers, each twice as coarse as both together, take turns by a state that the parities of the
// symbols move: a path through a trellis, on which an encoder finds better packed points than any
// scalar quantizer has. Marcellin and Fischer, "Trellis coded quantization of memoryless and
// Gauss-Markov sources", IEEE Trans. Commun. 1990; with zero in both quantizers Schwarz, Nguyen,
// Marpe, Wiegand, "Hybrid video coding with trellis-coded quantization", DCC 2019. Integers only:
// what a level is worth as a real number is the caller's affair. Specification:
// src/bitstream/FORMAT.md, section 1.8.

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "imgcnn/entropy/coding_order.h"

namespace imgcnn::entropy {

/// A systematic convolutional code with feedback: terms that are added, modulo two, to a shifted
/// state, behind the second quantizer, and behind an odd symbol.
struct TrellisCode {
  int states, feedback, odd;
};

/// Parity checks (octal): 10 and 45; 024 and 103; 126 and 235; 362 and 515; 412 and 1621; 1536 and
/// 2215. The first four are of Ungerboeck, "Channel coding with multilevel/phase signals", IEEE
/// Trans. Inf. Theory 1982, table I; those of 512 and 1024 states are the ones of largest free
/// distance (18 and 19) that quantized best in a simulation.
constexpr std::array<TrellisCode, 6> kTrellisCodes = {
    {{32, 9, 4}, {64, 33, 20}, {128, 57, 106}, {256, 101, 158}, {512, 39, 322}, {1024, 393, 982}}};

/// The two quantizers, their state machine, and the CDF indexes that they apply to. Symbols of
/// other indexes stand for themselves. Immutable, hence safe to share among threads.
class DependentQuantizer {
 public:
  /// States of a quantizer that does not say otherwise, and the most; one of kTrellisCodes moves
  /// among them. More states pack closer, and cost an encoder time; a decoder knows only one.
  static constexpr int kDefaultStates = 32, kMaxStates = 1024;
  /// Steps are in units of 1 / kStepUnit of the latent.
  static constexpr std::int32_t kStepUnit = 1024, kMaxStep = 4 * kStepUnit;

  /// Applies to no index.
  DependentQuantizer() = default;
  /// Applies to CDF indexes [first, indexes). Their symbols are coded by indexes from `indexes` on,
  /// two for each, one by quantizer. steps: for each index from `first` on half the distance
  /// between points of one quantizer, 1..kMaxStep. states: a power of two,
  /// kDefaultStates..kMaxStates. Throws kCorrupt.
  DependentQuantizer(int indexes, int first, const std::vector<std::int32_t>& steps,
                     int states = kDefaultStates);
  /// Applies the same step to all of them.
  DependentQuantizer(int indexes, int first, std::int32_t step, int states = kDefaultStates);

  /// Whether no index is dependently quantized.
  [[nodiscard]] bool empty() const { return first_ == kNever; }
  /// Number of CDF indexes before those of the two quantizers; 0 where the quantizer is empty.
  [[nodiscard]] int cdf_indexes() const { return indexes_; }
  /// Whether symbols of this CDF index are dependently quantized.
  [[nodiscard]] bool applies_to(std::uint16_t cdf_index) const { return cdf_index >= first_; }
  /// Number of CDFs that the table holds, those of the two quantizers included; 0 where the
  /// quantizer is empty.
  [[nodiscard]] int cdf_count() const { return empty() ? 0 : indexes_ + 2 * (indexes_ - first_); }

  [[nodiscard]] int states() const { return code_.states; }
  /// The quantizer of a state: 0 has the even multiples of a step, 1 the odd ones and zero.
  [[nodiscard]] int quantizer(int state) const { return 2 * state >= code_.states ? 1 : 0; }
  /// The state behind a symbol of this parity.
  [[nodiscard]] int next(int state, bool odd) const {
    return ((state << 1) & (code_.states - 1)) ^ (quantizer(state) != 0 ? code_.feedback : 0) ^
           (odd ? code_.odd : 0);
  }
  /// The CDF index that codes a symbol by one of the quantizers. Requires: applies_to(cdf_index).
  [[nodiscard]] std::uint16_t dependent_index(std::uint16_t cdf_index, int quantizer) const {
    return static_cast<std::uint16_t>(indexes_ + 2 * (cdf_index - first_) + quantizer);
  }
  /// The quantizer that a coding index belongs to; 0 for indexes that are not dependent.
  [[nodiscard]] int quantizer_of(std::size_t coding_index) const {
    const auto indexes = static_cast<std::size_t>(indexes_);
    return empty() || coding_index < indexes ? 0 : static_cast<int>(coding_index - indexes) & 1;
  }
  /// The point that a dependent symbol stands for, in steps from zero.
  [[nodiscard]] static constexpr std::int32_t reconstruction_level(std::int32_t symbol,
                                                                   int quantizer) {
    return 2 * symbol - (quantizer == 0 ? 0 : (symbol > 0) - (symbol < 0));
  }
  /// The level that contexts see: steps, for comparable numbers also where a symbol is not
  /// dependent (as if of quantizer 0); the symbol itself where the quantizer is empty.
  [[nodiscard]] std::int32_t context_level(std::int32_t symbol, int quantizer) const {
    return empty() ? symbol : reconstruction_level(symbol, quantizer);
  }
  /// The step of an index, in units of 1 / kStepUnit. Requires: applies_to(cdf_index).
  [[nodiscard]] std::int32_t step(std::uint16_t cdf_index) const {
    return steps_[static_cast<std::size_t>(cdf_index - first_)];
  }

 private:
  static constexpr int kNever = 1 << 16;
  int indexes_ = 0;
  int first_ = kNever;
  std::vector<std::int32_t> steps_;
  TrellisCode code_ = kTrellisCodes.front();
};

/// The state of a dependent quantizer between symbols in coding order. Refers to the quantizer,
/// which must outlive it.
class DqState {
 public:
  explicit DqState(const DependentQuantizer& quantizer) : quantizer_(quantizer) {}

  /// The index that codes the next symbol, whose own CDF index is `cdf_index`.
  [[nodiscard]] std::uint16_t coding_index(std::uint16_t cdf_index) const {
    return quantizer_.applies_to(cdf_index)
               ? quantizer_.dependent_index(cdf_index, quantizer_.quantizer(state_))
               : cdf_index;
  }
  /// The quantizer of the next symbol; 0 where it is not dependent.
  [[nodiscard]] int quantizer(std::uint16_t cdf_index) const {
    return quantizer_.applies_to(cdf_index) ? quantizer_.quantizer(state_) : 0;
  }
  /// Moves on behind a symbol; independent symbols leave the state as it is.
  void advance(std::uint16_t cdf_index, std::int32_t symbol) {
    if (quantizer_.applies_to(cdf_index)) state_ = quantizer_.next(state_, (symbol & 1) != 0);
  }

 private:
  const DependentQuantizer& quantizer_;
  int state_ = 0;
};

/// Returns the indexes that code the symbols of planes, all [channels][height][width]. Requires: as
/// many CDF indexes as symbols, whole planes of the order.
[[nodiscard]] std::vector<std::uint16_t> coding_indexes(
    const DependentQuantizer& quantizer, const std::vector<std::uint16_t>& cdf_indexes,
    const std::vector<std::int32_t>& symbols, const CodingOrder& order);

}  // namespace imgcnn::entropy
