#include "cli/engine/plan.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <system_error>

#include "imgcnn/base/error.h"
#include "imgcnn/base/files.h"
#include "imgcnn/base/folders.h"

namespace imgcnn::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFolderAdvice = "is a folder (use -r)";

struct Input {
  fs::path path;
  fs::path folder;         ///< where its output lies below the output folder
  std::string error = {};  ///< as in Job
};

// A listed name keeps its folders below the output folder, as lists of whole trees have the same
// names in many of them.
fs::path listed_folder(const fs::path& name) {
  return name.lexically_normal().relative_path().parent_path();
}

bool may_be_listed(const fs::path& name) {
  const fs::path folder = listed_folder(name);
  return folder.empty() || *folder.begin() != "..";
}

Input listed(const std::string& name) {
  require(may_be_listed(name), ErrorCode::kInvalidArgument,
          name + ": a listed name may not lead above the current folder");
  return {name, listed_folder(name)};
}

// Some editors put one in front of a text. Names that end with NUL come from programs, which do
// not.
std::size_t byte_order_mark(const Bytes& text) {
  constexpr std::array<std::uint8_t, 3> kMark = {0xEF, 0xBB, 0xBF};
  const bool marked =
      text.size() >= kMark.size() && std::equal(kMark.begin(), kMark.end(), text.begin());
  return marked ? kMark.size() : 0;
}

std::vector<std::string> read_list(const BatchOptions& batch) {
  constexpr std::uint64_t kMaxListBytes = std::uint64_t{1} << 28;
  const Bytes bytes = read_file(batch.filelist, kMaxListBytes);
  const char end_of_name = batch.null_separated ? '\0' : '\n';
  const std::size_t skipped = batch.null_separated ? 0 : byte_order_mark(bytes);
  std::vector<std::string> names;
  for (auto from = bytes.begin() + static_cast<std::ptrdiff_t>(skipped); from != bytes.end();) {
    const auto to = std::find(from, bytes.end(), static_cast<std::uint8_t>(end_of_name));
    std::string name(from, to);
    if (!batch.null_separated && !name.empty() && name.back() == '\r') name.pop_back();
    if (!name.empty()) names.push_back(std::move(name));
    from = to == bytes.end() ? to : to + 1;
  }
  return names;
}

std::vector<Input> list_inputs(const BatchOptions& batch, const NameTest& wanted) {
  std::vector<Input> inputs;
  // Alone, a folder without -r is a line that was not meant so; among others, such as those of
  // *.png, it fails alone.
  const bool alone = batch.paths.size() == 1 && batch.filelist.empty();
  for (const std::string& path : batch.paths) {
    std::error_code ignored;
    if (!fs::is_directory(path, ignored)) {
      inputs.push_back({path, ""});
      continue;
    }
    if (!batch.recursive) {
      require(!alone, ErrorCode::kInvalidArgument, path + ": " + kFolderAdvice);
      inputs.push_back({path, "", kFolderAdvice});
      continue;
    }
    const FolderListing listing = list_folder(path, true, wanted);
    for (const std::string& file : listing.files) {
      inputs.push_back({file, fs::path(file).lexically_relative(path).parent_path()});
    }
    for (const UnreadableFolder& folder : listing.unreadable)
      inputs.push_back({folder.path, "", folder.reason});
  }
  if (batch.filelist.empty()) return inputs;
  for (const std::string& name : read_list(batch)) inputs.push_back(listed(name));
  return inputs;
}

std::string ending_for(const fs::path& input, const std::string& pattern) {
  constexpr const char* kPlaceholder = "{ext}";
  std::string ending = pattern;
  const std::size_t at = ending.find(kPlaceholder);
  if (at == std::string::npos) return ending;
  const std::string extension = input.extension().string();
  return ending.replace(at, std::string(kPlaceholder).size(),
                        extension.empty() ? "" : extension.substr(1));
}

Job named_after(const Input& input, const BatchOptions& batch, const std::string& extension) {
  if (!input.error.empty()) return {input.path.string(), "", input.error};
  require(input.path != "-", ErrorCode::kInvalidArgument,
          "-: standard input cannot be part of a batch");
  fs::path output = batch.output_dir.empty() ? input.path.parent_path()
                                             : fs::path(batch.output_dir) / input.folder;
  output /= input.path.stem();
  output += ending_for(input.path, batch.suffix.empty() ? extension : batch.suffix);
  return {input.path.string(), output.lexically_normal().string()};
}

// What would give two inputs an output each.
std::string way_out(const fs::path& a, const fs::path& b, const std::string& suffix) {
  if (a.lexically_normal() == b.lexically_normal()) return "it is named twice";
  if (a.extension() != b.extension()) return "--suffix .{ext}" + suffix + " keeps them apart";
  const bool apart_in_list =
      may_be_listed(a) && may_be_listed(b) && listed_folder(a) != listed_folder(b);
  return apart_in_list ? "in a --filelist they keep their folders"
                       : "another --output-dir for one of them keeps them apart";
}

void check_outputs(const std::vector<Job>& jobs, const std::string& suffix) {
  std::map<std::string, std::string> input_of;
  for (const Job& job : jobs) {
    if (job.output.empty()) continue;
    const auto [earlier, is_new] = input_of.emplace(job.output, job.input);
    require(is_new, ErrorCode::kInvalidArgument,
            job.output + ": would be written from both " + earlier->second + " and " + job.input +
                " (" + way_out(earlier->second, job.input, suffix) + ")");
    require(!same_file(job.input, job.output), ErrorCode::kInvalidArgument,
            job.input + ": is input and output at once");
  }
  for (const Job& job : jobs) {
    const auto writer = input_of.find(fs::path(job.input).lexically_normal().string());
    require(writer == input_of.end() || job.input == "-", ErrorCode::kInvalidArgument,
            job.input + ": is an input, and would be written from " +
                (writer == input_of.end() ? std::string() : writer->second));
  }
}

// Machines may list the same inputs in another order; sorted, they still agree on who does what.
std::vector<Job> shard_of(const BatchOptions& batch, std::vector<Job> jobs) {
  if (batch.shard.count == 1) return jobs;
  std::sort(jobs.begin(), jobs.end(), [](const Job& a, const Job& b) { return a.input < b.input; });
  std::vector<Job> mine;
  const auto count = static_cast<std::size_t>(batch.shard.count);
  for (auto i = static_cast<std::size_t>(batch.shard.index - 1); i < jobs.size(); i += count)
    mine.push_back(jobs[i]);
  return mine;
}

}  // namespace

bool is_compressed_name(const std::string& path) { return fs::path(path).extension() == ".cnz"; }

std::vector<Job> plan_jobs(const BatchOptions& batch, const std::string& extension,
                           const NameTest& wanted) {
  std::vector<Job> jobs;
  if (batch.many()) {
    for (const Input& input : list_inputs(batch, wanted))
      jobs.push_back(named_after(input, batch, extension));
  } else {
    jobs.push_back({batch.paths.at(0), batch.paths.at(1)});
    std::error_code ignored;
    require(!fs::is_directory(jobs[0].input, ignored), ErrorCode::kInvalidArgument,
            jobs[0].input + ": is a folder (use -r and --output-dir)");
  }
  check_outputs(jobs, batch.suffix.empty() ? extension : batch.suffix);
  return shard_of(batch, jobs);
}

std::vector<Job> plan_inputs(const BatchOptions& batch, const NameTest& wanted) {
  std::vector<Job> jobs;
  for (const Input& input : list_inputs(batch, wanted))
    jobs.push_back({input.path.string(), "", input.error});
  return shard_of(batch, jobs);
}

}  // namespace imgcnn::cli
