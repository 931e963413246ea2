#pragma once
// Opinions of counters and tables on one decision, mixed into a probability. Only for the context pass.

#include <array>
#include <cstddef>
#include <cstdint>

#include "adaptive_bit.h"
#include "context_layout.h"
#include "imgcnn/entropy/fixed_point.h"

namespace imgcnn::entropy {

/// Several mixers, each chosen by another class of the symbol, see the same inputs. Their logits are averaged in the
/// first structure; with partners a last mixer weighs them.
template <class Structure>
class Mixers {
 public:
  static constexpr std::size_t kInputs = Layout<Structure>::kInputs;
  static constexpr std::size_t kSets = Structure::kMixers;
  using Inputs = std::array<std::int32_t, kInputs>;

  /// What a decision was mixed from.
  struct Opinion {
    Inputs inputs;
    std::array<std::int32_t*, kSets> weights;
    std::array<std::int32_t, kSets> logits;
    std::int32_t* last;  ///< weights of the last mixer
    std::int32_t logit;  ///< of all
    std::int32_t p;      ///< the same as a probability
  };

  /// classes: of the symbol, one for each set. last_class: for the last mixer.
  Mixers(const Layout<Structure>& layout, std::int32_t* weights, const std::array<std::size_t, kSets>& classes,
         std::size_t last_class)
      : layout_(layout), weights_(weights), classes_(classes), last_class_(last_class) {}

  /// Completes an opinion whose inputs are there. step: 0 .. kMixSteps - 1.
  void mix(Opinion& o, std::size_t step, const LogisticScale& scale) const {
    for (std::size_t i = 0; i < kSets; ++i) {
      o.weights[i] = weights_ + layout_.mixer[i] + (step * layout_.classes[i] + classes_[i]) * kInputs;
      o.logits[i] = Structure::template Mixer<kInputs>::logit(o.weights[i], o.inputs);
    }
    if constexpr (Structure::kHasPartners) {
      o.last = weights_ + layout_.last + (step * kMagnitudes + last_class_) * kSets;
      o.logit = Structure::template Mixer<kSets>::logit(o.last, o.logits);
    } else {
      static_assert(kSets == 2);
      o.logit = static_cast<std::int32_t>(floor_shift(o.logits[0] + o.logits[1], 1));
    }
    o.p = scale.squash(o.logit);
  }

  /// Each mixer learns from its own error.
  static void learn(const Opinion& o, bool bit, const LogisticScale& scale) {
    const std::int32_t target = bit ? 65536 : 0;
    for (std::size_t i = 0; i < kSets; ++i) {
      Structure::template Mixer<kInputs>::update(o.weights[i], o.inputs,
                                                 (target - scale.squash(o.logits[i])) * Structure::kRate);
    }
    if constexpr (Structure::kHasPartners)
      Structure::template Mixer<kSets>::update(o.last, o.logits, (target - o.p) * kLastRate);
  }

 private:
  static constexpr std::int32_t kLastRate = 2;

  const Layout<Structure>& layout_;
  std::int32_t* weights_;
  std::array<std::size_t, kSets> classes_;
  std::size_t last_class_;
};

}  // namespace imgcnn::entropy
