#pragma once
// Which inputs a batch has, and what each one's output is called.

#include <functional>
#include <string>
#include <vector>

#include "cli/commands.h"

namespace imgcnn::cli {

/// One file's work. "-" stands for standard input and output; verify has no output.
struct Job {
  std::string input;
  std::string output;
};

/// Lists the files of a folder that a verb takes: (folder, whether to enter sub-folders) to sorted paths.
using FolderList = std::function<std::vector<std::string>(const std::string&, bool)>;

/// The .cnz files of a folder, sorted. Throws kIo.
[[nodiscard]] std::vector<std::string> list_compressed(const std::string& folder, bool recursive);

/// This shard's work: every N-th job of the whole batch. Outputs are named after the inputs, ending with
/// `batch.suffix`, or `extension` (".cnz") where there is none. Throws kInvalidArgument: a folder without -r, "-" among
/// many, two inputs for one output, an output that is an input; kIo: a list or folder that cannot be read.
[[nodiscard]] std::vector<Job> plan_jobs(const BatchOptions& batch, const std::string& extension,
                                         const FolderList& list);

/// The same without outputs. "-" may stand among the inputs.
[[nodiscard]] std::vector<Job> plan_inputs(const BatchOptions& batch, const FolderList& list);

}  // namespace imgcnn::cli
