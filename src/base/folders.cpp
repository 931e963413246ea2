#include "imgcnn/base/folders.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "imgcnn/base/error.h"

namespace imgcnn {

FolderListing list_folder(const std::string& folder, bool recursive,
                          const std::function<bool(const std::string& path)>& wanted) {
  namespace fs = std::filesystem;
  FolderListing listing;
  std::vector<std::string> to_visit = {folder};
  while (!to_visit.empty()) {
    const std::string visited = std::move(to_visit.back());
    to_visit.pop_back();
    std::error_code failed;
    for (fs::directory_iterator entry(visited, failed);
         !failed && entry != fs::directory_iterator(); entry.increment(failed)) {
      const std::string path = entry->path().string();
      std::error_code ignored;
      const bool is_link = entry->is_symlink(ignored);
      if (entry->is_directory(ignored)) {
        if (recursive && !is_link) to_visit.push_back(path);
      } else if (wanted(path) &&
                 (entry->is_regular_file(ignored) || (is_link && !entry->exists(ignored)))) {
        listing.files.push_back(path);
      }
    }
    if (failed) listing.unreadable.push_back({visited, failed.message()});
  }
  std::sort(listing.files.begin(), listing.files.end());
  std::sort(listing.unreadable.begin(), listing.unreadable.end(),
            [](const UnreadableFolder& a, const UnreadableFolder& b) { return a.path < b.path; });
  return listing;
}

FolderLock::FolderLock(const std::string& folder)
    : descriptor_(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
  require(descriptor_ >= 0, ErrorCode::kWrite, folder + ": " + std::strerror(errno));
  if (flock(descriptor_, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK) return;
  close(descriptor_);
  throw Error(ErrorCode::kWrite, folder + ": another process is at work in it");
}

FolderLock::~FolderLock() { close(descriptor_); }

}  // namespace imgcnn
