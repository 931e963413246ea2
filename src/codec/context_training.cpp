// Symbols of training pictures for the context model.

#include "imgcnn/codec/context_training.h"

#include "imgcnn/entropy/rate.h"
#include "imgcnn/model/network.h"
#include "latent_coder.h"
#include "symbol_choice.h"
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
  // Rounded, not chosen by cost: what costs little would be made to cost less still.
  const auto symbols = choose_symbols(*impl_->network, impl_->coder, rgb, quality16, 0.0, effort_plan(1), {}).symbols;
  impl_->coder.learn(symbols, latent_size(rgb.width, rgb.height), quality16);
}

void ContextTrainer::put(bitstream::TensorFile& model) { impl_->coder.put_learned(model); }

}  // namespace imgcnn::codec
