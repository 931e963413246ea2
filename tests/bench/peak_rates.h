#pragma once
// How fast one core multiplies and adds what lies in registers already: what no kernel can exceed.

#include <cstdint>
#include <string>

namespace imgcnn::bench {

/// Runs so many rounds of independent multiply-accumulates and returns how many that were.
using MultiplyAdds = std::int64_t (*)(std::int64_t rounds);

/// The two arithmetics of the runtime's kernels in one instruction set.
struct PeakLoops {
  MultiplyAdds floats = nullptr;  ///< float32
  MultiplyAdds shorts = nullptr;  ///< 16-bit integers, summed in 32 bits
};

/// The loops of an instruction set as runtime/kernels.h names it: "plain" (SSE2), "avx2" or
/// "avx512". Null for others, and on processors other than x86-64. Only for processors that have
/// it.
[[nodiscard]] PeakLoops peak_loops(const std::string& simd);

}  // namespace imgcnn::bench
