#pragma once
// The logistic function and its inverse in integers, the same on every machine.

#include <array>
#include <cstddef>
#include <cstdint>

namespace imgcnn::entropy {

/// Probabilities are in units of 2^-16 and keep kLeastProbability from both ends; logits are in
/// units of 1/256 nat.
constexpr std::int32_t kLogitLimit = 2815;
constexpr std::int32_t kLeastProbability = 16;

/// Tables of the function, built by integer recurrence. Immutable, hence safe to share among
/// threads.
class LogisticScale {
 public:
  static const LogisticScale& instance();

  /// 65536 / (1 + e^(-logit / 256)), within kLeastProbability of the ends. Requires: |logit| <=
  /// kLogitLimit.
  [[nodiscard]] std::int32_t squash(std::int32_t logit) const {
    return squash_[static_cast<std::size_t>(logit + kLogitLimit)];
  }
  /// Inverse of `squash`, to 1/16384 of probability. Requires: 0 <= probability < 65536.
  [[nodiscard]] std::int32_t stretch(std::int32_t probability) const {
    return stretch_[static_cast<std::size_t>(probability >> kStretchShift)];
  }

 private:
  LogisticScale();
  static constexpr int kStretchShift = 2;

  std::array<std::uint16_t, 2 * kLogitLimit + 1> squash_{};
  std::array<std::int16_t, 1 << (16 - kStretchShift)> stretch_{};
};

}  // namespace imgcnn::entropy
