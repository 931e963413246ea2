// imgcnn decompress: the work of it.

#include <spdlog/fmt/fmt.h>

#include <filesystem>
#include <optional>
#include <string>
#include <utility>

#include "cli/engine/batch.h"
#include "cli/engine/codec_cache.h"
#include "cli/engine/run.h"
#include "imgcnn/base/error.h"
#include "imgcnn/base/files.h"
#include "imgcnn/bitstream/container.h"
#include "imgcnn/image/image_io.h"

namespace imgcnn::cli {
namespace {

namespace fs = std::filesystem;

// The extension that decides the output format.
std::string format_of(const DecompressCommand& command, const std::string& output) {
  if (!command.format.empty()) return "." + command.format;
  std::string extension = fs::path(output).extension().string();
  // Standard output, /dev/null and the like have no name to go by.
  std::error_code ignored;
  const bool is_file = !output_descriptor(output) &&
                       (fs::is_regular_file(output, ignored) || !fs::exists(output, ignored));
  if (extension.empty() && !is_file) extension = ".png";
  require(!extension.empty(), ErrorCode::kInvalidArgument,
          output + ": has no extension to choose a format by (use --format)");
  return extension;
}

class DecompressTask final : public Task {
 public:
  DecompressTask(const DecompressCommand& command, CodecCache& codecs, Job job)
      : command_(command),
        codecs_(codecs),
        job_(std::move(job)),
        attributes_(file_attributes(job_.input)) {}

  void load() override {
    format_ = format_of(command_, job_.output);
    static_cast<void>(image::unkept({}, format_));  // an unknown format is refused before any work
    file_ = read_file(job_.input);
    const std::string origin = input_name(job_.input);
    const auto info = command_.preview ? bitstream::inspect_front(file_, origin)
                                       : bitstream::inspect_container(file_, origin);
    if (info.fault) {
      if (!info.has_preview()) throw Error(*info.fault);
      warnings_.emplace_back(info.fault->what());
    }
    pixels_ = std::uint64_t{info.header.width} * info.header.height;
    // Otherwise decoding is where a missing model shows.
    if (command_.batch.dry_run && command_.model.empty())
      static_cast<void>(model_file_for(file_, origin));
  }

  [[nodiscard]] std::uint64_t pixels() const override { return pixels_; }

  void compute(const std::function<void(double)>& /*progress*/) override {
    codec::DecodeOptions options;
    options.preview = command_.preview;
    options.region = command_.region;
    options.undo_preprocessing = command_.undo_preprocessing;
    options.max_pixels = command_.batch.max_pixels;
    const std::string origin = input_name(job_.input);
    picture_ = codecs_.codec_for(file_, origin).decode(file_, options, origin);
    file_ = {};
    for (const std::string& loss : image::unkept(picture_, format_)) {
      const std::string text = job_.output + ": " + format_.substr(1) + " cannot keep " + loss;
      require(!command_.strict, ErrorCode::kInvalidArgument, text);
      warnings_.push_back(text);
    }
  }

  void store() override {
    const Bytes encoded =
        image::encode_image(picture_, format_, {command_.png_level, command_.codec.threads});
    picture_.samples = {};
    bytes_ = encoded.size();
    write_file_atomically(job_.output, encoded, command_.batch.force, attributes_);
  }

  [[nodiscard]] Report report() const override {
    Report report;
    report.warnings = warnings_;
    report.pixels = pixels_;
    report.line =
        fmt::format("{} -> {}: {} x {}", job_.input, job_.output, picture_.width, picture_.height);
    report.details = {{"bytes", bytes_}};
    report.details.update(picture_facts(picture_));
    return report;
  }

 private:
  const DecompressCommand& command_;
  CodecCache& codecs_;
  Job job_;
  std::optional<FileAttributes> attributes_;  ///< of the input, before it is read
  std::string format_;
  Bytes file_;
  image::Image picture_;
  std::uint64_t pixels_ = 0;
  std::size_t bytes_ = 0;
  std::vector<std::string> warnings_;
};

}  // namespace

Outcome run_decompress(const DecompressCommand& command) {
  const std::string extension = command.format.empty() ? ".png" : "." + command.format;
  const std::vector<Job> jobs = plan_jobs(command.batch, extension, is_compressed_name);
  if (!command.model.empty()) static_cast<void>(codec::find_model(command.model));
  CodecCache codecs(command.model, command.codec);
  return run_jobs(
      command.batch, command.codec.threads, jobs, command.batch.many(),
      [&](const Job& job) { return std::make_unique<DecompressTask>(command, codecs, job); });
}

}  // namespace imgcnn::cli
