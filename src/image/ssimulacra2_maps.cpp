#include "image/ssimulacra2_maps.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <vector>

#include "imgcnn/image/ssimulacra2_constants.h"

namespace imgcnn::image {
namespace {

constexpr int kReach = static_cast<int>(kSsimulacraTaps.size()) - 1;
constexpr float kC2 = static_cast<float>(kSsimulacraC2);

constexpr float tap(std::size_t offset) { return static_cast<float>(kSsimulacraTaps[offset]); }

/// The low-pass filter over one plane, a row at a time: what a few rows need is all that is kept.
class RowBlur {
 public:
  explicit RowBlur(int width)
      : width_(width), padded_(static_cast<std::size_t>(width) + 2 * kReach) {
    for (auto& row : rows_) row.resize(static_cast<std::size_t>(width));
  }

  /// Where the samples of the next row are written to.
  [[nodiscard]] float* input() { return padded_.data() + kReach; }
  /// Takes the input as row y; rows come in order, from 0.
  void put(int y) {
    const float* const in = input();
    float* const out = rows_[slot(y)].data();
    for (int x = 0; x < width_; ++x) {
      out[x] = tap(0) * in[x] + tap(1) * (in[x - 1] + in[x + 1]) +
               tap(2) * (in[x - 2] + in[x + 2]) + tap(3) * (in[x - 3] + in[x + 3]) +
               tap(4) * (in[x - 4] + in[x + 4]);
    }
  }
  /// Takes a row below the last one.
  void put_zeros(int y) { std::fill(rows_[slot(y)].begin(), rows_[slot(y)].end(), 0.0F); }
  /// Row y of the filtered plane, as soon as rows up to y + kReach are in.
  void get(int y, float* __restrict out) const {
    const auto row = [&](int offset) { return rows_[slot(y + offset)].data(); };
    const float *const a = row(-4), *const b = row(-3), *const c = row(-2), *const d = row(-1),
                       *const e = row(0), *const f = row(1), *const g = row(2), *const h = row(3),
                       *const i = row(4);
    for (int x = 0; x < width_; ++x) {
      out[x] = tap(0) * e[x] + tap(1) * (d[x] + f[x]) + tap(2) * (c[x] + g[x]) +
               tap(3) * (b[x] + h[x]) + tap(4) * (a[x] + i[x]);
    }
  }

 private:
  static constexpr int kRows = 2 * kReach + 1;
  static_assert(kReach == 4, "the sums above are written out for five taps");
  /// Rows above the first one are zero until those that take their place come.
  [[nodiscard]] static std::size_t slot(int y) {
    return static_cast<std::size_t>((y + kRows) % kRows);
  }

  int width_;
  std::vector<float> padded_;  ///< zeros before and after the row
  std::array<std::vector<float>, kRows> rows_;
};

/// Rows of low-pass filtered planes: both pictures, the sum of their squares and the square of
/// their difference. Of variances and covariance the metric needs no more, and where both pictures
/// are alike a difference of the others would be all rounding.
struct Moments {
  std::vector<float> shown, original, squares, difference;
  explicit Moments(std::size_t width)
      : shown(width), original(width), squares(width), difference(width) {}
};

std::ptrdiff_t row_start(const ChannelPair& pair, int y) {
  return static_cast<std::ptrdiff_t>(y) * pair.width;
}

ChannelPair row_of(const ChannelPair& pair, int y) {
  return {pair.shown + row_start(pair, y), pair.original + row_start(pair, y), 1, pair.width};
}

// Compilers make vector instructions of loops whose results are written to parameters that say that
// they share no memory with others.

void write_squares(const ChannelPair& row, float* __restrict squares,
                   float* __restrict difference) {
  const float *const a = row.shown, *const b = row.original;
  for (int x = 0; x < row.width; ++x) {
    squares[x] = a[x] * a[x] + b[x] * b[x];
    difference[x] = (a[x] - b[x]) * (a[x] - b[x]);
  }
}

/// Calls use(y, moments) for each row.
template <class Use>
void for_each_row(const ChannelPair& pair, const Use& use) {
  Moments moments(static_cast<std::size_t>(pair.width));
  RowBlur shown(pair.width), original(pair.width), squares(pair.width), difference(pair.width);
  const std::array<RowBlur*, 4> blurs = {&shown, &original, &squares, &difference};
  for (int y = 0; y < pair.height + kReach; ++y) {
    if (y < pair.height) {
      const ChannelPair row = row_of(pair, y);
      std::copy_n(row.shown, row.width, shown.input());
      std::copy_n(row.original, row.width, original.input());
      write_squares(row, squares.input(), difference.input());
      for (RowBlur* const blur : blurs) blur->put(y);
    } else {
      for (RowBlur* const blur : blurs) blur->put_zeros(y);
    }
    if (y < kReach) continue;
    shown.get(y - kReach, moments.shown.data());
    original.get(y - kReach, moments.original.data());
    squares.get(y - kReach, moments.squares.data());
    difference.get(y - kReach, moments.difference.data());
    use(y - kReach, moments);
  }
}

float positive(float value) { return value > 0.0F ? value : 0.0F; }

/// 1 - (1 - q) (2 covariance + C2) / (both variances + C2), where q is the squared difference of
/// the means: in terms of the variance of the difference, so that nothing is taken from 1.
struct Structure {
  float mean_gap, q, variances, difference_variance, error;
  Structure(float mean_shown, float mean_original, float squares, float difference)
      : mean_gap(mean_shown - mean_original),
        q(mean_gap * mean_gap),
        variances(squares - mean_shown * mean_shown - mean_original * mean_original + kC2),
        difference_variance(difference - q),
        error((difference_variance + q * (variances - difference_variance)) / variances) {}
};

/// (1 + |shown's detail|) / (1 + |original's|) - 1: ringing where positive, blurring where
/// negative.
float edge_error(float shown_detail, float original_detail) {
  return (std::abs(shown_detail) - std::abs(original_detail)) / (1 + std::abs(original_detail));
}

/// Rows of the three error maps.
void write_errors(const ChannelPair& row, const Moments& moments, float* __restrict structure,
                  float* __restrict ringing, float* __restrict blurring) {
  const float *const mean = moments.shown.data(), *const original_mean = moments.original.data(),
                     *const squares = moments.squares.data(),
                     *const difference = moments.difference.data();
  for (int x = 0; x < row.width; ++x) {
    structure[x] = positive(Structure(mean[x], original_mean[x], squares[x], difference[x]).error);
    const float edge = edge_error(row.shown[x] - mean[x], row.original[x] - original_mean[x]);
    ringing[x] = positive(edge);
    blurring[x] = positive(-edge);
  }
}

/// Sums of values and of their fourth powers by columns: rounded as doubles are, and with no order
/// that would keep compilers from adding several at once.
struct ColumnSums {
  std::vector<double> values, fourth_powers;
  explicit ColumnSums(std::size_t width) : values(width), fourth_powers(width) {}

  void add(const std::vector<float>& row) {
    const float* const from = row.data();
    double *const sums = values.data(), *const fourths = fourth_powers.data();
    for (std::size_t x = 0; x < row.size(); ++x) {
      const double square = from[x] * from[x];
      sums[x] += from[x];
      fourths[x] += square * square;
    }
  }
};

/// The slope of the weighted norms of one map with respect to its values.
struct NormSlope {
  float by_mean = 0, by_fourth = 0;
  /// At a value of the map, which is `error` where that is positive.
  [[nodiscard]] float at(float error) const {
    return error > 0.0F ? by_mean + by_fourth * (error * error * error) : 0.0F;
  }
};

/// Of the structural, the ringing and the blurring map.
using NormSlopes = std::array<NormSlope, 3>;

/// 4-norms of less count as constant: fourth powers of single values are no floats any more.
constexpr double kLeastNorm = 1e-9;

NormSlope norm_slope(const ChannelPair& pair, const MapNorms& norms, const MapNorms& weights,
                     std::size_t map) {
  const double count = static_cast<double>(pair.width) * pair.height, norm = norms[map + 3];
  const double fourth = norm > kLeastNorm ? weights[map + 3] / (count * norm * norm * norm) : 0;
  return {static_cast<float>(weights[map] / count), static_cast<float>(fourth)};
}

/// Rows of the gradient with respect to samples where the means stay, and to the moments.
void write_gradients(const ChannelPair& row, const Moments& moments, const NormSlopes& slopes,
                     float* __restrict direct, float* __restrict by_mean,
                     float* __restrict by_squares, float* __restrict by_difference) {
  const float *const mean = moments.shown.data(), *const original_mean = moments.original.data(),
                     *const squares = moments.squares.data(),
                     *const difference = moments.difference.data();
  const NormSlope structure = slopes[0], ringing = slopes[1], blurring = slopes[2];
  for (int x = 0; x < row.width; ++x) {
    const Structure s(mean[x], original_mean[x], squares[x], difference[x]);
    const float by_error = structure.at(s.error), inverse = 1 / s.variances;
    const float by_spread = by_error * (1 - s.q) * inverse;
    const float by_variances = -by_spread * s.difference_variance * inverse;
    const float by_q = by_error * (s.variances - s.difference_variance) * inverse - by_spread;
    const float detail = row.shown[x] - mean[x],
                original_detail = row.original[x] - original_mean[x];
    const float edge = edge_error(detail, original_detail);
    const float by_size = (ringing.at(edge) - blurring.at(-edge)) / (1 + std::abs(original_detail));
    const float by_detail = detail < 0.0F ? -by_size : by_size;
    direct[x] = by_detail;
    by_mean[x] = 2 * s.mean_gap * by_q - 2 * mean[x] * by_variances - by_detail;
    by_squares[x] = by_variances;
    by_difference[x] = by_spread;
  }
}

/// Adds what the moments' gradients, filtered, are to the samples.
void add_moment_gradients(const ChannelPair& row, const Moments& gradients, float* __restrict to) {
  const float *const a = row.shown, *const b = row.original;
  const float *const by_mean = gradients.shown.data(), *const by_squares = gradients.squares.data(),
                     *const by_difference = gradients.difference.data();
  for (int x = 0; x < row.width; ++x)
    to[x] += by_mean[x] + 2 * a[x] * by_squares[x] + 2 * (a[x] - b[x]) * by_difference[x];
}

}  // namespace

MapNorms map_norms(const ChannelPair& pair) {
  const auto width = static_cast<std::size_t>(pair.width);
  std::array<ColumnSums, 3> sums = {ColumnSums(width), ColumnSums(width), ColumnSums(width)};
  std::array<std::vector<float>, 3> maps;
  for (auto& map : maps) map.resize(width);
  for_each_row(pair, [&](int y, const Moments& moments) {
    write_errors(row_of(pair, y), moments, maps[0].data(), maps[1].data(), maps[2].data());
    for (std::size_t map = 0; map < maps.size(); ++map) sums[map].add(maps[map]);
  });
  const double count = static_cast<double>(pair.width) * pair.height;
  const auto mean = [&](const std::vector<double>& columns) {
    return std::accumulate(columns.begin(), columns.end(), 0.0) / count;
  };
  MapNorms norms{};
  for (std::size_t map = 0; map < maps.size(); ++map) {
    norms[map] = mean(sums[map].values);
    norms[map + 3] = std::sqrt(std::sqrt(mean(sums[map].fourth_powers)));
  }
  return norms;
}

void map_gradient(const ChannelPair& pair, const MapNorms& norms, const MapNorms& weights,
                  float* gradient) {
  const NormSlopes slopes = {norm_slope(pair, norms, weights, 0),
                             norm_slope(pair, norms, weights, 1),
                             norm_slope(pair, norms, weights, 2)};
  RowBlur by_mean(pair.width), by_squares(pair.width), by_difference(pair.width);
  const std::array<RowBlur*, 3> blurs = {&by_mean, &by_squares, &by_difference};
  Moments gradients(static_cast<std::size_t>(pair.width));
  // The filter is its own transpose: what filtered samples get spreads through it again.
  const auto finish = [&](int y) {
    by_mean.get(y, gradients.shown.data());
    by_squares.get(y, gradients.squares.data());
    by_difference.get(y, gradients.difference.data());
    add_moment_gradients(row_of(pair, y), gradients, gradient + row_start(pair, y));
  };
  for_each_row(pair, [&](int y, const Moments& moments) {
    write_gradients(row_of(pair, y), moments, slopes, gradient + row_start(pair, y),
                    by_mean.input(), by_squares.input(), by_difference.input());
    for (RowBlur* const blur : blurs) blur->put(y);
    if (y >= kReach) finish(y - kReach);
  });
  for (int y = pair.height; y < pair.height + kReach; ++y) {
    for (RowBlur* const blur : blurs) blur->put_zeros(y);
    if (y >= kReach) finish(y - kReach);
  }
}

}  // namespace imgcnn::image
