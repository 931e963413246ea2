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
constexpr const char* kJsonFile = "report.json";
constexpr const char* kPageFile = "report.html";
constexpr const char* kPsnrFile = "psnr.svg";
constexpr const char* kMsSsimFile = "ms_ssim.svg";

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

std::string images_csv(const EvalReport& report) {
  std::ostringstream csv = csv_stream();
  csv << "codec,image,quality,width,height,bytes,bpp,psnr_db,ms_ssim,encode_s,decode_s\n";
  for (const ImageRow& row : report.rows) {
    csv << csv_field(row.codec) << ',' << csv_field(row.image) << ',' << row.point.quality << ','
        << row.width << ',' << row.height << ',' << row.bytes << ',' << row.point.bpp << ','
        << row.point.psnr << ',' << row.point.ms_ssim << ',' << row.encode_seconds << ','
        << row.decode_seconds << '\n';
  }
  return csv.str();
}

std::string curves_csv(const EvalReport& report) {
  std::ostringstream csv = csv_stream();
  csv << "codec,quality,bpp,psnr_db,ms_ssim,origin\n";
  for (const CodecCurve& curve : report.curves) {
    for (const RdPoint& point : curve.points) {
      csv << csv_field(curve.codec) << ',' << point.quality << ',' << point.bpp << ',' << point.psnr
          << ',' << point.ms_ssim << ",measured\n";
    }
  }
  for (const PublishedCurve& curve : report.published) {
    for (const RdPoint& point : curve.points) {
      csv << csv_field(curve.name) << ",," << point.bpp << ',' << point.psnr << ',';
      if (point.ms_ssim > 0.0) csv << point.ms_ssim;
      csv << ",published\n";
    }
  }
  return csv.str();
}

ordered_json published_json(const PublishedCurve& curve) {
  ordered_json points = ordered_json::array();
  for (const RdPoint& point : curve.points) {
    ordered_json json = {{"bpp", point.bpp}, {"psnr_db", point.psnr}};
    if (point.ms_ssim > 0.0) json["ms_ssim"] = point.ms_ssim;
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
  json["means"] = "bpp, PSNR in dB and MS-SSIM are means over the pictures";
  json["seconds"] =
      "from memory to memory; those of codecs with \"program\" hold process start and picture "
      "files";
  json["curves"] = ordered_json::array();
  for (const CodecCurve& curve : report.curves) {
    ordered_json points = ordered_json::array();
    for (const RdPoint& point : curve.points) {
      points.push_back({{"quality", point.quality},
                        {"bpp", point.bpp},
                        {"psnr_db", point.psnr},
                        {"ms_ssim", point.ms_ssim}});
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
    json["bd_rate"].push_back({{"codec", row.codec},
                               {"anchor", row.anchor},
                               {"published", row.published},
                               {"percent", number_json(row.percent)},
                               {"ms_ssim_percent", number_json(row.ms_ssim_percent)}});
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
  for (const char* name :
       {kImagesFile, kCurvesFile, kJsonFile, kPageFile, kPsnrFile, kMsSsimFile}) {
    const std::string path = folder + "/" + name;
    std::error_code ignored;
    require(!std::filesystem::exists(path, ignored), ErrorCode::kExists,
            path + ": exists; use -f to overwrite it");
  }
}

void write_report(const EvalReport& report, const std::string& gallery, const std::string& folder,
                  bool overwrite) {
  const auto write = [&](const char* name, const std::string& text) {
    write_file_atomically(folder + "/" + name, Bytes(text.begin(), text.end()), overwrite);
  };
  write(kImagesFile, images_csv(report));
  write(kCurvesFile, curves_csv(report));
  write(kJsonFile, report_json(report));
  write(kPageFile, report_page(report, gallery));
  write(kPsnrFile, svg_document(psnr_plot(report)));
  write(kMsSsimFile, svg_document(ms_ssim_plot(report)));
}

}  // namespace imgcnn::eval
