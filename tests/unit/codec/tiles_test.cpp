// Large pictures: windows through the network agree with the whole, tiles come back, regions are
// parts of the picture.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "codec/latent_coder.h"
#include "codec/planned_file.h"
#include "codec/symbol_quantizer.h"
#include "codec/test_model.h"
#include "codec/tiled_transform.h"
#include "imgcnn/base/error.h"
#include "imgcnn/bitstream/container.h"
#include "imgcnn/nn/torch_network.h"

namespace imgcnn::codec {
namespace {

constexpr int kQuality16 = 800;

model::ModelConfig config_of(const std::string& name) {
  return name == "classic" ? testing::tiny_classic()
         : name == "deep"  ? testing::less_tiny_fast()
                           : testing::tiny_fast();
}

double largest_difference(const std::vector<float>& a, const std::vector<float>& b) {
  EXPECT_EQ(a.size(), b.size());
  double largest = 0;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i)
    largest = std::max(largest, std::abs(double{a[i]} - b[i]));
  return largest;
}

class Tiles : public ::testing::TestWithParam<const char*> {
 protected:
  Tiles()
      : path_(write_model(folder_ / "m.safetensors", config_, 1,
                          std::string(GetParam()) == "context")) {}

  TempDir folder_;
  model::ModelConfig config_ = config_of(GetParam());
  std::string path_;
};

TEST_P(Tiles, WindowsAgreeWithTheWhole) {
  constexpr int kWidth = 330, kHeight = 250;
  const auto tensors = bitstream::parse_safetensors(read_file(path_), path_);
  const auto network = nn::make_torch_network(tensors, config_, "cpu", 1);
  const auto rgb = image::to_float_rgb(waves(kWidth, kHeight, 3, 8));
  const PixelSource pixels = [&](const Rect& w) { return crop(rgb, {0, 0, kWidth, kHeight}, w); };
  const CodingPlan plan = CodingPlan::make(kWidth, kHeight, kQuality16, false, config_);
  const TiledTransform transform(*network, config_, plan);
  const Rect whole = transform.whole(), inner{8, 4, 4, 8};

  const auto latent = transform.latent(pixels, whole);
  EXPECT_LT(
      largest_difference(transform.latent(pixels, inner).data, crop(latent, whole, inner).data),
      1e-4);
  const auto shown = transform.synthesis(latent, whole);
  const auto part =
      transform.synthesis(crop(latent, whole, transform.receptive_field(inner)), inner);
  EXPECT_LT(largest_difference(
                part.data, crop(shown, transform.samples(whole), transform.samples(inner)).data),
            1e-4);
  if (config_.hyper_channels == 0) return;

  const auto z = transform.hyper_latent(latent, whole);
  const Rect hyper = enclosing(whole, entropy::kHyperStride),
             hyper_inner = enclosing(inner, entropy::kHyperStride);
  const Rect around = inflated(inner, entropy::kHyperStride, whole);
  EXPECT_LT(largest_difference(transform.hyper_latent(crop(latent, whole, around), inner).data,
                               crop(z, hyper, hyper_inner).data),
            1e-4);
  const LatentCoder coder(tensors, config_);
  const auto symbols = quantize_hyper(coder.hyper(), z.data, coder.hyper_indexes(plan), plan);
  EXPECT_LT(largest_difference(transform.mean(symbols, inner).data,
                               crop(transform.mean(symbols, whole), whole, inner).data),
            1e-4);
  const auto indexes = coder.latent_indexes(symbols, plan, whole).cdf_indexes;
  EXPECT_EQ(coder.latent_indexes(symbols, plan, inner).cdf_indexes,
            crop(indexes, whole, inner, config_.latent_channels));
}

TEST_P(Tiles, LargePicturesComeBackWholeAndInParts) {
  const Codec codec(path_, one_thread());
  const auto picture = waves(2100, 2060, 4, 8);
  const auto encoded = codec.encode(picture, {});
  EXPECT_EQ(bitstream::inspect_container(encoded.bytes, "x").header.tile, 16);
  EXPECT_EQ(codec.encode(picture, {}).bytes, encoded.bytes);
  const auto whole = codec.decode(encoded.bytes);
  EXPECT_EQ(image::alpha_plane(whole).samples, image::alpha_plane(picture).samples);
  for (const Region& region :
       {Region{2030, 2040, 70, 20}, Region{0, 0, 1, 1}, Region{1000, 2000, 100, 60}}) {
    DecodeOptions options;
    options.region = region;
    const auto part = codec.decode(encoded.bytes, options);
    const auto expected = image::cut(whole, region.x, region.y, region.width, region.height);
    ASSERT_EQ(part.width, region.width);
    ASSERT_EQ(part.samples.size(), expected.samples.size());
    for (std::size_t i = 0; i < part.samples.size(); ++i)
      ASSERT_NEAR(part.samples[i], expected.samples[i], 1) << i;
  }
}

TEST_P(Tiles, PreviewsAreTheMeansOfThePicture) {
  // Fresh weights: the picture is what the linear path alone makes of it, as is the preview.
  PlannedFiles files(config_, std::string(GetParam()) == "context");
  const Codec& codec = files.codec;
  const auto picture = waves(2064, 40, 4, 8);
  CodingPlan plan = files.plan(picture, 60);
  plan.coarse = 0;  // of all channels
  const Bytes file = files.file(picture, plan);
  DecodeOptions options;
  options.preview = true;
  const auto preview = codec.decode(file, options);
  const auto expected = image::shrunk(codec.decode(file), 8);
  ASSERT_EQ(preview.width, 258);
  ASSERT_EQ(preview.height, 5);
  ASSERT_EQ(preview.samples.size(), expected.samples.size());
  // Samples of a fresh classic leave [0, 1] all over, and the mean of clamped ones is another.
  for (std::size_t i = 0; i < preview.samples.size() && config_.hyper_channels > 0; ++i) {
    ASSERT_NEAR(preview.samples[i], expected.samples[i], 2) << i;
  }

  const auto odd = codec.decode(codec.encode(waves(9, 17, 1, 16), {}).bytes, options);
  EXPECT_EQ(odd.width, 2);
  EXPECT_EQ(odd.height, 3);
  options.region = Region{0, 0, 8, 8};
  EXPECT_THROW((void)codec.decode(file, options), Error);
}

INSTANTIATE_TEST_SUITE_P(Models, Tiles, ::testing::Values("fast", "deep", "classic", "context"));

TEST(TiledFile, EveryDamageIsRefused) {
  TempDir folder;
  const Codec codec(write_model(folder / "m.safetensors", testing::tiny_fast()), one_thread());
  EncodeOptions options;
  options.quality = 0;
  const Bytes file = codec.encode(waves(2049, 1, 3, 8), options).bytes;
  const auto whole = codec.decode(file);
  for (std::size_t i = 0; i < file.size(); ++i) {
    Bytes flipped = file;
    flipped[i] ^= 0x10;
    EXPECT_THROW((void)codec.decode(flipped), Error) << i;
    EXPECT_THROW(
        (void)codec.decode(Bytes(file.begin(), file.begin() + static_cast<std::ptrdiff_t>(i))),
        Error)
        << i;
  }
}

TEST(TiledFile, ChecksumsThatWereMadeToFitDoNotHideDamage) {
  TempDir folder;
  const Codec codec(write_model(folder / "m.safetensors", testing::tiny_fast()), one_thread());
  const Bytes file = codec.encode(waves(2049, 1, 3, 8), {}).bytes;
  const auto container = bitstream::parse_container(file, {}, "x");
  for (const auto section : {&bitstream::Container::coarse, &bitstream::Container::detail})
    expect_no_damage_passes(codec, container, section, {});
}

TEST(Regions, OutsideOfThePictureAreRefused) {
  TempDir folder;
  const Codec codec(write_model(folder / "m.safetensors", testing::tiny_fast()), one_thread());
  const Bytes file = codec.encode(waves(40, 30, 3, 8), {}).bytes;
  for (const Region& region :
       {Region{0, 0, 41, 1}, Region{40, 0, 1, 1}, Region{-1, 0, 1, 1}, Region{0, 0, 0, 1},
        Region{1, 1, 2147483647, 1}, Region{0, 29, 1, 2}}) {
    DecodeOptions options;
    options.region = region;
    EXPECT_THROW((void)codec.decode(file, options), Error) << region.x << "," << region.y;
  }
}

}  // namespace
}  // namespace imgcnn::codec
