// imgcnn verify: the work of it.

#include <spdlog/fmt/fmt.h>

#include <filesystem>
#include <utility>

#include "cli/engine/batch.h"
#include "cli/engine/codec_cache.h"
#include "cli/engine/run.h"
#include "imgcnn/base/files.h"
#include "imgcnn/bitstream/container.h"

namespace imgcnn::cli {
namespace {

class VerifyTask final : public Task {
 public:
  VerifyTask(const VerifyCommand& command, CodecCache& codecs, Job job)
      : command_(command), codecs_(codecs), job_(std::move(job)) {}

  void load() override {
    file_ = read_file(job_.input);
    const auto header = bitstream::inspect_container(file_, input_name(job_.input)).header;
    pixels_ = std::uint64_t{header.width} * header.height;
  }

  [[nodiscard]] std::uint64_t pixels() const override { return pixels_; }

  void compute(const std::function<void(double)>& /*progress*/) override {
    codec::DecodeOptions options;
    options.max_pixels = command_.batch.max_pixels;
    const std::string origin = input_name(job_.input);
    picture_ = codecs_.codec_for(file_, origin).decode(file_, options, origin);
    picture_.samples = {};
    file_ = {};
  }

  void store() override {}

  [[nodiscard]] Report report() const override {
    Report report;
    report.line = job_.input + ": ok";
    report.is_result = true;
    report.pixels = pixels_;
    report.details = picture_facts(picture_);
    return report;
  }

 private:
  const VerifyCommand& command_;
  CodecCache& codecs_;
  Job job_;
  Bytes file_;
  image::Image picture_;
  std::uint64_t pixels_ = 0;
};

}  // namespace

Outcome run_verify(const VerifyCommand& command) {
  const std::vector<Job> jobs = plan_inputs(command.batch, is_compressed_name);
  const BatchOptions& batch = command.batch;
  const bool many = !batch.filelist.empty() || batch.recursive || batch.paths.size() != 1;
  CodecCache codecs(command.model, command.codec);
  return run_jobs(batch, command.codec.threads, jobs, many, [&](const Job& job) {
    return std::make_unique<VerifyTask>(command, codecs, job);
  });
}

}  // namespace imgcnn::cli
