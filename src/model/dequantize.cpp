// Levels times steps: one product of two numbers that floats hold exactly, rounded once, hence the
// same on every machine.

#include "imgcnn/model/dequantize.h"

#include <cstddef>

namespace imgcnn::model {

using entropy::DependentQuantizer;

// The state follows the parities of all dependent symbols before, so the whole plane is gone
// through in order.
std::vector<float> dequantize(const DependentQuantizer& quantizer,
                              const std::vector<std::uint16_t>& cdf_indexes,
                              const std::vector<std::int32_t>& symbols,
                              const entropy::CodingOrder& order) {
  std::vector<float> values(cdf_indexes.size());
  entropy::DqState state(quantizer);
  order.for_each(values.size(), [&](std::size_t i) {
    const std::uint16_t index = cdf_indexes[i];
    if (quantizer.applies_to(index)) {
      const auto level =
          DependentQuantizer::reconstruction_level(symbols[i], state.quantizer(index));
      // A step of at most 4096 / 1024 becomes a float without rounding, as does a level of at most
      // 2^21.
      values[i] = static_cast<float>(level) *
                  (static_cast<float>(quantizer.step(index)) / DependentQuantizer::kStepUnit);
    } else {
      values[i] = static_cast<float>(symbols[i]);
    }
    state.advance(index, symbols[i]);
  });
  return values;
}

}  // namespace imgcnn::model
