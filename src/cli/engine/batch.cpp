#include "cli/engine/batch.h"

#include <spdlog/fmt/fmt.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <mutex>
#include <system_error>
#include <utility>

#include "cli/engine/outcome.h"
#include "cli/engine/pipeline.h"
#include "cli/engine/progress.h"
#include "imgcnn/base/error.h"
#include "imgcnn/base/exit_code.h"
#include "imgcnn/base/files.h"
#include "imgcnn/base/thread_pool.h"

namespace imgcnn::cli {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

void create_parent(const std::string& output) {
  const fs::path folder = fs::path(output).parent_path();
  std::error_code failed;
  if (!folder.empty()) fs::create_directories(folder, failed);
  require(!failed, ErrorCode::kWrite, folder.string() + ": " + failed.message());
}

// What writing would say of the folder, found out without writing; a batch makes missing ones.
void check_parent(const std::string& output, bool may_be_missing) {
  fs::path folder = fs::path(output).parent_path();
  if (folder.empty()) folder = ".";
  std::error_code ignored;
  while (may_be_missing && !fs::exists(folder, ignored) && folder.has_parent_path())
    folder = folder.parent_path();
  if (may_be_missing && !fs::exists(folder, ignored)) folder = ".";
  if (access(folder.c_str(), W_OK | X_OK) == 0 && fs::is_directory(folder, ignored)) return;
  const std::error_code reason(errno != 0 ? errno : ENOTDIR, std::generic_category());
  throw Error(ErrorCode::kWrite, output + ": " + reason.message());
}

// One line, whatever a file name holds.
std::string one_line(std::string text) {
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = '?';
  }
  return text;
}

/// Pictures beyond this are cut into tiles that all cores work on, smaller ones are best worked on
/// side by side.
constexpr std::uint64_t kSharedPixels = std::uint64_t{1} << 22;

std::size_t cores_for(std::uint64_t pixels) { return pixels > kSharedPixels ? SIZE_MAX : 1; }

class BatchRun {
 public:
  BatchRun(const BatchOptions& batch, int threads, const std::vector<Job>& jobs, bool many,
           const TaskMaker& make)
      : batch_(batch),
        threads_(static_cast<std::size_t>(threads > 0 ? threads : usable_cores())),
        jobs_(jobs),
        many_(many),
        make_(make),
        slots_(jobs.size()),
        progress_(jobs.size(), batch.verbosity == Verbosity::kNormal && stderr_is_drawable()) {}

  Outcome run() {
    if (jobs_.empty() && batch_.shard.count == 1)
      spdlog::warn("imgcnn: warning: no input was found");
    draw(0);
    const auto computes = [this](std::size_t i) { return !batch_.dry_run && !slots_[i].skipped; };
    PipelineSteps steps;
    steps.load = [this](std::size_t i) { timed(i, [&] { load(i); }); };
    steps.compute = [this, computes](std::size_t i) {
      if (computes(i)) timed(i, [&] { compute(i); });
    };
    steps.store = [this, computes](std::size_t i) {
      if (computes(i)) timed(i, [&] { store(i); });
    };
    steps.finish = [this](std::size_t i, const std::exception_ptr& error) { finish(i, error); };
    steps.cores = [this, computes](std::size_t i) {
      return computes(i) ? cores_for(slots_[i].task->pixels()) : 1;
    };
    const std::size_t in_flight =
        batch_.in_flight > 0 ? static_cast<std::size_t>(batch_.in_flight) : threads_ + 1;
    run_pipeline(jobs_.size(), {in_flight, threads_}, steps);
    progress_.clear();
    if (!many_) return outcome_;
    std::fprintf(stderr, "%s\n", progress_.summary().c_str());
    return {progress_.failed() == 0 ? kExitOk : kExitProcessing, ""};
  }

 private:
  struct Slot {
    std::unique_ptr<Task> task;
    double seconds = 0.0;  ///< of its own steps, waiting left out
    bool skipped = false;
  };

  /// One picture shows a bar only when its own work reports progress.
  void draw(std::size_t next) const {
    const std::lock_guard<std::mutex> lock(drawing_);
    if (many_) progress_.draw(next < jobs_.size() ? jobs_[next].input : "");
  }

  void compute(std::size_t i) {
    slots_[i].task->compute([&](double share) {
      const std::lock_guard<std::mutex> lock(drawing_);
      progress_.set_part(i, share);
      progress_.draw(jobs_[i].input);
    });
  }

  template <typename Step>
  void timed(std::size_t i, Step step) {
    const auto start = Clock::now();
    step();
    slots_[i].seconds += std::chrono::duration<double>(Clock::now() - start).count();
  }

  // Nobody should wait for a picture to be coded only to learn that its output stands in the way.
  void load(std::size_t i) {
    const Job& job = jobs_[i];
    require(job.error.empty(), ErrorCode::kIo, job.input + ": " + job.error);
    if (!job.output.empty() && !output_descriptor(job.output)) {
      std::error_code ignored;
      slots_[i].skipped = batch_.skip_existing && would_replace(job.output);
      if (slots_[i].skipped) return;
      // Asked twice, the file of another process might come in between; `store` meets it.
      if (!batch_.force && !batch_.skip_existing) refuse_to_replace(job.output);
      require(!fs::is_directory(job.output, ignored), ErrorCode::kWrite,
              job.output + ": is a folder" + (many_ ? "" : " (use --output-dir)"));
      if (batch_.dry_run) check_parent(job.output, many_);
      if (many_ && !batch_.dry_run) create_parent(job.output);
    }
    slots_[i].task = make_(job);
    slots_[i].task->load();
  }

  // What another process has written since `load` was there before this one, too.
  void store(std::size_t i) {
    try {
      slots_[i].task->store();
    } catch (const Error& error) {
      if (error.code() != ErrorCode::kExists || !batch_.skip_existing) throw;
      slots_[i].skipped = true;
    }
  }

  void finish(std::size_t i, const std::exception_ptr& error) {
    {
      const std::lock_guard<std::mutex> lock(drawing_);
      finish_quietly(i, error);
    }
    draw(i + 1);
  }

  void finish_quietly(std::size_t i, const std::exception_ptr& error) {
    progress_.clear();
    progress_.set_part(i, 0);
    Slot& slot = slots_[i];
    if (error) {
      finish_failed(jobs_[i], error);
    } else if (slot.skipped) {
      progress_.add_skipped();
      say(jobs_[i].output + ": exists, skipped");
      print_json(jobs_[i], "skipped", {});
    } else {
      finish_ok(jobs_[i], slot);
    }
    slot.task.reset();
  }

  void finish_ok(const Job& job, const Slot& slot) {
    Report report = slot.task->report();
    progress_.add_ok(report.pixels);
    for (const std::string& warning : report.warnings)
      spdlog::warn("{}", one_line("imgcnn: warning: " + warning));
    if (batch_.dry_run) {
      say(job.output.empty() ? job.input : job.input + " -> " + job.output + ": would be written");
      print_json(job, "planned", {});
      return;
    }
    report.details["seconds"] = slot.seconds;
    print_json(job, "ok", report.details);
    if (!report.is_result) {
      say(report.line + fmt::format(", {:.2f} s", slot.seconds));
    } else if (!batch_.json) {
      std::cout << report.line << '\n' << std::flush;
    }
  }

  void finish_failed(const Job& job, const std::exception_ptr& error) {
    Outcome failure;
    try {
      std::rethrow_exception(error);
    } catch (...) {
      failure = current_failure();
    }
    failure.message = about_file(job.input, failure.message);
    progress_.add_failed();
    print_json(job, "failed", {{"error", failure.message}, {"exit_code", failure.exit_code}});
    if (many_) {
      std::fprintf(stderr, "%s\n", one_line("imgcnn: " + failure.message).c_str());
    } else {
      outcome_ = std::move(failure);
    }
  }

  // Beside a bar only what went wrong is worth a line.
  void say(const std::string& line) const {
    spdlog::log(many_ && progress_.visible() ? spdlog::level::debug : spdlog::level::info, "{}",
                one_line(line));
  }

  void print_json(const Job& job, const char* status, const nlohmann::ordered_json& details) const {
    if (!batch_.json) return;
    nlohmann::ordered_json object = {{"input", job.input}};
    if (!job.output.empty()) object["output"] = job.output;
    object["status"] = status;
    if (details.is_object()) object.update(details);
    std::cout << object.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << '\n'
              << std::flush;
  }

  const BatchOptions& batch_;
  std::size_t threads_;
  const std::vector<Job>& jobs_;
  bool many_;
  const TaskMaker& make_;
  std::vector<Slot> slots_;
  mutable std::mutex drawing_;  ///< of `progress_` and what is printed beside it
  Progress progress_;
  Outcome outcome_;
};

}  // namespace

nlohmann::ordered_json picture_facts(const image::Image& picture) {
  return {{"width", picture.width},
          {"height", picture.height},
          {"channels", picture.channels},
          {"bit_depth", picture.bit_depth}};
}

Outcome run_jobs(const BatchOptions& batch, int threads, const std::vector<Job>& jobs, bool many,
                 const TaskMaker& make) {
  return BatchRun(batch, threads, jobs, many, make).run();
}

}  // namespace imgcnn::cli
