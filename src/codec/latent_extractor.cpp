// The encoder's way up to the entropy coder.

#include "imgcnn/codec/latent_extractor.h"

#include <utility>

#include "imgcnn/model/network.h"
#include "imgcnn/rdo/scalar_rdoq.h"
#include "latent_coder.h"
#include "network_factory.h"
#include "quality.h"
#include "symbol_quantizer.h"
#include "tiled_transform.h"

namespace imgcnn::codec {

struct LatentExtractor::Impl {
  Impl(const bitstream::TensorFile& model, const CodecOptions& options)
      : config(model::read_config(model, "model")),
        pool(options.threads),
        network(make_network(model, config, options, pool)),
        coder(model, config) {}

  model::ModelConfig config;
  ThreadPool pool;
  std::unique_ptr<model::Network> network;
  LatentCoder coder;
};

LatentExtractor::LatentExtractor(const bitstream::TensorFile& model, const CodecOptions& options)
    : impl_(std::make_unique<Impl>(model, options)) {}
LatentExtractor::~LatentExtractor() = default;
LatentExtractor::LatentExtractor(LatentExtractor&&) noexcept = default;
LatentExtractor& LatentExtractor::operator=(LatentExtractor&&) noexcept = default;

ExtractedLatent LatentExtractor::extract(const image::FloatImage& rgb, double quality) const {
  const LatentCoder& coder = impl_->coder;
  ExtractedLatent result;
  result.quality16 = to_quality16(quality);
  const CodingPlan plan =
      CodingPlan::make(rgb.width, rgb.height, result.quality16, false, impl_->config);
  const TiledTransform transform(*impl_->network, impl_->config, plan);
  const Rect whole = plan.whole();
  auto latent = transform.latent([&](const Rect&) { return rgb; }, whole);
  if (coder.has_hyper()) {
    const PlaneIndexes indexes = coder.hyper_indexes(plan);
    result.hyper = {
        indexes.size,
        quantize_hyper(coder.hyper(), transform.hyper_latent(latent, whole).data, indexes, plan),
        indexes.cdf_indexes};
  }
  const auto mean = transform.mean(result.hyper.symbols, whole);
  for (std::size_t i = 0; i < latent.data.size(); ++i) latent.data[i] -= mean.data[i];
  const PlaneIndexes indexes = coder.latent_indexes(result.hyper.symbols, plan, whole);
  result.latent = {indexes.size, {}, indexes.cdf_indexes};
  if (coder.latent().quantizer().empty()) {
    for (const float value : latent.data)
      result.latent.symbols.push_back(rdo::nearest_symbol(value));
  } else {
    result.latent.symbols =
        quantize(coder.latent(), latent.data, rdo::kRdoqWeight, indexes, plan, false);
  }
  return result;
}

bool LatentExtractor::has_hyper() const { return impl_->coder.has_hyper(); }

PlaneCoding LatentExtractor::hyper_coding() const {
  const PlaneCoder& planes = impl_->coder.hyper();
  return {planes.table(), planes.quantizer(), impl_->config.hyper_channels};
}

PlaneCoding LatentExtractor::latent_coding() const {
  const PlaneCoder& planes = impl_->coder.latent();
  return {planes.table(), planes.quantizer(), impl_->config.latent_channels};
}

}  // namespace imgcnn::codec
