// CSV for spreadsheets, JSON for programs, SVG for documents, HTML for people.
#include "report_writer.h"

#include <filesystem>
#include <fstream>
#include <locale>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>

#include "imgcnn/base/error.h"
#include "imgcnn/base/files.h"
#include "imgcnn/base/version.h"
#include "rd_plots.h"
#include "report_page.h"

namespace imgcnn::eval {
namespace {

using nlohmann::ordered_json;

constexpr const char* kImagesFile = "images.csv";
constexpr const char* kCurvesFile = "curves.csv";
constexpr const char* kBdRatesFile = "bd_rates.csv";
constexpr const char* kJsonFile = "report.json";
constexpr const char* kPageFile = "report.html";

std::string plot_file(const Metric& metric) { return std::string(metric.id) + ".svg"; }

/// Quoted where it must be. Source: RFC 4180, section 2.
std::string csv_field(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + "\"";
}

/// A stream with decimal points, whatever the locale.
std::ostringstream csv_stream() {
  std::ostringstream stream;
  stream.imbue(std::locale::classic());
  stream.precision(7);
  return stream;
}

/// ",psnr_db,ms_ssim,...": a column for every metric, measured or not, so that columns stay.
std::string metric_columns() {
  std::string columns;
  for (const Metric& metric : known_metrics()) columns += std::string(",") + metric.column;
  return columns;
}

void write_metrics(std::ostringstream& csv, const RdPoint& point) {
  for (const Metric& metric : known_metrics()) {
    csv << ',';
    if (point.*metric.value) csv << *(point.*metric.value);
  }
}

std::string images_csv(const EvalReport& report) {
  std::ostringstream csv = csv_stream();
  csv << "codec,image,quality,width,height,bytes,bpp" << metric_columns() << ",encode_s,decode_s\n";
  for (const ImageRow& row : report.rows) {
    csv << csv_field(row.codec) << ',' << csv_field(row.image) << ',' << row.point.quality << ','
        << row.width << ',' << row.height << ',' << row.bytes << ',' << row.point.bpp;
    write_metrics(csv, row.point);
    csv << ',' << row.encode_seconds << ',' << row.decode_seconds << '\n';
  }
  return csv.str();
}

std::string curves_csv(const EvalReport& report) {
  std::ostringstream csv = csv_stream();
  csv << "codec,quality,bpp" << metric_columns() << ",origin\n";
  for (const CodecCurve& curve : report.curves) {
    for (const RdPoint& point : curve.points) {
      csv << csv_field(curve.codec) << ',' << point.quality << ',' << point.bpp;
      write_metrics(csv, point);
      csv << ",measured\n";
    }
  }
  for (const PublishedCurve& curve : report.published) {
    for (const RdPoint& point : curve.points) {
      csv << csv_field(curve.name) << ",," << point.bpp;
      write_metrics(csv, point);
      csv << ",published\n";
    }
  }
  return csv.str();
}

std::string bd_rates_csv(const EvalReport& report) {
  std::ostringstream csv = csv_stream();
  csv << "codec,anchor,origin";
  for (const Metric* metric : report.metrics) csv << ',' << metric->id << "_percent";
  csv << '\n';
  for (const BdRow& row : report.bd_rates) {
    csv << csv_field(row.codec) << ',' << csv_field(row.anchor) << ','
        << (row.published ? "published" : "measured");
    for (const auto& percent : row.percents) {
      csv << ',';
      if (percent) csv << *percent;
    }
    csv << '\n';
  }
  return csv.str();
}

/// Adds what was measured of a point.
void add_metrics(ordered_json& json, const RdPoint& point) {
  for (const Metric& metric : known_metrics()) {
    if (point.*metric.value) json[metric.column] = *(point.*metric.value);
  }
}

ordered_json published_json(const PublishedCurve& curve) {
  ordered_json points = ordered_json::array();
  for (const RdPoint& point : curve.points) {
    ordered_json json = {{"bpp", point.bpp}};
    add_metrics(json, point);
    points.push_back(json);
  }
  return {{"name", curve.name}, {"source", curve.source}, {"points", points}};
}

ordered_json number_json(const std::optional<double>& number) {
  return number ? ordered_json(*number) : ordered_json(nullptr);
}

std::string report_json(const EvalReport& report) {
  ordered_json json;
  json["program"] = std::string("imgcnn ") + program_version();
  json["machine"] = {{"processor", report.processor},
                     {"cores", std::thread::hardware_concurrency()}};
  json["pictures"] = report.pictures;
  json["failed"] = report.failed;
  json["means"] = "bpp and metrics are means over the pictures";
  json["metrics"] = ordered_json::array();
  for (const Metric* metric : report.metrics) {
    json["metrics"].push_back({{"name", metric->name},
                               {"column", metric->column},
                               {"lower_is_better", metric->lower_is_better},
                               {"meaning", metric->meaning}});
  }
  json["metrics_missing"] = report.missing_metrics;
  json["seconds"] =
      "from memory to memory; those of codecs with \"program\" hold process start and picture "
      "files";
  json["curves"] = ordered_json::array();
  for (const CodecCurve& curve : report.curves) {
    ordered_json points = ordered_json::array();
    for (const RdPoint& point : curve.points) {
      points.push_back({{"quality", point.quality}, {"bpp", point.bpp}});
      add_metrics(points.back(), point);
    }
    json["curves"].push_back({{"codec", curve.codec},
                              {"model", curve.is_model},
                              {"program", curve.is_program},
                              {"note", curve.note},
                              {"encode_s", curve.encode_seconds},
                              {"decode_s", curve.decode_seconds},
                              {"points", points}});
  }
  json["published"] = ordered_json::array();
  for (const PublishedCurve& curve : report.published)
    json["published"].push_back(published_json(curve));
  json["bd_rate_bpp_range"] = {kReportRange.low, kReportRange.high};
  json["bd_rate"] = ordered_json::array();
  for (const BdRow& row : report.bd_rates) {
    json["bd_rate"].push_back(
        {{"codec", row.codec}, {"anchor", row.anchor}, {"published", row.published}});
    for (std::size_t i = 0; i < report.metrics.size(); ++i) {
      json["bd_rate"].back()[std::string(report.metrics[i]->id) + "_percent"] =
          number_json(row.percents[i]);
    }
  }
  // File names need not be UTF-8; what is not becomes U+FFFD.
  return json.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace

std::string processor_name() {
  std::ifstream info("/proc/cpuinfo");
  for (std::string line; std::getline(info, line);) {
    const std::size_t colon = line.find(": ");
    if (line.rfind("model name", 0) == 0 && colon != std::string::npos)
      return line.substr(colon + 2);
  }
  return "unknown";
}

void refuse_older_report(const std::string& folder) {
  std::vector<std::string> names = {kImagesFile, kCurvesFile, kBdRatesFile, kJsonFile, kPageFile};
  for (const Metric& metric : known_metrics()) names.push_back(plot_file(metric));
  for (const std::string& name : names) {
    const std::string path = folder + "/" + name;
    std::error_code ignored;
    require(!std::filesystem::exists(path, ignored), ErrorCode::kExists,
            path + ": exists; use -f to overwrite it");
  }
}

void write_report(const EvalReport& report, const std::string& gallery, const std::string& folder,
                  bool overwrite) {
  const auto write = [&](const std::string& name, const std::string& text) {
    write_file_atomically(folder + "/" + name, Bytes(text.begin(), text.end()), overwrite);
  };
  write(kImagesFile, images_csv(report));
  write(kCurvesFile, curves_csv(report));
  write(kBdRatesFile, bd_rates_csv(report));
  write(kJsonFile, report_json(report));
  write(kPageFile, report_page(report, gallery));
  for (const Metric* metric : report.metrics)
    write(plot_file(*metric), svg_document(rd_plot(report, *metric)));
}

}  // namespace imgcnn::eval
