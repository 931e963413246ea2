#pragma once
// Pictures to symbols and back through the network; what entropy coding does not see.

#include "imgcnn/image/image.h"
#include "imgcnn/model/network.h"
#include "latent_coder.h"

namespace imgcnn::codec {

/// Latent size of a picture.
[[nodiscard]] LatentSize latent_size(int width, int height);

/// Quantised latents of a picture [3, H, W]. quality: 0..1; hyper: whether the model has a hyper-latent.
[[nodiscard]] Symbols analyse(model::Network& network, bool hyper, const image::FloatImage& rgb, double quality);

/// Padded picture of the symbols.
[[nodiscard]] image::FloatImage synthesise(model::Network& network, bool hyper, const Symbols& symbols, LatentSize size,
                                           double quality);

}  // namespace imgcnn::codec
