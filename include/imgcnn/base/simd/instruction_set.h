#pragma once
// Which vector instructions code may use, of what is compiled into every build: those that the
// processor reports, or less, where $IMGCNN_SIMD says so.

#include <cstdlib>
#include <string_view>

#if defined(__x86_64__) && defined(__GNUC__)
/// Defined where functions for AVX2 can be compiled beside those for any processor.
#define IMGCNN_AVX2_AT_HAND
// Helpers of a function for another target must be inlined: by themselves they would be compiled
// for the default one.
#define IMGCNN_INLINE [[gnu::always_inline]] inline
#else
#define IMGCNN_INLINE inline
#endif

namespace imgcnn::simd {

#if defined(__x86_64__)
/// Whether the processor has AVX2 and FMA.
[[nodiscard]] inline bool has_avx2() {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}
/// Whether the processor has AVX-512 with VNNI.
[[nodiscard]] inline bool has_avx512() {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
         __builtin_cpu_supports("avx512vnni");
}
#endif

/// The fastest of the kernels that are there (not null): $IMGCNN_SIMD (plain, avx2, avx512) asks
/// for another, for tests and measurements; one that is not there is passed over.
template <class Kernels>
[[nodiscard]] Kernels fastest(Kernels avx512, Kernels avx2, Kernels plain) {
  const char* const asked = std::getenv("IMGCNN_SIMD");
  const std::string_view name = asked == nullptr ? std::string_view() : asked;
  if (name == "plain") return plain;
  if (avx512 != nullptr && name != "avx2") return avx512;
  return avx2 != nullptr ? avx2 : plain;
}

}  // namespace imgcnn::simd
