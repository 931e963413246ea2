#pragma once
// One input and output, or many: which file becomes which, and what happens when one of them fails.

#include <functional>
#include <string>
#include <vector>

#include "cli/engine.h"

namespace imgcnn::cli {

/// One file's work. "-" stands for standard input and output.
struct Job {
  std::string input;
  std::string output;
};

/// Lists the files of a folder that a verb takes: (folder, whether to enter sub-folders) to sorted paths.
using FolderList = std::function<std::vector<std::string>(const std::string&, bool)>;

/// The work of a whole batch before sharding: outputs are named after the inputs with `extension` (".cnz").
/// Throws kInvalidArgument: a folder without -r, "-" in a batch, two inputs for one output, an output that is an input.
[[nodiscard]] std::vector<Job> plan_jobs(const BatchOptions& batch, const std::string& extension,
                                         const FolderList& list);

/// Runs this shard's jobs. A single job's error is the outcome; in a batch an error is printed, the rest goes on, the
/// last line on stderr counts, and the status is 1 when any failed.
[[nodiscard]] Outcome run_jobs(const BatchOptions& batch, const std::vector<Job>& jobs,
                               const std::function<void(const Job&)>& process);

/// The same over files without outputs.
[[nodiscard]] Outcome run_files(const std::vector<std::string>& files, Verbosity verbosity,
                                const std::function<void(const std::string&)>& process);

}  // namespace imgcnn::cli
