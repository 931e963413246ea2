// Validation and lookup structures of frequency tables, and the escape code: Elias gamma of the
// distance beyond the row (Elias, "Universal codeword sets and representations of the integers",
// IEEE Trans. Inf. Theory 1975), its length as a number of fixed size instead of in unary.

#include "imgcnn/entropy/cdf_table.h"

#include <utility>

#include "imgcnn/base/error.h"

namespace imgcnn::entropy {
namespace {

constexpr std::uint32_t kTotal = std::uint32_t{1} << kPrecision;

}  // namespace

CdfTable::CdfTable(std::vector<std::int32_t> offsets, std::vector<std::int32_t> lengths,
                   std::vector<std::uint16_t> frequencies, const std::string& name)
    : offsets_(std::move(offsets)),
      lengths_(std::move(lengths)),
      frequencies_(std::move(frequencies)) {
  check(name);
  build_lookup();
}

// A table comes from a model file: nothing of it may be relied on before this.
void CdfTable::check(const std::string& name) const {
  const auto check_that = [&](bool condition, const char* reason) {
    if (!condition) throw Error(ErrorCode::kCorrupt, "table '" + name + "': " + reason);
  };
  check_that(!offsets_.empty() && offsets_.size() <= kMaxRows, "number of rows is not in 1..65536");
  check_that(offsets_.size() == lengths_.size(), "offsets and lengths differ in number");
  std::size_t position = 0;
  for (std::size_t row = 0; row < offsets_.size(); ++row) {
    const std::int32_t length = lengths_[row];
    const std::int64_t first = offsets_[row];
    check_that(length >= 2 && length <= kMaxRowEntries, "a row's length is not in 2..4096");
    check_that(first >= -kMaxSymbol && first + length - 2 <= kMaxSymbol,
               "a row's symbols exceed 2^20");
    check_that(static_cast<std::size_t>(length) <= frequencies_.size() - position,
               "fewer frequencies than entries");
    std::uint32_t sum = 0;
    for (std::int32_t i = 0; i < length; ++i, ++position) {
      check_that(frequencies_[position] >= 1, "a frequency is zero");
      sum += frequencies_[position];
    }
    check_that(sum == kTotal, "a row does not sum to 65536");
  }
  check_that(position == frequencies_.size(), "more frequencies than entries");
}

// Decoding finds the entry of a slot by its bucket of 256 slots, and goes on from there.
void CdfTable::build_lookup() {
  intervals_.reserve(frequencies_.size());
  first_.reserve(rows());
  bucket_entry_.reserve(rows() * kBuckets);
  for (std::size_t row = 0; row < rows(); ++row) {
    first_.push_back(intervals_.size());
    std::uint32_t start = 0;
    for (std::int32_t i = 0; i < lengths_[row]; ++i) {
      const std::uint16_t frequency = frequencies_[intervals_.size()];
      intervals_.push_back({static_cast<std::uint16_t>(start), frequency});
      start += frequency;
      // Buckets whose first slot lies in front of `start` and that no earlier entry claimed.
      const std::size_t claimed = (start + (1U << kBucketShift) - 1) >> kBucketShift;
      bucket_entry_.resize(row * kBuckets + claimed, static_cast<std::uint16_t>(i));
    }
  }
}

// Coded is the distance beyond the row plus one, at least 1, so that it has a highest bit: the
// exponent says where.
EscapeCode escape_code(const CdfTable& table, std::size_t row, std::int32_t symbol) {
  const std::int32_t first = table.offsets()[row];
  const std::int32_t behind = first + table.lengths()[row] - 1;
  EscapeCode code;
  code.negative = symbol < first ? 1 : 0;
  const auto value =
      static_cast<std::uint32_t>(symbol < first ? first - symbol : symbol - behind + 1);
  while (value >> (code.exponent + 1) != 0) ++code.exponent;
  code.mantissa = value - (std::uint32_t{1} << code.exponent);
  return code;
}

std::int32_t escaped_symbol(const CdfTable& table, std::size_t row, const EscapeCode& code) {
  const std::int32_t first = table.offsets()[row];
  const std::int32_t behind = first + table.lengths()[row] - 1;
  const auto value = static_cast<std::int32_t>((std::uint32_t{1} << code.exponent) + code.mantissa);
  return code.negative != 0 ? first - value : behind + value - 1;
}

}  // namespace imgcnn::entropy
