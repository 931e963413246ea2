// Quantization of probabilities to integer frequencies that sum to 2^16, and the Gaussian rows.

#include "imgcnn/rdo/cdf_builder.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <functional>
#include <numeric>
#include <queue>
#include <utility>

#include "imgcnn/base/error.h"

namespace imgcnn::rdo {
namespace {

constexpr int kTotal = 1 << entropy::kPrecision;
// Mass that a Gaussian row leaves to its escape: half of what the smallest frequency stands for.
constexpr double kGaussianTail = 1.0 / (1 << 17);

// Returns the bits saved on average by raising the frequency of an entry of this probability by
// one.
double gain(double probability, int frequency) {
  return probability * std::log2((frequency + 1.0) / frequency);
}

/// Returns all probabilities, the tail's last, scaled to the sum 1.
std::vector<double> normalized(const std::vector<double>& pmf, double tail_mass) {
  std::vector<double> p = pmf;
  p.push_back(tail_mass);
  for (const double value : p) {
    require(std::isfinite(value) && value >= 0.0, ErrorCode::kInvalidArgument,
            "probability is negative or not finite");
  }
  const double sum = std::accumulate(p.begin(), p.end(), 0.0);
  require(sum > 0.0 && std::isfinite(sum), ErrorCode::kInvalidArgument,
          "probabilities do not have a positive sum");
  for (double& value : p) value /= sum;
  return p;
}

/// Makes the row of a Gaussian. edge(m) tells where the bin of magnitude m >= 1 begins.
template <class Edge>
TableRow gaussian_row(double sigma, const Edge& edge) {
  // P(v > x), counted from the tail inwards so that small differences keep their digits.
  const auto upper = [&](double x) { return 0.5 * std::erfc(x / (sigma * std::sqrt(2.0))); };
  int last = 0;
  while (last < entropy::kMaxRowEntries / 2 - 2 && 2.0 * upper(edge(last + 1)) > kGaussianTail)
    ++last;
  std::vector<double> pmf;
  for (int v = -last; v <= last; ++v) {
    const int magnitude = std::abs(v);
    pmf.push_back((v == 0 ? upper(-edge(1)) : upper(edge(magnitude))) - upper(edge(magnitude + 1)));
  }
  return quantize_pmf(pmf, 2.0 * upper(edge(last + 1)), -last);
}

}  // namespace

TableRow quantize_pmf(const std::vector<double>& pmf, double tail_mass, int first_symbol) {
  require(!pmf.empty() && pmf.size() < static_cast<std::size_t>(entropy::kMaxRowEntries),
          ErrorCode::kInvalidArgument, "a table row needs 1 to 4095 symbols");
  const std::vector<double> p = normalized(pmf, tail_mass);
  // No optimal frequency lies below these: were one smaller, some other entry would have more than
  // 1 + p * shared, and handing one unit over would save bits. From below, single steps, best
  // first, reach the optimum of a convex cost.
  const auto shared = static_cast<double>(kTotal - static_cast<int>(p.size()));
  std::vector<int> frequencies;
  frequencies.reserve(p.size());
  for (const double probability : p) {
    frequencies.push_back(std::max(1, static_cast<int>(std::floor(probability * shared))));
  }
  using Candidate = std::pair<double, std::size_t>;  // negated gain: ties go to the lower index
  std::priority_queue<Candidate, std::vector<Candidate>, std::greater<>> candidates;
  for (std::size_t i = 0; i < p.size(); ++i) candidates.emplace(-gain(p[i], frequencies[i]), i);
  for (int rest = kTotal - std::accumulate(frequencies.begin(), frequencies.end(), 0); rest > 0;
       --rest) {
    const std::size_t best = candidates.top().second;
    candidates.pop();
    ++frequencies[best];
    candidates.emplace(-gain(p[best], frequencies[best]), best);
  }
  TableRow row{first_symbol, {}};
  for (const int frequency : frequencies)
    row.frequencies.push_back(static_cast<std::uint16_t>(frequency));
  return row;
}

entropy::CdfTable join_rows(const std::vector<TableRow>& rows, const std::string& name) {
  std::vector<std::int32_t> offsets;
  std::vector<std::int32_t> lengths;
  std::vector<std::uint16_t> frequencies;
  for (const TableRow& row : rows) {
    offsets.push_back(row.offset);
    lengths.push_back(static_cast<std::int32_t>(row.frequencies.size()));
    frequencies.insert(frequencies.end(), row.frequencies.begin(), row.frequencies.end());
  }
  return entropy::CdfTable(std::move(offsets), std::move(lengths), std::move(frequencies), name);
}

double gaussian_sigma(int row, int rows, double sigma_min, double sigma_max) {
  const double position = rows == 1 ? 0.0 : static_cast<double>(row) / (rows - 1);
  return sigma_min * std::pow(sigma_max / sigma_min, position);
}

entropy::CdfTable build_gaussian_table(int rows, double sigma_min, double sigma_max,
                                       const entropy::DependentQuantizer& dependent) {
  require(rows >= 1 && static_cast<std::size_t>(rows) <= entropy::kMaxRows,
          ErrorCode::kInvalidArgument, "a scale table needs 1 to 65536 rows");
  require(sigma_min > 0.0 && sigma_min <= sigma_max && std::isfinite(sigma_max),
          ErrorCode::kInvalidArgument, "a scale table needs 0 < smallest scale <= largest scale");
  std::vector<TableRow> result;
  const auto sigma = [&](int row) { return gaussian_sigma(row, rows, sigma_min, sigma_max); };
  for (int row = 0; row < rows; ++row) {
    result.push_back(gaussian_row(sigma(row), [](int magnitude) { return magnitude - 0.5; }));
  }
  for (int row = 0; row < rows; ++row) {
    const auto index = static_cast<std::uint16_t>(row);
    // The order of DependentQuantizer::dependent_index: both quantizers of an index, then those of
    // the next.
    if (!dependent.applies_to(index)) continue;
    for (const int quantizer : {0, 1}) {
      result.push_back(gaussian_row(sigma(row), [&](int magnitude) {
        return (entropy::DependentQuantizer::reconstruction_level(magnitude, quantizer) +
                entropy::DependentQuantizer::reconstruction_level(magnitude - 1, quantizer)) /
               2.0 * dependent.step(index) / entropy::DependentQuantizer::kStepUnit;
      }));
    }
  }
  return join_rows(result, "gaussian");
}

}  // namespace imgcnn::rdo
