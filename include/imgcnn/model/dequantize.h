#pragma once
// From decoded levels back to real values, the inverse of quantization: the float half of dependent
// quantization, whose integers are entropy/dependent_quantizer.h. Specification:
// src/bitstream/FORMAT.md, section 1.8.

#include <cstdint>
#include <vector>

#include "imgcnn/entropy/dependent_quantizer.h"

namespace imgcnn::model {

/// Returns the reconstruction points of symbols [channels][height][width], in units of the latent:
/// level * step of dependent symbols, rounded to float once, and the symbol itself of others.
/// Requires: as many CDF indexes as symbols, whole planes of the order.
[[nodiscard]] std::vector<float> dequantize(const entropy::DependentQuantizer& quantizer,
                                            const std::vector<std::uint16_t>& cdf_indexes,
                                            const std::vector<std::int32_t>& symbols,
                                            const entropy::CodingOrder& order);

}  // namespace imgcnn::model
