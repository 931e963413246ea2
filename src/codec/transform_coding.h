#pragma once
// Pictures to symbols and back through the network; what entropy coding does not see.

#include "imgcnn/image/image.h"
#include "imgcnn/model/network.h"
#include "latent_coder.h"

namespace imgcnn::codec {

/// Latent size of a picture.
[[nodiscard]] LatentSize latent_size(int width, int height);

/// A picture in latent space before its latent is quantised.
struct Analysis {
  LatentSize size;
  std::vector<std::int32_t> hyper;  ///< symbols
  model::Planes mean;               ///< of the latent, as the decoder will have it; zeros without a hyper-latent
  std::vector<float> residual;      ///< latent - mean [M, h, w]: what symbols stand for
};

/// Of a picture [3, H, W].
[[nodiscard]] Analysis analyse(model::Network& network, const LatentCoder& coder, const image::FloatImage& rgb, int quality16);

/// Padded picture of the symbols.
[[nodiscard]] image::FloatImage synthesise(model::Network& network, const Symbols& symbols, LatentSize size, int quality16);

}  // namespace imgcnn::codec
