#pragma once
// What the packs of a run folder were made of: RUN/sources.txt.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "data_source.h"

namespace imgcnn::train {

/// What was packed of a source.
struct PackedSource {
  std::string path;  ///< absolute
  std::uint64_t digest = 0;
  std::size_t skipped = 0;  ///< unreadable pictures
};

/// The sources of a run, in the order of the command line.
struct SourceRecord {
  std::vector<PackedSource> training, validation;
};

/// None where the folder holds no record. Throws kCorrupt.
[[nodiscard]] std::optional<SourceRecord> read_source_record(const std::string& run);
void write_source_record(const std::string& run, const SourceRecord& record);

/// What a record tells of `source`, of which nothing was skipped.
[[nodiscard]] PackedSource describe_source(const DataSource& source);

/// Checks that what is named by `option` now is what was packed then: the same content, wherever
/// it lies, or the same folder or list, in which case a warning says that its content has changed.
/// Throws kInvalidArgument, naming what was packed.
void check_sources(const std::vector<PackedSource>& packed, const std::vector<DataSource>& named,
                   const std::string& option, const std::string& run);

}  // namespace imgcnn::train
