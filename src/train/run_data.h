#pragma once
// The pictures of a run: packed once into the run folder, mapped from then on.

#include <string>
#include <vector>

#include "imgcnn/train/trainer.h"
#include "pack_file.h"

namespace imgcnn::train {

class RunData {
 public:
  /// Packs `options.data` and `options.valid` into the run folder where that is not done yet, one
  /// file for each folder or list; packs that are named are mapped as they are. Without validation
  /// data, one picture in 50 is kept out of training for it. Throws as `find_weighted_source`, and
  /// kInvalidArgument when the run folder was packed from something else.
  explicit RunData(const TrainOptions& options);
  [[nodiscard]] const std::vector<WeightedPack>& training() const { return training_; }
  [[nodiscard]] const std::vector<WeightedPack>& validation() const { return validation_; }
  /// "N pictures of M sources, ..." for people; `side`: of the patches.
  [[nodiscard]] std::string summary(int side) const;

 private:
  std::vector<WeightedPack> training_, validation_;
  std::size_t skipped_ = 0;  ///< pictures of the training sources that could not be read
};

/// What a run was trained on, as far as it still exists.
[[nodiscard]] std::vector<WeightedPack> find_run_packs(const std::string& run);

}  // namespace imgcnn::train
