// Symbols of training pictures for the context model.

#include "imgcnn/codec/context_training.h"

#include <utility>

#include "imgcnn/model/network.h"
#include "imgcnn/rdo/scalar_rdoq.h"
#include "latent_coder.h"
#include "network_factory.h"
#include "quality.h"
#include "transform_coding.h"

namespace imgcnn::codec {

struct ContextTrainer::Impl {
  Impl(const bitstream::TensorFile& model, const CodecOptions& options)
      : config(model::read_config(model, "model")),
        pool(options.threads),
        network(make_network(model, config, options, pool)),
        coder(model, config) {}

  /// What a picture becomes.
  struct Symbols {
    LatentSize size;
    int quality16 = 0;
    std::vector<std::int32_t> hyper, latent;
  };
  [[nodiscard]] Symbols symbols(const image::FloatImage& rgb, double quality) const;

  model::ModelConfig config;
  ThreadPool pool;
  std::unique_ptr<model::Network> network;
  LatentCoder coder;
};

ContextTrainer::ContextTrainer(const bitstream::TensorFile& model, const CodecOptions& options)
    : impl_(std::make_unique<Impl>(model, options)) {}
ContextTrainer::~ContextTrainer() = default;
ContextTrainer::ContextTrainer(ContextTrainer&&) noexcept = default;
ContextTrainer& ContextTrainer::operator=(ContextTrainer&&) noexcept = default;

ContextTrainer::Impl::Symbols ContextTrainer::Impl::symbols(const image::FloatImage& rgb, double quality) const {
  Symbols result;
  result.quality16 = to_quality16(quality);
  const TransformCoder transform(*network, config, rgb.width, rgb.height, result.quality16);
  result.size = transform.size();
  const Window whole = transform.whole();
  auto latent = transform.latent([&](const Window&) { return rgb; }, whole);
  if (coder.has_hyper()) {
    result.hyper = coder.quantize_hyper(transform.hyper_latent(latent, whole).data, result.size, result.quality16);
  }
  const auto mean = transform.mean(result.hyper, whole);
  for (std::size_t i = 0; i < latent.data.size(); ++i) latent.data[i] -= mean.data[i];
  if (coder.has_trellis()) {
    result.latent = coder.quantize(latent.data, coder.latent_rows(result.hyper, result.size, whole, result.quality16),
                                   whole, result.quality16, false, rdo::kRdoqWeight);
    return result;
  }
  // Rounded, not chosen by cost: what costs little would be made to cost less still.
  for (const float value : latent.data) result.latent.push_back(rdo::nearest_symbol(value));
  return result;
}

void ContextTrainer::survey(const image::FloatImage& rgb, double quality) {
  const auto symbols = impl_->symbols(rgb, quality);
  impl_->coder.survey(symbols.hyper, symbols.latent, symbols.size, symbols.quality16);
}

void ContextTrainer::learn(const image::FloatImage& rgb, double quality) {
  const auto symbols = impl_->symbols(rgb, quality);
  impl_->coder.learn(symbols.hyper, symbols.latent, symbols.size, symbols.quality16);
}

void ContextTrainer::relax() { impl_->coder.relax(); }

std::vector<entropy::ContextObservation> ContextTrainer::observe(const image::FloatImage& rgb, double quality) const {
  const auto symbols = impl_->symbols(rgb, quality);
  return impl_->coder.observe(symbols.hyper, symbols.latent, symbols.size, symbols.quality16);
}

void ContextTrainer::set_network(entropy::ContextNetwork::Weights weights) {
  impl_->coder.set_network(std::move(weights));
}

void ContextTrainer::put(bitstream::TensorFile& model) { impl_->coder.put_learned(model); }

}  // namespace imgcnn::codec
