// Weights as named plain data.

#include "imgcnn/nn/weights.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "imgcnn/base/error.h"
#include "imgcnn/model/coding_tables.h"
#include "imgcnn/nn/complexity.h"

namespace imgcnn::nn {
namespace {

/// Kernels that a shipping model has as integers already, which code; it does not hold them twice.
constexpr std::array<const char*, 2> kScaleKernels = {"scale_head.hidden.weight",
                                                      "scale_head.index.weight"};

}  // namespace

void put_tensor(bitstream::TensorFile& file, const std::string& name, const torch::Tensor& tensor) {
  const auto plain = tensor.detach().to(torch::kCPU, torch::kFloat32).contiguous();
  const auto* data = plain.data_ptr<float>();
  bitstream::put_f32(file, name, plain.sizes().vec(), {data, data + plain.numel()});
}

void load_tensor(const bitstream::TensorFile& file, const std::string& name, torch::Tensor target) {
  const auto values = bitstream::get_f32(file, name, target.sizes().vec());
  torch::NoGradGuard no_grad;
  const auto staged = torch::empty(target.sizes(), torch::kFloat32);
  std::memcpy(staged.data_ptr<float>(), values.data(), values.size() * sizeof(float));
  target.copy_(staged);
}

void put_weights(bitstream::TensorFile& file, const std::string& prefix,
                 const torch::nn::Module& module) {
  for (const auto& item : module.named_parameters())
    put_tensor(file, prefix + item.key(), item.value());
  for (const auto& item : module.named_buffers())
    put_tensor(file, prefix + item.key(), item.value());
}

void load_weights(const bitstream::TensorFile& file, const std::string& prefix,
                  CompressionModel& model) {
  std::size_t left = 0;
  for (const auto& [name, record] : file.tensors) left += name.rfind(prefix, 0) == 0 ? 1 : 0;
  bool lacks_scale_kernels = false;
  const auto load = [&](const std::string& key, const torch::Tensor& target) {
    const bool is_scale_kernel =
        std::find(kScaleKernels.begin(), kScaleKernels.end(), key) != kScaleKernels.end();
    if (is_scale_kernel && file.tensors.count(prefix + key) == 0 &&
        file.tensors.count("scale.shifts") != 0) {
      lacks_scale_kernels = true;
      return;
    }
    load_tensor(file, prefix + key, target);
    --left;
  };
  for (const auto& item : model.named_parameters()) load(item.key(), item.value());
  for (const auto& item : model.named_buffers()) load(item.key(), item.value());
  require(left == 0, ErrorCode::kCorrupt,
          "model file: tensors that this architecture does not have");
  if (lacks_scale_kernels)
    model.thaw_scale_kernels(model::read_scale_network(file, model.config()).weights());
}

void copy_weights(const torch::nn::Module& source, torch::nn::Module& target) {
  torch::NoGradGuard no_grad;
  const auto from = source.parameters(), to = target.parameters();
  for (std::size_t i = 0; i < from.size(); ++i) to[i].copy_(from[i]);
}

bitstream::TensorFile freeze_model(CompressionModel& model) {
  bitstream::TensorFile file;
  file.metadata["format"] = "imgcnn model 1";
  model::put_config(file, model.config());
  put_weights(file, kWeightsPrefix, model);
  model.freeze_tables(file);
  for (const char* name : kScaleKernels) file.tensors.erase(std::string(kWeightsPrefix) + name);
  put_complexity(file, model);
  return file;
}

void narrow_kernels(bitstream::TensorFile& file) {
  const std::string first = kWeightsPrefix, last = ".weight";
  for (const auto& [name, record] : file.tensors) {
    const bool weight = name.rfind(first, 0) == 0;
    if (weight && name.size() > last.size() &&
        name.compare(name.size() - last.size(), last.size(), last) == 0) {
      bitstream::narrow_to_f16(file, name);
    }
  }
}

}  // namespace imgcnn::nn
