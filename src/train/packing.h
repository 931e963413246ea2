#pragma once
// Decoding of pictures into packs.

#include <cstddef>
#include <string>
#include <vector>

#include "data_source.h"
#include "imgcnn/train/trainer.h"

namespace imgcnn::train {

/// Decodes pictures into a pack. Unreadable ones are named and skipped; returns how many. Throws
/// kInvalidArgument when none can be read.
std::size_t pack_pictures(const std::vector<SourcePicture>& pictures, const PackOptions& options);

/// Whole pictures into `training`, those held out into `validation`; where nothing would be left of
/// the former, all become training pictures, and where nothing is held out, there will be no file
/// `validation`. Returns and throws as `pack_pictures`.
std::size_t pack_split(const std::vector<SourcePicture>& pictures, const std::string& training,
                       const std::string& validation);

}  // namespace imgcnn::train
