#include "cli/engine/plan.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <system_error>

#include "imgcnn/base/error.h"
#include "imgcnn/base/files.h"

namespace imgcnn::cli {
namespace {

namespace fs = std::filesystem;

struct Input {
  fs::path path;
  fs::path folder;  ///< where its output lies below the output folder
};

// A listed name keeps its folders below the output folder, as lists of whole trees have the same names in many of them.
Input listed(const std::string& name) {
  const fs::path folder = fs::path(name).lexically_normal().relative_path().parent_path();
  require(folder.empty() || *folder.begin() != "..", ErrorCode::kInvalidArgument,
          name + ": a listed name may not lead above the current folder");
  return {name, folder};
}

std::vector<std::string> read_list(const BatchOptions& batch) {
  constexpr std::uint64_t kMaxListBytes = std::uint64_t{1} << 28;
  const Bytes bytes = read_file(batch.filelist, kMaxListBytes);
  const char end_of_name = batch.null_separated ? '\0' : '\n';
  std::vector<std::string> names;
  for (auto from = bytes.begin(); from != bytes.end();) {
    const auto to = std::find(from, bytes.end(), static_cast<std::uint8_t>(end_of_name));
    std::string name(from, to);
    if (!batch.null_separated && !name.empty() && name.back() == '\r') name.pop_back();
    if (!name.empty()) names.push_back(std::move(name));
    from = to == bytes.end() ? to : to + 1;
  }
  return names;
}

std::vector<Input> list_inputs(const BatchOptions& batch, const FolderList& list) {
  std::vector<Input> inputs;
  for (const std::string& path : batch.paths) {
    std::error_code ignored;
    if (!fs::is_directory(path, ignored)) {
      inputs.push_back({path, ""});
      continue;
    }
    require(batch.recursive, ErrorCode::kInvalidArgument, path + ": is a folder (use -r)");
    for (const std::string& file : list(path, true)) {
      inputs.push_back({file, fs::path(file).lexically_relative(path).parent_path()});
    }
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
  return ending.replace(at, std::string(kPlaceholder).size(), extension.empty() ? "" : extension.substr(1));
}

Job named_after(const Input& input, const BatchOptions& batch, const std::string& extension) {
  require(input.path != "-", ErrorCode::kInvalidArgument, "-: standard input cannot be part of a batch");
  fs::path output = batch.output_dir.empty() ? input.path.parent_path() : fs::path(batch.output_dir) / input.folder;
  output /= input.path.stem();
  output += ending_for(input.path, batch.suffix.empty() ? extension : batch.suffix);
  return {input.path.string(), output.lexically_normal().string()};
}

void check_outputs(const std::vector<Job>& jobs) {
  std::map<std::string, std::string> input_of;
  for (const Job& job : jobs) {
    const auto [earlier, is_new] = input_of.emplace(job.output, job.input);
    require(is_new, ErrorCode::kInvalidArgument,
            job.output + ": would be written from both " + earlier->second + " and " + job.input +
                " (--suffix .{ext}.cnz keeps them apart)");
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

std::vector<Job> shard_of(const BatchOptions& batch, const std::vector<Job>& jobs) {
  std::vector<Job> mine;
  const auto count = static_cast<std::size_t>(batch.shard.count);
  for (auto i = static_cast<std::size_t>(batch.shard.index - 1); i < jobs.size(); i += count) mine.push_back(jobs[i]);
  return mine;
}

}  // namespace

std::vector<std::string> list_compressed(const std::string& folder, bool recursive) {
  std::vector<std::string> files;
  const auto take = [&files](const fs::directory_entry& entry) {
    if (entry.is_regular_file() && entry.path().extension() == ".cnz") files.push_back(entry.path().string());
  };
  try {
    if (recursive) {
      for (const auto& entry : fs::recursive_directory_iterator(folder)) take(entry);
    } else {
      for (const auto& entry : fs::directory_iterator(folder)) take(entry);
    }
  } catch (const fs::filesystem_error& error) {
    throw Error(ErrorCode::kIo, folder + ": " + error.code().message());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::vector<Job> plan_jobs(const BatchOptions& batch, const std::string& extension, const FolderList& list) {
  std::vector<Job> jobs;
  if (batch.many()) {
    for (const Input& input : list_inputs(batch, list)) jobs.push_back(named_after(input, batch, extension));
  } else {
    jobs.push_back({batch.paths.at(0), batch.paths.at(1)});
    std::error_code ignored;
    require(!fs::is_directory(jobs[0].input, ignored), ErrorCode::kInvalidArgument,
            jobs[0].input + ": is a folder (use -r and --output-dir)");
  }
  check_outputs(jobs);
  return shard_of(batch, jobs);
}

std::vector<Job> plan_inputs(const BatchOptions& batch, const FolderList& list) {
  std::vector<Job> jobs;
  for (const Input& input : list_inputs(batch, list)) jobs.push_back({input.path.string(), ""});
  return shard_of(batch, jobs);
}

}  // namespace imgcnn::cli
