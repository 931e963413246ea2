// Levels times steps. One product of two numbers that floats hold exactly, hence the same on every machine.

#include "imgcnn/model/dequantize.h"

#include <cstddef>

namespace imgcnn::model {

using entropy::DependentQuantizer;

std::vector<float> dequantize(const DependentQuantizer& quantizer, const std::vector<std::uint16_t>& cdf_indexes,
                              const std::vector<std::int32_t>& symbols) {
  std::vector<float> values(cdf_indexes.size());
  entropy::DqState state(quantizer);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::uint16_t index = cdf_indexes[i];
    if (quantizer.applies_to(index)) {
      const auto level = DependentQuantizer::reconstruction_level(symbols[i], state.quantizer(index));
      // A step in 1 / 1024 becomes a float without rounding.
      values[i] =
          static_cast<float>(level) * (static_cast<float>(quantizer.step(index)) / DependentQuantizer::kStepUnit);
    } else {
      values[i] = static_cast<float>(symbols[i]);
    }
    state.advance(index, symbols[i]);
  }
  return values;
}

}  // namespace imgcnn::model
