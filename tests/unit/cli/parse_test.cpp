#include "cli/parse.h"

#include <gtest/gtest.h>

#include "imgcnn/base/error.h"

namespace imgcnn::cli {
namespace {

TEST(ParseDuration, ReadsUnits) {
  EXPECT_DOUBLE_EQ(parse_duration("90"), 90.0);
  EXPECT_DOUBLE_EQ(parse_duration("45s"), 45.0);
  EXPECT_DOUBLE_EQ(parse_duration("90m"), 5400.0);
  EXPECT_DOUBLE_EQ(parse_duration("2h"), 7200.0);
  EXPECT_DOUBLE_EQ(parse_duration("1h30m"), 5400.0);
  EXPECT_DOUBLE_EQ(parse_duration("1d2h3m4s"), 93784.0);
  EXPECT_DOUBLE_EQ(parse_duration("1.5h"), 5400.0);
  EXPECT_DOUBLE_EQ(parse_duration("1h30"), 3630.0);
}

TEST(ParseDuration, RefusesTheRest) {
  for (const char* text :
       {"", "h", "0", "0s", "-1h", "1x", "30m1h", "1h1h", "1s5", "nan", "inf", " 1h", "1e999"}) {
    EXPECT_THROW((void)parse_duration(text), Error) << text;
  }
}

TEST(ParseRegion, ReadsAndRefuses) {
  const auto region = parse_region("1,2,30,40");
  EXPECT_EQ(region.x, 1);
  EXPECT_EQ(region.y, 2);
  EXPECT_EQ(region.width, 30);
  EXPECT_EQ(region.height, 40);
  for (const char* text : {"", "1,2,3", "1,2,3,4,5", "-1,0,1,1", "0,0,0,1", "0,0,1,0", "a,0,1,1",
                           "0,0,1,99999999999", "0 0 1 1"}) {
    EXPECT_THROW((void)parse_region(text), Error) << text;
  }
}

TEST(ParseShard, ReadsAndRefuses) {
  EXPECT_EQ(parse_shard("1/1").count, 1);
  EXPECT_EQ(parse_shard("3/4").index, 3);
  EXPECT_EQ(parse_shard("3/4").count, 4);
  for (const char* text :
       {"", "1", "0/2", "3/2", "-1/2", "1/2/3", "1/", "/2", "a/b", "1/1000000", "1 /2"}) {
    EXPECT_THROW((void)parse_shard(text), Error) << text;
  }
}

TEST(ParseSize, ReadsAndRefuses) {
  EXPECT_EQ(parse_size("1500"), 1500.0);
  EXPECT_EQ(parse_size("100K"), 100000.0);
  EXPECT_EQ(parse_size("2m"), 2000000.0);
  EXPECT_EQ(parse_size("1.5k"), 1500.0);
  EXPECT_EQ(parse_size("2GB"), 2e9);
  EXPECT_EQ(parse_size("500kb"), 500000.0);
  EXPECT_EQ(parse_size("7B"), 7.0);
  EXPECT_EQ(parse_size("10.9"), 10.0);
  for (const char* text :
       {"", "K", "0", "-5", "1KBB", "1 K", "1T", "1e3", "nan", "inf", "99999999M"}) {
    EXPECT_THROW((void)parse_size(text), Error) << text;
  }
}

TEST(ParsePositive, ReadsAndRefuses) {
  EXPECT_EQ(parse_positive("0.25"), 0.25);
  for (const char* text : {"", "0", "-1", "1x", "nan", "inf"})
    EXPECT_THROW((void)parse_positive(text), Error) << text;
}

TEST(ParseJpegQuality, ReadsAndRefuses) {
  EXPECT_EQ(parse_jpeg_quality("1"), 1.0);
  EXPECT_EQ(parse_jpeg_quality("75"), 75.0);
  EXPECT_EQ(parse_jpeg_quality("100"), 100.0);
  for (const char* text : {"", "0", "101", "-1", "75.5", "75%", "nan"})
    EXPECT_THROW((void)parse_jpeg_quality(text), Error) << text;
}

TEST(ParseSuffix, ReadsAndRefuses) {
  EXPECT_EQ(parse_suffix("_x.{ext}.cnz"), "_x.{ext}.cnz");
  for (const char* text : {"", "a/b", "/"}) EXPECT_THROW((void)parse_suffix(text), Error) << text;
}

TEST(ParseRuntime, ReadsAndRefuses) {
  EXPECT_EQ(parse_runtime("auto"), codec::Runtime::kAuto);
  EXPECT_EQ(parse_runtime("native"), codec::Runtime::kNative);
  EXPECT_EQ(parse_runtime("torch"), codec::Runtime::kTorch);
  for (const char* text : {"", "Torch", "torch ", "onnx"})
    EXPECT_THROW((void)parse_runtime(text), Error) << text;
}

TEST(ParseGains, ReadsAndRefuses) {
  const auto gains = parse_gains("1.5,1,0.25");
  EXPECT_FLOAT_EQ(gains[0], 1.5F);
  EXPECT_FLOAT_EQ(gains[1], 1.0F);
  EXPECT_FLOAT_EQ(gains[2], 0.25F);
  for (const char* text :
       {"", "1", "1,1", "1,1,1,1", "1,1,11", "0,1,1", "1,,1", "1;1;1", "nan,1,1", "1,1,1 "}) {
    EXPECT_THROW((void)parse_gains(text), Error) << text;
  }
}

}  // namespace
}  // namespace imgcnn::cli
