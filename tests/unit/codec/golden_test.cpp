// Files of released versions decode for ever. IMGCNN_UPDATE_GOLDEN=1 writes those that are missing.
//
// Each golden is a .cnz of a picture made by formula, the tiny model that wrote it, and the picture
// that it decodes to. The symbols must agree exactly (their checksum says so); pixels may
// differ by rounding between LibTorch versions.

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "codec/test_model.h"
#include "imgcnn/image/image_io.h"

namespace imgcnn::codec {
namespace {

const std::string kFolder = std::string(IMGCNN_GOLDEN_DIR) + "/v1/";

struct Golden {
  const char* name;
  const char* model;
  int width, height, channels, bit_depth;
  int drawn = 0;  ///< width of the part on the left that holds strokes, not waves
};
constexpr Golden kGoldens[] = {{"grey8", "tiny_fast", 1, 7, 1, 8},
                               {"rgba16", "tiny_fast", 33, 17, 4, 16},
                               {"rgb8", "tiny_context", 150, 90, 3, 8},
                               {"tiled_rgb8", "tiny_context", 2070, 20, 3, 8},
                               {"classic_rgb8", "tiny_classic", 50, 40, 3, 8},
                               {"pixels_rgb8", "tiny_context", 150, 90, 3, 8, 96},
                               {"pixels_grey16", "tiny_fast", 37, 21, 1, 16, 37},
                               {"tiled_pixels_rgba8", "tiny_context", 2070, 20, 4, 8, 1500}};

std::string model_path(const Golden& golden) { return kFolder + golden.model + ".safetensors"; }

void write_missing() {
  std::filesystem::create_directories(kFolder);
  for (const auto& golden : kGoldens) {
    const std::string base = kFolder + golden.name;
    if (std::filesystem::exists(base + ".cnz")) continue;
    const std::string model = golden.model;
    if (!std::filesystem::exists(model_path(golden))) {
      const auto config = model == "tiny_classic" ? testing::tiny_classic() : testing::tiny_fast();
      write_model(model_path(golden), config, 11, model != "tiny_fast");
    }
    const Codec codec(model_path(golden), one_thread());
    const auto file = codec
                          .encode(mixed(golden.width, golden.height, golden.drawn, golden.channels,
                                        golden.bit_depth),
                                  {})
                          .bytes;
    write_file_atomically(base + ".cnz", file, true);
    write_file_atomically(base + ".png", image::encode_png(codec.decode(file)), true);
  }
}

TEST(Golden, FilesOfVersionOneDecode) {
  if (std::getenv("IMGCNN_UPDATE_GOLDEN") != nullptr) write_missing();
  for (const auto& golden : kGoldens) {
    const Codec codec(model_path(golden), one_thread());
    const auto picture = codec.decode(read_file(kFolder + golden.name + ".cnz"));
    const auto expected = image::read_image(kFolder + golden.name + ".png");
    ASSERT_EQ(picture.width, expected.width) << golden.name;
    ASSERT_EQ(picture.channels, golden.channels) << golden.name;
    ASSERT_EQ(picture.bit_depth, golden.bit_depth) << golden.name;
    ASSERT_EQ(picture.samples.size(), expected.samples.size()) << golden.name;
    const int tolerance = golden.bit_depth == 16 ? 16 : 1;
    for (std::size_t i = 0; i < picture.samples.size(); ++i) {
      ASSERT_NEAR(picture.samples[i], expected.samples[i], tolerance)
          << golden.name << " sample " << i;
    }
  }
}

}  // namespace
}  // namespace imgcnn::codec
