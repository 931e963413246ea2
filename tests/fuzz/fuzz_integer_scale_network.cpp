// Weights and hyper-latents out of any bytes: refused with an Error, or rows inside the table
// without overflow (which the undefined-behaviour sanitizer watches), whatever part of the map is
// asked for.

#include <vector>

#include "fuzz_input.h"
#include "imgcnn/base/error.h"
#include "imgcnn/entropy/fixed_point.h"
#include "imgcnn/entropy/integer_scale_network.h"
#include "imgcnn/entropy/quality.h"

namespace imgcnn::fuzz {
namespace {

template <typename T>
std::vector<T> values(Input& input, int count, int bits) {
  std::vector<T> result(static_cast<std::size_t>(count));
  for (T& value : result)
    value = static_cast<T>(entropy::floor_shift(static_cast<std::int32_t>(input.u32()), 32 - bits));
  return result;
}

entropy::IntegerScaleNetwork::Weights make_weights(Input& input) {
  entropy::IntegerScaleNetwork::Weights w;
  w.hyper_channels = input.in_range(1, 3);
  w.hidden = input.in_range(1, 3);
  w.latent_channels = input.in_range(1, 2);
  w.cdf_count = input.in_range(1, 70000);
  w.input_shift = input.in_range(0, 31);
  w.hidden_shift = input.in_range(0, 31);
  w.index_shift = input.in_range(0, 31);
  const int weight_bits = input.in_range(1, 16);
  const int bias_bits = input.in_range(1, 32);
  w.hidden_weight = values<std::int16_t>(input, w.hidden * w.hyper_channels * 9, weight_bits);
  w.hidden_bias = values<std::int32_t>(input, w.hidden, bias_bits);
  w.index_weight = values<std::int16_t>(input, w.latent_channels * 16 * w.hidden, weight_bits);
  w.index_bias = values<std::int32_t>(input, w.latent_channels * 16, bias_bits);
  w.input_scale = values<std::int32_t>(input, entropy::kRateKnots * w.hyper_channels, 32);
  for (auto& scale : w.input_scale) scale &= INT32_MAX;
  w.rate_bias = values<std::int32_t>(input, entropy::kRateKnots * w.latent_channels, bias_bits);
  return w;
}

void run(Input input) {
  const int hz = input.in_range(1, 3);
  const int wz = input.in_range(1, 3);
  const int h = input.in_range(1, 4 * hz);
  const int w = input.in_range(1, 4 * wz);
  const int quality16 = input.in_range(0, entropy::kMaxQuality16);
  std::vector<std::int32_t> hyper = values<std::int32_t>(input, 3 * hz * wz, input.in_range(1, 32));
  const entropy::IntegerScaleNetwork::Weights weights = make_weights(input);
  const entropy::IntegerScaleNetwork network(weights, "fuzz");

  const auto whole = network.indexes(hyper.data(), hz, wz, quality16, 4 * hz, 4 * wz);
  const auto part = network.indexes(hyper.data(), hz, wz, quality16, h, w);
  const auto at = [](const auto& map, int height, int width, int c, int y, int x) {
    return map[static_cast<std::size_t>((c * height + y) * width + x)];
  };
  for (int c = 0; c < weights.latent_channels; ++c) {
    for (int y = 0; y < h; ++y) {
      for (int x = 0; x < w; ++x) {
        expect(at(part, h, w, c, y, x) < weights.cdf_count, "indexes lie in the table");
        expect(at(part, h, w, c, y, x) == at(whole, 4 * hz, 4 * wz, c, y, x),
               "cropping changes nothing");
      }
    }
  }
}

}  // namespace
}  // namespace imgcnn::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    imgcnn::fuzz::run({data, size});
  } catch (const imgcnn::Error&) {
  }
  return 0;
}
