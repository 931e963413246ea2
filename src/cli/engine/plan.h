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
  /// Why it fails before it starts: `input` is a folder, not searched or not listable.
  std::string error = {};
};

/// Which names a verb takes when it searches folders.
using NameTest = std::function<bool(const std::string& path)>;

/// Those ending in .cnz.
[[nodiscard]] bool is_compressed_name(const std::string& path);

/// This shard's work: every N-th job of the whole batch. Outputs are named after the inputs, ending
/// with `batch.suffix`, or `extension` (".cnz") where there is none. Throws kInvalidArgument: a
/// folder alone without -r, "-" among many, two inputs for one output, an output that is an input;
/// kIo: a list that cannot be read.
[[nodiscard]] std::vector<Job> plan_jobs(const BatchOptions& batch, const std::string& extension,
                                         const NameTest& wanted);

/// The same without outputs. "-" may stand among the inputs.
[[nodiscard]] std::vector<Job> plan_inputs(const BatchOptions& batch, const NameTest& wanted);

}  // namespace imgcnn::cli
