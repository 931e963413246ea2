#pragma once
// Model files on disk: finding, reading, naming them.

#include <future>
#include <string>

#include "imgcnn/base/files.h"
#include "imgcnn/bitstream/safetensors.h"
#include "imgcnn/model/model_id.h"

namespace imgcnn::codec {

/// A model file, mapped. Its digest is computed beside other work.
class ModelFile {
 public:
  /// Throws kModelMissing when the file cannot be opened or is no model, kCorrupt when it is a
  /// damaged one.
  explicit ModelFile(const std::string& path);

  [[nodiscard]] const bitstream::TensorFile& tensors() const { return tensors_; }
  /// What the file says it is, or, where it says nothing, what it is.
  [[nodiscard]] model::ModelId id() const;
  /// Throws kCorrupt when the file is not what it says: no result may leave before.
  void confirm() const;
  /// Gives the memory of all tensors back; what is used again is read again.
  void release_memory() const noexcept { file_.release_memory(); }

 private:
  std::string path_;
  MappedFile file_;
  bitstream::TensorFile tensors_;
  std::shared_future<model::ModelId> digest_;
};

}  // namespace imgcnn::codec
