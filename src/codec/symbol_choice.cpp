// Rounding, rate-distortion optimized quantization, annealing.

#include "symbol_choice.h"

#include <algorithm>
#include <array>
#include <utility>

#include "imgcnn/entropy/rans.h"
#include "imgcnn/rdo/scalar_rdoq.h"
#include "latent_search.h"
#include "quality.h"

namespace imgcnn::codec {
namespace {

/// Bits plus weighted error of what a decoder would show of the tile alone.
double cost_of(model::Network& network, const LatentCoder& coder, const TileAnalysis& tile,
               const std::vector<std::int32_t>& symbols, int quality16, double lambda, bool context) {
  model::Planes latent = tile.mean;
  const auto values = coder.values(symbols, tile.rows, tile.window);
  for (std::size_t i = 0; i < values.size(); ++i) latent.data[i] += values[i];
  const double error = network.visible_error(latent, quality_share(quality16), tile.pixels);
  entropy::RansEncoder encoder;
  coder.encode(encoder, symbols, tile.rows, tile.window, quality16, context);
  return 8.0 * static_cast<double>(encoder.finish().size()) + lambda * 255 * 255 * error / 3;
}

}  // namespace

EffortPlan effort_plan(int effort) {
  static constexpr std::array<EffortPlan, 9> kPlans = {{{false, false, 0},
                                                        {true, false, 0},
                                                        {true, true, 0},
                                                        {true, true, 6},
                                                        {true, true, 12},
                                                        {true, true, 24},
                                                        {true, true, 48},
                                                        {true, true, 96},
                                                        {true, true, 192}}};
  return kPlans.at(static_cast<std::size_t>(effort - 1));
}

ChosenSymbols choose_symbols(model::Network& network, const LatentCoder& coder, const TileAnalysis& tile, int quality16,
                             double lambda, const EffortPlan& plan, const std::function<void(double)>& progress) {
  ChosenSymbols chosen;
  if (!plan.optimized && !coder.has_trellis()) {
    for (const float value : tile.residual) chosen.latent.push_back(rdo::nearest_symbol(value));
    return chosen;
  }
  const auto quantized = [&](const std::vector<float>& values, float weight) {
    return coder.quantize(values, tile.rows, tile.window, quality16, plan.context && plan.optimized, weight);
  };
  chosen.latent = quantized(tile.residual, rdo::kRdoqWeight);
  if (!plan.measured()) return chosen;

  const auto cost = [&](const std::vector<std::int32_t>& symbols) {
    return cost_of(network, coder, tile, symbols, quality16, lambda, plan.context);
  };
  chosen.cost = cost(chosen.latent);
  if (plan.iterations == 0) return chosen;

  AnnealOptions options{plan.iterations, lambda, {}, progress};
  if (plan.context && coder.has_context()) {
    options.odds = [&](const std::vector<std::int32_t>& symbols) {
      return coder.odds(symbols, tile.rows, tile.window, quality16);
    };
  }
  auto annealed = anneal(network, coder.search(tile.rows, tile.window), tile,
                         coder.values(chosen.latent, tile.rows, tile.window), quality16, options);
  const double after = cost(annealed);
  if (after < chosen.cost) {
    chosen.latent = std::move(annealed);
    chosen.cost = after;
  }
  return chosen;
}

}  // namespace imgcnn::codec
