// imgcnn compress: the work of it.

#include <spdlog/spdlog.h>

#include <chrono>
#include <iostream>
#include <nlohmann/json.hpp>

#include "cli/engine/batch.h"
#include "cli/engine/run.h"
#include "imgcnn/base/files.h"
#include "imgcnn/image/image_io.h"

namespace imgcnn::cli {
namespace {

using Clock = std::chrono::steady_clock;

void print_json(const Job& job, const codec::EncodeResult& result, double seconds) {
  const nlohmann::ordered_json line = {{"input", job.input},
                                       {"output", job.output},
                                       {"bytes", result.bytes.size()},
                                       {"bpp", result.bpp},
                                       {"seconds", seconds}};
  std::cout << line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << '\n';
}

void compress_file(const CompressCommand& command, const codec::Codec& codec, const Job& job) {
  const auto start = Clock::now();
  image::ReadOptions read;
  read.max_pixels = command.batch.max_pixels;
  read.keep_metadata = command.encode.keep_metadata;
  const image::Image picture = image::read_image(job.input, read);
  const codec::EncodeResult result = codec.encode(picture, command.encode);
  write_file_atomically(job.output, result.bytes, command.batch.force);
  const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
  const auto level = command.batch.output_dir.empty() ? spdlog::level::info : spdlog::level::debug;
  spdlog::log(level, "{} -> {}: {} bytes, {:.3f} bpp, {:.2f} s", job.input, job.output, result.bytes.size(), result.bpp,
              seconds);
  if (command.batch.json) print_json(job, result, seconds);
}

}  // namespace

Outcome run_compress(const CompressCommand& command) {
  const std::vector<Job> jobs = plan_jobs(command.batch, ".cnz", image::list_images);
  const codec::Codec codec(codec::find_model(command.model), command.codec);
  spdlog::debug("model {} ({}) on {}", codec.model_name(), codec.model_id(), codec.device_name());
  return run_jobs(command.batch, jobs, [&](const Job& job) { compress_file(command, codec, job); });
}

}  // namespace imgcnn::cli
