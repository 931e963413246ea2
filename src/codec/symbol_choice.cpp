// Rounding, rate-distortion optimized quantization, annealing.

#include "symbol_choice.h"

#include <algorithm>
#include <array>
#include <utility>

#include "imgcnn/entropy/rans.h"
#include "imgcnn/rdo/scalar_rdoq.h"
#include "latent_search.h"
#include "quality.h"
#include "symbol_quantizer.h"

namespace imgcnn::codec {
namespace {

/// Bits plus weighted error of what a decoder would show of the tile alone.
double cost_of(model::Network& network, const PlaneCoder& coder, const TileAnalysis& tile,
               const std::vector<std::int32_t>& symbols, const CodingPlan& plan, double lambda) {
  model::Planes latent = tile.mean;
  const auto values = coder.values(symbols, tile.indexes);
  for (std::size_t i = 0; i < values.size(); ++i) latent.data[i] += values[i];
  const double error = network.visible_error(latent, quality_share(plan.quality16), tile.pixels);
  entropy::RansEncoder encoder;
  coder.encode(encoder, symbols, tile.indexes, plan);
  // Checksums of all symbols take the same room.
  return 8.0 * static_cast<double>(encoder.finish(0).first.size()) + lambda * 255 * 255 * error / 3;
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

ChosenSymbols choose_symbols(model::Network& network, const PlaneCoder& coder,
                             const TileAnalysis& tile, const CodingPlan& plan, double lambda,
                             const EffortPlan& effort,
                             const std::function<void(double)>& progress) {
  ChosenSymbols chosen;
  if (!effort.optimized && coder.quantizer().empty()) {
    for (const float value : tile.residual) chosen.latent.push_back(rdo::nearest_symbol(value));
    return chosen;
  }
  chosen.latent =
      quantize(coder, tile.residual, rdo::kRdoqWeight, tile.indexes, plan, effort.optimized);
  if (!effort.measured()) return chosen;

  const auto cost = [&](const std::vector<std::int32_t>& symbols) {
    return cost_of(network, coder, tile, symbols, plan, lambda);
  };
  chosen.cost = cost(chosen.latent);
  if (effort.iterations == 0) return chosen;

  AnnealOptions options{effort.iterations, lambda, {}, progress};
  if (plan.context && coder.context()) {
    options.odds = [&](const std::vector<std::int32_t>& symbols) {
      return odds(coder, symbols, tile.indexes, plan);
    };
  }
  auto annealed = anneal(network, search(coder, tile.indexes), tile,
                         coder.values(chosen.latent, tile.indexes), plan.quality16, options);
  const double after = cost(annealed);
  if (after < chosen.cost) {
    chosen.latent = std::move(annealed);
    chosen.cost = after;
  }
  return chosen;
}

}  // namespace imgcnn::codec
