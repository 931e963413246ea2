// What reading and writing of pictures costs: milliseconds a megapixel and bytes of the files, as a
// table in Markdown or, with --json, as JSON.
//
//   imgcnn_bench_image [--json] PICTURE...

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "imgcnn/base/files.h"
#include "imgcnn/image/convert.h"
#include "imgcnn/image/image_io.h"

namespace imgcnn::image {
namespace {

// The fastest of so many runs: what else the machine does only ever adds.
constexpr int kRuns = 7;

struct Row {
  std::string picture;
  std::string step;
  double milliseconds = 0.0;  ///< a megapixel
  std::size_t bytes = 0;      ///< of the file that is read or written; 0 = none
};

class Bench {
 public:
  explicit Bench(std::string path) : path_(std::move(path)), file_(read_file(path_)) {
    picture_ = decode_image(file_, path_);
  }

  std::vector<Row> run() {
    time("read the file", file_.size(), [&] { (void)decode_image(file_, path_); });
    Bytes png;
    for (int level = 0; level <= 9; ++level) {
      png = time_writing("write PNG, level " + std::to_string(level), [&] {
        return encode_png(picture_, {level, 1});
      });
    }
    png = time_writing("write PNG, all cores", [&] {
      return encode_png(picture_, {PngOptions().level, 0});
    });
    time("read that PNG", png.size(), [&] { (void)decode_image(png, "png"); });
    const Bytes jpeg =
        time_writing("write JPEG", [&] { return encode_jpeg(picture_, kLossyQuality); });
    time("read that JPEG", jpeg.size(), [&] { (void)decode_image(jpeg, "jpeg"); });
    const Bytes ppm = time_writing("write PPM", [&] { return encode_image(picture_, ".ppm"); });
    time("read that PPM", ppm.size(), [&] { (void)decode_image(ppm, "ppm"); });
    const FloatImage rgb = to_float_rgb(picture_);
    time("samples to floats", 0, [&] { (void)to_float_rgb(picture_); });
    time("floats to samples", 0,
         [&] { (void)from_float_rgb(rgb, picture_.colour_channels(), picture_.bit_depth); });
    return std::move(rows_);
  }

 private:
  using Clock = std::chrono::steady_clock;

  void time(const std::string& step, std::size_t bytes, const std::function<void()>& work) {
    double best = 0.0;
    for (int i = 0; i < kRuns; ++i) {
      const auto start = Clock::now();
      work();
      const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
      if (i == 0 || seconds < best) best = seconds;
    }
    rows_.push_back({path_, step, best * 1e9 / static_cast<double>(picture_.pixels()), bytes});
  }

  Bytes time_writing(const std::string& step, const std::function<Bytes()>& work) {
    Bytes file;
    time(step, 0, [&] { file = work(); });
    rows_.back().bytes = file.size();
    return file;
  }

  std::string path_;
  Bytes file_;
  Image picture_;
  std::vector<Row> rows_;
};

void print_json(const std::vector<Row>& rows) {
  nlohmann::json json = nlohmann::json::array();
  for (const Row& row : rows) {
    json.push_back({{"picture", row.picture},
                    {"step", row.step},
                    {"milliseconds_a_megapixel", row.milliseconds},
                    {"bytes", row.bytes}});
  }
  std::printf("%s\n", json.dump(2).c_str());
}

void print_table(const std::vector<Row>& rows) {
  std::printf("| picture | step | ms/MP | bytes |\n|---|---|---|---|\n");
  for (const Row& row : rows) {
    std::printf("| %s | %s | %.2f | %zu |\n", row.picture.c_str(), row.step.c_str(),
                row.milliseconds, row.bytes);
  }
}

}  // namespace
}  // namespace imgcnn::image

int main(int argc, char** argv) {
  std::vector<std::string> arguments(argv + 1, argv + argc);
  const bool json = !arguments.empty() && arguments[0] == "--json";
  if (json) arguments.erase(arguments.begin());
  if (arguments.empty()) {
    std::fprintf(stderr, "usage: imgcnn_bench_image [--json] PICTURE...\n");
    return 2;
  }
  try {
    std::vector<imgcnn::image::Row> rows;
    for (const std::string& path : arguments) {
      for (auto& row : imgcnn::image::Bench(path).run()) rows.push_back(std::move(row));
    }
    json ? imgcnn::image::print_json(rows) : imgcnn::image::print_table(rows);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "imgcnn_bench_image: %s\n", error.what());
    return 1;
  }
  return 0;
}
