#pragma once
// An integer network from the decoded hyper-latent to the CDF index of each latent symbol: both
// sides compute the same indexes on any machine, because no step of it is floating point. The role
// of the hyper-synthesis of Balle, Minnen, Singh, Hwang, Johnston, "Variational image compression
// with a scale hyperprior", ICLR 2018, in integers after Balle, Johnston, Minnen, "Integer networks
// for data compression with latent-variable models", ICLR 2019. Specification:
// src/bitstream/FORMAT.md, section 1.6.

#include <cstdint>
#include <string>
#include <vector>

namespace imgcnn::entropy {

/// Latent positions along one side that share a hyper-latent position.
constexpr int kHyperStride = 4;
/// Largest activation of the network, and largest magnitude of a scaled input.
constexpr int kMaxActivation = 4095;

/// Immutable once built, hence safe to share among threads.
///   t      = clamp(round(z * scale(quality, c) / 2^input_shift), -4095, 4095), z clamped to +-2^20
///   first hidden = clamp(round((conv3x3(t) + hidden_bias) / 2^hidden_shift), 0, 4095), zeros
///   beyond the border index  = clamp(round((index_weight . hidden + index_bias +
///   rate_bias(quality, c)) / 2^index_shift),
///                  0, cdf_count - 1)
/// where round(v / 2^s) = floor(v / 2^s + 1/2). Output c * 16 + dy * 4 + dx is latent position (4y
/// + dy, 4x + dx) of channel c.
class IntegerScaleNetwork {
 public:
  /// The network's integers as a model file holds them. Arrays are row-major.
  struct Weights {
    int hyper_channels = 0;                   ///< 1..4096
    int hidden = 0;                           ///< hidden channels, 1..4096
    int latent_channels = 0;                  ///< 1..4096
    int cdf_count = 0;                        ///< CDFs of the scale table to choose from, 1..65536
    std::vector<std::int32_t> input_scale;    ///< [101][hyper_channels], >= 0, by quality 0..100
    std::vector<std::int16_t> hidden_weight;  ///< [hidden][hyper_channels][3][3]
    std::vector<std::int32_t> hidden_bias;    ///< [hidden]
    std::vector<std::int16_t> index_weight;   ///< [latent_channels * 16][hidden]
    std::vector<std::int32_t> index_bias;     ///< [latent_channels * 16]
    std::vector<std::int32_t> rate_bias;      ///< [101][latent_channels], by quality 0..100
    int input_shift = 0;                      ///< bits, 0..30
    int hidden_shift = 0;                     ///< bits, 0..30
    int index_shift = 0;                      ///< bits, 0..30
  };

  /// Throws kCorrupt naming `name`: arrays that do not fit the sizes, values out of range, or sums
  /// that could leave 32 bits (sum of |weights| * 4095 + |biases| + rounding >= 2^31 for some
  /// output).
  IntegerScaleNetwork(Weights weights, const std::string& name);

  /// Returns the CDF indexes [latent_channels, h, w] for a decoded hyper-latent [hyper_channels,
  /// hz, wz]; what the 4x4 blocks give beyond h and w is dropped. Throws kInvalidArgument unless 1
  /// <= h <= 4 * hz, 1 <= w <= 4 * wz and 0 <= quality16 <= 1600.
  [[nodiscard]] std::vector<std::uint16_t> indexes(const std::int32_t* hyper, int hz, int wz,
                                                   int quality16, int h, int w) const;

  [[nodiscard]] const Weights& weights() const { return weights_; }

 private:
  [[nodiscard]] std::vector<std::int16_t> scaled_input(const std::int32_t* hyper, int hz, int wz,
                                                       int quality16) const;
  [[nodiscard]] std::vector<std::int32_t> biases_at(int quality16) const;
  void hidden_row(const std::vector<std::int16_t>& input, int hz, int wz, int y,
                  std::vector<std::int16_t>& activations) const;

  Weights weights_;
};

}  // namespace imgcnn::entropy
