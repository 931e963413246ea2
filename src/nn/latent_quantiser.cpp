// Between tensors and the integers of the entropy layer.

#include "latent_quantiser.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "imgcnn/model/dequantize.h"
#include "imgcnn/rdo/cost_bits.h"
#include "imgcnn/rdo/scalar_rdoq.h"
#include "imgcnn/rdo/trellis_search.h"

namespace imgcnn::nn {

QuantisedLatent LatentQuantiser::operator()(const torch::Tensor& latent, const torch::Tensor& rows) const {
  torch::NoGradGuard no_grad;
  const auto of = latent.to(torch::kCPU).contiguous(), row = rows.to(torch::kCPU).contiguous();
  const auto count = of.size(0) == 0 ? 0 : static_cast<std::size_t>(of.numel() / of.size(0));
  QuantisedLatent result{torch::empty_like(of), torch::zeros({of.size(0)})};
  for (std::int64_t n = 0; n < of.size(0); ++n) {
    const float* const values = of[n].data_ptr<float>();
    const float* const indexes = row[n].data_ptr<float>();
    const std::vector<std::uint16_t> cdf_indexes(indexes, indexes + count);
    const rdo::TrellisSearch search(coding_.quantizer, coding_.table, cdf_indexes);
    const auto symbols = search.cheapest_path({values, values + count}, rdo::kRdoqWeight);
    const auto found = model::dequantize(coding_.quantizer, cdf_indexes, symbols);
    std::copy(found.begin(), found.end(), result.values[n].data_ptr<float>());
    const auto coding_indexes = entropy::coding_indexes(coding_.quantizer, cdf_indexes, symbols);
    double bits = 0;
    for (std::size_t i = 0; i < count; ++i) bits += rdo::cost_bits(coding_.table, coding_indexes[i], symbols[i]);
    result.bits[n] = bits;
  }
  return {result.values.to(latent.device()), result.bits.to(latent.device())};
}

}  // namespace imgcnn::nn
