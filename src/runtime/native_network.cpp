#include "imgcnn/runtime/native_network.h"

#include <algorithm>
#include <cstddef>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "distortion.h"
#include "imgcnn/base/thread_pool.h"
#include "transforms.h"

namespace imgcnn::runtime {
namespace {

/// Workspaces that no call is using.
class Workspaces {
 public:
  explicit Workspaces(int threads) : threads_(static_cast<std::size_t>(threads)) {}

  /// One workspace, as long as this lives.
  class Lease {
   public:
    explicit Lease(Workspaces& owner) : owner_(owner), workspace_(owner.take()) {}
    ~Lease() { owner_.give_back(std::move(workspace_)); }
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    [[nodiscard]] Workspace& workspace() const { return *workspace_; }

   private:
    Workspaces& owner_;
    std::unique_ptr<Workspace> workspace_;
  };

  void clear() {
    const std::lock_guard<std::mutex> lock(mutex_);
    free_.clear();
  }

 private:
  std::unique_ptr<Workspace> take() {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (free_.empty()) {
      auto fresh = std::make_unique<Workspace>();
      fresh->scratch.resize(threads_);
      return fresh;
    }
    auto workspace = std::move(free_.back());
    free_.pop_back();
    return workspace;
  }
  void give_back(std::unique_ptr<Workspace> workspace) {
    const std::lock_guard<std::mutex> lock(mutex_);
    free_.push_back(std::move(workspace));
  }

  std::size_t threads_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Workspace>> free_;
};

class NativeNetwork final : public model::Network {
 public:
  NativeNetwork(const bitstream::TensorFile& file, const model::ModelConfig& config,
                ThreadPool& pool)
      : weights_(config.distortion), pool_(pool), workspaces_(pool_.threads()) {
    const auto make =
        config.architecture == "classic" ? make_classic_transforms : make_fast_transforms;
    transforms_ = make(file, config, kernels_.width());
  }

  model::Planes analysis(const image::FloatImage& picture, double quality) override {
    return call(&Transforms::analysis, picture, quality);
  }
  image::FloatImage synthesis(const model::Planes& latent, double quality) override {
    return call(&Transforms::synthesis, latent, quality);
  }
  image::FloatImage preview(const model::Planes& latent, double quality) override {
    return call(&Transforms::preview, latent, quality);
  }
  model::Planes hyper_analysis(const model::Planes& latent, double quality) override {
    return call(&Transforms::hyper_analysis, latent, quality);
  }
  model::Planes hyper_synthesis(const model::Planes& hyper, double quality, int height,
                                int width) override {
    return call(&Transforms::hyper_synthesis, hyper, quality, height, width);
  }
  model::Distortion distortion(const model::Planes& latent, double quality,
                               const image::FloatImage& picture) override {
    model::Distortion result;
    result.gradient =
        call(&Transforms::latent_gradient, latent, quality, [&](const image::FloatImage& shown) {
          auto found = distortion_of(shown, picture, weights_, true);
          result.error = found.error;
          return std::move(found.gradient);
        });
    return result;
  }
  double visible_error(const model::Planes& latent, double quality,
                       const image::FloatImage& picture) override {
    auto shown = synthesis(latent, quality);
    for (float& sample : shown.data) sample = std::clamp(sample, 0.0F, 1.0F);
    return distortion_of(shown, picture, weights_, false).error;
  }
  void release_memory() override { workspaces_.clear(); }
  [[nodiscard]] std::string device() const override {
    return "cpu, " + std::to_string(pool_.threads()) +
           (pool_.threads() == 1 ? " thread, " : " threads, ") + kernels_.name();
  }

 private:
  /// A function of the transforms, in a workspace that no other call is using.
  template <class Result, class... Parameters, class... Arguments>
  [[nodiscard]] Result call(Result (Transforms::*function)(const Pass&, Parameters...) const,
                            const Arguments&... arguments) {
    const Workspaces::Lease lease(workspaces_);
    return (*transforms_.*function)({kernels_, pool_, lease.workspace()}, arguments...);
  }

  const Kernels& kernels_ = best_kernels();
  model::DistortionWeights weights_;
  ThreadPool& pool_;
  Workspaces workspaces_;
  std::unique_ptr<Transforms> transforms_;
};

}  // namespace

std::unique_ptr<model::Network> make_native_network(const bitstream::TensorFile& file,
                                                    const model::ModelConfig& config,
                                                    ThreadPool& pool) {
  return std::make_unique<NativeNetwork>(file, config, pool);
}

}  // namespace imgcnn::runtime
