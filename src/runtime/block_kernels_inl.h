// Depthwise kernels, and whole residual blocks by strips of rows. Included by kernels_inl.h.

inline Floats clamped(Floats v, Floats bound) {
  return Simd::smaller(Simd::larger(v, Simd::multiply(bound, Simd::fill(-1.0F))), bound);
}

/// a * b + sum, for integers in two steps: where both are one instruction, it would round
/// otherwise.
template <Arithmetic kArithmetic>
inline Floats add_product(Floats a, Floats b, Floats sum) {
  if constexpr (kArithmetic == Arithmetic::kFloat)
    return Simd::multiply_add(a, b, sum);
  else
    return Simd::add(sum, Simd::multiply(a, b));
}

/// Sums over 3x3 kernels of each channel, for `positions` of a row. rows: three, from the position
/// left of the first one; weights: [9][channels] and the bias, or, kTransposed, read backwards and
/// without it.
template <Arithmetic kArithmetic, bool kTransposed, class Put>
inline void depthwise_sums(const float* const (&rows)[3], const float* weights, int channels,
                           int positions, const Put& put) {
  const auto stride = static_cast<std::size_t>(channels);
  for (int c = 0; c < channels; c += kWidth) {
    Floats taps[9];
    IMGCNN_UNROLL
    for (int k = 0; k < 9; ++k)
      taps[k] =
          Simd::load(weights + static_cast<std::size_t>(kTransposed ? 8 - k : k) * stride + c);
    const Floats bias = kTransposed ? Simd::fill(0.0F) : Simd::load(weights + 9 * stride + c);
    for (int p = 0; p < positions; ++p) {
      const std::size_t at = static_cast<std::size_t>(p) * stride + static_cast<std::size_t>(c);
      Floats sum = bias;
      IMGCNN_UNROLL
      for (int k = 0; k < 9; ++k)
        sum = add_product<kArithmetic>(
            Simd::load(rows[k / 3] + at + static_cast<std::size_t>(k % 3) * stride), taps[k], sum);
      put(at, sum);
    }
  }
}

/// The block, with products in one arithmetic.
template <class Tile>
class BlockStrip {
 public:
  BlockStrip(const BlockWeights& weights, const BlockRows& rows, Scratch& scratch)
      : weights_(weights),
        rows_(rows),
        channels_(weights.channels),
        stride_(static_cast<std::size_t>(channels_)),
        row_size_(static_cast<std::size_t>(rows.width + 2) * stride_) {
    constexpr std::size_t kTileRows = kTile + kTileSlack;
    ring_ = scratch.ring.reserve(3 * row_size_ + kTileSlack * stride_);
    depthwise_ = scratch.depthwise.reserve(kTileRows * stride_);
    mixed_ = scratch.mixed.reserve(kTileRows * stride_);
    gated_ = scratch.gated.reserve(kTileRows * stride_);
    quantized_ = scratch.quantized.reserve(kTileRows * stride_);
    scales_ = scratch.scales.reserve(kTileRows);
  }

  void run() {
    mix_in(rows_.first - 1);
    mix_in(rows_.first);
    for (int y = rows_.first; y < rows_.last; ++y) {
      mix_in(y + 1);
      for (int x = 0; x < rows_.width; x += kTile)
        rest_of_tile(y, x, positions_from(x, rows_.width));
    }
  }

 private:
  float* ring_row(int y) { return ring_ + static_cast<std::size_t>((y + 3) % 3) * row_size_; }

  Tile operand(const float* tile, int positions) {
    if constexpr (Tile::kArithmetic == Arithmetic::kFloat) {
      return {tile, stride_, positions};
    } else {
      quantize(tile, stride_, positions, channels_, quantized_, scales_);
      return {quantized_, stride_, positions, scales_};
    }
  }

  /// Row y of lrelu(mix_in(x)), with a zero on either side; zeros above and below the map.
  void mix_in(int y) {
    float* const row = ring_row(y);
    if (y < 0 || y >= rows_.height) return clear(row, row_size_);
    clear(row, stride_);
    clear(row + row_size_ - stride_, stride_);
    const float* const in =
        rows_.in + static_cast<std::size_t>(y) * static_cast<std::size_t>(rows_.width) * stride_;
    for (int x = 0; x < rows_.width; x += kTile) {
      float* const out = row + static_cast<std::size_t>(x + 1) * stride_;
      tile_times_weights(
          operand(in + static_cast<std::size_t>(x) * stride_, positions_from(x, rows_.width)),
          weights_.mix_in, [&](int position, int output, Floats v) {
            Simd::store(out + static_cast<std::size_t>(position) * stride_ + output, leaky(v));
          });
    }
  }

  static void clear(float* p, std::size_t count) {
    for (std::size_t i = 0; i < count; i += kWidth) Simd::store(p + i, Simd::fill(0.0F));
  }

  void rest_of_tile(int y, int x, int positions) {
    const std::size_t at = (static_cast<std::size_t>(y) * static_cast<std::size_t>(rows_.width) +
                            static_cast<std::size_t>(x)) *
                           stride_;
    const std::size_t left = static_cast<std::size_t>(x) * stride_;
    const float* const around[3] = {ring_row(y - 1) + left, ring_row(y) + left,
                                    ring_row(y + 1) + left};
    depthwise_sums<Tile::kArithmetic, false>(
        around, weights_.depthwise.data(), channels_, positions,
        [&](std::size_t to, Floats sum) { Simd::store(depthwise_ + to, sum); });
    add_product_to(operand(depthwise_, positions), weights_.mix_out, rows_.in + at, stride_, mixed_,
                   [](Floats v) { return v; });
    const Floats none = Simd::fill(0.0F), most = Simd::fill(kGateBound);
    tile_times_panels(operand(mixed_, positions), weights_.gate_in,
                      [&](int position, int panel, Floats a, Floats b) {
                        const Floats gate = Simd::smaller(Simd::larger(b, none), most);
                        Simd::store(
                            gated_ + static_cast<std::size_t>(position) * stride_ + panel * kWidth,
                            Simd::multiply(a, gate));
                      });
    const Floats bound = Simd::fill(rows_.bound);
    add_product_to(operand(gated_, positions), weights_.gate_out, mixed_, stride_, rows_.out + at,
                   [&](Floats v) { return clamped(v, bound); });
  }

  const BlockWeights& weights_;
  const BlockRows& rows_;
  int channels_;
  std::size_t stride_, row_size_;
  float *ring_, *depthwise_, *mixed_, *gated_, *scales_;
  std::int16_t* quantized_;
};
