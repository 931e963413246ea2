#pragma once
// The model that both sides of the pixel coder share: which decisions a pixel takes, and their
// odds. Specification: FORMAT.md, section 1.9.

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "colour_suggestions.h"
#include "colour_tree.h"
#include "decision_mixer.h"
#include "entropy/context/integer_log.h"
#include "surroundings.h"

namespace imgcnn::entropy {

/// Cost of a decision that falls as it does with a probability in 1/65536, in 1/256 bit, within 4
/// of them. Requires: 1 <= probability <= 65536.
[[nodiscard]] constexpr std::int64_t cost_of(std::int32_t probability) {
  const int line = integer_log2(static_cast<std::uint64_t>(probability), 8);
  const int fraction = line % 256;
  // log2(1 + f) is about f + 0.36 f (1 - f).
  return 16 * 256 - line - (fraction * (256 - fraction) * 92 >> 16);
}

/// Either side of the coder. An encoder is told what to code, for a decoder it means nothing; both
/// return what is coded.
class DecisionCoder {
 public:
  virtual ~DecisionCoder() = default;
  /// A decision whose one has a probability in 1/65536.
  virtual bool code(std::int32_t probability, bool value) = 0;
  /// Bits as they are. Requires: count <= 16.
  virtual std::uint32_t bypass(std::uint32_t value, std::uint32_t count) = 0;
};

/// Pixels come in reading order: begin(y, x), then one call of `code`.
class PixelModel {
 public:
  PixelModel(int height, int width, int channels, int bit_depth);

  /// Turns to a pixel.
  void begin(int y, int x);
  /// Whether the pixel lies in surroundings of one colour and is like them.
  [[nodiscard]] bool is_flat(ColourBits colour) const {
    const std::uint32_t flat = around_.flat();
    return flat != 0 && colours_.colour(flat) == colour;
  }
  /// Codes its colour. Throws kCorrupt for what an encoder never writes: a known colour before the
  /// first, or that is one of the suggestions, which were refused; a known colour as a new one; a
  /// sample out of range.
  ColourBits code(DecisionCoder& coder, ColourBits wanted);

  /// Whether a colour appeared before.
  [[nodiscard]] bool is_known(ColourBits colour) const { return colours_.find(colour) != 0; }

  /// A colour that the surroundings suggest.
  struct Weighed {
    ColourBits colour;
    std::int64_t cost;  ///< of coding it, in 1/256 bit
  };
  struct WeighedSuggestions {
    std::array<Weighed, Suggestions::kCount + 1> options;
    std::size_t count = 0;
    std::int64_t refusal = 0;  ///< cost of coding that it is none of them
  };
  /// What the suggestions for the pixel at hand cost.
  [[nodiscard]] WeighedSuggestions weigh();

  /// One sample of a colour. Requires: channel < channels.
  [[nodiscard]] std::int32_t sample(ColourBits colour, int channel) const {
    return static_cast<std::int32_t>((colour >> shifts_[static_cast<std::size_t>(channel)]) &
                                     ((ColourBits{1} << bit_depth_) - 1));
  }
  /// The colour of samples [channels].
  [[nodiscard]] ColourBits colour_of(const std::uint16_t* samples) const;

 private:
  /// What needs hashes of the surroundings.
  void suggest();
  void select_suggestion(const SuggestionRounds& rounds);
  std::uint32_t code_known(DecisionCoder& coder, ColourBits wanted);
  std::uint32_t code_new(DecisionCoder& coder, ColourBits wanted);
  std::int32_t code_residual(DecisionCoder& coder, std::int32_t wanted);
  bool code_residual_decision(DecisionCoder& coder, std::uint32_t id, bool value);
  void learn(std::uint32_t number);

  int channels_, bit_depth_;
  std::array<int, 3> shifts_{};  ///< of samples in a colour's bits
  ColourTree colours_;
  ColourMap map_;
  std::array<ColourMemory, 3> memories_;  ///< by the hashes of 12, 6 and 2
  /// Whether a pixel in flat surroundings is like them, by their colour.
  std::vector<AdaptiveProbability> flats_ = std::vector<AdaptiveProbability>(kContextSlots);
  DecisionMixer<7> suggested_{8 * (Suggestions::kMostTrust + 1)};  ///< a set a round and a trust
  DecisionMixer<5> known_{1};
  DecisionMixer<7> branches_{48};       ///< a set a bit of a colour
  DecisionMixer<5> residuals_{3 * 64};  ///< a set a place and a decision

  // Of the pixel at hand.
  int y_ = 0, x_ = 0;
  Surroundings around_{};
  SurroundingHashes hashes_;
  Suggestions suggestions_{};
  // Of pixels before it.
  std::uint32_t known_flags_ = 0;  ///< whether colours not suggested were known, the last in bit 0
  std::uint32_t last_ = 0;         ///< the last colour that was not suggested
  // Of the sample at hand of a new colour.
  struct ResidualContext {
    std::uint32_t place;       ///< among the samples of a colour as they are coded
    std::uint32_t activity;    ///< logarithm of how much its neighbours differ
    std::uint32_t before;      ///< logarithm of the residual at the place before
    std::uint32_t neighbours;  ///< hash of the samples to the west and the north
  } residual_{};
};

}  // namespace imgcnn::entropy
