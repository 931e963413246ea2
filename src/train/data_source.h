#pragma once
// What --data and --valid name: folders of pictures, lists of them, packs.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "pack_file.h"

namespace imgcnn::train {

/// One picture of a folder or list.
struct SourcePicture {
  std::string path;
  std::string name;  ///< relative to the source's folder: stays when that folder moves
};

/// Pictures that are named together.
struct DataSource {
  std::string path;
  /// Its share of the patches, against those of the other sources; none = was not said.
  std::optional<double> weight;
  std::shared_ptr<const PackFile> pack;  ///< null for anything but a pack
  std::vector<SourcePicture> pictures;   ///< of a folder, by path, or of a list; else empty
  /// Tells what is in sources apart: XXH64 of the pictures' names, or of a pack's index.
  std::uint64_t digest = 0;
};

/// A folder (searched recursively for names of pictures), a list (.txt or .lst: a path a line,
/// relative to the list's folder), a pack or a single picture. Throws kIo when it does not exist or
/// cannot be read, kInvalidArgument when it is none of these or names no picture.
[[nodiscard]] DataSource find_source(const std::string& path);

/// "PATH:WEIGHT" or "PATH" of --data. What stands behind the last colon is a weight when it is a
/// positive number and the path without it exists; else it belongs to the path. Throws as
/// `find_source`.
[[nodiscard]] DataSource find_weighted_source(const std::string& text);

/// All pictures of several sources. Throws as `find_source`, and kInvalidArgument for a pack.
[[nodiscard]] std::vector<SourcePicture> find_pictures(const std::vector<std::string>& paths);

/// Whether a picture is kept out of training: one in 50, by a hash of its name.
[[nodiscard]] bool is_held_out(const SourcePicture& picture);

}  // namespace imgcnn::train
