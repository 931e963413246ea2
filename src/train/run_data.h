#pragma once
// The pictures of a run: packed once into the run folder, mapped from then on.

#include <memory>
#include <string>
#include <vector>

#include "imgcnn/train/trainer.h"
#include "pack_file.h"

namespace imgcnn::train {

class RunData {
 public:
  /// Packs `options.data` and `options.valid` into the run folder where that is not done yet; a
  /// .pack file is mapped as it is. Without validation data, one picture in 50 (by a hash of its
  /// path) is kept out of training for it.
  explicit RunData(const TrainOptions& options);
  [[nodiscard]] const PackFile& training() const { return *training_; }
  [[nodiscard]] const PackFile& validation() const { return *validation_; }

 private:
  std::unique_ptr<PackFile> training_, validation_;
};

/// Paths of all pictures below several folders, sorted. Throws kInvalidArgument when there are
/// none.
[[nodiscard]] std::vector<std::string> find_pictures(const std::vector<std::string>& folders);

/// Decodes pictures into a pack. Unreadable ones are named, skipped and counted.
void pack_pictures(const std::vector<std::string>& paths, const PackOptions& options);

}  // namespace imgcnn::train
