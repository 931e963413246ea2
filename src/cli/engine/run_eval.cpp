// imgcnn eval: the work of it, and the table it prints.

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <iostream>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/engine/run.h"
#include "imgcnn/eval/baselines.h"
#include "imgcnn/eval/evaluator.h"
#include "imgcnn/image/image_io.h"

namespace imgcnn::cli {
namespace {

// Sums over the pictures of one codec at one quality of what curves do not hold.
struct Line {
  double pictures = 0.0;
  double bytes = 0.0;
  double encode_seconds = 0.0;
  double decode_seconds = 0.0;
  double jpeg_psnr = 0.0;
  bool jpeg_reaches_size = true;  ///< false: some picture's JPEG is larger at its lowest quality
};

std::optional<double> jpeg_psnr_at(const std::string& path, std::size_t bytes) {
  image::ReadOptions options;
  options.keep_metadata = false;
  const auto match = eval::jpeg_at_size(image::read_image(path, options), bytes);
  if (!match) return std::nullopt;
  return match->psnr;
}

void add_row(Line& line, const eval::ImageRow& row, bool with_jpeg) {
  line.pictures += 1.0;
  line.bytes += static_cast<double>(row.bytes);
  line.encode_seconds += row.encode_seconds;
  line.decode_seconds += row.decode_seconds;
  if (!with_jpeg || !line.jpeg_reaches_size) return;
  const std::optional<double> jpeg = jpeg_psnr_at(row.image, row.bytes);
  line.jpeg_reaches_size = jpeg.has_value();
  line.jpeg_psnr += jpeg.value_or(0.0);
}

std::string format(const char* pattern, double value) {
  char text[64];
  std::snprintf(text, sizeof text, pattern, value);
  return text;
}

// Right-aligned below the metric's name.
std::string cell(const eval::Metric& metric, const std::string& text) {
  const std::size_t width = 2 + std::max<std::size_t>(6, std::strlen(metric.title));
  return std::string(width - std::min(width, text.size()), ' ') + text;
}

void print_head(const std::vector<const eval::Metric*>& metrics, bool with_jpeg) {
  std::string text = "codec            quality      bytes     bpp";
  for (const eval::Metric* metric : metrics) text += cell(*metric, metric->title);
  std::cout << text << "    enc s    dec s" << (with_jpeg ? "  same-size JPEG" : "") << '\n';
}

void print_line(const std::string& codec, const eval::RdPoint& point,
                const std::vector<const eval::Metric*>& metrics, const Line& line, bool with_jpeg) {
  const double n = line.pictures;
  std::string text = codec;
  text.resize(std::max<std::size_t>(codec.size(), 16), ' ');
  text += format("%8.4g", point.quality) + format("%11.0f", line.bytes / n) +
          format("%8.3f", point.bpp);
  for (const eval::Metric* metric : metrics) {
    const std::optional<double>& value = point.*metric->value;
    const std::string pattern = "%." + std::to_string(metric->decimals) + "f";
    text += cell(*metric, value ? format(pattern.c_str(), *value) : "-");
  }
  text += format("%9.2f", line.encode_seconds / n) + format("%9.2f", line.decode_seconds / n);
  if (with_jpeg)
    text += line.jpeg_reaches_size ? format("%16.2f", line.jpeg_psnr / n) : "          larger";
  std::cout << text << '\n';
}

// At equal values of what both curves know.
void print_bd_rate(const eval::BdRow& row, const std::vector<const eval::Metric*>& metrics) {
  std::string text;
  for (std::size_t i = 0; i < metrics.size(); ++i) {
    if (!row.percents[i]) continue;
    text += (text.empty() ? "" : ", ") + format("%+.1f %%", *row.percents[i]) + " at equal " +
            metrics[i]->title;
  }
  std::cout << "BD-rate of " << row.codec << " against " << row.anchor
            << (row.published ? " (published): " : ": ")
            << (text.empty() ? "nothing in common" : text) << '\n';
}

}  // namespace

Outcome run_eval(const EvalCommand& command) {
  const eval::EvalReport report = eval::evaluate(command.options);
  std::map<std::pair<std::string, double>, Line> lines;
  for (const eval::ImageRow& row : report.rows) {
    add_row(lines[{row.codec, row.point.quality}], row, command.jpeg_at_size);
  }
  print_head(report.metrics, command.jpeg_at_size);
  for (const eval::CodecCurve& curve : report.curves) {
    for (const eval::RdPoint& point : curve.points) {
      print_line(curve.codec, point, report.metrics, lines[{curve.codec, point.quality}],
                 command.jpeg_at_size);
    }
  }
  for (const eval::BdRow& row : report.bd_rates) print_bd_rate(row, report.metrics);
  std::cout << "pictures: " << report.pictures << ", failed: " << report.failed << "; "
            << report.processor << '\n';
  return {report.failed == 0 ? 0 : 1, ""};
}

}  // namespace imgcnn::cli
