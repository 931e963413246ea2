#pragma once
// The parts of a loaded model.

#include "imgcnn/base/thread_pool.h"
#include "imgcnn/model/config.h"
#include "imgcnn/model/network.h"
#include "latent_coder.h"
#include "model_files.h"

namespace imgcnn::codec {

struct ModelParts {
  model::Network& network;
  const model::ModelConfig& config;
  const LatentCoder& coder;
  ThreadPool& pool;                 ///< shares the tiles of large pictures
  const ModelFile* file = nullptr;  ///< what the network was read from, where it is kept

  /// Gives back what the network keeps for its next call, and what it has read of the file.
  void release_memory() const {
    network.release_memory();
    if (file != nullptr) file->release_memory();
  }
};

}  // namespace imgcnn::codec
