// Writing, reading and comparing of the record.

#include "source_record.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <filesystem>
#include <sstream>

#include "imgcnn/base/error.h"
#include "imgcnn/base/files.h"
#include "run_folder.h"

namespace imgcnn::train {
namespace {

constexpr const char *kTraining = "data", *kValidation = "valid";

std::string absolute_path(const std::string& path) {
  std::error_code ignored;
  std::string absolute = std::filesystem::weakly_canonical(path, ignored).string();
  // The record has a line for each
  std::replace(absolute.begin(), absolute.end(), '\n', '?');
  return absolute;
}

std::string lines_of(const char* role, const std::vector<PackedSource>& sources) {
  std::ostringstream lines;
  for (const auto& source : sources)
    lines << role << ' ' << source.digest << ' ' << source.skipped << ' ' << source.path << '\n';
  return lines.str();
}

}  // namespace

std::optional<SourceRecord> read_source_record(const std::string& run) {
  const std::string path = run + "/" + kSourcesName;
  if (!std::filesystem::exists(path)) return std::nullopt;
  const Bytes bytes = read_file(path);
  std::istringstream lines({bytes.begin(), bytes.end()});
  SourceRecord record;
  for (std::string line; std::getline(lines, line);) {
    std::istringstream fields(line);
    std::string role;
    PackedSource source;
    fields >> role >> source.digest >> source.skipped;
    fields.get();  // the space before the path
    std::getline(fields, source.path);
    require(!fields.fail() && (role == kTraining || role == kValidation), ErrorCode::kCorrupt,
            path + ": not a record of sources");
    (role == kTraining ? record.training : record.validation).push_back(source);
  }
  return record;
}

void write_source_record(const std::string& run, const SourceRecord& record) {
  const std::string text =
      lines_of(kTraining, record.training) + lines_of(kValidation, record.validation);
  write_file_atomically(run + "/" + kSourcesName, Bytes(text.begin(), text.end()), true);
}

PackedSource describe_source(const DataSource& source) {
  return {absolute_path(source.path), source.digest, 0};
}

void check_sources(const std::vector<PackedSource>& packed, const std::vector<DataSource>& named,
                   const std::string& option, const std::string& run) {
  bool same = packed.size() == named.size();
  for (std::size_t i = 0; same && i < named.size(); ++i) {
    if (packed[i].digest == named[i].digest) continue;
    // A pack is read where it lies, so that other content is other data.
    same = !named[i].pack && packed[i].path == absolute_path(named[i].path);
    if (same)
      spdlog::warn("{}: has changed; the run goes on with what it packed before", named[i].path);
  }
  if (same) return;
  std::string list;
  for (const auto& source : packed) list += (list.empty() ? "" : ", ") + source.path;
  throw Error(ErrorCode::kInvalidArgument, run + ": was packed from other data (" + option + " " +
                                               (list.empty() ? "was not given" : list) +
                                               "); --fresh begins anew with what is named now");
}

}  // namespace imgcnn::train
