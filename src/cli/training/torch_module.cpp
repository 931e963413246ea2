// The module with LibTorch: the verbs that make models, and networks for the codec.

#include "codec/torch_module.h"

#include <string_view>

#include "cli/engine/guarded.h"
#include "imgcnn/base/version.h"
#include "imgcnn/nn/torch_network.h"
#include "imgcnn/train/trainer.h"

namespace imgcnn::cli {
namespace {

class TorchTraining final : public Training {
 public:
  Outcome train(const TrainCommand& command) override {
    return guarded(command.verbosity, LogStyle::kTimed, [&] {
      train::train(command.options);
      return Outcome{};
    });
  }
  Outcome pack(const PackCommand& command) override {
    return guarded(command.verbosity, LogStyle::kTimed, [&] {
      train::pack(command.options);
      return Outcome{};
    });
  }
  Outcome export_model(const ExportCommand& command) override {
    return guarded(command.verbosity, LogStyle::kPlain, [&] {
      train::export_model(command.options);
      return Outcome{};
    });
  }
};

bool same_version(const char* program_version) {
  return std::string_view(program_version) == imgcnn::program_version();
}

}  // namespace
}  // namespace imgcnn::cli

extern "C" imgcnn::cli::Training* imgcnn_torch_training(const char* program_version) {
  if (!imgcnn::cli::same_version(program_version)) return nullptr;
  static imgcnn::cli::TorchTraining training;
  return &training;
}

extern "C" imgcnn::model::Network* imgcnn_torch_network(const char* program_version,
                                                        const imgcnn::bitstream::TensorFile& file,
                                                        const imgcnn::model::ModelConfig& config,
                                                        const char* device, int threads) {
  if (!imgcnn::cli::same_version(program_version)) return nullptr;
  return imgcnn::nn::make_torch_network(file, config, device, threads).release();
}
