// Between tensors and the vectors of the search, picture by picture.

#include "latent_quantizer.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "imgcnn/model/dequantize.h"
#include "imgcnn/rdo/cost_bits.h"
#include "imgcnn/rdo/scalar_rdoq.h"
#include "imgcnn/rdo/trellis_search.h"

namespace imgcnn::nn {

QuantizedLatent LatentQuantizer::operator()(const torch::Tensor& latent,
                                            const torch::Tensor& cdf_indexes) const {
  torch::NoGradGuard no_grad;
  // The search runs on the CPU.
  const auto of = latent.to(torch::kCPU).contiguous(),
             index_of = cdf_indexes.to(torch::kCPU).contiguous();
  const auto count = of.size(0) == 0 ? 0 : static_cast<std::size_t>(of.numel() / of.size(0));
  const entropy::CodingOrder order({static_cast<int>(of.size(-2)), static_cast<int>(of.size(-1))});
  QuantizedLatent result{torch::empty_like(of), torch::zeros({of.size(0)})};
  for (std::int64_t n = 0; n < of.size(0); ++n) {
    const float* const values = of[n].data_ptr<float>();
    const float* const indexes = index_of[n].data_ptr<float>();
    // Whole numbers up to 65535 are exact in float32.
    const std::vector<std::uint16_t> own_indexes(indexes, indexes + count);
    const rdo::TrellisSearch search(coding_.quantizer, coding_.table, own_indexes, order);
    const auto symbols = search.cheapest_path({values, values + count}, rdo::kRdoqWeight);
    const auto found = model::dequantize(coding_.quantizer, own_indexes, symbols, order);
    std::copy(found.begin(), found.end(), result.values[n].data_ptr<float>());
    // The same symbols by the indexes that code them: bits of the static table, as contexts are not
    // simulated here.
    const auto coding_indexes =
        entropy::coding_indexes(coding_.quantizer, own_indexes, symbols, order);
    double bits = 0;
    for (std::size_t i = 0; i < count; ++i)
      bits += rdo::cost_bits(coding_.table, coding_indexes[i], symbols[i]);
    result.bits[n] = bits;
  }
  return {result.values.to(latent.device()), result.bits.to(latent.device())};
}

}  // namespace imgcnn::nn
