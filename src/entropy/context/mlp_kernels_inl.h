// A layer, written once for vectors of any instruction set: included by kernels_*.cpp behind a Simd
// of its own, in a namespace of its own. Compare the micro-kernels of Goto, van de Geijn, "Anatomy
// of high-performance matrix multiplication", ACM TOMS 2008.

using Ints = Simd::Ints;
using Input = Simd::Input;
using Weight = Simd::Weight;
constexpr std::size_t kVectorWidth = static_cast<std::size_t>(Simd::kWidth);
constexpr std::size_t kGroup = static_cast<std::size_t>(Simd::kGroup);
constexpr bool kBytes = sizeof(Input) == 1;
/// What makes signed bytes unsigned.
constexpr std::int32_t kOffset = 128;
/// Room for a row of the widest layer's inputs.
constexpr std::size_t kMostInputs = 256;

inline Weight* weights_of(const PackedLayer& layer) {
  return reinterpret_cast<Weight*>(layer.weights);
}

inline void pack(const LayerWeights& layer, bool signed_inputs, const PackedLayer& packed) {
  Weight* const to = weights_of(packed);
  for (std::size_t o = 0; o < layer.outputs; ++o) packed.bias[o] = layer.bias[o];
  for (std::size_t i = 0; i < packed.inputs * packed.outputs; ++i) to[i] = 0;
  for (std::size_t pair = 0; pair < layer.pairs; ++pair) {
    const std::int8_t* const from = layer.weights + 2 * pair * layer.outputs;
    Weight* const group = to + (2 * pair / kGroup * layer.outputs) * kGroup + 2 * pair % kGroup;
    for (std::size_t o = 0; o < layer.outputs; ++o) {
      group[o * kGroup] = from[2 * o];
      group[o * kGroup + 1] = from[2 * o + 1];
      // Bytes are multiplied as unsigned ones, which are larger by the offset.
      if (kBytes && signed_inputs) packed.bias[o] -= kOffset * (from[2 * o] + from[2 * o + 1]);
    }
  }
}

/// Some rows of inputs as products take them: activations where they lie if bytes are multiplied,
/// else copies.
template <class T>
class InputRows {
 public:
  InputRows(Rows<const T> rows, std::size_t count, std::size_t inputs) {
    if constexpr (kBytes && sizeof(T) == sizeof(Input) && T(-1) > T(0)) {
      data_ = rows.data;
      stride_ = rows.stride;
    } else {
      for (std::size_t r = 0; r < count; ++r) {
        const T* const from = rows.data + r * rows.stride;
        Input* const to = copies_ + r * kMostInputs;
        if constexpr (kBytes) {
          for (std::size_t i = 0; i < inputs; i += kGroup) {
            std::uint32_t group;
            __builtin_memcpy(&group, from + i, sizeof(group));
            group ^= 0x80808080U;  // kOffset is added to each
            __builtin_memcpy(to + i, &group, sizeof(group));
          }
        } else {
          for (std::size_t i = 0; i < inputs; ++i) to[i] = from[i];
        }
      }
      data_ = copies_;
      stride_ = kMostInputs;
    }
  }
  [[nodiscard]] const Input* row(std::size_t r) const { return data_ + r * stride_; }

 private:
  Input copies_[static_cast<std::size_t>(Simd::kRows) * kMostInputs];
  const Input* data_;
  std::size_t stride_;
};

/// kR rows times kV vectors of outputs, from `first` on; store(row, output, sums).
template <int kR, int kV, class T, class Store>
[[gnu::always_inline]] inline void micro_tile(const PackedLayer& layer, const InputRows<T>& in,
                                              std::size_t first, const Store& store) {
  Ints sums[kR][kV];
#pragma GCC unroll 16
  for (int v = 0; v < kV; ++v) {
    const Ints bias =
        Simd::load_ints(layer.bias + first + static_cast<std::size_t>(v) * kVectorWidth);
#pragma GCC unroll 16
    for (int r = 0; r < kR; ++r) sums[r][v] = bias;
  }
  const Weight* w = weights_of(layer) + kGroup * first;
  for (std::size_t i = 0; i < layer.inputs; i += kGroup, w += kGroup * layer.outputs) {
    Ints weights[kV];
#pragma GCC unroll 16
    for (int v = 0; v < kV; ++v)
      weights[v] = Simd::load_group(w + kGroup * static_cast<std::size_t>(v) * kVectorWidth);
#pragma GCC unroll 16
    for (int r = 0; r < kR; ++r) {
      const Ints x = Simd::fill_group(in.row(static_cast<std::size_t>(r)) + i);
#pragma GCC unroll 16
      for (int v = 0; v < kV; ++v) Simd::add_group(sums[r][v], x, weights[v]);
    }
  }
#pragma GCC unroll 16
  for (int r = 0; r < kR; ++r) {
#pragma GCC unroll 16
    for (int v = 0; v < kV; ++v)
      store(static_cast<std::size_t>(r), first + static_cast<std::size_t>(v) * kVectorWidth,
            sums[r][v]);
  }
}

/// kR rows times all outputs, in blocks of as many vectors as the registers hold sums for.
template <int kR, class T, class Store>
[[gnu::noinline]] void all_outputs(const PackedLayer& layer, const InputRows<T>& in,
                                   const Store& store) {
  constexpr int kV = kR * 4 <= Simd::kRows * 2 ? 4 : 2;
  std::size_t first = 0;
  for (; first + kV * kVectorWidth <= layer.outputs; first += kV * kVectorWidth)
    micro_tile<kR, kV>(layer, in, first, store);
  for (; first + 2 * kVectorWidth <= layer.outputs; first += 2 * kVectorWidth)
    micro_tile<kR, 2>(layer, in, first, store);
  for (; first < layer.outputs; first += kVectorWidth) micro_tile<kR, 1>(layer, in, first, store);
}

/// Fewer rows than a whole tile, all at once: most fronts of small planes are no more.
template <int kR, class T, class Store>
void last_rows(const PackedLayer& layer, const InputRows<T>& in, std::size_t count,
               const Store& store) {
  if constexpr (kR > 0) {
    if (count == static_cast<std::size_t>(kR))
      all_outputs<kR>(layer, in, store);
    else
      last_rows<kR - 1>(layer, in, count, store);
  }
}

/// store(row, output, sums): takes the sums of a vector of outputs.
template <class T, class Store>
void apply(const PackedLayer& layer, Rows<const T> in, std::size_t count, const Store& store) {
  constexpr auto kTile = static_cast<std::size_t>(Simd::kRows);
  for (std::size_t i = 0; i < count; i += kTile) {
    const std::size_t rows = count - i < kTile ? count - i : kTile;
    const InputRows<T> inputs({in.data + i * in.stride, in.stride}, rows, layer.inputs);
    const auto store_row = [&store, i](std::size_t row, std::size_t output, Ints sums) {
      store(i + row, output, sums);
    };
    last_rows<Simd::kRows>(layer, inputs, rows, store_row);
  }
}

inline void from_features(const PackedLayer& layer, Rows<const std::int8_t> features,
                          std::size_t count, int shift, Rows<std::uint8_t> activations) {
  apply(layer, features, count, [=](std::size_t row, std::size_t output, Ints sums) {
    Simd::store_bytes(activations.data + row * activations.stride + output,
                      Simd::shift_right(sums, shift));
  });
}

inline void from_activations(const PackedLayer& layer, Rows<const std::uint8_t> in,
                             std::size_t count, int shift, Rows<std::uint8_t> out) {
  apply(layer, in, count, [=](std::size_t row, std::size_t output, Ints sums) {
    Simd::store_bytes(out.data + row * out.stride + output, Simd::shift_right(sums, shift));
  });
}

inline void to_corrections(const PackedLayer& layer, Rows<const std::uint8_t> in, std::size_t count,
                           int shift, std::int32_t most, Rows<std::int16_t> out) {
  apply(layer, in, count, [=](std::size_t row, std::size_t output, Ints sums) {
    Simd::store_limited(out.data + row * out.stride + output, Simd::shift_right(sums, shift), -most,
                        most);
  });
}
