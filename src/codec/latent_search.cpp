// Stochastic Gumbel annealing of the latent.

#include "latent_search.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>

#include "imgcnn/entropy/rate.h"
#include "imgcnn/entropy/symbol_choice.h"
#include "tiled_distortion.h"

namespace imgcnn::codec {
namespace {

// Measured on validation crops at 100 iterations: an end of 0.05 or 0.02 saves less.
constexpr double kFirstTemperature = 0.5;
constexpr double kLastTemperature = 0.15;
constexpr float kMargin = 1e-4F;  // keeps fractions off the ends, where logits are infinite
constexpr float kLargestSlope = 100.0F;
constexpr float kLogisticLimit = 30.0F;

/// Silent symbols stay silent where saying otherwise costs so many bits more: nearly all of a latent, and noise on it drowns the
/// rest.
constexpr double kSilentBits = 4.5;

/// Iterations between two looks at what contexts make of the bits.
constexpr int kPriceInterval = 10;

constexpr float kRate = 0.01F;  // of a quantiser step; at 0.02 the noise of all latents adds up in the picture

// Adam (Kingma and Ba, ICLR 2015).
constexpr float kMomentum = 0.9F;
constexpr float kSquareMomentum = 0.999F;
constexpr float kEpsilon = 1e-8F;

/// The same numbers on every machine: xorshift64 (Marsaglia, 2003).
class Random {
 public:
  /// Within (0, 1).
  float uniform() {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 7;
    state_ ^= state_ << 17;
    return (static_cast<float>(state_ >> 40) + 0.5F) / 16777216.0F;
  }
  /// Difference of two Gumbel variables.
  float logistic() {
    const float u = uniform();
    return std::log(u / (1 - u));
  }

 private:
  std::uint64_t state_ = 88172645463325252ULL;
};

/// One value of the latent on its way to an integer.
struct Walker {
  std::size_t index = 0;
  float value = 0.0F;
  float slope = 0.0F;      ///< of the relaxed value by the value
  float bits_slope = 0.0F;  ///< bits of the upper integer less those of the lower
  float momentum = 0.0F, square = 0.0F;

  /// A relaxed choice between floor and ceiling at a temperature. Also sets the slope.
  float relax(float temperature, Random& random) {
    const float below = std::floor(value);
    const float up = std::clamp(value - below, kMargin, 1 - kMargin);
    const float down = 1 - up;
    const float logit = (std::atanh(up) - std::atanh(down)) / temperature;
    const float drawn = std::clamp((logit + random.logistic()) / temperature, -kLogisticLimit, kLogisticLimit);
    const float share = 1 / (1 + std::exp(-drawn));
    const float logit_slope = (1 / (1 - up * up) + 1 / (1 - down * down)) / (temperature * temperature);
    slope = std::min(share * (1 - share) * logit_slope, kLargestSlope);
    return below + share;
  }

  void step(float gradient, float correction, float square_correction) {
    momentum += (1 - kMomentum) * (gradient - momentum);
    square += (1 - kSquareMomentum) * (gradient * gradient - square);
    value -= kRate * momentum * correction / (std::sqrt(square * square_correction) + kEpsilon);
  }
};

std::vector<Walker> walkers_of(const std::vector<float>& values, const entropy::CdfTable& table,
                               const std::vector<std::uint16_t>& rows) {
  std::vector<Walker> walkers;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::int32_t nearest = entropy::nearest_symbol(values[i]);
    if (std::abs(nearest) >= entropy::kMaxSymbol) continue;
    const std::int32_t other = values[i] < static_cast<float>(nearest) ? nearest - 1 : nearest + 1;
    const bool silent = nearest == 0 && table.cost_bits(rows[i], other) - table.cost_bits(rows[i], 0) > kSilentBits;
    if (!silent) walkers.push_back({i, values[i]});
  }
  return walkers;
}

/// Bits of one integer more than `below`, positive or negative.
float rise_of_bits(const entropy::CdfTable& table, std::size_t row, const entropy::MagnitudePrices& prices, std::size_t index,
                   std::int32_t below) {
  const std::int32_t smaller = below >= 0 ? below : -below - 1;  // of the two magnitudes
  if (prices.first.empty() || smaller > 1) return static_cast<float>(table.cost_bits(row, below + 1) - table.cost_bits(row, below));
  const float rise = smaller == 0 ? prices.first[index] : prices.second[index];
  return below >= 0 ? rise : -rise;
}

}  // namespace

std::vector<float> anneal(model::Network& network, const entropy::CdfTable& table, const TileAnalysis& tile, int quality16,
                          const AnnealOptions& options) {
  const auto bits_per_error = static_cast<float>(options.lambda * 255 * 255 / 3);
  const double quality = entropy::quality_share(quality16);

  std::vector<Walker> walkers = walkers_of(tile.residual, table, tile.rows);
  model::Planes latent = tile.mean;
  std::vector<std::int32_t> symbols(tile.residual.size());
  for (std::size_t i = 0; i < symbols.size(); ++i) {
    symbols[i] = entropy::nearest_symbol(tile.residual[i]);
    latent.data[i] += static_cast<float>(symbols[i]);
  }
  Random random;
  entropy::MagnitudePrices prices;
  for (int n = 0; n < options.iterations; ++n) {
    if (options.prices && n % kPriceInterval == 0) {
      for (const Walker& walker : walkers) symbols[walker.index] = entropy::nearest_symbol(walker.value);
      prices = options.prices(symbols);
    }
    const double done = static_cast<double>(n) / options.iterations;
    const double temperature = kFirstTemperature * std::pow(kLastTemperature / kFirstTemperature, done);
    for (Walker& walker : walkers) {
      const float relaxed = walker.relax(static_cast<float>(temperature), random);
      latent.data[walker.index] = tile.mean.data[walker.index] + relaxed;
      // The expected bits of the choice are linear in the relaxed value between the integers.
      const auto below = static_cast<std::int32_t>(std::floor(walker.value));
      walker.bits_slope = rise_of_bits(table, tile.rows[walker.index], prices, walker.index, below);
    }
    const auto gradient = distortion_gradient(network, latent, quality, tile.pixels);
    const auto correction = static_cast<float>(1 / (1 - std::pow(kMomentum, n + 1)));
    const auto square_correction = static_cast<float>(1 / (1 - std::pow(kSquareMomentum, n + 1)));
    for (Walker& walker : walkers) {
      const float slope = bits_per_error * gradient.data[walker.index] + walker.bits_slope;
      walker.step(slope * walker.slope, correction, square_correction);
    }
    if (options.progress) options.progress(static_cast<double>(n + 1) / options.iterations);
  }
  std::vector<float> values = tile.residual;
  for (const Walker& walker : walkers) values[walker.index] = walker.value;
  return values;
}

}  // namespace imgcnn::codec
