// What context coding costs and saves: bits of the latent, and time of one thread, beside those of
// static distributions for the same symbols; tables in Markdown or, with --json, JSON.
//
//   imgcnn_bench_context [--quality Q]... [--repeats R] [--json] MODEL PICTURE...
//
// Time is that which the thread ran, the median of several runs, milliseconds a megapixel; "added"
// is what decoding with contexts takes beyond decoding by static distributions, measured in turn.
// IMGCNN_SIMD chooses the kernels.

#include <time.h>

#include <CLI/CLI.hpp>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "codec/model_files.h"
#include "imgcnn/base/error.h"
#include "imgcnn/codec/latent_extractor.h"
#include "imgcnn/entropy/context_coder.h"
#include "imgcnn/image/convert.h"
#include "imgcnn/image/image_io.h"
#include "imgcnn/model/coding_tables.h"
#include "machine.h"

namespace imgcnn::codec {
namespace {

struct Settings {
  std::string model;
  std::vector<std::string> pictures;
  std::vector<double> qualities = {20, 50, 80};
  int repeats = 5;
  bool json = false;
};

/// Sums over pictures at one quality.
struct Row {
  double megapixels = 0, static_bits = 0, context_bits = 0;
  double static_decode = 0, context_decode = 0, context_encode = 0;  ///< milliseconds
};

/// Milliseconds that this thread has run.
double milliseconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return 1e3 * static_cast<double>(now.tv_sec) + 1e-6 * static_cast<double>(now.tv_nsec);
}

template <class Work>
double time_of(const Work& work) {
  const double start = milliseconds();
  work();
  return milliseconds() - start;
}

/// Any: symbols are compared one by one.
constexpr std::uint32_t kChecksum = 0;

/// Symbols by their distributions alone.
Bytes encode_static(const PlaneCoding& coding, const ExtractedPlanes& planes,
                    const entropy::CodingOrder& order) {
  entropy::RansEncoder encoder;
  entropy::DqState state(coding.quantizer);
  order.for_each(planes.symbols.size(), [&](std::size_t i) {
    encoder.append_symbol(coding.table, state.coding_index(planes.cdf_indexes[i]),
                          planes.symbols[i]);
    state.advance(planes.cdf_indexes[i], planes.symbols[i]);
  });
  return encoder.finish(kChecksum).first;
}

std::vector<std::int32_t> decode_static(const PlaneCoding& coding, const ExtractedPlanes& planes,
                                        const entropy::CodingOrder& order, const Bytes& bytes) {
  std::vector<std::int32_t> symbols(planes.symbols.size());
  entropy::RansDecoder decoder(bytes, "static");
  entropy::DqState state(coding.quantizer);
  order.for_each(symbols.size(), [&](std::size_t i) {
    symbols[i] = decoder.take_symbol(coding.table, state.coding_index(planes.cdf_indexes[i]));
    state.advance(planes.cdf_indexes[i], symbols[i]);
  });
  decoder.finish(kChecksum);
  return symbols;
}

void measure(const PlaneCoding& coding, const entropy::ContextCoder& coder,
             const ExtractedLatent& extracted, int repeats, Row& row) {
  const ExtractedPlanes& planes = extracted.latent;
  const entropy::CodingOrder order(planes.size);
  const Bytes by_static = encode_static(coding, planes, order);
  Bytes by_context;
  std::vector<double> static_decode, context_decode, context_encode;
  for (int r = 0; r < repeats; ++r) {
    context_encode.push_back(time_of([&] {
      entropy::RansEncoder encoder;
      coder.encode(encoder, planes.symbols.data(), planes.cdf_indexes.data(), order,
                   extracted.quality16);
      by_context = encoder.finish(kChecksum).first;
    }));
    std::vector<std::int32_t> symbols;
    static_decode.push_back(
        time_of([&] { symbols = decode_static(coding, planes, order, by_static); }));
    require(symbols == planes.symbols, ErrorCode::kInternal, "static symbols do not come back");
    context_decode.push_back(time_of([&] {
      entropy::RansDecoder decoder(by_context, "context");
      coder.decode(decoder, symbols.data(), planes.cdf_indexes.data(), order, extracted.quality16);
      decoder.finish(kChecksum);
    }));
    require(symbols == planes.symbols, ErrorCode::kInternal, "symbols do not come back");
  }
  row.static_bits += 8.0 * static_cast<double>(by_static.size());
  row.context_bits += 8.0 * static_cast<double>(by_context.size());
  row.static_decode += bench::median(static_decode);
  row.context_decode += bench::median(context_decode);
  row.context_encode += bench::median(context_encode);
}

std::vector<Row> measure_all(const Settings& settings) {
  const ModelFile file(settings.model);
  const LatentExtractor extractor(file.tensors(), {"cpu", 1});
  const PlaneCoding coding = extractor.latent_coding();
  auto weights = model::read_context(file.tensors(), model::kLatentContext, coding.channels);
  require(weights.has_value(), ErrorCode::kInvalidArgument,
          settings.model + ": has no context coder");
  const entropy::ContextCoder coder(coding.table, coding.quantizer, coding.channels,
                                    std::move(*weights), "context");
  std::vector<Row> rows(settings.qualities.size());
  for (const std::string& path : settings.pictures) {
    const auto picture = image::read_image(path);
    const auto rgb = image::to_float_rgb(picture);
    for (std::size_t q = 0; q < rows.size(); ++q) {
      rows[q].megapixels += 1e-6 * static_cast<double>(picture.pixels());
      measure(coding, coder, extractor.extract(rgb, settings.qualities[q]), settings.repeats,
              rows[q]);
    }
  }
  return rows;
}

void print(const Settings& settings, const std::vector<Row>& rows) {
  nlohmann::ordered_json json = {
      {"processor", bench::processor_name()}, {"load", bench::load_average()}, {"rows", {}}};
  std::string table =
      "| quality | bpp, static | bpp, context | saved | encode ms/MP | decode ms/MP | static | "
      "added |\n"
      "|---|---|---|---|---|---|---|---|\n";
  for (std::size_t q = 0; q < rows.size(); ++q) {
    const Row& r = rows[q];
    const double pixels = 1e6 * r.megapixels,
                 added = (r.context_decode - r.static_decode) / r.megapixels;
    json["rows"].push_back({{"quality", settings.qualities[q]},
                            {"static_bpp", r.static_bits / pixels},
                            {"context_bpp", r.context_bits / pixels},
                            {"encode_ms_per_mp", r.context_encode / r.megapixels},
                            {"decode_ms_per_mp", r.context_decode / r.megapixels},
                            {"static_decode_ms_per_mp", r.static_decode / r.megapixels},
                            {"added_ms_per_mp", added}});
    char line[200];
    std::snprintf(line, sizeof line, "| %g | %.4f | %.4f | %.2f %% | %.0f | %.0f | %.0f | %.0f |\n",
                  settings.qualities[q], r.static_bits / pixels, r.context_bits / pixels,
                  100 * (1 - r.context_bits / r.static_bits), r.context_encode / r.megapixels,
                  r.context_decode / r.megapixels, r.static_decode / r.megapixels, added);
    table += line;
  }
  if (settings.json)
    std::printf("%s\n", json.dump(2).c_str());
  else
    std::printf("%s, load %s; one thread\n\n%s", bench::processor_name().c_str(),
                bench::load_average().c_str(), table.c_str());
}

int run(int argc, char** argv) {
  Settings settings;
  CLI::App app("What context coding costs and saves");
  app.add_option("model", settings.model, "Model file")->required();
  app.add_option("pictures", settings.pictures, "Pictures")->required();
  app.add_option("--quality", settings.qualities, "0 to 100; may be given several times")
      ->check(CLI::Range(0, 100));
  app.add_option("--repeats", settings.repeats)->check(CLI::Range(1, 1000))->capture_default_str();
  app.add_flag("--json", settings.json);
  CLI11_PARSE(app, argc, argv);
  print(settings, measure_all(settings));
  return EXIT_SUCCESS;
}

}  // namespace
}  // namespace imgcnn::codec

int main(int argc, char** argv) {
  try {
    return imgcnn::codec::run(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "imgcnn_bench_context: %s\n", error.what());
    return EXIT_FAILURE;
  }
}
