#pragma once
// The distance between two curves of rate and fidelity.

#include <optional>
#include <vector>

namespace imgcnn {

/// A point of a curve: bits a pixel, above 0, and any measure that rises when a picture gets
/// better.
struct RatePoint {
  double bpp = 0.0;
  double fidelity = 0.0;
};

/// Part of the rate axis, in bits a pixel.
struct BppRange {
  double low = 0.0;
  double high = 0.0;
};

/// Rate difference of `test` against `anchor` at equal fidelity, in per cent; negative = `test`
/// needs less. Mean of the difference of log rates over the common range of fidelity, interpolated
/// by PCHIP; with `range`, over what both reach at rates inside it. Points that cost more and are
/// no more faithful than another are left out. Throws kInvalidArgument when a rate is not positive,
/// a curve has fewer than two points or nothing is common. Source: Bjontegaard, VCEG-M33, 2001;
/// piecewise cubic as in VCEG-AI11.
[[nodiscard]] double bd_rate(const std::vector<RatePoint>& anchor,
                             const std::vector<RatePoint>& test,
                             const std::optional<BppRange>& range = std::nullopt);

/// Fidelity of the curve at a rate, interpolated over the logarithm of the rate, clamped to the
/// ends of the curve. Throws kInvalidArgument as `bd_rate` does.
[[nodiscard]] double fidelity_at(const std::vector<RatePoint>& curve, double bpp);

}  // namespace imgcnn
