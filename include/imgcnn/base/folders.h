#pragma once
// What lies in a folder, what of it cannot be looked at, and who works in it.

#include <functional>
#include <string>
#include <vector>

namespace imgcnn {

/// A folder that could not be listed.
struct UnreadableFolder {
  std::string path;
  std::string reason;
};

/// What a search found, both lists sorted.
struct FolderListing {
  std::vector<std::string> files;
  std::vector<UnreadableFolder> unreadable;
};

/// The files of `folder` whose path passes `wanted`; `recursive` enters sub-folders, though not
/// those behind symbolic links. A link that leads nowhere counts as a file, so that whoever opens
/// it learns of it. Never throws for a folder that is missing or may not be read: it stands in
/// `unreadable`, and the search goes on.
[[nodiscard]] FolderListing list_folder(const std::string& folder, bool recursive,
                                        const std::function<bool(const std::string& path)>& wanted);

/// Keeps others who ask for it out of a folder, for as long as it lives and never longer than the
/// process. Where a file system knows no locks, nobody is kept out.
class FolderLock {
 public:
  /// Throws kWrite when the folder cannot be opened or another lock holds it, in this process or
  /// elsewhere.
  explicit FolderLock(const std::string& folder);
  ~FolderLock();
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

 private:
  int descriptor_;
};

}  // namespace imgcnn
