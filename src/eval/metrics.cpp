// The table of metrics, and MS-SSIM.
#include "imgcnn/eval/metrics.h"

#include <algorithm>

#include "butteraugli.h"
#include "imgcnn/base/error.h"
#include "imgcnn/image/convert.h"
#include "imgcnn/image/ms_ssim.h"
#include "imgcnn/image/ssimulacra2.h"

namespace imgcnn::eval {
namespace {

double as_it_is(double value) { return value; }

std::string nothing_missing() { return {}; }

/// Measures unless a side is too small.
template <class Measure>
std::optional<double> unless_tiny(const image::Image& original, Measure measure) {
  if (std::min(original.width, original.height) < kLeastPerceptualSide) return std::nullopt;
  return measure();
}

std::optional<double> measure_psnr(const image::Image& original, const image::Image& decoded) {
  return psnr_db(original, decoded);
}

std::optional<double> measure_ms_ssim(const image::Image& original, const image::Image& decoded) {
  return ms_ssim(original, decoded);
}

std::optional<double> measure_ssimulacra2(const image::Image& original,
                                          const image::Image& decoded) {
  return unless_tiny(original, [&] {
    return image::ssimulacra2(image::to_float_rgb(decoded), image::to_float_rgb(original), false)
        .score;
  });
}

std::optional<double> measure_butteraugli(const image::Image& original,
                                          const image::Image& decoded) {
  return unless_tiny(original, [&] { return butteraugli_3norm(original, decoded); });
}

}  // namespace

double ms_ssim(const image::Image& original, const image::Image& decoded) {
  require(original.width == decoded.width && original.height == decoded.height,
          ErrorCode::kInvalidArgument, "pictures of different sizes cannot be compared");
  image::FloatImage a = image::to_float_rgb(original), b = image::to_float_rgb(decoded);
  if (original.colour_channels() == 1 && decoded.colour_channels() == 1) {
    for (image::FloatImage* grey : {&a, &b}) {
      grey->channels = 1;
      grey->data.resize(grey->plane_size());
    }
  }
  return image::ms_ssim(b, a, 0.0, false).value;
}

double bits_per_pixel(std::size_t bytes, const image::Image& picture) {
  return 8.0 * static_cast<double>(bytes) / static_cast<double>(picture.pixels());
}

const std::vector<Metric>& known_metrics() {
  static const std::vector<Metric> table = {
      {"psnr", "psnr", "psnr_db", "PSNR", "dB", 2, false, &RdPoint::psnr, as_it_is, measure_psnr,
       nothing_missing, "PSNR: the mean squared error of samples in dB; higher is better."},
      {"ms-ssim", "ms_ssim", "ms_ssim", "MS-SSIM", "dB", 4, false, &RdPoint::ms_ssim, ms_ssim_db,
       measure_ms_ssim, nothing_missing,
       "MS-SSIM: likeness of structure at several scales, 1 for equal pictures; plots and BD-rates "
       "take it as -10 log10(1 - MS-SSIM) dB."},
      {"ssimulacra2", "ssimulacra2", "ssimulacra2", "SSIMULACRA2", "", 2, false,
       &RdPoint::ssimulacra2, as_it_is, measure_ssimulacra2, nothing_missing,
       "SSIMULACRA2 (version 2.1), fitted to what people say of pictures: 50 is medium quality, "
       "70 high, 80 very high, 90 visually lossless, 100 equal."},
      {"butteraugli", "butteraugli", "butteraugli_3norm", "butteraugli 3-norm", "", 3, true,
       &RdPoint::butteraugli, as_it_is, measure_butteraugli, missing_butteraugli,
       "Butteraugli, 3-norm: how visible differences are by libjxl's butteraugli_main, 0 for equal "
       "pictures; lower is better, so its axis is drawn upside down and BD-rates take it negated."},
  };
  return table;
}

const Metric& find_metric(const std::string& name) {
  std::string known;
  for (const Metric& metric : known_metrics()) {
    if (name == metric.name) return metric;
    known += std::string(known.empty() ? "" : ", ") + metric.name;
  }
  throw Error(ErrorCode::kInvalidArgument, "no metric '" + name + "'; known: " + known);
}

std::vector<const Metric*> choose_metrics(const std::vector<std::string>& names,
                                          std::string& missing) {
  for (const std::string& name : names) {
    const std::string lack = find_metric(name).missing();
    require(lack.empty(), ErrorCode::kInvalidArgument, "metric " + name + " needs " + lack);
  }
  std::vector<const Metric*> chosen;
  for (const Metric& metric : known_metrics()) {
    const bool named = std::find(names.begin(), names.end(), metric.name) != names.end();
    if (!named && !names.empty()) continue;
    const std::string lack = named ? "" : metric.missing();
    if (lack.empty()) {
      chosen.push_back(&metric);
    } else {
      missing += std::string(missing.empty() ? "" : "; ") + metric.title + " (needs " + lack + ")";
    }
  }
  return chosen;
}

std::optional<double> fidelity_of(const RdPoint& point, const Metric& metric) {
  const std::optional<double>& value = point.*metric.value;
  if (!value) return std::nullopt;
  return metric.lower_is_better ? -metric.plotted(*value) : metric.plotted(*value);
}

}  // namespace imgcnn::eval
