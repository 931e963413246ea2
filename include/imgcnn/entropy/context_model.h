#pragma once
// Adaptive coding of symbol planes: what was decoded around a symbol corrects the probabilities of its table row.
// Integers only, so both sides agree on any machine. Specification: src/bitstream/FORMAT.md, section 1.7.

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "imgcnn/base/shared_bytes.h"
#include "imgcnn/entropy/cdf_table.h"
#include "imgcnn/entropy/context_network.h"
#include "imgcnn/entropy/dependent_quantizer.h"
#include "imgcnn/entropy/plane_size.h"
#include "imgcnn/entropy/rans.h"

namespace imgcnn::entropy {

/// What a model file keeps. All but `partners` and `network` adapts: each picture begins with a copy.
struct ContextState {
  std::vector<std::uint32_t> counters;  ///< probability in 22 bits, times seen in 10
  /// The same as they lie in a model file, of the machine's byte order and aligned, instead of a vector.
  SharedBytes lent_counters;
  std::vector<std::int32_t> weights;     ///< of the mixers, units of 2^-16
  std::vector<std::int32_t> predictors;  ///< of sign and magnitude, units of 2^-16
  /// Places in earlier channels that tell most about each channel (see context_partners.h). Empty: the structure of the
  /// first model files, which looks at the channels just before.
  std::vector<std::int32_t> partners;
  /// Corrects what the rest says. Empty, or only with partners.
  ContextNetwork::Weights network;
};

/// How likely contexts make larger magnitudes in the places of symbols: log2 of the odds.
struct MagnitudeOdds {
  std::vector<float> first;   ///< of more than 0
  std::vector<float> second;  ///< of more than 1 where it is more than 0
};

/// Rows are those without the trellis, which leads to the ones that code. Sharing among threads is safe but for
/// `learn`, `relax` and `set_network`.
class ContextModel {
 public:
  /// With a start that nothing has taught, and partners of a PartnerSearch. Requires: 1 <= channels. Throws kCorrupt
  /// when the partners do not fit.
  ContextModel(CdfTable table, int channels, std::vector<std::int32_t> partners, DependentQuantizer trellis = {});
  /// With a trained start. Throws kCorrupt naming `name` when its sizes or values do not fit.
  ContextModel(CdfTable table, int channels, ContextState start, const std::string& name,
               DependentQuantizer trellis = {});

  /// Appends the planes to the stream. quality16: see quality.h. Requires: rows within the table, symbols within
  /// +-2^20.
  void encode(RansEncoder& encoder, const std::int32_t* symbols, const std::uint16_t* rows, PlaneSize size,
              int quality16) const;

  /// Inverse. Never reads outside of its arguments; faults in the stream show in the decoder's `finish`. The work is
  /// bounded by the number of symbols.
  void decode(RansDecoder& decoder, std::int32_t* symbols, const std::uint16_t* rows, PlaneSize size,
              int quality16) const;

  /// Rate-distortion optimised quantisation: chooses, in coding order, for each value the symbol of least bits by the
  /// model as it then stands + weight * (value - symbol)^2, among the nearest, its neighbour towards zero and zero. An
  /// encoder's choice: decoders know nothing of it. The network is left out of the bits. Compare Karczewicz, Ye, Chong,
  /// VCEG-AH21, 2008.
  void quantise(const float* values, float weight, std::int32_t* symbols, const std::uint16_t* rows, PlaneSize size,
                int quality16) const;

  /// Odds by the model as it stands at each symbol when these are coded, by its counters alone or by the network too.
  /// Sizes as `symbols`.
  [[nodiscard]] MagnitudeOdds odds(const std::int32_t* symbols, const std::uint16_t* rows, PlaneSize size,
                                   int quality16, bool network) const;

  /// Lets the start itself adapt to the planes: training over many pictures. A network is dropped: it corrected another
  /// start.
  void learn(const std::int32_t* symbols, const std::uint16_t* rows, PlaneSize size, int quality16);
  /// Forgets certainty, so that the start adapts to a picture: the end of training.
  void relax();
  /// What a network would see of the symbols that are not silent, in coding order, with the start as it is. Requires:
  /// partners.
  [[nodiscard]] std::vector<ContextObservation> observe(const std::int32_t* symbols, const std::uint16_t* rows,
                                                        PlaneSize size, int quality16) const;
  /// Gives the start a network. Throws kCorrupt when it does not fit.
  void set_network(ContextNetwork::Weights weights);

  [[nodiscard]] const ContextState& start() const { return start_; }

 private:
  /// What the static table says of one row.
  static constexpr int kUnary = 14;  ///< magnitudes below are coded bit by bit
  struct RowFacts {
    std::int32_t magnitude = 0;                  ///< expected, as contexts see it, units of 2^-16
    int level = 0;                               ///< logarithm of the expected |symbol| in quarter octaves
    std::array<std::int16_t, kUnary> exceeds{};  ///< logits of |symbol| > k given |symbol| >= k
  };
  void check(const std::string& name) const;
  /// What a pass begins with and changes.
  [[nodiscard]] ContextState fresh_state() const;
  /// Takes counters that are lent as its own, to change them.
  void own_counters();
  void read_rows();
  /// One pass, in the structure that the start asks for.
  template <class Bits, class Source>
  void walk(ContextState& state, Bits bits, Source source, const std::uint16_t* rows, PlaneSize size, int quality16,
            bool learning) const;

  CdfTable table_;
  DependentQuantizer trellis_;
  int channels_;
  std::vector<RowFacts> facts_;
  ContextState start_;
  ContextNetwork network_;

  template <class Structure, class Bits, class Source>
  friend class ContextPass;
};

}  // namespace imgcnn::entropy
