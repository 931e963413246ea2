#pragma once
// Code for a processor that may or may not be the one at hand.

#if defined(__x86_64__) && defined(__GNUC__)
#define IMGCNN_AVX2_AT_HAND
// Into a function of another target: what is not inlined would keep its own.
#define IMGCNN_INLINE [[gnu::always_inline]] inline
#else
#define IMGCNN_INLINE inline
#endif

namespace imgcnn::entropy {

#ifdef IMGCNN_AVX2_AT_HAND
inline const bool kHasAvx2 = __builtin_cpu_supports("avx2") != 0;
#endif

}  // namespace imgcnn::entropy
