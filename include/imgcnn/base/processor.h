#pragma once
// Code paths for a processor that may or may not be the one at hand: compiled into every build, chosen at run time.

#if defined(__x86_64__) && defined(__GNUC__)
/// Defined where functions for AVX2 can be compiled beside those for any processor.
#define IMGCNN_AVX2_AT_HAND
// Helpers of a function for another target must be inlined: by themselves they would be compiled for the default one.
#define IMGCNN_INLINE [[gnu::always_inline]] inline
#else
#define IMGCNN_INLINE inline
#endif

namespace imgcnn {

#ifdef IMGCNN_AVX2_AT_HAND
/// Whether this processor has AVX2.
inline const bool kHasAvx2 = __builtin_cpu_supports("avx2") != 0;
#endif

}  // namespace imgcnn
