#pragma once
// Size of the planes that symbols lie in.

namespace imgcnn::entropy {

struct PlaneSize {
  int height = 0;
  int width = 0;
};

}  // namespace imgcnn::entropy
