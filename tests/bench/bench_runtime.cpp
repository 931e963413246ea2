// What the network costs by each instruction set that the processor has, and how much of the
// processor's own peak that is: one thread, tables in Markdown or, with --json, JSON.
//
//   imgcnn_bench_runtime [--repeats R] [--json] MODEL
//
// The peak is that of multiply-accumulates on registers (peak_rates.h), in the arithmetic that a
// transform is computed in: float32 for those of an encoder, 16-bit integers for those of a
// decoder. Transform and peak are measured in turn, so that both see the same clock and the same
// neighbours; quoted are medians. Time is that which the thread ran: what waits for a core does not
// count on a busy machine. Multiply-accumulates are those of the model's layers as `imgcnn info`
// counts them, without what the padding of channels adds or merged layers save.

#include <time.h>

#include <CLI/CLI.hpp>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "codec/model_files.h"
#include "imgcnn/base/error.h"
#include "imgcnn/base/thread_pool.h"
#include "imgcnn/entropy/integer_scale_network.h"
#include "imgcnn/model/config.h"
#include "imgcnn/runtime/native_network.h"
#include "machine.h"
#include "peak_rates.h"
#include "runtime/kernels.h"

namespace imgcnn::runtime {
namespace {

constexpr double kQuality = 0.6;  // 0..1; no matter for the time
constexpr std::pair<int, int> kSizes[] = {{768, 512}, {1920, 1280}};
constexpr double kPeakSeconds = 0.01;  // of one measurement of the peak

// Samples of a picture for each position of a layer's result, to a side; of Upsample, whose product
// comes before its change of resolution, to a side of its input.
int stride_of(const std::string& layer) {
  static const std::vector<std::pair<std::string, int>> kStrides = {
      {"analysis.stem", 8},      {"analysis.blocks8", 8},   {"analysis.", 16},
      {"synthesis.blocks8", 8},  {"synthesis.head", 8},     {"synthesis.", 16},
      {"hyper_analysis.0", 16},  {"hyper_analysis.1", 16},  {"hyper_analysis.2", 32},
      {"hyper_analysis.3", 32},  {"hyper_analysis.", 64},   {"hyper_synthesis.0", 64},
      {"hyper_synthesis.1", 64}, {"hyper_synthesis.2", 32}, {"hyper_synthesis.3", 32},
      {"hyper_synthesis.", 16}};
  for (const auto& [prefix, stride] : kStrides) {
    if (layer.rfind(prefix, 0) == 0) return stride;
  }
  throw Error(ErrorCode::kInternal, layer + ": no layer that is known here");
}

/// Of a transform, for each sample position of the picture.
double macs_per_pixel(const bitstream::TensorFile& file, const std::string& transform) {
  const std::string prefix = "weights.", suffix = ".weight";
  double macs = 0.0;
  for (const auto& [name, tensor] : file.tensors) {
    const bool is_kernel = name.rfind(prefix + transform + ".", 0) == 0 &&
                           name.size() > suffix.size() &&
                           name.compare(name.size() - suffix.size(), suffix.size(), suffix) == 0;
    if (!is_kernel) continue;
    const double stride = stride_of(name.substr(prefix.size()));
    macs += static_cast<double>(tensor.elements()) / (stride * stride);
  }
  return macs;
}

/// Throws kInternal when the sums are not those of the model's card.
void check_counts(const bitstream::TensorFile& file, const model::ModelConfig& config) {
  constexpr double kBlock = entropy::kHyperStride * entropy::kHyperStride;
  constexpr double kCell =
      model::ModelConfig::kLatentStride * model::ModelConfig::kLatentStride * kBlock;
  const double rows =
      config.scale_hidden * (9.0 * config.hyper_channels + kBlock * config.latent_channels) / kCell;
  const double both = macs_per_pixel(file, "hyper_synthesis") + rows;
  const std::pair<const char*, double> sums[] = {
      {model::kEncodeComplexity,
       macs_per_pixel(file, "analysis") + macs_per_pixel(file, "hyper_analysis") + both},
      {model::kDecodeComplexity, macs_per_pixel(file, "synthesis") + both}};
  for (const auto& [key, sum] : sums) {
    const auto found = file.metadata.find(key);
    if (found == file.metadata.end()) continue;
    require(std::abs(std::stod(found->second) - sum / 1e3) < 1e-3, ErrorCode::kInternal,
            std::string(key) + ": the layers do not add up to what the model file says");
  }
}

double thread_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

double seconds_of(const std::function<void()>& work) {
  const double start = thread_seconds();
  work();
  return thread_seconds() - start;
}

/// Multiply-accumulates a second in registers, measured for kPeakSeconds.
class Peak {
 public:
  explicit Peak(bench::MultiplyAdds loop) : loop_(loop) {
    if (loop_ == nullptr) return;
    while (seconds_of([&] { (void)loop_(rounds_); }) < kPeakSeconds) rounds_ *= 2;
  }
  /// 0 where there is no loop.
  [[nodiscard]] double measure() const {
    if (loop_ == nullptr) return 0.0;
    std::int64_t macs = 0;
    const double seconds = seconds_of([&] { macs = loop_(rounds_); });
    return static_cast<double>(macs) / seconds;
  }

 private:
  bench::MultiplyAdds loop_;
  std::int64_t rounds_ = 1024;
};

struct Row {
  std::string simd, transform, arithmetic;
  int width = 0, height = 0;
  double milliseconds = 0.0;  ///< a megapixel
  double macs = 0.0;          ///< a second
  double peak = 0.0;          ///< a second; 0 = not known
};

/// Smooth, with something in every channel.
image::FloatImage test_picture(int width, int height) {
  image::FloatImage picture{3, height, width, {}};
  for (int c = 0; c < 3; ++c) {
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x)
        picture.data.push_back(0.5F + 0.4F * std::sin(0.01F * x * (c + 1)) * std::cos(0.013F * y));
    }
  }
  return picture;
}

model::Planes rounded(model::Planes planes) {
  for (float& value : planes.data) value = std::nearbyint(value);
  return planes;
}

std::vector<Row> measure(const bitstream::TensorFile& file, const model::ModelConfig& config,
                         const std::string& simd, int repeats) {
  setenv("IMGCNN_SIMD", simd.c_str(), 1);
  ThreadPool pool(1);
  const auto network = make_native_network(file, config, pool);
  const auto loops = bench::peak_loops(simd);
  const Peak floats(loops.floats), shorts(loops.shorts);
  std::vector<Row> rows;
  for (const auto& [width, height] : kSizes) {
    const double pixels = static_cast<double>(width) * height;
    const auto add = [&, w = width, h = height](const char* transform, bool in_floats,
                                                const std::function<void()>& work) {
      work();  // packs the weights
      const double macs = macs_per_pixel(file, transform) * pixels;
      std::vector<double> seconds, peaks;
      for (int i = 0; i < repeats; ++i) {
        peaks.push_back((in_floats ? floats : shorts).measure());
        seconds.push_back(seconds_of(work));
      }
      const double middle = bench::median(seconds);
      rows.push_back({simd, transform, in_floats ? "float32" : "int16", w, h, middle * 1e9 / pixels,
                      macs / middle, bench::median(peaks)});
    };
    const auto picture = test_picture(width, height);
    const auto latent = rounded(network->analysis(picture, kQuality));
    const auto hyper = rounded(network->hyper_analysis(latent, kQuality));
    add("analysis", true, [&] { (void)network->analysis(picture, kQuality); });
    add("hyper_analysis", true, [&] { (void)network->hyper_analysis(latent, kQuality); });
    add("hyper_synthesis", false,
        [&] { (void)network->hyper_synthesis(hyper, kQuality, latent.height, latent.width); });
    add("synthesis", false, [&] { (void)network->synthesis(latent, kQuality); });
  }
  return rows;
}

void print_json(const std::vector<Row>& rows) {
  auto list = nlohmann::json::array();
  for (const Row& row : rows) {
    list.push_back({{"simd", row.simd},
                    {"transform", row.transform},
                    {"arithmetic", row.arithmetic},
                    {"width", row.width},
                    {"height", row.height},
                    {"milliseconds_a_megapixel", row.milliseconds},
                    {"gmac_a_second", row.macs / 1e9},
                    {"peak_gmac_a_second", row.peak / 1e9}});
  }
  const nlohmann::json json = {{"processor", bench::processor_name()},
                               {"load", bench::load_average()},
                               {"rows", std::move(list)}};
  std::printf("%s\n", json.dump(2).c_str());
}

void print_table(const std::vector<Row>& rows) {
  std::printf("%s, load %s; one thread\n\n", bench::processor_name().c_str(),
              bench::load_average().c_str());
  std::printf(
      "| instructions | transform | picture | ms/MP | MP/s | GMAC/s | peak GMAC/s | share of peak "
      "|\n");
  std::printf("|---|---|---|---|---|---|---|---|\n");
  for (const Row& row : rows) {
    std::printf("| %s | %s, %s | %dx%d | %.1f | %.2f | %.1f |", row.simd.c_str(),
                row.transform.c_str(), row.arithmetic.c_str(), row.width, row.height,
                row.milliseconds, 1e3 / row.milliseconds, row.macs / 1e9);
    if (row.peak > 0)
      std::printf(" %.0f | %.0f %% |\n", row.peak / 1e9, 100 * row.macs / row.peak);
    else
      std::printf(" | |\n");
  }
}

void run(const std::string& path, int repeats, bool json) {
  const codec::ModelFile model(path);
  const auto config = model::read_config(model.tensors(), path);
  require(config.architecture == "fast" && config.hyper_channels > 0, ErrorCode::kInvalidArgument,
          path + ": only the architecture \"fast\" is measured here");
  check_counts(model.tensors(), config);
  std::vector<Row> rows;
  for (const Kernels* kernels : {&plain_kernels(), avx2_kernels(), avx512_kernels()}) {
    if (kernels == nullptr) continue;
    for (auto& row : measure(model.tensors(), config, kernels->name(), repeats))
      rows.push_back(std::move(row));
  }
  json ? print_json(rows) : print_table(rows);
}

}  // namespace
}  // namespace imgcnn::runtime

int main(int argc, char** argv) {
  std::string model;
  int repeats = 9;
  bool json = false;
  CLI::App app("What the network costs, and the share of the processor's peak");
  app.add_option("model", model, "Model file")->required();
  app.add_option("--repeats", repeats)->check(CLI::Range(1, 1000))->capture_default_str();
  app.add_flag("--json", json);
  CLI11_PARSE(app, argc, argv);
  try {
    imgcnn::runtime::run(model, repeats, json);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "imgcnn_bench_runtime: %s\n", error.what());
    return 1;
  }
  return 0;
}
