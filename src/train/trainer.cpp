// The training loop.

#include "imgcnn/train/trainer.h"

#include <spdlog/fmt/fmt.h>
#include <spdlog/spdlog.h>
#include <torch/torch.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <future>
#include <memory>
#include <optional>

#include "checkpoint.h"
#include "imgcnn/base/error.h"
#include "imgcnn/base/files.h"
#include "imgcnn/base/folders.h"
#include "imgcnn/base/interrupt.h"
#include "imgcnn/codec/codec.h"
#include "imgcnn/model/preset.h"
#include "imgcnn/nn/device.h"
#include "imgcnn/nn/growth.h"
#include "imgcnn/nn/layers.h"
#include "imgcnn/nn/weights.h"
#include "optimizer.h"
#include "patch_sampler.h"
#include "rate_distortion_loss.h"
#include "run_data.h"
#include "training_log.h"

namespace imgcnn::train {
namespace {

constexpr std::int64_t kLogInterval = 100;
/// Validations over the schedule, beside that of the model which the run starts from: enough to
/// draw a curve. Not more often than the other number of steps.
constexpr int kValidations = 24;
constexpr std::int64_t kLeastValidationInterval = 100;
constexpr int kValidationQualities = 4;
constexpr double kCheckpointSeconds = 120;
constexpr double kAverageDecay = 0.999;
constexpr double kMaxGradientNorm = 1.0;
constexpr std::int64_t kWarmupSteps = 100;
constexpr int kValidSide = 384;
constexpr std::size_t kValidPictures = 12;

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// A mean distortion in units of 255^2 times the squared error.
double decibels(double distortion) { return -10.0 * std::log10(distortion / (255.0 * 255.0)); }

/// Warm-up, then cosine to zero over the schedule. fraction in [0, 1].
double schedule_factor(double fraction, std::int64_t step) {
  const double warmup = std::min(1.0, static_cast<double>(step + 1) / kWarmupSteps);
  return warmup * 0.5 * (1.0 + std::cos(3.14159265358979 * std::min(1.0, fraction)));
}

/// The network as a new run begins with it: as `options.init` has it, where that is given.
std::shared_ptr<nn::CompressionModel> starting_model(const TrainOptions& options,
                                                     const model::ModelConfig& config) {
  auto network = nn::make_model(config);
  if (options.init.empty()) return network;
  const std::string path = codec::find_model(options.init);
  const auto file = bitstream::parse_safetensors(read_file(path), path);
  const bool from_run = file.metadata.count("step") > 0;
  if (nn::load_or_grow_weights(file, from_run ? kAveragePrefix : nn::kWeightsPrefix, path,
                               *network)) {
    spdlog::info("{}: a smaller network, grown to the size of '{}'", path, config.name);
  }
  return network;
}

class Trainer {
 public:
  /// `network`: what to train, on the CPU.
  Trainer(const TrainOptions& options, model::Preset preset,
          std::shared_ptr<nn::CompressionModel> network);
  /// Resumes from `checkpoint`, or starts anew without one.
  void run(const std::optional<bitstream::TensorFile>& checkpoint);

 private:
  void start_or_resume(const std::optional<bitstream::TensorFile>& checkpoint);
  [[nodiscard]] torch::Tensor patches(std::int64_t step) const;
  void step();
  [[nodiscard]] RateDistortion loss(nn::CompressionModel& model, const torch::Tensor& x,
                                    const torch::Tensor& quality) const;
  void flush_interval();
  void update_average();
  [[nodiscard]] bool validation_is_due();
  void validate();
  void save();
  void report(double loss) const;
  /// Share of the schedule that is behind when `step` begins.
  [[nodiscard]] double fraction_at(std::int64_t step) const;
  /// How many of the parts of the schedule that end with a validation are behind.
  [[nodiscard]] int parts_at(std::int64_t step) const {
    return static_cast<int>(kValidations * std::min(fraction_at(step), 1.0));
  }
  [[nodiscard]] double fraction() const { return fraction_at(progress_.step); }
  [[nodiscard]] bool finished() const { return fraction() >= 1.0; }
  [[nodiscard]] double seconds() const { return progress_.seconds + seconds_since(session_start_); }

  TrainOptions options_;
  model::ModelConfig config_;
  model::TrainingRecipe recipe_;
  torch::Device device_;
  torch::ScalarType precision_;
  std::shared_ptr<nn::CompressionModel> model_, average_;
  std::unique_ptr<Optimizer> optimizer_;
  RunData data_;
  PatchSampler sampler_;
  TrainingLog log_;
  Progress progress_;
  /// Loss, bpp, mse on the device: read once per row, not once per step.
  torch::Tensor interval_sums_;
  Clock::time_point session_start_ = Clock::now();
  std::int64_t session_first_step_ = 0;
  int parts_validated_ = 0;                  ///< of kValidations
  std::int64_t last_validation_ = 0;         ///< step
  std::future<torch::Tensor> next_patches_;  ///< last: it reads the members above
};

Trainer::Trainer(const TrainOptions& options, model::Preset preset,
                 std::shared_ptr<nn::CompressionModel> network)
    : options_(options),
      config_(std::move(preset.config)),
      recipe_(std::move(preset.recipe)),
      device_(nn::select_device(options.device)),
      precision_(nn::select_precision(options.precision, device_)),
      model_(std::move(network)),
      data_(options),
      sampler_(data_.training(), options),
      log_(options.out + "/" + kLogName) {
  average_ = nn::make_model(config_);
  model_->to(device_);
  average_->to(device_);
  model_->set_compute_dtype(precision_);
  average_->set_compute_dtype(precision_);
  optimizer_ = std::make_unique<Optimizer>(*model_, recipe_, precision_);
  interval_sums_ = torch::zeros({3}, torch::TensorOptions(device_).dtype(torch::kFloat64));
}

void Trainer::start_or_resume(const std::optional<bitstream::TensorFile>& checkpoint) {
  const bool resumes = checkpoint.has_value();
  if (resumes) {
    progress_ = restore_checkpoint(*checkpoint, *model_, *average_, *optimizer_);
    require(progress_.seed == options_.seed, ErrorCode::kInvalidArgument,
            options_.out + ": the run was started with seed " + std::to_string(progress_.seed));
    const auto& interval = progress_.interval;
    interval_sums_.copy_(torch::tensor(
        {interval.loss, interval.bits_per_pixel, interval.distortion}, torch::kFloat64));
    log_.truncate(progress_.log_bytes);
  } else {
    nn::copy_weights(*model_, *average_);
    progress_.seed = options_.seed;
    log_.truncate(0);
    progress_.log_bytes = log_.bytes();
  }
  session_first_step_ = progress_.step;
  session_start_ = Clock::now();
  if (resumes) {
    const auto validations = log_.validations();
    if (!validations.empty()) last_validation_ = validations.back().step;
    parts_validated_ = parts_at(last_validation_);
  }
  spdlog::info("{} '{}' ({} weights) on {}, {}; {} step {}", resumes ? "resuming" : "training",
               config_.name, nn::parameter_count(*model_), nn::describe_device(device_),
               precision_ == torch::kBFloat16 ? "bf16" : "fp32", resumes ? "from" : "first",
               progress_.step);
  spdlog::info("{}", data_.summary(recipe_.patch));
}

double Trainer::fraction_at(std::int64_t step) const {
  if (options_.time_seconds > 0) return seconds() / options_.time_seconds;
  const auto total = options_.steps > 0 ? options_.steps : recipe_.steps;
  return static_cast<double>(step) / static_cast<double>(total);
}

torch::Tensor Trainer::patches(std::int64_t step) const {
  const bool late = fraction_at(step) >= 1.0 - recipe_.late_fraction;
  const auto x = sampler_.batch(step, late ? recipe_.late_batch : recipe_.batch,
                                late ? recipe_.late_patch : recipe_.patch);
  return device_.is_cuda() ? x.pin_memory() : x;
}

RateDistortion Trainer::loss(nn::CompressionModel& model, const torch::Tensor& x,
                             const torch::Tensor& quality) const {
  const bool whole = recipe_.trained_part == "all";
  return rate_distortion_loss(
      model, whole ? model.forward(x, quality) : model.forward_quantized(x, quality), x, quality);
}

void Trainer::step() {
  const double done = fraction();
  auto random = step_generator(options_.seed ^ 0x9E3779B97F4A7C15ULL, progress_.step);
  torch::manual_seed(random());
  const auto drawn = next_patches_.valid() ? next_patches_.get() : patches(progress_.step);
  next_patches_ =
      std::async(std::launch::async, [this, step = progress_.step + 1] { return patches(step); });
  // Nothing here waits for the device, so that a GPU is handed its next step while it computes this
  // one.
  const auto x = drawn.to(device_, /*non_blocking=*/true);
  // Stratified: every batch spans the rates.
  const auto batch = x.size(0);
  const auto options = torch::TensorOptions(device_).dtype(torch::kFloat32);
  const auto quality = (torch::arange(batch, options) + torch::rand({batch}, options)) / batch;

  const auto result = loss(*model_, x, quality);
  result.loss.backward();
  optimizer_->step(schedule_factor(done, progress_.step), kMaxGradientNorm);
  update_average();
  interval_sums_ += torch::stack({result.loss.detach(), result.bits_per_pixel.detach().mean(),
                                  result.distortion.detach().mean()})
                        .to(torch::kFloat64);
  ++progress_.interval.steps;
  ++progress_.step;
}

void Trainer::update_average() {
  torch::NoGradGuard no_grad;
  const auto n = static_cast<double>(progress_.step);
  const double decay = std::min(kAverageDecay, (1.0 + n) / (10.0 + n));
  const auto source = model_->parameters(), target = average_->parameters();
  // By the difference: a weight that does not move has itself for its average, to the last bit.
  at::_foreach_add_(target, at::_foreach_sub(source, target), 1.0 - decay);
}

void Trainer::flush_interval() {
  const auto sums = interval_sums_.to(torch::kCPU);
  const double steps = static_cast<double>(progress_.interval.steps);
  const double loss = sums[0].item<double>() / steps;
  if (!std::isfinite(loss)) {
    throw Error(ErrorCode::kInternal,
                "the loss is no longer finite near step " + std::to_string(progress_.step) +
                    "; the last good checkpoint is " + options_.out + "/" + kCheckpointName);
  }
  log_.append({progress_.step, std::nullopt, loss, sums[1].item<double>() / steps,
               decibels(sums[2].item<double>() / steps)});
  report(loss);
  progress_.interval = {};
  interval_sums_.zero_();
}

void Trainer::report(double loss) const {
  const double per_step =
      seconds_since(session_start_) / static_cast<double>(progress_.step - session_first_step_);
  const double left = seconds() * (1.0 / std::max(fraction(), 1e-6) - 1.0);
  spdlog::info("step {}  {:5.1f} %  loss {:.4f}  {:.0f} ms/step  {:.0f} min left", progress_.step,
               100.0 * std::min(1.0, fraction()), loss, per_step * 1000, left / 60);
}

bool Trainer::validation_is_due() {
  const int parts = parts_at(progress_.step);
  if (finished()) return true;
  if (parts == parts_validated_ || progress_.step - last_validation_ < kLeastValidationInterval) {
    return false;
  }
  parts_validated_ = parts;
  return true;
}

void Trainer::validate() {
  torch::NoGradGuard no_grad;
  const auto crops = middle_crops(data_.validation(), kValidSide, kValidPictures);
  for (int i = 0; i < kValidationQualities; ++i) {
    const double share = (i + 0.5) / kValidationQualities;
    torch::manual_seed(options_.seed);  // the same noise every time
    double sum = 0, bits = 0, error = 0;
    for (const auto& crop : crops) {
      const auto x = crop.to(device_);
      const auto quality = torch::full({1}, share).to(device_);
      const auto result = loss(*average_, x, quality);
      sum += result.loss.item<double>();
      bits += result.bits_per_pixel.item<double>();
      error += result.distortion.item<double>();
    }
    const auto count = static_cast<double>(crops.size());
    log_.append({progress_.step, 100 * share, sum / count, bits / count, decibels(error / count)});
  }
  last_validation_ = progress_.step;
  const auto found = log_.validations().back();
  const std::string gain =
      found.bd_rate ? fmt::format(", BD-rate against the start {:+.2f} %", *found.bd_rate) : "";
  spdlog::info("step {}  validation loss {:.5f}{}", found.step, found.loss, gain);
}

void Trainer::save() {
  const auto sums = interval_sums_.to(torch::kCPU);
  Progress now = progress_;
  now.interval.loss = sums[0].item<double>();
  now.interval.bits_per_pixel = sums[1].item<double>();
  now.interval.distortion = sums[2].item<double>();
  require(std::isfinite(now.interval.loss), ErrorCode::kInternal,
          "the loss is no longer finite; the last good checkpoint is " + options_.out + "/" +
              kCheckpointName);
  now.seconds = seconds();
  now.log_bytes = log_.bytes();
  save_checkpoint(options_.out, recipe_, *model_, *average_, *optimizer_, now);
}

void Trainer::run(const std::optional<bitstream::TensorFile>& checkpoint) {
  const GracefulInterrupts graceful;
  start_or_resume(checkpoint);
  if (!checkpoint) validate();
  auto last_save = Clock::now();
  while (!finished()) {
    step();
    if (progress_.step % kLogInterval == 0 || finished()) flush_interval();
    if (validation_is_due()) validate();
    if (interrupt_requested()) {
      save();
      throw Error(ErrorCode::kInterrupted,
                  "interrupted at step " + std::to_string(progress_.step) + "; run again to go on");
    }
    if (seconds_since(last_save) > kCheckpointSeconds) {
      save();
      last_save = Clock::now();
    }
  }
  save();
  spdlog::info("done: {} steps in {:.1f} min; next: imgcnn export {} MODEL.safetensors",
               progress_.step, seconds() / 60, options_.out);
}

model::Preset run_preset(const TrainOptions& options,
                         const std::optional<bitstream::TensorFile>& checkpoint) {
  if (checkpoint) return model::read_preset(*checkpoint, options.out + "/" + kCheckpointName);
  auto preset = model::load_preset(options.preset);
  if (!options.pool.empty()) {
    require(preset.config.architecture == "classic", ErrorCode::kInvalidArgument,
            "--pool belongs to the classic architecture");
    require(options.pool == "max" || options.pool == "avg", ErrorCode::kInvalidArgument,
            "--pool must be max or avg");
    preset.config.pool = options.pool;
  }
  return preset;
}

}  // namespace

void train(const TrainOptions& options) {
  require(!options.data.empty(), ErrorCode::kInvalidArgument, "no training data given");
  std::error_code ignored;
  std::filesystem::create_directories(options.out, ignored);
  require(std::filesystem::is_directory(options.out), ErrorCode::kWrite,
          options.out + ": cannot create the run folder");
  // Two trainings in one folder would write each other's checkpoints and log over.
  const FolderLock lock(options.out);
  nn::set_threads(options.threads);
  try {
    const auto checkpoint = options.fresh ? std::nullopt : find_checkpoint(options.out);
    const auto preset = run_preset(options, checkpoint);
    torch::manual_seed(options.seed);
    // A run that cannot start says so before its pictures are packed, which may take an hour.
    auto network =
        checkpoint ? nn::make_model(preset.config) : starting_model(options, preset.config);
    Trainer(options, preset, std::move(network)).run(checkpoint);
  } catch (const c10::Error& e) {
    throw Error(ErrorCode::kInternal, std::string("LibTorch: ") + e.what_without_backtrace());
  }
}

}  // namespace imgcnn::train
