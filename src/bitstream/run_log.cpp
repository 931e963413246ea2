// Rows of the log of a run.

#include "imgcnn/bitstream/run_log.h"

#include <charconv>
#include <cstdio>
#include <cstring>
#include <string_view>

#include "imgcnn/base/error.h"

namespace imgcnn::bitstream {
namespace {

constexpr const char* kTraining = "train";
constexpr const char* kValidation = "valid";

/// Takes the text before the next comma off the front of a line.
std::string_view take_field(std::string_view& line) {
  const auto end = std::min(line.find(','), line.size());
  const auto field = line.substr(0, end);
  line.remove_prefix(std::min(end + 1, line.size()));
  return field;
}

template <class Number>
bool to_number(std::string_view field, Number& value) {
  const auto parsed = std::from_chars(field.data(), field.data() + field.size(), value);
  return parsed.ec == std::errc() && parsed.ptr == field.data() + field.size();
}

bool parse_row(std::string_view line, RunLogRow& row) {
  const auto kind = take_field(line);
  if (!to_number(take_field(line), row.step)) return false;
  const auto quality = take_field(line);
  if (kind == kValidation) {
    double value = 0.0;
    if (!to_number(quality, value)) return false;
    row.quality = value;
  } else if (kind != kTraining || !quality.empty()) {
    return false;
  }
  return to_number(take_field(line), row.loss) && to_number(take_field(line), row.bpp) &&
         to_number(line, row.distortion_db);
}

std::optional<double> bd_rate_or_nothing(const std::vector<RatePoint>& anchor,
                                         const std::vector<RatePoint>& test) {
  try {
    return bd_rate(anchor, test);
  } catch (const Error&) {
    return std::nullopt;
  }
}

}  // namespace

std::string RunLogRow::text() const {
  char quality_text[32] = "";
  if (quality) std::snprintf(quality_text, sizeof quality_text, "%.2f", *quality);
  char line[192];
  std::snprintf(line, sizeof line, "%s,%lld,%s,%.6f,%.6f,%.4f\n", quality ? kValidation : kTraining,
                static_cast<long long>(step), quality_text, loss, bpp, distortion_db);
  return line;
}

std::vector<RunLogRow> parse_run_log(const std::string& text, const std::string& origin) {
  require(text.compare(0, std::strlen(kRunLogHeading), kRunLogHeading) == 0, ErrorCode::kCorrupt,
          origin + ": not the log of a training");
  std::vector<RunLogRow> rows;
  std::string_view rest(text);
  rest.remove_prefix(std::strlen(kRunLogHeading));
  while (!rest.empty()) {
    const auto end = std::min(rest.find('\n'), rest.size());
    RunLogRow row;
    require(parse_row(rest.substr(0, end), row), ErrorCode::kCorrupt,
            origin + ": damaged row '" + std::string(rest.substr(0, end)) + "'");
    rows.push_back(row);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return rows;
}

std::vector<ValidationSummary> summarize_validations(const std::vector<RunLogRow>& rows) {
  std::vector<ValidationSummary> summaries;
  for (const RunLogRow& row : rows) {
    if (!row.quality) continue;
    if (summaries.empty() || summaries.back().step != row.step)
      summaries.push_back({row.step, 0, {}, {}});
    summaries.back().loss += row.loss;
    summaries.back().curve.push_back({row.bpp, row.distortion_db});
  }
  for (ValidationSummary& summary : summaries) {
    summary.loss /= static_cast<double>(summary.curve.size());
    summary.bd_rate = bd_rate_or_nothing(summaries.front().curve, summary.curve);
  }
  return summaries;
}

}  // namespace imgcnn::bitstream
