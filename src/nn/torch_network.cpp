// Network on LibTorch.

#include "imgcnn/nn/torch_network.h"

#include <torch/torch.h>

#include <cstring>
#include <mutex>

#include "imgcnn/base/error.h"
#include "imgcnn/nn/compression_model.h"
#include "imgcnn/nn/device.h"
#include "imgcnn/nn/distortion.h"
#include "imgcnn/nn/weights.h"

namespace imgcnn::nn {
namespace {

/// Throws what LibTorch has thrown as an error of ours; `too_large`: what is said where memory was
/// refused.
[[noreturn]] void translate(const c10::Error& error, const char* too_large) {
  const std::string message = error.what_without_backtrace();
  const bool memory = message.find("alloc") != std::string::npos ||
                      message.find("out of memory") != std::string::npos;
  throw Error(memory ? ErrorCode::kLimitExceeded : ErrorCode::kInternal,
              memory ? too_large : "LibTorch: " + message.substr(0, message.find('\n')));
}

/// Runs `work`, one at a time, as LibTorch has all cores busy with one, and turns LibTorch's
/// exceptions into ours.
template <class Work>
auto guarded(Work&& work, bool gradients = false) {
  static std::mutex mutex;
  const std::lock_guard<std::mutex> lock(mutex);
  try {
    const c10::InferenceMode inference(!gradients);
    return work();
  } catch (const c10::Error& error) {
    translate(error, "not enough memory for a picture of this size");
  }
}

class TorchNetwork final : public model::Network {
 public:
  TorchNetwork(std::shared_ptr<CompressionModel> model, torch::Device device)
      : model_(std::move(model)), device_(device) {}

  model::Planes analysis(const image::FloatImage& picture, double quality) override {
    return guarded([&] {
      const auto x = to_tensor(picture.data, picture.channels, picture.height, picture.width);
      return to_planes(model_->analysis(x, rate(quality)));
    });
  }

  image::FloatImage synthesis(const model::Planes& latent, double quality) override {
    return guarded([&] { return to_picture(model_->synthesis(to_tensor(latent), rate(quality))); });
  }

  image::FloatImage preview(const model::Planes& latent, double quality) override {
    return guarded([&] { return to_picture(model_->preview(to_tensor(latent), rate(quality))); });
  }

  model::Planes hyper_analysis(const model::Planes& latent, double quality) override {
    return guarded(
        [&] { return to_planes(model_->hyper_analysis(to_tensor(latent), rate(quality))); });
  }

  model::Planes hyper_synthesis(const model::Planes& hyper, double quality, int height,
                                int width) override {
    return guarded([&] {
      return to_planes(model_->hyper_synthesis(to_tensor(hyper), rate(quality), height, width));
    });
  }

  model::Distortion distortion(const model::Planes& latent, double quality,
                               const image::FloatImage& picture) override {
    return guarded(
        [&] {
          const auto y = to_tensor(latent).requires_grad_();
          const auto x = to_tensor(picture.data, picture.channels, picture.height, picture.width);
          const auto error = error_of(
              visible(model_->synthesis(y, rate(quality)), picture.height, picture.width), x);
          error.backward();
          return model::Distortion{error.item<double>(), to_planes(y.grad())};
        },
        true);
  }

  double visible_error(const model::Planes& latent, double quality,
                       const image::FloatImage& picture) override {
    return guarded([&] {
      const auto shown = visible(model_->synthesis(to_tensor(latent), rate(quality)),
                                 picture.height, picture.width);
      return error_of(shown.clamp(0, 1),
                      to_tensor(picture.data, picture.channels, picture.height, picture.width))
          .item<double>();
    });
  }

  std::string device() const override { return describe_device(device_) + ", LibTorch"; }

 private:
  [[nodiscard]] torch::Tensor error_of(const torch::Tensor& shown, const torch::Tensor& x) const {
    return nn::distortion(model_->config().distortion, shown, x).sum() *
           (static_cast<double>(x.numel()) / (255.0 * 255.0));
  }

  [[nodiscard]] torch::Tensor rate(double quality) const {
    return torch::full({1}, quality, torch::kFloat32).to(device_);
  }

  [[nodiscard]] torch::Tensor to_tensor(const std::vector<float>& data, int channels, int height,
                                        int width) const {
    auto tensor = torch::empty({1, channels, height, width});
    std::memcpy(tensor.data_ptr<float>(), data.data(), data.size() * sizeof(float));
    return tensor.to(device_);
  }
  [[nodiscard]] torch::Tensor to_tensor(const model::Planes& planes) const {
    return to_tensor(planes.data, planes.channels, planes.height, planes.width);
  }

  static torch::Tensor visible(const torch::Tensor& x, int height, int width) {
    using torch::indexing::Slice;
    return x.index({Slice(), Slice(), Slice(0, height), Slice(0, width)});
  }

  static model::Planes to_planes(const torch::Tensor& tensor) {
    const auto plain = tensor.to(torch::kCPU, torch::kFloat32).contiguous();
    const auto* data = plain.data_ptr<float>();
    return {static_cast<int>(plain.size(1)),
            static_cast<int>(plain.size(2)),
            static_cast<int>(plain.size(3)),
            {data, data + plain.numel()}};
  }

  static image::FloatImage to_picture(const torch::Tensor& tensor) {
    auto planes = to_planes(tensor);
    return {planes.channels, planes.height, planes.width, std::move(planes.data)};
  }

  std::shared_ptr<CompressionModel> model_;
  torch::Device device_;
};

}  // namespace

std::unique_ptr<model::Network> make_torch_network(const bitstream::TensorFile& file,
                                                   const model::ModelConfig& config,
                                                   const std::string& device_name, int threads) {
  try {
    set_threads(threads);
    const auto device = select_device(device_name);
    auto model = make_model(config);
    load_weights(file, kWeightsPrefix, *model);
    model->to(device);
    model->eval();
    // The search for better latents asks for gradients of the latent alone.
    for (auto& parameter : model->parameters()) parameter.requires_grad_(false);
    return std::make_unique<TorchNetwork>(std::move(model), device);
  } catch (const c10::Error& error) {
    translate(error, "not enough memory for this model");
  }
}

}  // namespace imgcnn::nn
