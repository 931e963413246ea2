// Evaluation: pictures outside, codecs and qualities inside, so that one picture at a time is in
// memory.
#include "imgcnn/eval/evaluator.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <filesystem>

#include "codec_under_test.h"
#include "gallery.h"
#include "imgcnn/base/error.h"
#include "imgcnn/eval/metrics.h"
#include "imgcnn/image/image_io.h"
#include "report_writer.h"
#include "summary.h"

namespace imgcnn::eval {
namespace {

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

ImageRow measure(const image::Image& picture, const std::string& path, const CodecUnderTest& tested,
                 double quality) {
  ImageRow row;
  row.codec = tested.name;
  row.image = path;
  row.width = picture.width;
  row.height = picture.height;
  auto start = std::chrono::steady_clock::now();
  const Bytes file = tested.encode(picture, quality);
  row.encode_seconds = seconds_since(start);
  start = std::chrono::steady_clock::now();
  const image::Image decoded = tested.decode(file);
  row.decode_seconds = seconds_since(start);
  row.bytes = file.size();
  row.point.quality = quality;
  row.point.bpp = bits_per_pixel(file.size(), picture);
  row.point.psnr = psnr_db(picture, decoded);
  row.point.ms_ssim = ms_ssim(picture, decoded);
  return row;
}

/// All rows of one picture.
std::vector<ImageRow> measure_picture(const std::string& path,
                                      const std::vector<CodecUnderTest>& tested_codecs) {
  const image::Image picture = read_picture(path);
  std::vector<ImageRow> rows;
  for (const CodecUnderTest& tested : tested_codecs) {
    for (const double quality : tested.qualities)
      rows.push_back(measure(picture, path, tested, quality));
  }
  return rows;
}

/// A picture's own fault, after which the others can still be measured.
bool is_about_the_picture(ErrorCode code) {
  return code == ErrorCode::kIo || code == ErrorCode::kUnsupportedImage ||
         code == ErrorCode::kLimitExceeded;
}

void measure_all(const std::vector<std::string>& paths,
                 const std::vector<CodecUnderTest>& tested_codecs, EvalReport& report) {
  for (std::size_t i = 0; i < paths.size(); ++i) {
    try {
      const std::vector<ImageRow> rows = measure_picture(paths[i], tested_codecs);
      report.rows.insert(report.rows.end(), rows.begin(), rows.end());
      ++report.pictures;
      spdlog::info("{}/{} {}: {} files", i + 1, paths.size(), paths[i], rows.size());
    } catch (const Error& error) {
      if (!is_about_the_picture(error.code())) throw;
      ++report.failed;
      spdlog::warn("{}/{} skipped: {}", i + 1, paths.size(), error.what());
    }
  }
}

/// The published curves to set beside; nothing when the pictures are others than theirs and nobody
/// asked.
std::vector<PublishedCurve> published_beside(const std::vector<ImageRow>& rows) {
  if (!is_kodak(rows)) return {};
  try {
    return load_published_curves(find_published_kodak());
  } catch (const Error& error) {
    spdlog::warn("published curves are left out: {}", error.what());
    return {};
  }
}

}  // namespace

EvalReport evaluate(const EvalOptions& options) {
  if (!options.out.empty() && !options.overwrite) refuse_older_report(options.out);
  std::vector<std::string> paths;
  for (const std::string& source : options.data) {
    const std::vector<std::string> found = image::list_images(source, options.recursive);
    paths.insert(paths.end(), found.begin(), found.end());
  }
  require(!paths.empty(), ErrorCode::kInvalidArgument, "no pictures to evaluate");
  if (!options.out.empty()) {
    std::error_code error;
    std::filesystem::create_directories(options.out, error);
    if (error) throw Error(ErrorCode::kWrite, options.out + ": " + error.message());
  }
  EvalReport report;
  if (options.published && *options.published != kNoPublished) {
    const std::string& file = *options.published;
    report.published = load_published_curves(file.empty() ? find_published_kodak() : file);
  }
  const std::vector<CodecUnderTest> tested_codecs = codecs_under_test(options);

  report.processor = processor_name();
  measure_all(paths, tested_codecs, report);
  require(report.pictures > 0, ErrorCode::kUnsupportedImage,
          "none of the " + std::to_string(paths.size()) + " pictures could be evaluated");
  for (const CodecUnderTest& tested : tested_codecs)
    report.curves.push_back(mean_curve(tested, report.rows));
  if (!options.published) report.published = published_beside(report.rows);
  report.bd_rates = compare_curves(report.curves, report.published);
  if (!options.out.empty())
    write_report(report, gallery_html(report, tested_codecs), options.out, options.overwrite);
  return report;
}

}  // namespace imgcnn::eval
