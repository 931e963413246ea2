#pragma once
// The parts of a loaded model.

#include "imgcnn/base/thread_pool.h"
#include "imgcnn/model/config.h"
#include "imgcnn/model/network.h"
#include "latent_coder.h"

namespace imgcnn::codec {

struct ModelParts {
  model::Network& network;
  const model::ModelConfig& config;
  const LatentCoder& coder;
  ThreadPool& pool;  ///< shares the tiles of large pictures
};

}  // namespace imgcnn::codec
