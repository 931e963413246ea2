// Forward selection of references from sums of products.

#include "reference_search.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <utility>

#include "imgcnn/entropy/context_mlp.h"

namespace imgcnn::train {
namespace {

using entropy::kNoReference;
constexpr int kReferencePlaces = static_cast<int>(entropy::kReferencePlaces);
constexpr int kMagnitudeReferences = static_cast<int>(entropy::kMagnitudeReferences);

/// Places around a position: the references' five, and for what neighbours in the channel itself
/// explain, two more.
constexpr int kPlaces = kReferencePlaces + 2;
constexpr std::array<std::array<int, 2>, kPlaces> kOffsets = {
    {{0, 0}, {0, 1}, {1, 0}, {0, -1}, {-1, 0}, {-1, -1}, {-1, 1}}};
// West, north, northwest, northeast: decoded before
constexpr std::array<int, 4> kOwnPlaces = {3, 4, 5, 6};

// Magnitudes beyond count as this.
constexpr std::int32_t kLimit = 20;
// Added to what a row expects, so that what it takes for surely zero does not count too much.
constexpr float kCertainty = 0.05F;
// A place that keeps less than this share of its variance says nothing new.
constexpr double kLeastLeft = 0.02;
// Nor does one that hardly ever varies.
constexpr double kLeastVariance = 1e-3;
// What chance explains, and what a weight costs while it adapts: so many times the variance of one
// symbol.
constexpr double kWeightCost = 2;

/// Symmetric matrix from which variables are taken out one by one: what is left is what they do not
/// explain.
class Residual {
 public:
  explicit Residual(std::size_t size) : size_(size), values_(size * size) {}

  [[nodiscard]] double& at(std::size_t i, std::size_t j) { return values_[i * size_ + j]; }

  void take_out(std::size_t k) {
    if (at(k, k) <= 1e-6) return;
    const std::vector<double> row(values_.begin() + static_cast<std::ptrdiff_t>(k * size_),
                                  values_.begin() + static_cast<std::ptrdiff_t>((k + 1) * size_));
    for (std::size_t i = 0; i < size_; ++i) {
      const double factor = row[i] / row[k];
      if (factor == 0) continue;
      for (std::size_t j = 0; j < size_; ++j) at(i, j) -= factor * row[j];
    }
  }

 private:
  std::size_t size_;
  std::vector<double> values_;
};

std::size_t feature(int channel, int place) {
  return static_cast<std::size_t>(channel * kPlaces + place);
}

/// Variables of a channel: places of earlier channels, which are its candidates, then its own
/// neighbours, then the symbol itself.
struct Variables {
  explicit Variables(int channel) {
    for (int c = 0; c < channel; ++c) {
      for (int place = 0; place < kReferencePlaces; ++place) {
        index.push_back(feature(c, place));
        codes.push_back(c * kReferencePlaces + place);
      }
    }
    for (const int place : kOwnPlaces) index.push_back(feature(channel, place));
    index.push_back(feature(channel, 0));
  }

  std::vector<std::size_t> index;   ///< among the features
  std::vector<std::int32_t> codes;  ///< of the candidates, as references
};

/// Partial Cholesky decomposition of one picture's matrix: variances and covariances with the
/// symbol that the variables taken so far leave.
class Explained {
 public:
  Explained(const float* products, std::size_t features, const Variables& variables)
      : products_(products), features_(features), index_(variables.index) {
    for (const std::size_t i : index_) {
      variances_.push_back(products_[i * features_ + i]);
      covariances_.push_back(products_[i * features_ + index_.back()]);
    }
    left_ = variances_;
  }

  void take(std::size_t k) {
    if (left_[k] <= 1e-6) return;
    std::vector<double> column;
    column.reserve(index_.size());
    const float* const row = products_ + index_[k] * features_;
    for (const std::size_t i : index_) column.push_back(row[i]);
    for (const auto& before : columns_) {
      for (std::size_t i = 0; i < column.size(); ++i) column[i] -= before[k] * before[i];
    }
    const double scale = 1 / std::sqrt(left_[k]);
    for (double& value : column) value *= scale;
    const double of_symbol = column.back();
    for (std::size_t i = 0; i < column.size(); ++i) {
      left_[i] -= column[i] * column[i];
      covariances_[i] -= column[i] * of_symbol;
    }
    columns_.push_back(std::move(column));
  }

  /// How much of the symbol's variance a candidate would explain.
  [[nodiscard]] double gain(std::size_t i, double positions) const {
    if (left_[i] <= kLeastLeft * variances_[i] + kLeastVariance * positions) return 0;
    return covariances_[i] * covariances_[i] / left_[i] - kWeightCost * left_.back() / positions;
  }

 private:
  const float* products_;
  std::size_t features_;
  const std::vector<std::size_t>& index_;
  std::vector<double> variances_, left_, covariances_;
  std::vector<std::vector<double>> columns_;
};

/// References of one channel, at most `count`. products: upper triangle of [channels * kPlaces]
/// squared.
std::vector<std::int32_t> greedy(const std::vector<float>& products, std::size_t features,
                                 int channel, int count, double positions) {
  const Variables variables(channel);
  const auto& index = variables.index;
  const auto& codes = variables.codes;

  Residual left(index.size());
  for (std::size_t i = 0; i < index.size(); ++i) {
    for (std::size_t j = 0; j < index.size(); ++j) {
      left.at(i, j) =
          products[std::min(index[i], index[j]) * features + std::max(index[i], index[j])];
    }
  }
  std::vector<double> variance;
  for (std::size_t i = 0; i < codes.size(); ++i) variance.push_back(left.at(i, i));
  const std::size_t target = index.size() - 1;
  for (std::size_t i = codes.size(); i < target; ++i) left.take_out(i);

  std::vector<std::int32_t> chosen;
  while (static_cast<int>(chosen.size()) < count) {
    double most = 0;
    std::size_t best = 0;
    for (std::size_t i = 0; i < codes.size(); ++i) {
      const double own = left.at(i, i), shared = left.at(i, target);
      if (own <= kLeastLeft * variance[i] + kLeastVariance * positions) continue;
      if (shared * shared > most * own) most = shared * shared / own, best = i;
    }
    if (most <= 0) break;
    chosen.push_back(codes[best]);
    left.take_out(best);
  }
  chosen.resize(static_cast<std::size_t>(count), kNoReference);
  return chosen;
}

}  // namespace

ReferenceSearch::ReferenceSearch(codec::PlaneCoding coding) : coding_(std::move(coding)) {
  const auto& table = coding_.table;
  for (std::size_t r = 0; r < table.rows(); ++r) {
    float expected = 0;
    for (std::int32_t e = 0; e + 1 < table.lengths()[r]; ++e) {
      const std::int32_t seen = coding_.quantizer.context_level(std::abs(table.offsets()[r] + e),
                                                                coding_.quantizer.quantizer_of(r));
      expected += static_cast<float>(table.interval(r, e).frequency) * static_cast<float>(seen);
    }
    expected_.push_back(expected / 65536);
  }
  const auto features = static_cast<std::size_t>(coding_.channels * kPlaces);
  magnitude_products_.assign(features * features, 0);
}

void ReferenceSearch::add(const codec::ExtractedPlanes& planes) {
  const entropy::PlaneSize size = planes.size;
  struct Term {
    std::size_t feature;
    float value;
  };
  const auto width = static_cast<std::size_t>(size.width),
             area = width * static_cast<std::size_t>(size.height);
  const std::size_t features = static_cast<std::size_t>(coding_.channels * kPlaces);
  positions_ += static_cast<std::int64_t>(area);
  std::vector<float> expected(static_cast<std::size_t>(coding_.channels) * area);
  std::vector<std::int32_t> seen(expected.size());
  entropy::DqState state(coding_.quantizer);
  entropy::CodingOrder(size).for_each(seen.size(), [&](std::size_t i) {
    const std::uint16_t index = planes.cdf_indexes[i];
    expected[i] = expected_[state.coding_index(index)];
    seen[i] = coding_.quantizer.context_level(planes.symbols[i], state.quantizer(index));
    state.advance(index, planes.symbols[i]);
  });
  // Against what the row expects, in units of its spread; a zero where hardly anything else was
  // possible counts as nothing.
  const auto value_at = [&](std::size_t kind, std::size_t i) {
    const auto symbol = static_cast<float>(std::clamp(seen[i], -kLimit, kLimit));
    if (symbol == 0 && (kind == 0 || expected[i] < kCertainty)) return 0.0F;
    return (kind == 0 ? symbol : std::abs(symbol) - expected[i]) /
           std::sqrt(expected[i] + kCertainty);
  };
  std::vector<float> values(expected.size());
  std::vector<Term> terms;
  const auto add_products = [&](std::vector<float>& products) {
    for (int y = 0; y < size.height; ++y) {
      for (int x = 0; x < size.width; ++x) {
        terms.clear();
        for (int c = 0; c < coding_.channels; ++c) {
          for (int place = 0; place < kPlaces; ++place) {
            const auto& offset = kOffsets[static_cast<std::size_t>(place)];
            const int yy = y + offset[0], xx = x + offset[1];
            if (yy < 0 || xx < 0 || yy >= size.height || xx >= size.width) continue;
            const auto at = static_cast<std::size_t>(yy) * width + static_cast<std::size_t>(xx);
            const float v = values[static_cast<std::size_t>(c) * area + at];
            if (v != 0) terms.push_back({feature(c, place), v});
          }
        }
        for (std::size_t a = 0; a < terms.size(); ++a) {
          float* const row = products.data() + terms[a].feature * features;
          for (std::size_t b = a; b < terms.size(); ++b)
            row[terms[b].feature] += terms[a].value * terms[b].value;
        }
      }
    }
  };
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = value_at(1, i);
  add_products(magnitude_products_);
  if (pictures_.size() == kMostSignedPictures) return;
  Picture& picture = pictures_.emplace_back();
  picture.positions = static_cast<double>(area);
  picture.products.assign(features * features, 0);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = value_at(0, i);
  add_products(picture.products);
  for (std::size_t i = 0; i < features; ++i) {
    for (std::size_t j = 0; j < i; ++j)
      picture.products[i * features + j] = picture.products[j * features + i];
  }
}

std::vector<std::int32_t> ReferenceSearch::signed_references(int channel) const {
  const Variables variables(channel);
  const std::size_t candidates = variables.codes.size();
  std::vector<Explained> explained;
  for (const Picture& picture : pictures_)
    explained.emplace_back(picture.products.data(),
                           static_cast<std::size_t>(coding_.channels * kPlaces), variables);
  for (Explained& of : explained) {
    for (std::size_t k = 0; k < kOwnPlaces.size(); ++k) of.take(candidates + k);
  }
  std::vector<std::int32_t> chosen;
  while (chosen.size() < entropy::kSignedReferences) {
    double most = 0;
    std::size_t best = 0;
    for (std::size_t i = 0; i < candidates; ++i) {
      double gain = 0;
      for (std::size_t p = 0; p < explained.size(); ++p)
        gain += explained[p].gain(i, pictures_[p].positions);
      if (gain > most) {
        most = gain;
        best = i;
      }
    }
    if (most <= 0) break;
    chosen.push_back(variables.codes[best]);
    for (Explained& of : explained) of.take(best);
  }
  chosen.resize(entropy::kSignedReferences, kNoReference);
  return chosen;
}

std::vector<std::int32_t> ReferenceSearch::choose() const {
  const auto features = static_cast<std::size_t>(coding_.channels * kPlaces);
  std::vector<std::int32_t> references;
  for (int c = 0; c < coding_.channels; ++c) {
    const auto by_sign = signed_references(c);
    const auto by_magnitude = greedy(magnitude_products_, features, c, kMagnitudeReferences,
                                     static_cast<double>(positions_));
    references.insert(references.end(), by_sign.begin(), by_sign.end());
    references.insert(references.end(), by_magnitude.begin(), by_magnitude.end());
  }
  return references;
}

}  // namespace imgcnn::train
