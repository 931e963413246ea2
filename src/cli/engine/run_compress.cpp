// imgcnn compress: the work of it.

#include <spdlog/fmt/fmt.h>
#include <spdlog/spdlog.h>

#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "cli/engine/batch.h"
#include "cli/engine/run.h"
#include "imgcnn/base/error.h"
#include "imgcnn/base/files.h"
#include "imgcnn/bitstream/stream_header.h"
#include "imgcnn/codec/target.h"
#include "imgcnn/image/image_io.h"

namespace imgcnn::cli {
namespace {

// `imgcnn compress -f *.jpg` with two pictures would lose the second.
void refuse_picture_name(const std::string& output) {
  require(!image::is_picture_name(output), ErrorCode::kInvalidArgument,
          output + ": is the name of a picture, and compress writes .cnz files");
}

class CompressTask final : public Task {
 public:
  /// `codec` is there unless this is a dry run.
  CompressTask(const CompressCommand& command, const codec::Codec* codec, Job job)
      : command_(command),
        codec_(codec),
        job_(std::move(job)),
        attributes_(file_attributes(job_.input)) {}

  void load() override {
    const std::string origin = input_name(job_.input);
    const Bytes bytes = read_file(job_.input);
    require(!bitstream::is_cnz_file(bytes), ErrorCode::kUnsupportedImage,
            origin + ": is a .cnz file already");
    image::ReadOptions read;
    read.max_pixels = command_.batch.max_pixels;
    read.keep_metadata = command_.encode.keep_metadata;
    image::DecodedImage decoded = image::decode_with_warnings(bytes, origin, read);
    for (const std::string& warning : decoded.warnings) {
      require(!command_.strict, ErrorCode::kUnsupportedImage, origin + ": " + warning);
      warnings_.push_back(origin + ": " + warning);
    }
    picture_ = std::move(decoded.image);
    pixels_ = picture_.pixels();
  }

  [[nodiscard]] std::uint64_t pixels() const override { return pixels_; }

  void compute(const std::function<void(double)>& progress) override {
    codec::EncodeOptions options = command_.encode;
    options.progress = progress;
    found_ = codec::encode_to_target(*codec_, picture_, options, command_.target);
    picture_ = {};
    if (!found_.at_limit) return;
    const std::string end = found_.quality > 0.0 ? "quality 100 gives only " : "quality 0 gives ";
    const std::string what =
        codec::is_fidelity(command_.target.kind)
            ? fidelity()
            : fmt::format("{} bytes, {:.4f} bpp", found_.file.bytes.size(), found_.file.bpp);
    const std::string note =
        input_name(job_.input) + ": the target lies outside what the model reaches: " + end + what;
    require(found_.reached || !command_.strict, ErrorCode::kTargetMissed, note);
    warnings_.push_back(note);
  }

  void store() override {
    write_file_atomically(job_.output, found_.file.bytes, command_.batch.force, attributes_);
  }

  [[nodiscard]] Report report() const override {
    const bool by_search = command_.target.kind != codec::TargetKind::kNone;
    const bool by_fidelity = codec::is_fidelity(command_.target.kind);
    Report report;
    report.warnings = warnings_;
    report.pixels = pixels_;
    report.line = fmt::format("{} -> {}: {} bytes, {:.3f} bpp", job_.input, job_.output,
                              found_.file.bytes.size(), found_.file.bpp);
    if (found_.file.pixel_share > 0)
      report.line += fmt::format(", {:.1f} % as pixels", 100 * found_.file.pixel_share);
    if (by_search) report.line += fmt::format(", quality {}", found_.quality);
    if (by_fidelity) report.line += ", " + fidelity();
    if (found_.file.search_gain > 0)
      report.line += fmt::format(", search saved {:.1f} %", 100 * found_.file.search_gain);
    report.details = {
        {"bytes", found_.file.bytes.size()}, {"bpp", found_.file.bpp}, {"quality", found_.quality}};
    if (command_.encode.effort > codec::kDefaultEffort)
      report.details["search_gain"] = found_.file.search_gain;
    if (found_.file.pixel_share > 0) report.details["pixel_share"] = found_.file.pixel_share;
    if (by_search) report.details["encodes"] = found_.encodes;
    if (by_fidelity) report.details[by_score() ? "ssimulacra2" : "psnr"] = found_.fidelity;
    return report;
  }

 private:
  /// Whether the target speaks of points, not of decibels.
  [[nodiscard]] bool by_score() const {
    return command_.target.kind == codec::TargetKind::kSsimulacra2;
  }
  [[nodiscard]] std::string fidelity() const {
    return fmt::format(by_score() ? "SSIMULACRA2 {:.2f}" : "{:.2f} dB", found_.fidelity);
  }

  const CompressCommand& command_;
  const codec::Codec* codec_;
  Job job_;
  std::optional<FileAttributes> attributes_;  ///< of the input, before it is read
  image::Image picture_;
  std::uint64_t pixels_ = 0;
  codec::TargetResult found_;
  std::vector<std::string> warnings_;
};

}  // namespace

Outcome run_compress(const CompressCommand& command) {
  const std::vector<Job> jobs = plan_jobs(command.batch, ".cnz", image::is_picture_name);
  for (const Job& job : jobs) refuse_picture_name(job.output);
  const std::string model = codec::find_tuned_model(command.model, command.tune);
  std::optional<codec::Codec> codec;
  if (!command.batch.dry_run && !jobs.empty()) {
    codec.emplace(model, command.codec);
    // The id of a model file that does not say it takes reading all of it: not for words that
    // nobody sees.
    if (spdlog::should_log(spdlog::level::debug))
      spdlog::debug("model {} ({}) on {}", codec->model_name(), codec->model_id(),
                    codec->device_name());
  }
  return run_jobs(command.batch, command.codec.threads, jobs, command.batch.many(),
                  [&](const Job& job) {
                    return std::make_unique<CompressTask>(command, codec ? &*codec : nullptr, job);
                  });
}

}  // namespace imgcnn::cli
