#include "cli/engine/batch.h"

#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <map>
#include <system_error>

#include "cli/engine/outcome.h"
#include "cli/exit_code.h"
#include "imgcnn/base/error.h"
#include "imgcnn/base/files.h"

namespace imgcnn::cli {
namespace {

namespace fs = std::filesystem;

// DIR/<folder of the input below `root`>/<stem><extension>.
Job named_after(const fs::path& input, const fs::path& root, const BatchOptions& batch, const std::string& extension) {
  fs::path output = fs::path(batch.output_dir) / input.lexically_relative(root).parent_path() / input.stem();
  output += extension;
  return {input.string(), output.lexically_normal().string()};
}

void append_jobs(const std::string& path, const BatchOptions& batch, const std::string& extension,
                 const FolderList& list, std::vector<Job>& jobs) {
  require(path != "-", ErrorCode::kInvalidArgument, "-: standard input cannot be part of a batch");
  std::error_code ignored;
  if (!fs::is_directory(path, ignored)) {
    jobs.push_back(named_after(path, fs::path(path).parent_path(), batch, extension));
    return;
  }
  require(batch.recursive, ErrorCode::kInvalidArgument, path + ": is a folder (use -r)");
  for (const std::string& file : list(path, true)) jobs.push_back(named_after(file, path, batch, extension));
}

void check_outputs(const std::vector<Job>& jobs) {
  std::map<std::string, std::string> input_of;
  for (const Job& job : jobs) {
    const auto [earlier, is_new] = input_of.emplace(job.output, job.input);
    require(is_new, ErrorCode::kInvalidArgument,
            job.output + ": would be written from both " + earlier->second + " and " + job.input);
    require(!same_file(job.input, job.output), ErrorCode::kInvalidArgument,
            job.input + ": is input and output at once");
  }
}

void create_parent(const std::string& output) {
  const fs::path folder = fs::path(output).parent_path();
  std::error_code failed;
  if (!folder.empty()) fs::create_directories(folder, failed);
  require(!failed, ErrorCode::kWrite, folder.string() + ": " + failed.message());
}

// Runs `process(i)` for every index, counting instead of stopping.
Outcome run_all(std::size_t count, Verbosity verbosity, const std::function<std::string(std::size_t)>& name,
                const std::function<void(std::size_t)>& process) {
  const bool show_progress = verbosity == Verbosity::kNormal && isatty(STDERR_FILENO) != 0;
  constexpr const char* kClearLine = "\r\x1b[K";
  std::size_t failed = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (show_progress) std::fprintf(stderr, "%s[%zu/%zu] %s", kClearLine, i + 1, count, name(i).c_str());
    try {
      process(i);
    } catch (...) {
      ++failed;
      const Outcome failure = current_failure();
      std::fprintf(stderr, "%simgcnn: %s\n", show_progress ? kClearLine : "",
                   about_file(name(i), failure.message).c_str());
    }
  }
  std::fprintf(stderr, "%s%zu ok, %zu failed\n", show_progress ? kClearLine : "", count - failed, failed);
  return {failed == 0 ? kExitOk : kExitProcessing, ""};
}

Outcome run_single(const std::string& path, const std::function<void()>& process) {
  try {
    process();
    return {};
  } catch (...) {
    Outcome failure = current_failure();
    failure.message = about_file(path, failure.message);
    return failure;
  }
}

}  // namespace

std::vector<Job> plan_jobs(const BatchOptions& batch, const std::string& extension, const FolderList& list) {
  std::vector<Job> jobs;
  if (batch.output_dir.empty()) {
    jobs.push_back({batch.paths.at(0), batch.paths.at(1)});
    std::error_code ignored;
    require(!fs::is_directory(jobs[0].input, ignored), ErrorCode::kInvalidArgument,
            jobs[0].input + ": is a folder (use -r and --output-dir)");
  } else {
    for (const std::string& path : batch.paths) append_jobs(path, batch, extension, list, jobs);
  }
  check_outputs(jobs);
  return jobs;
}

Outcome run_jobs(const BatchOptions& batch, const std::vector<Job>& jobs,
                 const std::function<void(const Job&)>& process) {
  // Nobody should wait for a picture to be coded only to learn that its output stands in the way.
  const auto checked = [&](const Job& job) {
    std::error_code ignored;
    require(batch.force || job.output == "-" || !fs::is_regular_file(job.output, ignored), ErrorCode::kWrite,
            job.output + ": exists (use -f)");
    process(job);
  };
  if (batch.output_dir.empty()) {
    return run_single(jobs.at(0).input, [&] { checked(jobs.at(0)); });
  }
  std::vector<Job> mine;
  const auto count = static_cast<std::size_t>(batch.shard.count);
  for (auto i = static_cast<std::size_t>(batch.shard.index - 1); i < jobs.size(); i += count) mine.push_back(jobs[i]);
  return run_all(
      mine.size(), batch.verbosity, [&](std::size_t i) { return mine[i].input; },
      [&](std::size_t i) {
        create_parent(mine[i].output);
        checked(mine[i]);
      });
}

Outcome run_files(const std::vector<std::string>& files, Verbosity verbosity,
                  const std::function<void(const std::string&)>& process) {
  if (files.size() == 1) {
    return run_single(files[0], [&] { process(files[0]); });
  }
  return run_all(
      files.size(), verbosity, [&](std::size_t i) { return files[i]; }, [&](std::size_t i) { process(files[i]); });
}

}  // namespace imgcnn::cli
