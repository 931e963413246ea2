#pragma once
// File names inside a run folder.

namespace imgcnn::train {

constexpr const char* kCheckpointName = "checkpoint.safetensors";
constexpr const char* kLogName = "log.csv";
constexpr const char* kSourcesName = "sources.txt";
/// Of the first source; those of others have its number before the extension.
constexpr const char* kPackName = "data.pack";
constexpr const char* kValidPackName = "valid.pack";
constexpr const char* kContextPackName = "context.pack";

}  // namespace imgcnn::train
