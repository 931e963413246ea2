// In assembler, so that no compiler can spill an accumulator, hoist a product, or leave a loop out.
// Each accumulator is an own chain of additions, and there are more of them than a core needs to
// hide how long one takes. Operands are ones: sums are whole numbers that grow to 2^24 and stay
// there, never denormal. (Zeros would draw less power than a network does.)

#include "peak_rates.h"

namespace imgcnn::bench {
namespace {

#if defined(__x86_64__)

constexpr float kOne = 1.0F;
constexpr std::int32_t kOnes = 0x00010001;  // two 16-bit ones

#define IMGCNN_LOW_REGISTERS                                                               \
  "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", \
      "xmm11", "xmm12", "xmm13", "xmm14", "xmm15"
// Where the compiler does not know them, it does not use them.
#if defined(__AVX512F__)
#define IMGCNN_ALL_REGISTERS                                                                    \
  IMGCNN_LOW_REGISTERS, "xmm16", "xmm17", "xmm18", "xmm19", "xmm20", "xmm21", "xmm22", "xmm23", \
      "xmm24", "xmm25", "xmm26", "xmm27", "xmm28", "xmm29", "xmm30", "xmm31"
#else
#define IMGCNN_ALL_REGISTERS IMGCNN_LOW_REGISTERS
#endif
#define IMGCNN_TWELVE ".irp r,0,1,2,3,4,5,6,7,8,9,10,11\n\t"
#define IMGCNN_TWENTY_FOUR \
  ".irp r,0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23\n\t"
#define IMGCNN_LOOP "\n\t.endr\n\tdec %0\n\tjnz 1b\n\t"

std::int64_t sse_floats(std::int64_t rounds) {
  std::int64_t left = rounds;
  asm volatile(
      "movss %1, %%xmm14\n\tshufps $0, %%xmm14, %%xmm14\n\tmovaps %%xmm14, %%xmm13\n\t"  //
      IMGCNN_TWELVE
      "xorps %%xmm\\r, %%xmm\\r\n\t.endr\n\t"
      "1:\n\t" IMGCNN_TWELVE
      "movaps %%xmm14, %%xmm15\n\tmulps %%xmm13, %%xmm15\n\taddps %%xmm15, %%xmm\\r" IMGCNN_LOOP
      : "+r"(left)
      : "m"(kOne)
      : "cc", IMGCNN_LOW_REGISTERS);
  return rounds * 12 * 4;
}

std::int64_t sse_shorts(std::int64_t rounds) {
  std::int64_t left = rounds;
  asm volatile(
      "movd %1, %%xmm14\n\tpshufd $0, %%xmm14, %%xmm14\n\tmovdqa %%xmm14, %%xmm13\n\t"  //
      IMGCNN_TWELVE
      "pxor %%xmm\\r, %%xmm\\r\n\t.endr\n\t"
      "1:\n\t" IMGCNN_TWELVE
      "movdqa %%xmm14, %%xmm15\n\tpmaddwd %%xmm13, %%xmm15\n\tpaddd %%xmm15, %%xmm\\r" IMGCNN_LOOP
      : "+r"(left)
      : "m"(kOnes)
      : "cc", IMGCNN_LOW_REGISTERS);
  return rounds * 12 * 8;
}

std::int64_t avx2_floats(std::int64_t rounds) {
  std::int64_t left = rounds;
  asm volatile("vbroadcastss %1, %%ymm14\n\tvmovaps %%ymm14, %%ymm13\n\t"  //
               IMGCNN_TWELVE
               "vxorps %%ymm\\r, %%ymm\\r, %%ymm\\r\n\t.endr\n\t"
               "1:\n\t" IMGCNN_TWELVE "vfmadd231ps %%ymm13, %%ymm14, %%ymm\\r" IMGCNN_LOOP
               "vzeroupper"
               : "+r"(left)
               : "m"(kOne)
               : "cc", IMGCNN_LOW_REGISTERS);
  return rounds * 12 * 8;
}

std::int64_t avx2_shorts(std::int64_t rounds) {
  std::int64_t left = rounds;
  asm volatile(
      "vpbroadcastd %1, %%ymm14\n\tvmovdqa %%ymm14, %%ymm13\n\t"  //
      IMGCNN_TWELVE
      "vpxor %%ymm\\r, %%ymm\\r, %%ymm\\r\n\t.endr\n\t"
      "1:\n\t" IMGCNN_TWELVE
      "vpmaddwd %%ymm13, %%ymm14, %%ymm15\n\tvpaddd %%ymm15, %%ymm\\r, %%ymm\\r" IMGCNN_LOOP
      "vzeroupper"
      : "+r"(left)
      : "m"(kOnes)
      : "cc", IMGCNN_LOW_REGISTERS);
  return rounds * 12 * 16;
}

std::int64_t avx512_floats(std::int64_t rounds) {
  std::int64_t left = rounds;
  asm volatile("vbroadcastss %1, %%zmm30\n\tvmovaps %%zmm30, %%zmm31\n\t"  //
               IMGCNN_TWENTY_FOUR
               "vpxord %%zmm\\r, %%zmm\\r, %%zmm\\r\n\t.endr\n\t"
               "1:\n\t" IMGCNN_TWENTY_FOUR "vfmadd231ps %%zmm31, %%zmm30, %%zmm\\r" IMGCNN_LOOP
               "vzeroupper"
               : "+r"(left)
               : "m"(kOne)
               : "cc", IMGCNN_ALL_REGISTERS);
  return rounds * 24 * 16;
}

std::int64_t avx512_shorts(std::int64_t rounds) {
  std::int64_t left = rounds;
  asm volatile("vpbroadcastd %1, %%zmm30\n\tvmovdqa64 %%zmm30, %%zmm31\n\t"  //
               IMGCNN_TWENTY_FOUR
               "vpxord %%zmm\\r, %%zmm\\r, %%zmm\\r\n\t.endr\n\t"
               "1:\n\t" IMGCNN_TWENTY_FOUR "vpdpwssd %%zmm31, %%zmm30, %%zmm\\r" IMGCNN_LOOP
               "vzeroupper"
               : "+r"(left)
               : "m"(kOnes)
               : "cc", IMGCNN_ALL_REGISTERS);
  return rounds * 24 * 32;
}

#endif

}  // namespace

PeakLoops peak_loops([[maybe_unused]] const std::string& simd) {
#if defined(__x86_64__)
  if (simd == "plain") return {sse_floats, sse_shorts};
  if (simd == "avx2") return {avx2_floats, avx2_shorts};
  if (simd == "avx512") return {avx512_floats, avx512_shorts};
#endif
  return {};
}

}  // namespace imgcnn::bench
