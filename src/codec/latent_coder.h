#pragma once
// The integer half of a model: the coders of hyper-latent and latent, and what their symbols are
// coded by. No LibTorch.

#include <cstdint>
#include <optional>
#include <vector>

#include "coding_plan.h"
#include "imgcnn/bitstream/safetensors.h"
#include "imgcnn/entropy/integer_scale_network.h"
#include "imgcnn/model/config.h"
#include "plane_coder.h"
#include "rect.h"

namespace imgcnn::codec {

class LatentCoder {
 public:
  /// Throws kCorrupt naming the tensor.
  LatentCoder(const bitstream::TensorFile& model, const model::ModelConfig& config);

  [[nodiscard]] bool has_hyper() const { return scale_network_.has_value(); }
  /// The coder of the hyper-latent. Requires: has_hyper().
  [[nodiscard]] const PlaneCoder& hyper() const { return hyper_; }
  [[nodiscard]] const PlaneCoder& latent() const { return latent_; }

  /// Indexes of the hyper-latent, [K, ceil(h / 4), ceil(w / 4)]. Requires: has_hyper().
  [[nodiscard]] PlaneIndexes hyper_indexes(const CodingPlan& plan) const;
  /// Indexes of a window [C, w] of the latent, by the hyper symbols of the whole.
  [[nodiscard]] PlaneIndexes latent_indexes(const std::vector<std::int32_t>& hyper,
                                            const CodingPlan& plan, const Rect& w) const;

 private:
  int latent_channels_, hyper_channels_, levels_;
  PlaneCoder hyper_, latent_;
  std::optional<entropy::IntegerScaleNetwork> scale_network_;
};

}  // namespace imgcnn::codec
