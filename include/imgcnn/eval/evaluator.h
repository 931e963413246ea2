#pragma once
// Evaluation over a set of pictures: real files, real decoding, real sizes.

#include <optional>
#include <string>
#include <vector>

#include "imgcnn/codec/codec.h"
#include "imgcnn/eval/baselines.h"
#include "imgcnn/eval/metrics.h"
#include "imgcnn/eval/published.h"
#include "imgcnn/eval/rd_curve.h"

namespace imgcnn::eval {

constexpr const char* kNoPublished = "none";

struct EvalOptions {
  std::vector<std::string> data;    ///< folders or pictures
  std::string out;                  ///< report folder, created; empty = nothing is written
  std::vector<std::string> models;  ///< names or files, see codec::find_model
  std::vector<double> qualities;    ///< 0..100, for the models
  std::vector<int> efforts{
      /// Of the models: a curve for each, named "<model>-e<effort>" when several.
      codec::kDefaultEffort};
  std::vector<std::string> baselines{"jpeg", "webp"};  ///< see choose_baselines
  std::vector<std::string> metrics;                    ///< see choose_metrics
  std::string python = kDefaultPython;                 ///< runs Pillow's baselines
  codec::CodecOptions codec;                           ///< what computes the models
  bool recursive = false;                              ///< search sub-folders too
  /// File of published curves to compare with (see load_published_curves), "" = the project's own,
  /// kNoPublished = none. Unset: those, when the pictures are the 24 Kodak PhotoCD pictures,
  /// recognized by their names kodim01 to kodim24 and sizes.
  std::optional<std::string> published;
  bool overwrite = false;  ///< replace an older report
};

/// One picture through one codec at one quality.
struct ImageRow {
  std::string codec;  ///< name of the baseline, name or file stem of the model
  std::string image;  ///< path
  int width = 0;
  int height = 0;
  std::size_t bytes = 0;        ///< of the whole file
  RdPoint point;                ///< of this picture
  double encode_seconds = 0.0;  ///< picture in memory to file in memory
  double decode_seconds = 0.0;  ///< and back
};

/// The means of one codec, rate rising.
struct CodecCurve {
  std::string codec;
  bool is_model = false;
  /// Its seconds hold the start of a program and picture files in between.
  bool is_program = false;
  std::string note;  ///< settings, in words
  std::vector<RdPoint> points;
  double encode_seconds = 0.0;  ///< mean of all pictures and qualities
  double decode_seconds = 0.0;
};

/// A codec against another: a model against a model before it, a baseline or a published curve, or
/// a baseline against JPEG.
struct BdRow {
  std::string codec;
  std::string anchor;
  bool published = false;  ///< the anchor is a published curve
  /// bd_rate over kReportRange at equal values of each of EvalReport::metrics; empty where the
  /// curves share nothing there.
  std::vector<std::optional<double>> percents;
};

struct EvalReport {
  std::vector<const Metric*> metrics;  ///< measured
  std::string missing_metrics;         ///< those left out and what they need; empty = none
  std::vector<ImageRow> rows;
  std::vector<CodecCurve> curves;  ///< models first, both in the order asked for
  std::vector<PublishedCurve> published;
  std::vector<BdRow> bd_rates;
  std::size_t pictures = 0;  ///< measured
  std::size_t failed = 0;    ///< named in the log and left out
  std::string processor;     ///< as the system names it
};

/// Encodes and decodes every picture with every codec at every quality. Alpha and metadata are
/// taken off beforehand, so that all codecs store the same. Coding is timed while nothing else
/// runs; several files are measured at once then. Writes images.csv, curves.csv, bd_rates.csv,
/// report.json, report.html and a plot for every metric, e.g. psnr.svg, to `out`, each atomically.
/// Progress goes to the log. Pictures that cannot be read are skipped and counted. Throws
/// kInvalidArgument (nothing to measure, an unknown baseline or metric), kUnsupportedImage (no
/// picture was readable), kExists (an older report in `out`, before any work) and what codec::Codec
/// throws.
[[nodiscard]] EvalReport evaluate(const EvalOptions& options);

}  // namespace imgcnn::eval
