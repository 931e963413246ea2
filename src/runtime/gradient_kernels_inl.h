// The way back through residual blocks. Included by kernels_inl.h.

/// Back through a residual block, in float32.
class BlockGradient {
 public:
  BlockGradient(const BlockWeights& weights, const BlockGradientWeights& transposed,
                const BlockGradientRows& rows, Scratch& scratch)
      : weights_(weights),
        transposed_(transposed),
        rows_(rows),
        channels_(weights.channels),
        stride_(static_cast<std::size_t>(channels_)) {
    constexpr std::size_t kTileRows = kTile + kTileSlack;
    depthwise_ = scratch.depthwise.reserve(kTileRows * stride_);
    mixed_ = scratch.mixed.reserve(kTileRows * stride_);
    gated_ = scratch.gated.reserve(kTileRows * stride_);
    sums_ = scratch.sums.reserve(kTileRows * stride_);
    halves_ = scratch.halves.reserve(2 * kTileRows * stride_);
    const std::size_t row = static_cast<std::size_t>(rows.width + 2) * stride_;
    ring_ = scratch.ring.reserve(3 * row);
    for (int i = 0; i < 3; ++i) around_[i] = ring_ + static_cast<std::size_t>(i) * row;
  }

  void to_depthwise() {
    for (int y = rows_.first; y < rows_.last; ++y) {
      gather(rows_.hidden, y);
      for (int x = 0; x < rows_.width; x += kTile)
        tile_to_depthwise(y, x, positions_from(x, rows_.width));
    }
  }

  void to_input() {
    for (int y = rows_.first; y < rows_.last; ++y) {
      gather(rows_.depthwise, y);
      for (int x = 0; x < rows_.width; x += kTile)
        tile_to_input(y, x, positions_from(x, rows_.width));
    }
  }

 private:
  [[nodiscard]] std::size_t offset(int y, int x) const {
    return (static_cast<std::size_t>(y) * static_cast<std::size_t>(rows_.width) +
            static_cast<std::size_t>(x)) *
           stride_;
  }
  [[nodiscard]] FloatTile operand(const float* tile, int positions) const {
    return {tile, stride_, positions};
  }

  /// Three rows of a map around row y, with zeros beyond its edges.
  void gather(const float* map, int y) {
    const std::size_t row = static_cast<std::size_t>(rows_.width) * stride_;
    for (int i = 0; i < 3; ++i) {
      const int from = y - 1 + i;
      const bool inside = from >= 0 && from < rows_.height;
      const auto copy = [&](std::size_t to, const float* source, std::size_t count) {
        for (std::size_t k = 0; k < count; k += kWidth)
          Simd::store(around_[i] + to + k,
                      source != nullptr ? Simd::load(source + k) : Simd::fill(0.0F));
      };
      copy(0, nullptr, stride_);
      copy(stride_, inside ? map + offset(from, 0) : nullptr, row);
      copy(stride_ + row, nullptr, stride_);
    }
  }

  template <bool kTransposed, class Put>
  void around_tile(int x, int positions, const Put& put) const {
    const std::size_t left = static_cast<std::size_t>(x) * stride_;
    const float* const rows[3] = {around_[0] + left, around_[1] + left, around_[2] + left};
    depthwise_sums<Arithmetic::kFloat, kTransposed>(rows, weights_.depthwise.data(), channels_,
                                                    positions, put);
  }

  /// out = residual + weights * tile.
  void add(const FloatTile& tile, const PackedWeights& weights, const float* residual,
           float* out) const {
    add_product_to(tile, weights, residual, stride_, out, [](Floats v) { return v; });
  }

  void store(const FloatTile& tile, const PackedWeights& weights, float* out) const {
    tile_times_weights(tile, weights, [&](int position, int output, Floats v) {
      Simd::store(out + static_cast<std::size_t>(position) * stride_ + output, v);
    });
  }

  void tile_to_depthwise(int y, int x, int positions) {
    const std::size_t at = offset(y, x);
    around_tile<false>(x, positions,
                       [&](std::size_t to, Floats sum) { Simd::store(depthwise_ + to, sum); });
    add(operand(depthwise_, positions), weights_.mix_out, rows_.in + at, mixed_);
    // Clamped features: a gradient that asks them to go on outwards is none.
    for (std::size_t i = 0; i < static_cast<std::size_t>(positions) * stride_; ++i) {
      const float out = rows_.out[at + i], gradient = rows_.gradient[at + i];
      const bool outwards =
          (out >= rows_.bound && gradient < 0) || (out <= -rows_.bound && gradient > 0);
      gated_[i] = outwards ? 0.0F : gradient;
    }
    store(operand(gated_, positions), transposed_.gate_out, sums_);
    const std::size_t both = 2 * stride_;
    tile_times_panels(
        operand(mixed_, positions), weights_.gate_in,
        [&](int position, int panel, Floats a, Floats b) {
          alignas(64) float factors[2][kWidth];
          Simd::store(factors[0], a);
          Simd::store(factors[1], b);
          const float* const back =
              sums_ + static_cast<std::size_t>(position) * stride_ + panel * kWidth;
          float* const to = halves_ + static_cast<std::size_t>(position) * both + panel * kWidth;
          for (int i = 0; i < kWidth; ++i) {
            const float gate = factors[1][i];
            const bool moves = gate >= 0 && gate <= kGateBound;
            to[i] = back[i] * (moves ? gate : gate < 0 ? 0.0F : kGateBound);
            to[stride_ + static_cast<std::size_t>(i)] = moves ? back[i] * factors[0][i] : 0.0F;
          }
        });
    add({halves_, both, positions}, transposed_.gate_in, gated_, mixed_);
    for (std::size_t i = 0; i < static_cast<std::size_t>(positions) * stride_; i += kWidth)
      Simd::store(rows_.mixed + at + i, Simd::load(mixed_ + i));
    store(operand(mixed_, positions), transposed_.mix_out, rows_.depthwise + at);
  }

  void tile_to_input(int y, int x, int positions) {
    const std::size_t at = offset(y, x);
    around_tile<true>(x, positions,
                      [&](std::size_t to, Floats sum) { Simd::store(depthwise_ + to, sum); });
    for (std::size_t i = 0; i < static_cast<std::size_t>(positions) * stride_; ++i)
      depthwise_[i] *= rows_.hidden[at + i] > 0 ? 1.0F : kLeak;
    add(operand(depthwise_, positions), transposed_.mix_in, rows_.mixed + at, rows_.result + at);
  }

  const BlockWeights& weights_;
  const BlockGradientWeights& transposed_;
  const BlockGradientRows& rows_;
  int channels_;
  std::size_t stride_;
  float *depthwise_, *mixed_, *gated_, *sums_, *halves_, *ring_, *around_[3];
};
