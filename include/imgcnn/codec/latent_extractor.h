#pragma once
// From pictures to what the entropy coder sees of them: the one thing that training a context coder
// needs of the codec.

#include <cstdint>
#include <memory>
#include <vector>

#include "imgcnn/bitstream/safetensors.h"
#include "imgcnn/codec/codec.h"
#include "imgcnn/entropy/cdf_table.h"
#include "imgcnn/entropy/coding_order.h"
#include "imgcnn/entropy/dependent_quantizer.h"
#include "imgcnn/image/image.h"

namespace imgcnn::codec {

/// Symbols and their CDF indexes, those without the dependent quantizer, both
/// [channels][height][width].
struct ExtractedPlanes {
  entropy::PlaneSize size;
  std::vector<std::int32_t> symbols;
  std::vector<std::uint16_t> cdf_indexes;
};

struct ExtractedLatent {
  int quality16 = 0;
  ExtractedPlanes hyper;  ///< empty where the model has none
  ExtractedPlanes latent;
};

/// How planes are coded before a context coder: the distributions, the quantizer that may lead to
/// others, the channels.
struct PlaneCoding {
  entropy::CdfTable table;
  entropy::DependentQuantizer quantizer;
  int channels = 0;
};

/// The CPU or GPU side of a model; one thread at a time.
class LatentExtractor {
 public:
  /// For a model in memory, whose context coders are not looked at. Throws kCorrupt, kDevice.
  LatentExtractor(const bitstream::TensorFile& model, const CodecOptions& options);
  ~LatentExtractor();
  LatentExtractor(LatentExtractor&&) noexcept;
  LatentExtractor& operator=(LatentExtractor&&) noexcept;

  /// Symbols of a picture [3, H, W] in [0, 1] at a quality of 0..100, as an encoder chooses them by
  /// static distributions; without a dependent quantizer the nearest, as what costs little would be
  /// made to cost less still.
  [[nodiscard]] ExtractedLatent extract(const image::FloatImage& rgb, double quality) const;

  [[nodiscard]] bool has_hyper() const;
  /// Requires: has_hyper().
  [[nodiscard]] PlaneCoding hyper_coding() const;
  [[nodiscard]] PlaneCoding latent_coding() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace imgcnn::codec
