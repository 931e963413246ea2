// SSIMULACRA 2.1 on tensors.

#include "imgcnn/nn/ssimulacra2.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdlib>
#include <vector>

#include "imgcnn/image/ssimulacra2.h"
#include "imgcnn/image/ssimulacra2_constants.h"
#include "imgcnn/nn/layers.h"

namespace imgcnn::nn {
namespace {

using torch::Tensor;

/// Below what a 4-norm can be told from zero: its slope there is finite.
constexpr double kLeastFourthPower = 1e-24;

Tensor linear_from_srgb(const Tensor& x) {
  return torch::where(x <= 0.04045, x / 12.92, ((x + 0.055) / 1.055).pow(2.4));
}

/// [values of the three channels] as [1, 3, 1, 1].
Tensor by_channel(const std::array<double, 3>& values, const torch::TensorOptions& options) {
  return torch::tensor({values[0], values[1], values[2]}, torch::kFloat64)
      .to(options)
      .view({1, 3, 1, 1});
}

/// X, Y and B - Y of linear RGB, positive and in about the same range.
Tensor positive_xyb(const Tensor& linear) {
  std::array<float, 9> rows{};
  for (std::size_t i = 0; i < rows.size(); ++i)
    rows[i] = static_cast<float>(image::kOpsinAbsorbance[i / 3][i % 3]);
  const auto matrix = torch::from_blob(rows.data(), {3, 3, 1, 1}).clone().to(linear.options());
  const auto bias = torch::full({3}, image::kOpsinBias, linear.options());
  const auto cones =
      torch::conv2d(linear, matrix, bias).pow(1.0 / 3) - std::cbrt(image::kOpsinBias);
  const auto lms = cones.unbind(1);
  const auto x = (lms[0] - lms[1]) * 0.5, y = (lms[0] + lms[1]) * 0.5;
  return torch::stack({x, y, lms[2] - y}, 1) * by_channel(image::kXybScale, linear.options()) +
         by_channel(image::kXybOffset, linear.options());
}

/// Low-pass of every plane, with zeros around it.
Tensor blurred(const Tensor& x) {
  constexpr auto kReach = static_cast<std::int64_t>(image::kSsimulacraTaps.size()) - 1;
  std::array<float, 2 * kReach + 1> taps{};
  for (std::int64_t i = -kReach; i <= kReach; ++i)
    taps[static_cast<std::size_t>(i + kReach)] =
        static_cast<float>(image::kSsimulacraTaps[static_cast<std::size_t>(std::abs(i))]);
  const auto channels = x.size(1);
  const auto across = torch::from_blob(taps.data(), {1, 1, 1, 2 * kReach + 1})
                          .to(x.options())
                          .repeat({channels, 1, 1, 1});
  const std::array<std::int64_t, 2> pad_across{0, kReach}, pad_down{kReach, 0}, one{1, 1};
  const auto rows = torch::conv2d(x, across, {}, one, pad_across, one, channels);
  return torch::conv2d(rows, across.transpose(2, 3), {}, one, pad_down, one, channels);
}

/// Half the sides, rounded up: means of 2x2, the last row and column repeated where they are odd.
Tensor halved(const Tensor& x) {
  const std::int64_t odd_rows = x.size(2) % 2, odd_columns = x.size(3) % 2;
  if (odd_rows + odd_columns == 0) return torch::avg_pool2d(x, 2);
  return torch::avg_pool2d(torch::replication_pad2d(x, {0, odd_columns, 0, odd_rows}), 2);
}

/// [N, C, H, W] -> mean and 4-norm, [N, C, 2].
Tensor norms(const Tensor& map) {
  const auto fourth = map.square().square().mean({2, 3});
  return torch::stack({map.mean({2, 3}), (fourth + kLeastFourthPower).pow(0.25)}, 2);
}

/// Norms of the three error maps of one scale, [N, C, 2, 3].
Tensor scale_norms(const Tensor& linear_shown, const Tensor& linear_original) {
  const auto shown = positive_xyb(linear_shown), original = positive_xyb(linear_original);
  // Squares are blurred as the sum and the difference's square: of variances and covariance the
  // metric needs no more, and the difference does not cancel.
  const auto difference = shown - original;
  const auto means = blurred(
      torch::cat({shown, original, shown.square() + original.square(), difference.square()}, 1));
  const auto parts = means.chunk(4, 1);
  const auto &mean_shown = parts[0], &mean_original = parts[1];
  const auto mean_difference = mean_shown - mean_original;
  const auto variances =
      parts[2] - mean_shown.square() - mean_original.square() + image::kSsimulacraC2;
  const auto difference_variance = parts[3] - mean_difference.square();
  // 2 cov + C2 = variances - difference_variance.
  const auto structure =
      1 - (1 - mean_difference.square()) * (variances - difference_variance) / variances;
  const auto edges = (1 + (shown - mean_shown).abs()) / (1 + (original - mean_original).abs()) - 1;
  return torch::stack(
      {norms(structure.clamp_min(0)), norms(edges.clamp_min(0)), norms((-edges).clamp_min(0))}, 3);
}

image::FloatImage to_picture(const Tensor& x) {
  const auto plain = x.contiguous();
  const auto* data = plain.data_ptr<float>();
  return {static_cast<int>(x.size(0)), static_cast<int>(x.size(1)), static_cast<int>(x.size(2)),
          std::vector<float>(data, data + plain.numel())};
}

/// By the function on pictures, whose gradient is known with the value: on a CPU it takes a third
/// of the time of the tensor operations and their derivatives.
struct DistanceOfPictures : torch::autograd::Function<DistanceOfPictures> {
  static Tensor forward(torch::autograd::AutogradContext* context, const Tensor& shown,
                        const Tensor& original) {
    const bool wanted = shown.requires_grad();
    auto distances = torch::empty({shown.size(0)}, shown.options());
    auto gradients = wanted ? torch::empty(shown.sizes()) : torch::empty({0});
    for (std::int64_t n = 0; n < shown.size(0); ++n) {
      const auto found = image::ssimulacra2(to_picture(shown[n]), to_picture(original[n]), wanted);
      distances[n] = found.distance;
      if (wanted)
        std::copy(found.gradient.data.begin(), found.gradient.data.end(),
                  gradients[n].data_ptr<float>());
    }
    context->save_for_backward({gradients});
    return distances;
  }
  static torch::autograd::tensor_list backward(torch::autograd::AutogradContext* context,
                                               const torch::autograd::tensor_list& outer) {
    return {context->get_saved_variables()[0] * outer[0].view({-1, 1, 1, 1}), Tensor()};
  }
};

}  // namespace

Tensor ssimulacra2_distance_of_tensors(const Tensor& shown, const Tensor& original) {
  const auto scales = image::ssimulacra_scales(std::min(shown.size(2), shown.size(3)));
  if (scales == 0) return torch::zeros({shown.size(0)}, shown.options());
  auto a = linear_from_srgb(clamp_inward(shown, 0, 1)), b = linear_from_srgb(original);
  std::vector<Tensor> all;
  for (std::size_t scale = 0; scale < scales; ++scale) {
    if (scale > 0) a = halved(a), b = halved(b);
    all.push_back(scale_norms(a, b));
  }
  const auto values = torch::stack(all, 2).flatten(1);  // channel, scale, norm, map
  const auto weights = torch::tensor(std::vector<double>(image::kSsimulacraWeights.begin(),
                                                         image::kSsimulacraWeights.end()),
                                     torch::kFloat64)
                           .to(values.options())
                           .narrow(0, 0, values.size(1));
  return values.matmul(weights) * image::kSsimulacraSumScale;
}

Tensor ssimulacra2_distance(const Tensor& shown, const Tensor& original) {
  return shown.is_cpu() ? DistanceOfPictures::apply(shown, original)
                        : ssimulacra2_distance_of_tensors(shown, original);
}

}  // namespace imgcnn::nn
