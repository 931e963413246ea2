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

template <int kR>
[[gnu::noinline]] void rows(const DenseLayer& layer, const std::int16_t* in, std::size_t in_stride, std::int16_t* out,
                            std::size_t out_stride) {
  std::size_t first = 0;
  for (; first + 2 * kVectorWidth <= layer.outputs; first += 2 * kVectorWidth)
    micro_tile<kR, 2>(layer, in, in_stride, first, out, out_stride);
  for (; first < layer.outputs; first += kVectorWidth) micro_tile<kR, 1>(layer, in, in_stride, first, out, out_stride);
}

void apply_layer(const DenseLayer& layer, const std::int16_t* in, std::size_t in_stride, std::size_t count,
                 std::int16_t* out, std::size_t out_stride) {
  std::size_t i = 0;
  for (; i + Simd::kRows <= count; i += Simd::kRows)
    rows<Simd::kRows>(layer, in + i * in_stride, in_stride, out + i * out_stride, out_stride);
  for (; i + Simd::kRows / 2 <= count; i += Simd::kRows / 2)
    rows<Simd::kRows / 2>(layer, in + i * in_stride, in_stride, out + i * out_stride, out_stride);
  for (; i < count; ++i) rows<1>(layer, in + i * in_stride, in_stride, out + i * out_stride, out_stride);
}
