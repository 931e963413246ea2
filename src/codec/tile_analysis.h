#pragma once
// What the encoder knows of a tile when it chooses the symbols.

#include <vector>

#include "imgcnn/image/image.h"
#include "imgcnn/model/network.h"
#include "plane_coder.h"
#include "rect.h"

namespace imgcnn::codec {

/// A tile of a picture before its latent is quantized.
struct TileAnalysis {
  Rect window;                  ///< of the latent
  std::vector<float> residual;  ///< latent - mean [M, window]: what symbols stand for
  PlaneIndexes indexes;         ///< that code them
  // Where the cost is measured:
  image::FloatImage pixels;  ///< [3, H, W]
  model::Planes mean;        ///< of the latent, as the decoder will have it
};

}  // namespace imgcnn::codec
