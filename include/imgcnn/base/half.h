#pragma once
// Half precision (IEEE 754 binary16) as bits: from and to float in plain code, the same on every
// machine.

#include <cstdint>
#include <cstring>

namespace imgcnn {

/// The value of a half, exactly. Without branches or subnormal floats on the way, so that loops
/// over it become vectors and no mode of the processor changes what they give.
[[nodiscard]] inline float half_to_float(std::uint16_t half) {
  constexpr std::uint32_t kRebias = 112U << 23;  // 127 - 15
  const auto all_bits_if = [](bool yes) { return 0U - static_cast<std::uint32_t>(yes); };
  const std::uint32_t magnitude = half & 0x7FFFU;
  const float multiple = static_cast<float>(static_cast<std::int32_t>(magnitude)) * 0x1p-24F;
  std::uint32_t below = 0;  // of a half below 2^-14, a whole multiple of 2^-24
  std::memcpy(&below, &multiple, sizeof(below));
  const std::uint32_t above =
      (magnitude << 13) + kRebias + (kRebias & all_bits_if(magnitude >= 0x7C00U));
  const std::uint32_t small = all_bits_if(magnitude < 0x400U);
  const std::uint32_t bits = (below & small) | (above & ~small) | (half & 0x8000U) << 16;
  float value = 0;
  std::memcpy(&value, &bits, sizeof(value));
  return value;
}

/// The half nearest to a float, that with an even last bit of two; infinity from 65520 on, NaN
/// stays NaN.
[[nodiscard]] inline std::uint16_t float_to_half(float value) {
  std::uint32_t bits = 0;
  std::memcpy(&bits, &value, sizeof(bits));
  const std::uint32_t sign = bits >> 16 & 0x8000U, magnitude = bits & 0x7FFFFFFFU,
                      exponent = magnitude >> 23;
  const auto rounded = [](std::uint32_t whole, std::uint32_t shift) {
    return (whole + (1U << (shift - 1)) - 1 + (whole >> shift & 1U)) >> shift;
  };
  std::uint32_t half = 0;
  if (magnitude > 0x7F800000U)
    half = 0x7E00U;
  else if (magnitude >= 0x477FF000U)
    half = 0x7C00U;
  else if (exponent >= 113)
    half = rounded(magnitude - (112U << 23), 13);
  // Below 2^-14: a multiple of 2^-24, nothing left below half of that.
  else if (exponent >= 102)
    half = rounded((magnitude & 0x7FFFFFU) | 0x800000U, 126 - exponent);
  return static_cast<std::uint16_t>(sign | half);
}

}  // namespace imgcnn
