// Rounding, rate-distortion optimised quantisation, annealing.

#include "symbol_choice.h"

#include <algorithm>
#include <array>
#include <utility>

#include "imgcnn/entropy/symbol_choice.h"
#include "latent_search.h"
#include "transform_coding.h"

namespace imgcnn::codec {
namespace {

// Bits that an error of one in a symbol counts for when its neighbours' errors are not known. At the optimum of independent errors
// it is 6 / ln 2 = 8.7, which costs more than it saves: errors towards zero add up in the picture. Measured best on the
// validation pictures: 40 at all rates (25 to 90 lose at most a third of the gain).
constexpr float kErrorBits = 40;
// The same after annealing, which has weighed rate against distortion already.
constexpr float kAnnealedErrorBits = 100;

/// Bits plus weighted squared error of what a decoder would show.
double cost_of(model::Network& network, const LatentCoder& coder, const image::FloatImage& rgb, const Symbols& symbols,
               LatentSize size, int quality16, double lambda, bool context) {
  const auto shown = synthesise(network, symbols, size, quality16);
  double squared_error = 0;
  const auto width = static_cast<std::size_t>(rgb.width);
  for (std::size_t row = 0; row < static_cast<std::size_t>(rgb.channels) * static_cast<std::size_t>(rgb.height); ++row) {
    const std::size_t plane = row / static_cast<std::size_t>(rgb.height), y = row % static_cast<std::size_t>(rgb.height);
    const float* a = rgb.data.data() + row * width;
    const float* b = shown.data.data() + plane * shown.plane_size() + y * static_cast<std::size_t>(shown.width);
    for (std::size_t x = 0; x < width; ++x) {
      const double error = double{a[x]} - std::clamp(b[x], 0.0F, 1.0F);
      squared_error += error * error;
    }
  }
  const auto bits = 8.0 * static_cast<double>(coder.encode(symbols, size, quality16, context).size());
  return bits + lambda * 255 * 255 * squared_error / 3;
}

}  // namespace

EffortPlan effort_plan(int effort) {
  static constexpr std::array<EffortPlan, 9> kPlans = {{{false, false, 0},
                                                        {true, false, 0},
                                                        {true, true, 0},
                                                        {true, true, 20},
                                                        {true, true, 40},
                                                        {true, true, 80},
                                                        {true, true, 160},
                                                        {true, true, 320},
                                                        {true, true, 640}}};
  return kPlans.at(static_cast<std::size_t>(effort - 1));
}

ChosenSymbols choose_symbols(model::Network& network, const LatentCoder& coder, const image::FloatImage& rgb, int quality16,
                             double lambda, const EffortPlan& plan, const std::function<void(double)>& progress) {
  const bool context = plan.context && coder.has_context();
  const Analysis analysis = analyse(network, coder, rgb, quality16);
  const auto quantised = [&](const std::vector<float>& values, float weight) {
    return Symbols{analysis.hyper, coder.quantise(values, analysis.hyper, analysis.size, quality16, context, weight)};
  };
  ChosenSymbols chosen;
  if (!plan.optimised) {
    chosen.symbols = {analysis.hyper, {}};
    for (const float value : analysis.residual) chosen.symbols.latent.push_back(entropy::nearest_symbol(value));
    return chosen;
  }
  chosen.symbols = quantised(analysis.residual, kErrorBits);
  if (plan.iterations == 0) return chosen;

  const auto cost = [&](const Symbols& symbols) {
    return cost_of(network, coder, rgb, symbols, analysis.size, quality16, lambda, context);
  };
  Symbols annealed =
      quantised(anneal(network, coder, rgb, analysis, quality16, {plan.iterations, lambda, progress}), kAnnealedErrorBits);
  const double before = cost(chosen.symbols), after = cost(annealed);
  if (after < before) chosen = {std::move(annealed), 1 - after / before};
  return chosen;
}

}  // namespace imgcnn::codec
