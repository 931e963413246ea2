#pragma once
// What lies in a folder, and what of it cannot be looked at.

#include <functional>
#include <string>
#include <vector>

namespace imgcnn {

/// A folder that could not be listed.
struct ShutFolder {
  std::string path;
  std::string reason;
};

/// What a search found, both lists sorted.
struct FolderListing {
  std::vector<std::string> files;
  std::vector<ShutFolder> shut;
};

/// The files of `folder` whose path passes `wanted`; `recursive` enters sub-folders, though not those behind symbolic
/// links. A link that leads nowhere counts as a file, so that whoever opens it learns of it. Never throws for a folder
/// that is missing or may not be read: it stands in `shut`, and the search goes on.
[[nodiscard]] FolderListing list_folder(const std::string& folder, bool recursive,
                                        const std::function<bool(const std::string& path)>& wanted);

}  // namespace imgcnn
