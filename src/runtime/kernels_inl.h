// The kernels, written once for vectors of any instruction set: included by kernels_*.cpp behind a
// Simd of its own, in a namespace of its own, so that nothing compiled for one processor is linked
// into what runs on another. Standard templates are avoided here for the same reason.

// GCC keeps an array in registers only when every index is known before it allocates them: hence
// the unrolling.
#define IMGCNN_UNROLL _Pragma("GCC unroll 16")

using Floats = Simd::Floats;
using Ints = Simd::Ints;
constexpr int kWidth = Simd::kWidth;
constexpr int kRows = Simd::kRows;
constexpr int kFewRows = 4;
static_assert(kRows % 2 == 0 && kTile % kRows == 0 && kFewRows <= kTileSlack);

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
inline void quantise(const float* tile, std::size_t stride, int positions, int channels,
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
    quantised_ = scratch.quantised.reserve(kTileRows * stride_);
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
      quantise(tile, stride_, positions, channels_, quantised_, scales_);
      return {quantised_, stride_, positions, scales_};
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
  std::int16_t* quantised_;
};

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

class SimdKernels final : public Kernels {
 public:
  explicit SimdKernels(const char* name) : name_(name) {}
  [[nodiscard]] const char* name() const override { return name_; }
  [[nodiscard]] int width() const override { return kWidth; }

  void product(const PackedWeights& weights, const float* tile, std::size_t stride, int positions,
               const Epilogue& epilogue, Scratch& scratch) const override {
    if (weights.arithmetic() == Arithmetic::kFloat)
      return run_product(weights, FloatTile{tile, stride, positions}, epilogue);
    const auto in = static_cast<std::size_t>(weights.in());
    constexpr std::size_t kTileRows = kTile + kTileSlack;
    std::int16_t* const quantised = scratch.quantised.reserve(kTileRows * in);
    float* const scales = scratch.scales.reserve(kTileRows);
    quantise(tile, stride, positions, weights.in(), quantised, scales);
    run_product(weights, ShortTile{quantised, in, positions, scales}, epilogue);
  }

  void residual_block(const BlockWeights& weights, const BlockRows& rows,
                      Scratch& scratch) const override {
    if (weights.mix_in.arithmetic() == Arithmetic::kFloat) {
      BlockStrip<FloatTile>(weights, rows, scratch).run();
    } else {
      BlockStrip<ShortTile>(weights, rows, scratch).run();
    }
  }

  void gradient_to_depthwise(const BlockWeights& weights, const BlockGradientWeights& transposed,
                             const BlockGradientRows& rows, Scratch& scratch) const override {
    BlockGradient(weights, transposed, rows, scratch).to_depthwise();
  }
  void gradient_to_input(const BlockWeights& weights, const BlockGradientWeights& transposed,
                         const BlockGradientRows& rows, Scratch& scratch) const override {
    BlockGradient(weights, transposed, rows, scratch).to_input();
  }

 private:
  const char* name_;
};

#undef IMGCNN_UNROLL
