// Products of a tile of positions and a matrix of weights, and what becomes of their sums.
// Included by kernels_inl.h.

/// Positions of features as a product takes them.
struct FloatTile {
  static constexpr Arithmetic kArithmetic = Arithmetic::kFloat;
  const float* data;
  std::size_t stride;
  int positions;
};

struct ShortTile {
  static constexpr Arithmetic kArithmetic = Arithmetic::kInt16;
  const std::int16_t* data;
  std::size_t stride;
  int positions;
  const float* scales;  ///< of each position
};

/// Sums of kR positions times one panel.
template <int kR>
[[gnu::always_inline]] inline void micro_tile(const FloatTile& tile, int first,
                                              const PackedWeights& weights, int panel,
                                              Floats (&sums)[kR][2]) {
  const float* w = weights.floats(panel);
  const float* a = tile.data + static_cast<std::size_t>(first) * tile.stride;
  const Floats bias0 = Simd::load(weights.bias(panel)),
               bias1 = Simd::load(weights.bias(panel) + kWidth);
  IMGCNN_UNROLL
  for (int r = 0; r < kR; ++r) sums[r][0] = bias0, sums[r][1] = bias1;
  for (int k = 0; k < weights.in(); ++k, w += 2 * kWidth, ++a) {
    const Floats w0 = Simd::load(w), w1 = Simd::load(w + kWidth);
    IMGCNN_UNROLL
    for (int r = 0; r < kR; ++r) {
      const Floats x = Simd::fill(a[static_cast<std::size_t>(r) * tile.stride]);
      sums[r][0] = Simd::multiply_add(x, w0, sums[r][0]);
      sums[r][1] = Simd::multiply_add(x, w1, sums[r][1]);
    }
  }
}

template <int kR>
[[gnu::always_inline]] inline void micro_tile(const ShortTile& tile, int first,
                                              const PackedWeights& weights, int panel,
                                              Floats (&results)[kR][2]) {
  const std::int16_t* w = weights.shorts(panel);
  const std::int16_t* a = tile.data + static_cast<std::size_t>(first) * tile.stride;
  Ints sums[kR][2];
  IMGCNN_UNROLL
  for (int r = 0; r < kR; ++r) sums[r][0] = sums[r][1] = Simd::zero();
  for (int k = 0; k < weights.in(); k += 2, w += 4 * kWidth, a += 2) {
    const Ints w0 = Simd::load_pairs(w), w1 = Simd::load_pairs(w + 2 * kWidth);
    IMGCNN_UNROLL
    for (int r = 0; r < kR; ++r) {
      const Ints x = Simd::fill_pair(a + static_cast<std::size_t>(r) * tile.stride);
      Simd::add_products(sums[r][0], x, w0);
      Simd::add_products(sums[r][1], x, w1);
    }
  }
  const Floats scale0 = Simd::load(weights.scales(panel)),
               scale1 = Simd::load(weights.scales(panel) + kWidth);
  const Floats bias0 = Simd::load(weights.bias(panel)),
               bias1 = Simd::load(weights.bias(panel) + kWidth);
  IMGCNN_UNROLL
  for (int r = 0; r < kR; ++r) {
    // Multiplied and added one after the other: where both are one instruction, it would round
    // otherwise.
    const Floats scale = Simd::fill(tile.scales[first + r]);
    results[r][0] = Simd::add(
        Simd::multiply(Simd::to_floats(sums[r][0]), Simd::multiply(scale, scale0)), bias0);
    results[r][1] = Simd::add(
        Simd::multiply(Simd::to_floats(sums[r][1]), Simd::multiply(scale, scale1)), bias1);
  }
}

template <int kR, class Tile, class Put>
[[gnu::noinline]] void rows_times_panel(const Tile& tile, int first, int count,
                                        const PackedWeights& weights, int panel, const Put& put) {
  Floats sums[kR][2];
  micro_tile<kR>(tile, first, weights, panel, sums);
  IMGCNN_UNROLL
  for (int r = 0; r < kR; ++r) {
    if (r < count) put(first + r, panel, sums[r][0], sums[r][1]);
  }
}

/// A tile times all panels. put(position, panel, v0, v1): takes what a panel's two vectors became.
template <class Tile, class Put>
void tile_times_panels(const Tile& tile, const PackedWeights& weights, const Put& put) {
  for (int panel = 0; panel < weights.panels(); ++panel) {
    int first = 0;
    for (; tile.positions - first >= kRows; first += kRows)
      rows_times_panel<kRows>(tile, first, kRows, weights, panel, put);
    for (; first < tile.positions; first += kFewRows)
      rows_times_panel<kFewRows>(tile, first, tile.positions - first, weights, panel, put);
  }
}

/// The same by vectors of outputs. put(position, output, v): takes what the vector from `output` on
/// became.
template <class Tile, class Put>
void tile_times_weights(const Tile& tile, const PackedWeights& weights, const Put& put) {
  const int outputs = weights.out();
  tile_times_panels(tile, weights, [outputs, put](int position, int panel, Floats v0, Floats v1) {
    const int output = panel * 2 * kWidth;
    put(position, output, v0);
    if (output + kWidth < outputs) put(position, output + kWidth, v1);
  });
}

/// out = last(residual + weights * tile), both [positions][stride].
template <class Tile, class Last>
void add_product_to(const Tile& tile, const PackedWeights& weights, const float* residual,
                    std::size_t stride, float* out, const Last& last) {
  tile_times_weights(tile, weights, [&](int position, int output, Floats v) {
    const std::size_t to =
        static_cast<std::size_t>(position) * stride + static_cast<std::size_t>(output);
    Simd::store(out + to, last(Simd::add(v, Simd::load(residual + to))));
  });
}

inline Floats leaky(Floats v) { return Simd::larger(v, Simd::multiply(v, Simd::fill(kLeak))); }

/// Of the tile that begins at x.
inline int positions_from(int x, int width) { return width - x < kTile ? width - x : kTile; }

/// Activations below are as good as zero: the inverse of their step would be infinite, and of
/// infinities each instruction set makes other integers.
constexpr float kLeastActivation = 1e-34F;

/// Integers of 14 bits, with one scale a position: its largest magnitude is the limit.
inline void quantize(const float* tile, std::size_t stride, int positions, int channels,
                     std::int16_t* out, float* scales) {
  for (int p = 0; p < positions; ++p, tile += stride, out += channels) {
    Floats most = Simd::fill(0.0F);
    for (int c = 0; c < channels; c += kWidth)
      most = Simd::larger(Simd::magnitude(Simd::load(tile + c)), most);
    const float largest = Simd::largest(most);
    const Floats factor =
        Simd::fill(largest > kLeastActivation ? kActivationLimit / largest : 0.0F);
    scales[p] = largest / kActivationLimit;
    for (int c = 0; c < channels; c += kWidth)
      Simd::store_rounded(out + c, Simd::multiply(Simd::load(tile + c), factor));
  }
}

/// Samples of `kSide` a side that one vector of outputs, from `output` on, holds: runs of a row of
/// a plane.
template <int kSide, class Add>
inline void put_pixels(const Epilogue& e, int position, int output, const float* values,
                       const Add& add) {
  constexpr int kRun = kWidth < kSide ? kWidth : kSide;
  for (int i = 0; i < kWidth; i += kRun) {
    const int o = output + i, plane = o / (kSide * kSide), y = o / kSide % kSide, x = o % kSide;
    float* const to = e.out + static_cast<std::size_t>(plane) * e.plane +
                      static_cast<std::size_t>(y) * e.stride +
                      static_cast<std::size_t>(position * kSide + x);
    for (int j = 0; j < kRun; ++j) to[j] = add(to[j], values[i + j]);
  }
}

/// One vector of outputs to where the epilogue sends it.
template <EpilogueKind kKind>
[[gnu::always_inline]] inline void put_vector(const Epilogue& e, int position, int output,
                                              Floats v) {
  if constexpr (kKind == EpilogueKind::kStore || kKind == EpilogueKind::kRelu ||
                kKind == EpilogueKind::kLeaky || kKind == EpilogueKind::kScale) {
    if constexpr (kKind == EpilogueKind::kLeaky) v = leaky(v);
    if constexpr (kKind == EpilogueKind::kRelu) v = Simd::larger(v, Simd::fill(0.0F));
    if constexpr (kKind == EpilogueKind::kScale)
      v = Simd::multiply(v, Simd::load(e.factor + output));
    Simd::store(e.out + static_cast<std::size_t>(position) * e.stride + output, v);
  } else if constexpr (kKind == EpilogueKind::kUpsample) {
    const int quarter = output / e.channels, channel = output % e.channels;
    const std::size_t at =
        static_cast<std::size_t>(quarter / 2) * e.stride +
        static_cast<std::size_t>((2 * position + quarter % 2) * e.channels + channel);
    Simd::store(e.out + at, Simd::multiply(v, Simd::load(e.factor + output)));
  } else {
    alignas(64) float values[kWidth];
    Simd::store(values, v);
    if constexpr (kKind == EpilogueKind::kPixels16) {
      put_pixels<16>(e, position, output, values,
                     [](float, float value) { return value + kMiddle; });
    } else {
      put_pixels<8>(e, position, output, values,
                    [&](float there, float value) { return there + value * e.pixel_scale; });
    }
  }
}

template <EpilogueKind kValue>
struct OfKind {
  static constexpr EpilogueKind kKind = kValue;
};

template <class Tile>
void run_product(const PackedWeights& weights, const Tile& tile, const Epilogue& e) {
  const auto with = [&](auto kind) {
    constexpr EpilogueKind kKind = decltype(kind)::kKind;
    tile_times_weights(tile, weights, [&](int position, int output, Floats v) {
      put_vector<kKind>(e, position, output, v);
    });
  };
  switch (e.kind) {
    case EpilogueKind::kStore:
      return with(OfKind<EpilogueKind::kStore>{});
    case EpilogueKind::kRelu:
      return with(OfKind<EpilogueKind::kRelu>{});
    case EpilogueKind::kLeaky:
      return with(OfKind<EpilogueKind::kLeaky>{});
    case EpilogueKind::kScale:
      return with(OfKind<EpilogueKind::kScale>{});
    case EpilogueKind::kUpsample:
      return with(OfKind<EpilogueKind::kUpsample>{});
    case EpilogueKind::kPixels16:
      return with(OfKind<EpilogueKind::kPixels16>{});
    case EpilogueKind::kPixels8:
      return with(OfKind<EpilogueKind::kPixels8>{});
  }
}
