// A layer, written once for vectors of any instruction set: included by kernels_*.cpp behind a Simd of its own, in a
// namespace of its own. Compare the micro-kernels of Goto, van de Geijn, "Anatomy of high-performance matrix
// multiplication", ACM TOMS 2008.

using Ints = Simd::Ints;
constexpr std::size_t kVectorWidth = static_cast<std::size_t>(Simd::kWidth);

/// kR rows times kV vectors of outputs, from `first` on.
template <int kR, int kV>
[[gnu::always_inline]] inline void micro_tile(const DenseLayer& layer, const std::int16_t* in, std::size_t in_stride,
                                              std::size_t first, std::int16_t* out, std::size_t out_stride) {
  Ints sums[kR][kV];
#pragma GCC unroll 16
  for (int v = 0; v < kV; ++v) {
    const Ints bias = Simd::load_ints(layer.bias + first + static_cast<std::size_t>(v) * kVectorWidth);
#pragma GCC unroll 16
    for (int r = 0; r < kR; ++r) sums[r][v] = bias;
  }
  const std::int16_t* w = layer.weights + 2 * first;
  for (std::size_t p = 0; p < layer.pairs; ++p, w += 2 * layer.outputs) {
    Ints weights[kV];
#pragma GCC unroll 16
    for (int v = 0; v < kV; ++v) weights[v] = Simd::load_pairs(w + 2 * static_cast<std::size_t>(v) * kVectorWidth);
#pragma GCC unroll 16
    for (int r = 0; r < kR; ++r) {
      const Ints x = Simd::fill_pair(in + static_cast<std::size_t>(r) * in_stride + 2 * p);
#pragma GCC unroll 16
      for (int v = 0; v < kV; ++v) Simd::add_products(sums[r][v], x, weights[v]);
    }
  }
#pragma GCC unroll 16
  for (int r = 0; r < kR; ++r) {
#pragma GCC unroll 16
    for (int v = 0; v < kV; ++v) {
      Simd::store_limited(
          out + static_cast<std::size_t>(r) * out_stride + first + static_cast<std::size_t>(v) * kVectorWidth,
          Simd::shift_right(sums[r][v], layer.shift), layer.least, layer.most);
    }
  }
}

/// kR rows times all outputs, in blocks of as many vectors as the registers hold sums for.
template <int kR>
[[gnu::noinline]] void rows(const DenseLayer& layer, const std::int16_t* in, std::size_t in_stride, std::int16_t* out,
                            std::size_t out_stride) {
  constexpr int kV = kR * 4 <= Simd::kRows * 2 ? 4 : 2;
  std::size_t first = 0;
  for (; first + kV * kVectorWidth <= layer.outputs; first += kV * kVectorWidth)
    micro_tile<kR, kV>(layer, in, in_stride, first, out, out_stride);
  for (; first + 2 * kVectorWidth <= layer.outputs; first += 2 * kVectorWidth)
    micro_tile<kR, 2>(layer, in, in_stride, first, out, out_stride);
  for (; first < layer.outputs; first += kVectorWidth) micro_tile<kR, 1>(layer, in, in_stride, first, out, out_stride);
}

/// Fewer rows than a whole tile, all at once: most fronts of small planes are no more.
template <int kR>
void last_rows(const DenseLayer& layer, const std::int16_t* in, std::size_t in_stride, std::size_t count,
               std::int16_t* out, std::size_t out_stride) {
  if constexpr (kR > 0) {
    if (count == static_cast<std::size_t>(kR)) rows<kR>(layer, in, in_stride, out, out_stride);
    else last_rows<kR - 1>(layer, in, in_stride, count, out, out_stride);
  }
}

void apply_layer(const DenseLayer& layer, const std::int16_t* in, std::size_t in_stride, std::size_t count,
                 std::int16_t* out, std::size_t out_stride) {
  std::size_t i = 0;
  for (; i + Simd::kRows <= count; i += Simd::kRows)
    rows<Simd::kRows>(layer, in + i * in_stride, in_stride, out + i * out_stride, out_stride);
  last_rows<Simd::kRows - 1>(layer, in + i * in_stride, in_stride, count - i, out + i * out_stride, out_stride);
}
