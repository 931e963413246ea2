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

/// Partial Cholesky decomposition of one matrix: variances and covariances with the symbol that the
/// variables taken so far leave.
class Explained {
 public:
  Explained(const ProductSums& sums, std::size_t features, const Variables& variables,
            double weight_cost)
      : sums_(sums), features_(features), index_(variables.index), weight_cost_(weight_cost) {
    for (const std::size_t i : index_) {
      variances_.push_back(sums_.products[i * features_ + i]);
      covariances_.push_back(sums_.products[i * features_ + index_.back()]);
    }
    left_ = variances_;
  }

  void take(std::size_t k) {
    if (left_[k] <= 1e-6) return;
    std::vector<double> column;
    column.reserve(index_.size());
    const float* const row = sums_.products.data() + index_[k] * features_;
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
  [[nodiscard]] double gain(std::size_t i) const {
    if (left_[i] <= kLeastLeft * variances_[i] + kLeastVariance * sums_.positions) return 0;
    return covariances_[i] * covariances_[i] / left_[i] -
           weight_cost_ * left_.back() / sums_.positions;
  }

 private:
  const ProductSums& sums_;
  std::size_t features_;
  const std::vector<std::size_t>& index_;
  double weight_cost_;
  std::vector<double> variances_, left_, covariances_;
  std::vector<std::vector<double>> columns_;
};

/// References of one channel, at most `count`, each the one that explains most in all matrices
/// together; weight_cost: what it must explain in each, in variances of one symbol.
std::vector<std::int32_t> forward_selection(const std::vector<ProductSums>& matrices,
                                            std::size_t features, int channel, std::size_t count,
                                            double weight_cost) {
  const Variables variables(channel);
  const std::size_t candidates = variables.codes.size();
  std::vector<Explained> explained;
  for (const ProductSums& sums : matrices)
    explained.emplace_back(sums, features, variables, weight_cost);
  for (Explained& of : explained) {
    for (std::size_t k = 0; k < kOwnPlaces.size(); ++k) of.take(candidates + k);
  }
  std::vector<std::int32_t> chosen;
  while (chosen.size() < count) {
    double most = 0;
    std::size_t best = 0;
    for (std::size_t i = 0; i < candidates; ++i) {
      double gain = 0;
      for (const Explained& of : explained) gain += of.gain(i);
      if (gain > most) {
        most = gain;
        best = i;
      }
    }
    if (most <= 0) break;
    chosen.push_back(variables.codes[best]);
    for (Explained& of : explained) of.take(best);
  }
  chosen.resize(count, kNoReference);
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
  magnitudes_.push_back({std::vector<float>(features * features), 0});
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
  const auto add_products = [&](ProductSums& sums) {
    sums.positions += static_cast<double>(area);
    std::vector<float>& products = sums.products;
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
    for (std::size_t i = 0; i < features; ++i) {
      for (std::size_t j = 0; j < i; ++j) products[i * features + j] = products[j * features + i];
    }
  };
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = value_at(1, i);
  add_products(magnitudes_.front());
  if (pictures_.size() == kMostSignedPictures) return;
  pictures_.push_back({std::vector<float>(features * features), 0});
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = value_at(0, i);
  add_products(pictures_.back());
}

std::vector<std::int32_t> ReferenceSearch::choose() const {
  const auto features = static_cast<std::size_t>(coding_.channels * kPlaces);
  std::vector<std::int32_t> references;
  for (int c = 0; c < coding_.channels; ++c) {
    const auto by_sign =
        forward_selection(pictures_, features, c, entropy::kSignedReferences, kWeightCost);
    const auto by_magnitude =
        forward_selection(magnitudes_, features, c, entropy::kMagnitudeReferences, 0);
    references.insert(references.end(), by_sign.begin(), by_sign.end());
    references.insert(references.end(), by_magnitude.begin(), by_magnitude.end());
  }
  return references;
}

}  // namespace imgcnn::train
