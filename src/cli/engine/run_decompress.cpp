// imgcnn decompress: the work of it.

#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <iostream>
#include <nlohmann/json.hpp>

#include "cli/engine/batch.h"
#include "cli/engine/codec_cache.h"
#include "cli/engine/run.h"
#include "imgcnn/base/error.h"
#include "imgcnn/base/files.h"
#include "imgcnn/image/image_io.h"

namespace imgcnn::cli {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

std::vector<std::string> list_compressed(const std::string& folder, bool recursive) {
  std::vector<std::string> files;
  const auto take = [&files](const fs::directory_entry& entry) {
    if (entry.is_regular_file() && entry.path().extension() == ".cnz") files.push_back(entry.path().string());
  };
  try {
    if (recursive) {
      for (const auto& entry : fs::recursive_directory_iterator(folder)) take(entry);
    } else {
      for (const auto& entry : fs::directory_iterator(folder)) take(entry);
    }
  } catch (const fs::filesystem_error& error) {
    throw Error(ErrorCode::kIo, folder + ": " + error.code().message());
  }
  std::sort(files.begin(), files.end());
  return files;
}

// The extension that decides the output format.
std::string format_of(const DecompressCommand& command, const std::string& output) {
  if (!command.format.empty()) return "." + command.format;
  if (output == "-") return ".png";
  std::string extension = fs::path(output).extension().string();
  // /dev/null and the like have no name to go by.
  std::error_code ignored;
  if (extension.empty() && fs::exists(output, ignored) && !fs::is_regular_file(output, ignored)) extension = ".png";
  require(!extension.empty(), ErrorCode::kInvalidArgument,
          output + ": has no extension to choose a format by (use --format)");
  return extension;
}

void report_losses(const DecompressCommand& command, const image::Image& picture, const std::string& output,
                   const std::string& format) {
  for (const std::string& loss : image::unkept(picture, format)) {
    require(!command.strict, ErrorCode::kInvalidArgument, output + ": " + format.substr(1) + " cannot keep " + loss);
    spdlog::warn("{}: {} cannot keep {}", output, format.substr(1), loss);
  }
}

void decompress_file(const DecompressCommand& command, CodecCache& codecs, const Job& job) {
  const auto start = Clock::now();
  const std::string format = format_of(command, job.output);
  const Bytes file = read_file(job.input);
  codec::DecodeOptions options;
  options.undo_preprocessing = command.undo_preprocessing;
  options.max_pixels = command.batch.max_pixels;
  const image::Image picture = codecs.codec_for(file, job.input).decode(file, options, job.input);
  report_losses(command, picture, job.output, format);
  const Bytes encoded = image::encode_image(picture, format);
  write_file_atomically(job.output, encoded, command.batch.force);
  const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
  const auto level = command.batch.output_dir.empty() ? spdlog::level::info : spdlog::level::debug;
  spdlog::log(level, "{} -> {}: {} x {}, {:.2f} s", job.input, job.output, picture.width, picture.height, seconds);
  if (command.batch.json) {
    const nlohmann::ordered_json line = {{"input", job.input},
                                         {"output", job.output},
                                         {"bytes", encoded.size()},
                                         {"width", picture.width},
                                         {"height", picture.height},
                                         {"channels", picture.channels},
                                         {"bit_depth", picture.bit_depth},
                                         {"seconds", seconds}};
    std::cout << line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << '\n';
  }
}

}  // namespace

Outcome run_decompress(const DecompressCommand& command) {
  const std::string extension = command.format.empty() ? ".png" : "." + command.format;
  const std::vector<Job> jobs = plan_jobs(command.batch, extension, list_compressed);
  CodecCache codecs(command.model, command.codec);
  return run_jobs(command.batch, jobs, [&](const Job& job) { decompress_file(command, codecs, job); });
}

}  // namespace imgcnn::cli
