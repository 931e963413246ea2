// Evaluation: pictures outside, codecs and qualities inside, so that one picture at a time is in
// memory.
#include "imgcnn/eval/evaluator.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <utility>

#include "codec_under_test.h"
#include "gallery.h"
#include "imgcnn/base/error.h"
#include "imgcnn/base/thread_pool.h"
#include "imgcnn/eval/metrics.h"
#include "imgcnn/image/image_io.h"
#include "report_writer.h"
#include "summary.h"

namespace imgcnn::eval {
namespace {

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// A file that was written and read again, not measured yet.
struct CodedPicture {
  ImageRow row;
  image::Image decoded;
};

CodedPicture code_picture(const image::Image& picture, const std::string& path,
                          const CodecUnderTest& tested, double quality) {
  CodedPicture coded;
  ImageRow& row = coded.row;
  row.codec = tested.name;
  row.image = path;
  row.width = picture.width;
  row.height = picture.height;
  auto start = std::chrono::steady_clock::now();
  const Bytes file = tested.encode(picture, quality);
  row.encode_seconds = seconds_since(start);
  start = std::chrono::steady_clock::now();
  coded.decoded = tested.decode(file);
  row.decode_seconds = seconds_since(start);
  row.bytes = file.size();
  row.point.quality = quality;
  row.point.bpp = bits_per_pixel(file.size(), picture);
  return coded;
}

/// What measures, and with how many threads.
struct Measuring {
  const std::vector<const Metric*>& metrics;
  ThreadPool pool;
};

/// All metrics of all files, shared among the threads.
void measure(const image::Image& picture, std::vector<CodedPicture>& files, Measuring& measuring) {
  const auto metrics = static_cast<int>(measuring.metrics.size());
  measuring.pool.run(static_cast<int>(files.size()) * metrics, [&](int item, int) {
    CodedPicture& file = files[static_cast<std::size_t>(item / metrics)];
    const Metric& metric = *measuring.metrics[static_cast<std::size_t>(item % metrics)];
    file.row.point.*metric.value = metric.measure(picture, file.decoded);
  });
}

/// All rows of one picture.
std::vector<ImageRow> measure_picture(const std::string& path,
                                      const std::vector<CodecUnderTest>& tested_codecs,
                                      Measuring& measuring) {
  constexpr std::size_t kPixelsAtOnce = std::size_t{1} << 25;  // bounds the memory of decoded ones
  const image::Image picture = read_picture(path);
  const auto threads = static_cast<std::size_t>(measuring.pool.threads());
  const std::size_t at_once = std::clamp<std::size_t>(kPixelsAtOnce / picture.pixels(), 1, threads);
  std::vector<ImageRow> rows;
  std::vector<CodedPicture> files;
  const auto measure_files = [&] {
    measure(picture, files, measuring);
    for (const CodedPicture& file : files) rows.push_back(file.row);
    files.clear();
  };
  for (const CodecUnderTest& tested : tested_codecs) {
    for (const double quality : tested.qualities) {
      files.push_back(code_picture(picture, path, tested, quality));
      if (files.size() == at_once) measure_files();
    }
  }
  measure_files();
  return rows;
}

/// A picture's own fault, after which the others can still be measured.
bool is_about_the_picture(ErrorCode code) {
  return code == ErrorCode::kIo || code == ErrorCode::kUnsupportedImage ||
         code == ErrorCode::kLimitExceeded;
}

void measure_all(const std::vector<std::string>& paths,
                 const std::vector<CodecUnderTest>& tested_codecs, int threads,
                 EvalReport& report) {
  Measuring measuring{report.metrics, ThreadPool(threads)};
  for (std::size_t i = 0; i < paths.size(); ++i) {
    try {
      const std::vector<ImageRow> rows = measure_picture(paths[i], tested_codecs, measuring);
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
  report.metrics = choose_metrics(options.metrics, report.missing_metrics);
  if (options.published && *options.published != kNoPublished) {
    const std::string& file = *options.published;
    report.published = load_published_curves(file.empty() ? find_published_kodak() : file);
  }
  const std::vector<CodecUnderTest> tested_codecs = codecs_under_test(options);
  if (!report.missing_metrics.empty()) spdlog::info("not measured: {}", report.missing_metrics);

  report.processor = processor_name();
  measure_all(paths, tested_codecs, options.codec.threads, report);
  require(report.pictures > 0, ErrorCode::kUnsupportedImage,
          "none of the " + std::to_string(paths.size()) + " pictures could be evaluated");
  for (const CodecUnderTest& tested : tested_codecs)
    report.curves.push_back(mean_curve(tested, report.rows));
  if (!options.published) report.published = published_beside(report.rows);
  report.bd_rates = compare_curves(report.curves, report.published, report.metrics);
  if (!options.out.empty())
    write_report(report, gallery_html(report, tested_codecs), options.out, options.overwrite);
  return report;
}

}  // namespace imgcnn::eval
