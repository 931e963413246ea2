// Formats, round trips, limits and folders.
#include "imgcnn/image/image_io.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

#include "imgcnn/base/files.h"
#include "test_pictures.h"

namespace imgcnn::image {
namespace {

void expect_same(const Image& a, const Image& b, const std::string& what) {
  EXPECT_EQ(a.width, b.width) << what;
  EXPECT_EQ(a.height, b.height) << what;
  EXPECT_EQ(a.channels, b.channels) << what;
  EXPECT_EQ(a.bit_depth, b.bit_depth) << what;
  EXPECT_EQ(a.samples, b.samples) << what;
}

double worst_difference(const Image& a, const Image& b) {
  double worst = 0.0;
  for (std::size_t i = 0; i < a.samples.size(); ++i)
    worst = std::max(worst, std::abs(double{0} + a.samples[i] - b.samples[i]));
  return worst;
}

TEST(ImageIo, PngKeepsEveryKindOfPicture) {
  for (const int depth : {8, 16}) {
    for (const int channels : {1, 2, 3, 4}) {
      for (const auto& [width, height] :
           {std::pair{1, 1}, std::pair{17, 5}, std::pair{1, 300}, std::pair{256, 3}}) {
        const Image picture = noise_picture(width, height, channels, depth);
        expect_same(decode_image(encode_png(picture), "png"), picture,
                    std::to_string(depth) + "/" + std::to_string(channels));
      }
    }
  }
}

TEST(ImageIo, OtherLosslessFormatsKeepWhatTheyCan) {
  struct Case {
    const char* extension;
    int channels;
    int depth;
  };
  for (const Case& c :
       {Case{".ppm", 3, 8}, Case{".ppm", 3, 16}, Case{".pgm", 1, 8}, Case{".pgm", 1, 16},
        Case{".tiff", 1, 8}, Case{".tif", 3, 8}, Case{".tif", 3, 16}, Case{".tif", 1, 16},
        Case{".tif", 4, 8}, Case{".tif", 4, 16}, Case{".bmp", 3, 8}, Case{".bmp", 1, 8},
        Case{".dib", 3, 8}, Case{".pnm", 1, 8}, Case{".pnm", 3, 16}, Case{".pam", 1, 8},
        Case{".pam", 2, 16}, Case{".pam", 3, 16}, Case{".pam", 4, 8}}) {
    const Image picture = noise_picture(19, 7, c.channels, c.depth);
    const std::string what =
        std::string(c.extension) + " " + std::to_string(c.channels) + " " + std::to_string(c.depth);
    ASSERT_TRUE(unkept(picture, c.extension).empty()) << what;
    expect_same(decode_image(encode_image(picture, c.extension), what), picture, what);
  }
}

TEST(ImageIo, LossyFormatsComeClose) {
  for (const char* extension : {".jpg", ".JPEG", "webp"}) {
    const Image picture = gradient_picture(64, 40, 3);
    const Image decoded = decode_image(encode_image(picture, extension), extension);
    ASSERT_EQ(decoded.samples.size(), picture.samples.size());
    EXPECT_LE(worst_difference(decoded, picture), 8.0) << extension;
  }
  const Image grey = gradient_picture(64, 40, 1);
  const Image decoded = decode_image(encode_jpeg(grey, 95), "grey");
  EXPECT_EQ(decoded.channels, 1);
  EXPECT_LE(worst_difference(decoded, grey), 4.0);
}

TEST(ImageIo, WebpAndTiffKeepAlpha) {
  const Image picture = gradient_picture(32, 16, 4);
  EXPECT_EQ(decode_image(encode_image(picture, ".webp"), "webp").channels, 4);
  const Image grey = gradient_picture(32, 16, 2);
  expect_same(decode_image(encode_image(grey, ".tif"), "tif"), grey, "tif");
}

TEST(ImageIo, PnmRangesAreStretched) {
  const auto samples_of = [](const std::string& text) {
    return decode_image(Bytes(text.begin(), text.end()), "pnm").samples;
  };
  using Samples = std::vector<std::uint16_t>;
  EXPECT_EQ(samples_of(std::string("P5\n# 7 7\n3 1\n15\n\0\x07\x0F", 19)), (Samples{0, 119, 255}));
  EXPECT_EQ(samples_of(std::string("P5\n2 1\n1023\n\0\0\x03\xFF", 16)), (Samples{0, 65535}));
  EXPECT_EQ(samples_of("P2\n2 1\n255\n7 9\n"), (Samples{7, 9}));
  EXPECT_EQ(samples_of("P4\n8 1\n\x55"), (Samples{255, 0, 255, 0, 255, 0, 255, 0}));
}

TEST(ImageIo, SaysWhatAFormatDrops) {
  Image picture = noise_picture(4, 4, 4, 16);
  EXPECT_TRUE(unkept(picture, ".png").empty());
  EXPECT_EQ(unkept(picture, ".jpg"), (std::vector<std::string>{"alpha", "16-bit samples"}));
  EXPECT_EQ(unkept(picture, "webp"), (std::vector<std::string>{"16-bit samples"}));
  for (std::size_t i = 3; i < picture.samples.size(); i += 4) picture.samples[i] = 65535;
  EXPECT_EQ(unkept(picture, ".PPM"), (std::vector<std::string>{}));
  EXPECT_EQ(code_of([&] { (void)unkept(picture, ".gif"); }), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code_of([&] { (void)encode_image(picture, ""); }), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code_of([&] { (void)encode_image(picture, ".pgm"); }), ErrorCode::kInvalidArgument);
}

TEST(ImageIo, LimitsHoldForEveryFormat) {
  ReadOptions small;
  small.max_pixels = 99;
  ReadOptions narrow;
  narrow.max_side = 9;
  ReadOptions enough;
  enough.max_pixels = 100;
  enough.max_side = 10;
  for (const char* extension : {".png", ".jpg", ".webp", ".bmp", ".ppm", ".tif"}) {
    const Bytes file = encode_image(gradient_picture(10, 10, 3), extension);
    EXPECT_EQ(code_of([&] { (void)decode_image(file, "x", small); }), ErrorCode::kLimitExceeded)
        << extension;
    EXPECT_EQ(code_of([&] { (void)decode_image(file, "x", narrow); }), ErrorCode::kLimitExceeded)
        << extension;
    EXPECT_EQ(decode_image(file, "x", enough).width, 10) << extension;
  }
}

TEST(ImageIo, RefusesWhatIsNoPicture) {
  const auto code_for = [](const std::string& text) {
    const Bytes bytes(text.begin(), text.end());
    return code_of([&] { (void)decode_image(bytes, "x"); });
  };
  EXPECT_EQ(code_for(""), ErrorCode::kUnsupportedImage);
  EXPECT_EQ(code_for("Once upon a time\n"), ErrorCode::kUnsupportedImage);
  EXPECT_EQ(code_for("BM"), ErrorCode::kUnsupportedImage);
  EXPECT_EQ(code_for("P6\nwhat\n"), ErrorCode::kUnsupportedImage);
  EXPECT_EQ(code_of([] { (void)read_image("/nonexistent.png"); }), ErrorCode::kIo);
  EXPECT_EQ(code_of([] { (void)read_image("/tmp"); }), ErrorCode::kIo);
}

TEST(ImageIo, KnowsNamesOfPictures) {
  for (const char* name : {"a.png", "b/C.JPG", "d.jpeg", "e.tiff", ".x.webp", "f.jfif", "g.JPE",
                           "h.pbm", "i.pnm", "j.dib", "k.pam"})
    EXPECT_TRUE(is_picture_name(name)) << name;
  for (const char* name : {"a.cnz", "png", "a.png.gz", "a.gif", "-", "", "a.jpg/b"})
    EXPECT_FALSE(is_picture_name(name)) << name;
}

TEST(ImageIo, ListsFoldersInOrder) {
  namespace fs = std::filesystem;
  std::string root = (fs::temp_directory_path() / "imgcnn_list_XXXXXX").string();
  ASSERT_NE(::mkdtemp(root.data()), nullptr);
  fs::create_directories(root + "/sub/deep.png");
  for (const char* name :
       {"/b.PNG", "/a.jpeg", "/notes.txt", "/c", "/sub/d.tif", "/sub/deep.png/e.webp"}) {
    std::ofstream(root + name) << "x";
  }
  using Names = std::vector<std::string>;
  EXPECT_EQ(list_images(root, false), (Names{root + "/a.jpeg", root + "/b.PNG"}));
  EXPECT_EQ(list_images(root, true), (Names{root + "/a.jpeg", root + "/b.PNG", root + "/sub/d.tif",
                                            root + "/sub/deep.png/e.webp"}));
  EXPECT_EQ(list_images(root + "/notes.txt", false), (Names{root + "/notes.txt"}));
  EXPECT_EQ(list_images("-", false), (Names{"-"}));
  EXPECT_EQ(code_of([&] { (void)list_images(root + "/missing", false); }), ErrorCode::kIo);
  fs::remove_all(root);
}

}  // namespace
}  // namespace imgcnn::image
