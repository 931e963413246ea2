// What every stage of compressing and decompressing costs: milliseconds, and milliseconds a
// megapixel, as tables in Markdown or, with --json, as JSON. Medians of several runs; the first,
// which finds caches and memory cold, does not count.
//
//   imgcnn_bench_stages [--threads N] [--effort N] [--quality Q] [--repeats R] [--json] MODEL
//   PICTURE...
//
// The stages are those of the codec, put together from its own parts, and what they make is
// compared with what codec::Codec makes: a bench that has fallen behind ends with an error.
// Codec::encode and decode are measured in turn with them, so that their sum can be held against
// the whole. For pictures of up to 40 megapixels, whose latent an encoder keeps.

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "codec/latent_coder.h"
#include "codec/model_files.h"
#include "codec/network_factory.h"
#include "codec/padding.h"
#include "codec/picture_encoder.h"
#include "codec/quality.h"
#include "codec/symbol_choice.h"
#include "codec/symbol_quantizer.h"
#include "codec/symbol_reader.h"
#include "codec/symbol_writer.h"
#include "codec/tiled_transform.h"
#include "imgcnn/base/error.h"
#include "imgcnn/base/files.h"
#include "imgcnn/bitstream/container.h"
#include "imgcnn/codec/codec.h"
#include "imgcnn/image/convert.h"
#include "imgcnn/image/image_io.h"
#include "machine.h"

namespace imgcnn::codec {
namespace {

struct Settings {
  std::string model;
  std::vector<std::string> pictures;
  int threads = 1;
  int effort = kDefaultEffort;
  double quality = EncodeOptions().quality;
  int repeats = 7;
  bool json = false;
};

/// Time of stages, which may lie within each other: the inner one's is not the outer one's too.
class StageClock {
 public:
  template <class Work>
  auto time(const std::string& stage, const Work& work) {
    const Span span(*this, stage);
    return work();
  }
  /// The next run begins: what has been timed is kept as one sample a stage.
  void end_run() {
    for (auto& [stage, seconds] : run_) samples_[stage].push_back(seconds);
    run_.clear();
  }
  void forget() { samples_.clear(); }

  [[nodiscard]] const std::vector<std::string>& stages() const { return order_; }
  [[nodiscard]] double seconds(const std::string& stage) const {
    return bench::median(samples_.at(stage));
  }

 private:
  using Clock = std::chrono::steady_clock;

  class Span {
   public:
    Span(StageClock& owner, const std::string& stage)
        : owner_(owner), stage_(stage), before_(std::exchange(owner.inner_, 0.0)) {}
    ~Span() {
      const double whole = std::chrono::duration<double>(Clock::now() - start_).count();
      auto& order = owner_.order_;
      if (std::find(order.begin(), order.end(), stage_) == order.end()) order.push_back(stage_);
      owner_.run_[stage_] += whole - owner_.inner_;
      owner_.inner_ = before_ + whole;
    }
    Span(const Span&) = delete;
    Span& operator=(const Span&) = delete;

   private:
    StageClock& owner_;
    std::string stage_;
    double before_;
    Clock::time_point start_ = Clock::now();
  };

  double inner_ = 0.0;  ///< of stages within the one that is open
  std::vector<std::string> order_;
  std::map<std::string, double> run_;
  std::map<std::string, std::vector<double>> samples_;
};

/// What Codec keeps, in the open.
struct OpenModel {
  OpenModel(const std::string& path, int threads, StageClock& clock)
      : file(clock.time("file mapped and parsed", [&] { return ModelFile(path); })),
        config(model::read_config(file.tensors(), path)),
        pool(threads),
        network(clock.time(
            "network made",
            [&] {
              return make_network(file.tensors(), config, {"cpu", threads, Runtime::kNative}, pool);
            })),
        coder(clock.time("coding tables made",
                         [&] { return LatentCoder(file.tensors(), config); })) {}

  [[nodiscard]] ModelParts parts() { return {*network, config, coder, pool}; }

  ModelFile file;
  model::ModelConfig config;
  ThreadPool pool;
  std::unique_ptr<model::Network> network;
  LatentCoder coder;
};

/// Calls what is packed when it is first used, on a picture of one position of the hyper-latent.
void pack_weights(OpenModel& model, StageClock& clock) {
  const image::FloatImage picture{3, 64, 64, std::vector<float>(3 * 64 * 64, 0.5F)};
  model::Network& network = *model.network;
  model::Planes latent;
  clock.time("weights packed that compress", [&] {
    latent = network.analysis(picture, 0.5);
    if (!model.coder.has_hyper()) return;
    (void)network.hyper_synthesis(network.hyper_analysis(latent, 0.5), 0.5, latent.height,
                                  latent.width);
  });
  clock.time("weights packed that decompress", [&] { (void)network.synthesis(latent, 0.5); });
}

/// codec/codec.cpp and codec/picture_encoder.cpp, stage by stage.
Bytes encode(OpenModel& model, const image::Image& picture, const Settings& settings,
             StageClock& clock) {
  const LatentCoder& coder = model.coder;
  const PixelSource upright = [&](const Rect& w) {
    return clock.time("samples to floats",
                      [&] { return image::to_float_rgb(picture, w.x, w.y, w.width, w.height); });
  };
  const EffortPlan effort = effort_plan(settings.effort);
  CodingPlan plan = CodingPlan::make(picture.width, picture.height, to_quality16(settings.quality),
                                     effort.context && coder.latent().context(), model.config);
  if (effort.iterations > 0)
    plan = clock.time("orientation chosen",
                      [&] { return choose_orientation(model.parts(), upright, {}, plan).plan; });
  const PixelSource pixels = [&](const Rect& w) {
    return to_coded(upright(from_coded(w, plan.orientation, picture.width)), plan.orientation);
  };
  const TiledTransform transform(*model.network, model.config, plan);
  const LatentSize size = plan.latent();
  const TileGrid grid = plan.grid();

  std::vector<model::Planes> latents;
  const Rect all{0, 0, size.hyper_width(), size.hyper_height()};
  std::vector<float> z(all.area() * static_cast<std::size_t>(model.config.hyper_channels));
  const auto blocks = network_blocks(plan);
  for (const TileBlock& block : blocks) {
    const Rect& tile = block.window;
    const Rect around =
        coder.has_hyper() ? inflated(tile, entropy::kHyperStride, transform.whole()) : tile;
    const auto latent = clock.time("analysis", [&] { return transform.latent(pixels, around); });
    if (coder.has_hyper()) {
      clock.time("hyper-analysis", [&] {
        const Rect part = enclosing(tile, entropy::kHyperStride);
        copy_rect(transform.hyper_latent(latent, tile).data, part, z, all, part,
                  model.config.hyper_channels);
      });
    }
    latents.push_back(clock.time("analysis", [&] { return crop(latent, around, tile); }));
  }
  std::vector<std::int32_t> hyper;
  if (coder.has_hyper()) {
    hyper = clock.time("hyper-analysis", [&] {
      return quantize_hyper(coder.hyper(), z, coder.hyper_indexes(plan), plan);
    });
  }
  SymbolWriter writer = clock.time("symbols coded and checked",
                                   [&] { return SymbolWriter(coder, plan, std::move(hyper)); });

  std::vector<TileAnalysis> tiles(static_cast<std::size_t>(grid.count()));
  for (std::size_t b = 0; b < blocks.size(); ++b) {
    const Rect& window = blocks[b].window;
    clock.time("hyper-synthesis: means", [&] {
      const auto mean = transform.mean(writer.hyper(), window);
      auto& latent = latents[b].data;
      for (std::size_t k = 0; k < latent.size(); ++k) latent[k] -= mean.data[k];
      for (const int index : blocks[b].tiles) {
        TileAnalysis& tile = tiles[static_cast<std::size_t>(index)];
        tile.window = grid.tile(index);
        tile.residual = crop(latent, window, tile.window, model.config.latent_channels);
        tile.mean = crop(mean, window, tile.window);
      }
    });
  }
  for (TileAnalysis& tile : tiles) {
    tile.indexes = clock.time("hyper-synthesis: indexes", [&] {
      return coder.latent_indexes(writer.hyper(), plan, tile.window);
    });
    if (effort.measured()) tile.pixels = pixels(transform.samples(tile.window));
  }
  // Tiles side by side, stage after stage.
  const auto each_tile = [&](const char* stage, const std::function<void(std::size_t i)>& work) {
    clock.time(stage, [&] {
      model.pool.run(grid.count(),
                     [&](int i, int /*thread*/) { work(static_cast<std::size_t>(i)); });
    });
  };
  std::vector<std::vector<std::int32_t>> symbols(tiles.size());
  std::vector<entropy::StreamParts> streams(tiles.size());
  const double lambda = model.config.lambda(quality_share(plan.quality16));
  each_tile("symbols chosen", [&](std::size_t i) {
    symbols[i] =
        choose_symbols(*model.network, coder.latent(), tiles[i], plan, lambda, effort, {}).latent;
  });
  each_tile("symbols coded and checked",
            [&](std::size_t i) { streams[i] = writer.encode_tile(symbols[i], tiles[i].indexes); });
  return clock.time("container written", [&] {
    for (std::size_t i = 0; i < streams.size(); ++i)
      writer.add(static_cast<int>(i), std::move(streams[i]));
    CodedLatent coded = writer.finish();
    bitstream::Container container;
    auto& header = container.header;
    plan.write(header);
    header.channels = picture.channels;
    header.bit_depth = picture.bit_depth;
    header.model_id = model.file.id();
    container.coarse = std::move(coded.coarse);
    container.detail = std::move(coded.detail);
    if (picture.has_alpha() && !image::is_opaque(picture))
      container.alpha = image::encode_png(image::alpha_plane(picture), {image::kMaxPngLevel});
    container.icc = picture.metadata.icc;
    container.exif = picture.metadata.exif;
    container.xmp = picture.metadata.xmp;
    return bitstream::serialize_container(container);
  });
}

/// The same of decoding.
image::Image decode(OpenModel& model, const Bytes& file, StageClock& clock) {
  auto container =
      clock.time("file parsed", [&] { return bitstream::parse_container(file, {}, "file"); });
  const auto& header = container.header;
  const CodingPlan plan = CodingPlan::read(header, model.config, "file");
  const int width = plan.picture_width(), height = plan.picture_height();
  const TiledTransform transform(*model.network, model.config, plan);
  const LatentSections sections{container.coarse, ByteSpan(container.detail)};
  const SymbolReader reader = clock.time(
      "symbols decoded", [&] { return SymbolReader(model.coder, plan, sections, "file"); });
  const TileGrid tiles = plan.grid();
  std::vector<std::vector<float>> values(static_cast<std::size_t>(tiles.count()));
  clock.time("symbols decoded", [&] {
    model.pool.run(tiles.count(), [&](int i, int /*thread*/) {
      values[static_cast<std::size_t>(i)] = reader.tile(i);
    });
  });

  image::Image picture = clock.time("floats to samples", [&] {
    return image::blank(width, height, header.channels <= 2 ? 1 : 3, header.bit_depth);
  });
  const TileGrid grid(plan.latent().width, plan.latent().height, kWindowSide);
  for (int i = 0; i < grid.count(); ++i) {
    const Rect w = grid.tile(i), seen = transform.receptive_field(w);
    auto latent = clock.time("means", [&] { return transform.mean(reader.hyper(), seen); });
    clock.time("symbols added", [&] {
      for (std::size_t k = 0; k < values.size(); ++k) {
        const Rect tile = tiles.tile(static_cast<int>(k)), part = intersection(tile, seen);
        if (part.empty()) continue;
        auto sum = crop(values[k], tile, part, latent.channels);
        const auto mean = crop(latent.data, seen, part, latent.channels);
        for (std::size_t v = 0; v < sum.size(); ++v) sum[v] += mean[v];
        copy_rect(sum, part, latent.data, seen, part, latent.channels);
      }
    });
    auto rgb = clock.time("synthesis", [&] { return transform.synthesis(latent, w); });
    clock.time("floats to samples", [&] {
      const Rect shown = from_coded(transform.samples(w), plan.orientation, width);
      image::put_float_rgb(from_coded(std::move(rgb), plan.orientation), shown.x, shown.y, picture);
    });
  }
  if (header.channels == 2 || header.channels == 4) {
    const Rect whole{0, 0, width, height};
    clock.time("alpha restored",
               [&] { restore_alpha(picture, container.alpha, whole, whole, 1, "file"); });
  }
  picture.metadata = {std::move(container.icc), std::move(container.exif),
                      std::move(container.xmp)};
  return picture;
}

/// Stages, and what they are together.
struct Table {
  std::string title;
  double megapixels = 0.0;  ///< 0: of no picture
  StageClock stages, whole;
};

std::vector<Table> measure_picture(OpenModel& model, const Codec& codec, const std::string& path,
                                   const Settings& settings) {
  const Bytes input = read_file(path);
  EncodeOptions options;
  options.quality = settings.quality;
  options.effort = settings.effort;
  Table compressing, decompressing, files;
  for (int run = 0; run <= settings.repeats; ++run) {
    const auto picture =
        files.stages.time("picture read", [&] { return image::decode_image(input, path); });
    const Bytes file = encode(model, picture, settings, compressing.stages);
    const auto encoded = compressing.whole.time(
        "Codec::encode", [&] { return codec.encode(picture, options).bytes; });
    require(file == encoded, ErrorCode::kInternal,
            path + ": the stages do not give the bytes of Codec::encode");
    const auto shown = decode(model, file, decompressing.stages);
    const auto decoded =
        decompressing.whole.time("Codec::decode", [&] { return codec.decode(file); });
    require(shown.samples == decoded.samples, ErrorCode::kInternal,
            path + ": the stages do not give the samples of Codec::decode");
    const image::PngOptions png{image::PngOptions().level, settings.threads};
    files.stages.time("PNG written", [&] { (void)image::encode_image(decoded, ".png", png); });
    files.stages.time("PPM written", [&] { (void)image::encode_image(decoded, ".ppm"); });
    for (Table* table : {&compressing, &decompressing, &files}) {
      for (StageClock* clock : {&table->stages, &table->whole}) {
        clock->end_run();
        if (run == 0) clock->forget();
      }
      table->megapixels = static_cast<double>(picture.pixels()) / 1e6;
    }
  }
  compressing.title = path + ": compressing";
  decompressing.title = path + ": decompressing";
  files.title = path + ": picture files, in memory";
  return {std::move(compressing), std::move(decompressing), std::move(files)};
}

/// Each run loads it anew. The last is returned.
std::unique_ptr<OpenModel> measure_model(const Settings& settings, Table& table) {
  std::unique_ptr<OpenModel> model;
  for (int run = 0; run <= settings.repeats; ++run) {
    model.reset();
    model = std::make_unique<OpenModel>(settings.model, settings.threads, table.stages);
    pack_weights(*model, table.stages);
    table.whole.time("Codec::Codec", [&] {
      (void)Codec(settings.model, {"cpu", settings.threads});
    });
    for (StageClock* clock : {&table.stages, &table.whole}) {
      clock->end_run();
      if (run == 0) clock->forget();
    }
  }
  table.title = settings.model;
  return model;
}

/// Name and seconds of each row: stages, their sum, and the whole that it is held against.
std::vector<std::pair<std::string, double>> rows_of(const Table& table) {
  std::vector<std::pair<std::string, double>> rows;
  double sum = 0.0;
  for (const auto& stage : table.stages.stages()) {
    rows.emplace_back(stage, table.stages.seconds(stage));
    sum += rows.back().second;
  }
  if (table.megapixels > 0 && !table.whole.stages().empty()) rows.emplace_back("sum", sum);
  for (const auto& whole : table.whole.stages())
    rows.emplace_back(whole, table.whole.seconds(whole));
  return rows;
}

void print_tables(const std::vector<Table>& tables) {
  for (const Table& table : tables) {
    const bool pixels = table.megapixels > 0;
    std::printf("\n%s", table.title.c_str());
    if (pixels) std::printf(", %.2f megapixels", table.megapixels);
    std::printf("\n\n| stage | ms |%s\n|---|---|%s\n", pixels ? " ms/MP |" : "",
                pixels ? "---|" : "");
    for (const auto& [stage, seconds] : rows_of(table)) {
      std::printf("| %s | %.2f |", stage.c_str(), seconds * 1e3);
      if (pixels) std::printf(" %.2f |", seconds * 1e3 / table.megapixels);
      std::printf("\n");
    }
  }
}

nlohmann::json json_of(const std::vector<Table>& tables) {
  nlohmann::json json = nlohmann::json::array();
  for (const Table& table : tables) {
    auto stages = nlohmann::json::array();
    for (const auto& [stage, seconds] : rows_of(table))
      stages.push_back({{"stage", stage}, {"milliseconds", seconds * 1e3}});
    json.push_back(
        {{"title", table.title}, {"megapixels", table.megapixels}, {"stages", std::move(stages)}});
  }
  return json;
}

void run(const Settings& settings) {
  std::vector<Table> tables(1);
  const auto model = measure_model(settings, tables.front());
  const Codec codec(settings.model, {"cpu", settings.threads});
  for (const auto& path : settings.pictures) {
    for (auto& table : measure_picture(*model, codec, path, settings))
      tables.push_back(std::move(table));
  }
  if (settings.json) {
    const nlohmann::json json = {{"processor", bench::processor_name()},
                                 {"load", bench::load_average()},
                                 {"device", codec.device_name()},
                                 {"effort", settings.effort},
                                 {"quality", settings.quality},
                                 {"repeats", settings.repeats},
                                 {"tables", json_of(tables)}};
    std::printf("%s\n", json.dump(2).c_str());
    return;
  }
  std::printf("%s, load %s; %s; effort %d, quality %g; medians of %d runs\n",
              bench::processor_name().c_str(), bench::load_average().c_str(),
              codec.device_name().c_str(), settings.effort, settings.quality, settings.repeats);
  print_tables(tables);
}

}  // namespace
}  // namespace imgcnn::codec

int main(int argc, char** argv) {
  imgcnn::codec::Settings settings;
  CLI::App app("What the stages of compressing and decompressing cost");
  app.add_option("model", settings.model, "Model file")->required();
  app.add_option("pictures", settings.pictures, "Pictures")->required();
  app.add_option("--threads", settings.threads)->check(CLI::Range(1, 1024))->capture_default_str();
  app.add_option("--effort", settings.effort)
      ->check(CLI::Range(1, imgcnn::codec::kMaxEffort))
      ->capture_default_str();
  app.add_option("--quality", settings.quality)
      ->check(CLI::Range(0.0, 100.0))
      ->capture_default_str();
  app.add_option("--repeats", settings.repeats)->check(CLI::Range(1, 1000))->capture_default_str();
  app.add_flag("--json", settings.json);
  CLI11_PARSE(app, argc, argv);
  try {
    imgcnn::codec::run(settings);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "imgcnn_bench_stages: %s\n", error.what());
    return 1;
  }
  return 0;
}
