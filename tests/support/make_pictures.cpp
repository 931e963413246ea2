// make_pictures DIR: writes small synthetic pictures of every kind that the codec takes, always the
// same ones.

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <string>

#include "imgcnn/base/files.h"
#include "imgcnn/image/image_io.h"

namespace {

using imgcnn::image::Image;

// Soft gradients with some texture: something that a network can learn in a few steps and that
// differs by `seed`.
Image make_picture(int width, int height, int channels, int bit_depth, int seed) {
  Image picture;
  picture.width = width;
  picture.height = height;
  picture.channels = channels;
  picture.bit_depth = bit_depth;
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      for (int c = 0; c < channels; ++c) {
        const double wave =
            std::sin(0.05 * (x + 2 * c) * (1 + seed % 3)) * std::cos(0.07 * y + seed) +
            0.3 * std::sin(1.3 * x + y);
        const double value = 0.5 + 0.35 * wave;
        picture.samples.push_back(
            static_cast<std::uint16_t>(std::lround(value * picture.max_value())));
      }
    }
  }
  return picture;
}

void write(const std::string& path, const Image& picture) {
  const std::string extension = path.substr(path.rfind('.'));
  imgcnn::write_file_atomically(path, imgcnn::image::encode_image(picture, extension), true);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: make_pictures DIR\n", stderr);
    return 2;
  }
  const std::string dir = std::string(argv[1]) + "/";
  try {
    for (int i = 0; i < 8; ++i)
      write(dir + "train" + std::to_string(i) + ".png", make_picture(192, 160, 3, 8, i));
    write(dir + "train0.ppm", make_picture(192, 160, 3, 8, 0));
    write(dir + "rgb.png", make_picture(97, 61, 3, 8, 11));
    write(dir + "photo.jpg", make_picture(120, 80, 3, 8, 12));
    write(dir + "grey.png", make_picture(64, 48, 1, 8, 13));
    write(dir + "grey_alpha.png", make_picture(33, 47, 2, 8, 14));
    write(dir + "rgba.png", make_picture(50, 40, 4, 8, 15));
    write(dir + "rgb16.png", make_picture(40, 56, 3, 16, 16));
    write(dir + "grey16.png", make_picture(45, 30, 1, 16, 18));
    write(dir + "dot.png", make_picture(1, 1, 3, 8, 17));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "make_pictures: %s\n", error.what());
    return 1;
  }
  return 0;
}
