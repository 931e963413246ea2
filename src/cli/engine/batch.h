#pragma once
// Running one job or many: what is printed, and what happens when one of them fails.

#include <cstdint>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "cli/engine.h"
#include "cli/engine/plan.h"
#include "imgcnn/image/image.h"

namespace imgcnn::cli {

/// What came of a job that went well.
struct Report {
  std::string line;                   ///< for people
  bool is_result = false;             ///< the line belongs on stdout
  std::vector<std::string> warnings;  ///< a line each
  nlohmann::ordered_json details;     ///< members of the JSON object
  std::uint64_t pixels = 0;
};

/// A job's way. Each step throws Error; the steps of one task follow each other, on any thread.
class Task {
 public:
  Task() = default;
  Task(const Task&) = delete;
  Task& operator=(const Task&) = delete;
  virtual ~Task() = default;

  /// Reads and checks the input.
  virtual void load() = 0;
  /// Of the picture. Once it is loaded.
  [[nodiscard]] virtual std::uint64_t pixels() const = 0;
  /// Uses the codec. progress: may be told the share that is done, 0..1.
  virtual void compute(const std::function<void(double)>& progress) = 0;
  /// Writes the output.
  virtual void store() = 0;
  /// Once all steps are done; after a dry run, once `load` is.
  [[nodiscard]] virtual Report report() const = 0;
};

/// Size, channels and depth of a decoded picture, for `Report::details`.
[[nodiscard]] nlohmann::ordered_json picture_facts(const image::Image& picture);

/// Makes the task of a job. Called on any thread.
using TaskMaker = std::function<std::unique_ptr<Task>(const Job&)>;

/// Runs the jobs. With `many` an error is printed, the rest goes on, the last line on stderr
/// counts, and the status is 1 when any failed; otherwise the error of the one job is the outcome.
/// Lines appear in the order of the jobs. threads: for computing; 0 = one for each core.
[[nodiscard]] Outcome run_jobs(const BatchOptions& batch, int threads, const std::vector<Job>& jobs,
                               bool many, const TaskMaker& make);

}  // namespace imgcnn::cli
