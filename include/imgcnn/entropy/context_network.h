#pragma once
// A small network, taught with the model, that corrects what the counters of the context model make of a symbol: what
// they must learn anew in each picture it knows from training. Integers only. Specification: src/bitstream/FORMAT.md,
// section 1.7.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace imgcnn::entropy {

/// Three layers, rectified between: features -> width -> kNarrow -> corrections of three decisions.
class ContextNetwork {
 public:
  static constexpr std::size_t kFeatures = 80;
  static constexpr std::size_t kMostWidth = 512;  ///< the width is a multiple of kNarrow
  static constexpr std::size_t kNarrow = 32;
  static constexpr std::size_t kDecisions = 3;  ///< is it 0; is it more than 1; is it negative
  /// Units: features 2^-3, weights of the first layer 2^-12, activations 2^-7, other weights 2^-12, corrections 1/256
  /// nat.
  static constexpr int kFeatureBits = 3, kWeightBits = 12, kActivationBits = 7;
  static constexpr std::int32_t kMostFeature = 127;
  static constexpr std::int32_t kMostActivation = 2047;
  static constexpr std::int32_t kMostBias = 1 << 29;
  /// Of the second and third layer; those of the first may be any. `inputs` of such a weight stay within 31 bits beside
  /// a bias.
  static constexpr std::int32_t most_weight(std::size_t inputs) {
    constexpr std::int64_t kRoom = (std::int64_t{1} << 31) - 1 - kMostBias;
    return static_cast<std::int32_t>(
        std::min<std::int64_t>(8191, kRoom / (static_cast<std::int64_t>(inputs) * kMostActivation)));
  }

  using Features = std::array<std::int8_t, kFeatures>;
  using Corrections = std::array<std::int32_t, kDecisions>;

  struct Weights {
    std::vector<std::int16_t> first;  ///< [width][kFeatures], or [channels][width][kFeatures]: each channel has its own
    std::vector<std::int32_t> first_bias;   ///< [channels][width]
    std::vector<std::int16_t> second;       ///< [kNarrow][width]
    std::vector<std::int32_t> second_bias;  ///< [kNarrow]
    std::vector<std::int16_t> third;        ///< [kDecisions][kNarrow]
    std::vector<std::int32_t> third_bias;   ///< [channels][kDecisions]
  };

  ContextNetwork() = default;  ///< none
  /// Throws kCorrupt naming `name` when sizes do not fit the channels or each other, or a sum could leave 32 bits.
  ContextNetwork(const Weights& weights, int channels, const std::string& name);

  [[nodiscard]] std::size_t width() const { return width_; }
  [[nodiscard]] bool empty() const { return width_ == 0; }

  /// Logits, in 1/256 nat, to add to those of a symbol's decisions. Requires: !empty(), channel within its channels.
  [[nodiscard]] Corrections correct(int channel, const Features& features) const;

 private:
  std::size_t width_ = 0;
  std::size_t first_stride_ = 0;  ///< from a channel's first layer to the next one's; 0 where all share one
  /// First and second layer as [input pair][output][2]: a pair that is zero is passed over, and most symbols are.
  std::vector<std::int16_t> first_pairs_, second_pairs_;
  Weights rest_;  ///< without the weights of those two layers
};

/// What the network saw of one symbol, and what happened: a row of its training data.
struct ContextObservation {
  ContextNetwork::Features features{};
  std::array<std::int16_t, ContextNetwork::kDecisions> logits{};  ///< of the decisions without it; 0 where not reached
  std::int16_t channel = 0;
  std::int8_t symbol = 0;  ///< limited to +-2
};

}  // namespace imgcnn::entropy
