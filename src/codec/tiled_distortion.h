#pragma once
// Gradients of the distortion in bounded memory.

#include "imgcnn/image/image.h"
#include "imgcnn/model/network.h"

namespace imgcnn::codec {

/// Gradient of the squared error of synthesis(latent) against `rgb` with respect to the latent [M,
/// h, w]. Pictures of more than 768 samples a side go in tiles that see some of their surroundings:
/// the memory stays that of one tile.
[[nodiscard]] model::Planes distortion_gradient(model::Network& network,
                                                const model::Planes& latent, double quality,
                                                const image::FloatImage& rgb);

}  // namespace imgcnn::codec
