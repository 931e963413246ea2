// Symbols of training pictures for the context model.

#include "imgcnn/codec/context_training.h"

#include "imgcnn/entropy/rate.h"
#include "imgcnn/entropy/symbol_choice.h"
#include "imgcnn/model/network.h"
#include "latent_coder.h"
#include "transform_coding.h"

namespace imgcnn::codec {

struct ContextTrainer::Impl {
  Impl(const bitstream::TensorFile& model, const CodecOptions& options)
      : config(model::read_config(model, "model")),
        network(model::make_torch_network(model, config, options.device, options.threads)),
        coder(model, config) {}

  model::ModelConfig config;
  std::unique_ptr<model::Network> network;
  LatentCoder coder;
};

ContextTrainer::ContextTrainer(const bitstream::TensorFile& model, const CodecOptions& options)
    : impl_(std::make_unique<Impl>(model, options)) {}
ContextTrainer::~ContextTrainer() = default;
ContextTrainer::ContextTrainer(ContextTrainer&&) noexcept = default;
ContextTrainer& ContextTrainer::operator=(ContextTrainer&&) noexcept = default;

void ContextTrainer::learn(const image::FloatImage& rgb, double quality) {
  const int quality16 = entropy::to_quality16(quality);
  const TransformCoder transform(*impl_->network, impl_->config, rgb.width, rgb.height, quality16);
  const Window whole = transform.whole();
  auto latent = transform.latent([&](const Window&) { return rgb; }, whole);
  std::vector<std::int32_t> hyper;
  if (impl_->coder.has_hyper()) {
    hyper = impl_->coder.quantise_hyper(transform.hyper_latent(latent, whole).data, transform.size(), quality16);
  }
  const auto mean = transform.mean(hyper, whole);
  // Rounded, not chosen by cost: what costs little would be made to cost less still.
  std::vector<std::int32_t> symbols;
  for (std::size_t i = 0; i < latent.data.size(); ++i) symbols.push_back(entropy::nearest_symbol(latent.data[i] - mean.data[i]));
  impl_->coder.learn(hyper, symbols, transform.size(), quality16);
}

void ContextTrainer::put(bitstream::TensorFile& model) { impl_->coder.put_learned(model); }

}  // namespace imgcnn::codec
