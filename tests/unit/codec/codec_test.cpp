// Whole pictures through the codec: sizes, depths, channels, metadata, preprocessing, determinism.

#include "imgcnn/codec/codec.h"

#include <gtest/gtest.h>

#include "codec/test_model.h"
#include "imgcnn/base/error.h"
#include "imgcnn/bitstream/container.h"
#include "imgcnn/image/convert.h"

namespace imgcnn::codec {
namespace {

class CodecTest : public ::testing::TestWithParam<const char*> {
 protected:
  CodecTest() {
    const std::string name = GetParam();
    const auto config = name == "classic" ? testing::tiny_classic() : testing::tiny_fast();
    codec_ = std::make_unique<Codec>(
        write_model(folder_ / "m.safetensors", config, 1, name == "context"), one_thread());
  }

  TempDir folder_;
  std::unique_ptr<Codec> codec_;
};

double psnr(const image::Image& a, const image::Image& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.samples.size(); ++i)
    sum += std::pow(double{1} * a.samples[i] - b.samples[i], 2);
  return 10 * std::log10(std::pow(a.max_value(), 2) * static_cast<double>(a.samples.size()) / sum);
}

TEST_P(CodecTest, EverySizeDepthAndChannelCountComesBack) {
  const std::pair<int, int> sizes[] = {{1, 1}, {1, 7}, {17, 16}, {65, 33}, {401, 3}, {3, 129}};
  for (const auto& [width, height] : sizes) {
    for (int channels : {1, 2, 3, 4}) {
      for (int depth : {8, 16}) {
        const auto picture = waves(width, height, channels, depth);
        const auto back = codec_->decode(codec_->encode(picture, {}).bytes);
        ASSERT_EQ(back.width, width);
        ASSERT_EQ(back.height, height);
        ASSERT_EQ(back.channels, channels);
        ASSERT_EQ(back.bit_depth, depth);
        ASSERT_EQ(back.samples.size(), picture.samples.size());
        if (picture.has_alpha()) {
          EXPECT_EQ(image::alpha_plane(back).samples, image::alpha_plane(picture).samples);
        }
      }
    }
  }
}

TEST_P(CodecTest, SamePictureSameBytes) {
  const auto picture = waves(70, 50, 3, 8);
  EXPECT_EQ(codec_->encode(picture, {}).bytes, codec_->encode(picture, {}).bytes);
}

TEST_P(CodecTest, QualityIsContinuousAndRecorded) {
  const auto picture = waves(64, 64, 3, 8);
  for (double quality : {0.0, 0.06, 33.33, 99.97, 100.0}) {
    EncodeOptions options;
    options.quality = quality;
    const auto result = codec_->encode(picture, options);
    const auto info = bitstream::inspect_container(result.bytes, "test");
    EXPECT_NEAR(info.header.quality16 / 16.0, quality, 1.0 / 32);
    EXPECT_NO_THROW((void)codec_->decode(result.bytes));
  }
  EncodeOptions options;
  for (double quality : {-0.1, 100.1, std::nan("")}) {
    options.quality = quality;
    EXPECT_THROW((void)codec_->encode(picture, options), Error) << quality;
  }
}

TEST_P(CodecTest, MetadataTravelsOrStays) {
  auto picture = waves(20, 20, 3, 8);
  picture.metadata = {{1, 2, 3}, {'I', 'I', 42, 0}, {'<', 'x', '>'}};
  const auto back = codec_->decode(codec_->encode(picture, {}).bytes);
  EXPECT_EQ(back.metadata.icc, picture.metadata.icc);
  EXPECT_EQ(back.metadata.exif, picture.metadata.exif);
  EXPECT_EQ(back.metadata.xmp, picture.metadata.xmp);
  EncodeOptions without;
  without.keep_metadata = false;
  EXPECT_TRUE(codec_->decode(codec_->encode(picture, without).bytes).metadata.icc.empty());
}

TEST_P(CodecTest, PreprocessingIsRecordedAndUndone) {
  const auto picture = waves(64, 64, 3, 8);
  EncodeOptions options;
  options.quality = 100;
  options.preprocess.brightness = 0.05F;
  options.preprocess.contrast = 0.8F;
  options.preprocess.gain = {1.1F, 1.0F, 0.9F};
  const auto result = codec_->encode(picture, options);
  EXPECT_FLOAT_EQ(bitstream::inspect_container(result.bytes, "test").header.preprocess.contrast,
                  0.8F);
  DecodeOptions undo;
  undo.undo_preprocessing = true;
  const auto plain = codec_->decode(result.bytes), undone = codec_->decode(result.bytes, undo);
  EXPECT_NE(plain.samples, undone.samples);
  if (std::string(GetParam()) == "fast") {
    EXPECT_GT(psnr(undone, picture), psnr(plain, picture));
  }
}

TEST_P(CodecTest, AutomaticColourIsResolvedBeforeItIsRecorded) {
  EncodeOptions options;
  options.auto_colour = true;
  auto picture = waves(32, 32, 3, 8);
  for (std::size_t i = 0; i < picture.samples.size(); i += 3) picture.samples[i] /= 2;
  const auto result = codec_->encode(picture, options);
  EXPECT_GT(result.preprocess.gain[0], 1.1F);
  EXPECT_EQ(bitstream::inspect_container(result.bytes, "test").header.preprocess.gain,
            result.preprocess.gain);
}

TEST_P(CodecTest, SizesAddUp) {
  const auto result = codec_->encode(waves(100, 60, 4, 8), {});
  EXPECT_DOUBLE_EQ(result.bpp, 8.0 * static_cast<double>(result.bytes.size()) / 6000.0);
  const auto known = result.latent_bytes + result.hyper_bytes + result.alpha_bytes;
  EXPECT_GE(result.bytes.size(), known);
  EXPECT_LE(result.bytes.size(), known + 64);
}

INSTANTIATE_TEST_SUITE_P(Architectures, CodecTest, ::testing::Values("fast", "classic", "context"));

TEST(Codec, FreshFastWeightsAlreadyCompress) {
  // The linear path is a block transform from the first step on.
  const TempDir folder;
  const Codec codec(write_model(folder / "m.safetensors", model::load_preset("fast").config),
                    one_thread());
  EncodeOptions options;
  options.quality = 80;
  const auto picture = waves(64, 64, 3, 8);
  EXPECT_GT(psnr(codec.decode(codec.encode(picture, options).bytes), picture), 30.0);
}

TEST(Codec, EffortChoosesTheContextCoderAndTheFileSaysSo) {
  const TempDir folder;
  const Codec codec(write_model(folder / "m.safetensors", testing::tiny_fast(), 1, true),
                    one_thread());
  const auto picture = waves(64, 48, 3, 8);
  EncodeOptions options;
  options.effort = 2;
  const auto slow = codec.encode(picture, options).bytes;
  options.effort = 1;
  const auto quick = codec.encode(picture, options).bytes;
  EXPECT_TRUE(bitstream::inspect_container(slow, "x").header.context_coded);
  EXPECT_FALSE(bitstream::inspect_container(quick, "x").header.context_coded);
  EXPECT_EQ(codec.decode(slow).samples, codec.decode(quick).samples);
  for (const int effort : {0, kMaxEffort + 1}) {
    options.effort = effort;
    EXPECT_THROW((void)codec.encode(picture, options), Error);
  }
}

TEST(Codec, AnotherModelsFileIsRefusedWithBothIds) {
  const TempDir folder;
  const Codec a(write_model(folder / "a.safetensors", testing::tiny_fast(), 1), one_thread());
  const Codec b(write_model(folder / "b.safetensors", testing::tiny_fast(), 2), one_thread());
  ASSERT_NE(a.model_id(), b.model_id());
  try {
    (void)b.decode(a.encode(waves(16, 16, 3, 8), {}).bytes);
    FAIL();
  } catch (const Error& e) {
    EXPECT_EQ(e.code(), ErrorCode::kModelMismatch);
    EXPECT_NE(std::string(e.what()).find(a.model_id()), std::string::npos);
    EXPECT_NE(std::string(e.what()).find(b.model_id()), std::string::npos);
  }
}

TEST(Codec, TheSymbolsDoNotDependOnThreads) {
  const TempDir folder;
  const std::string path = write_model(folder / "m.safetensors", testing::tiny_fast());
  const auto picture = waves(300, 200, 3, 8);
  const auto bytes = Codec(path, {"cpu", 1}).encode(picture, {}).bytes;
  // decode checks the symbols against the hash in the file.
  EXPECT_NO_THROW((void)Codec(path, {"cpu", 2}).decode(bytes));
}

TEST(Codec, PixelLimit) {
  const TempDir folder;
  const Codec codec(write_model(folder / "m.safetensors", testing::tiny_fast()), one_thread());
  DecodeOptions options;
  options.max_pixels = 99;
  try {
    (void)codec.decode(codec.encode(waves(10, 10, 3, 8), {}).bytes, options);
    FAIL();
  } catch (const Error& e) {
    EXPECT_EQ(e.code(), ErrorCode::kLimitExceeded);
  }
}

}  // namespace
}  // namespace imgcnn::codec
