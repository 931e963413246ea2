// Tensor files: round trips, and refusal of every kind of damaged header.

#include "imgcnn/bitstream/safetensors.h"

#include <gtest/gtest.h>

#include <limits>

#include "imgcnn/base/error.h"

namespace imgcnn::bitstream {
namespace {

TensorFile sample() {
  TensorFile file;
  file.metadata = {{"config", "{\"a\": 1}"}, {"card", "text \"quoted\""}};
  put_f32(file, "b.weight", {2, 3}, {0.F, -1.5F, 2.F, 3.F, 1e-30F, -0.F});
  put_i32(file, "a.bias", {2}, {-2147483647 - 1, 7});
  put_i16(file, "c", {3}, {-32768, 0, 32767});
  put_u16(file, "d", {1, 1}, {65535});
  put_u16(file, "empty", {0, 4}, {});
  put_i32(file, "scalar", {}, {5});
  return file;
}

Bytes with_header(const std::string& header, std::size_t data_bytes) {
  Bytes bytes(8 + header.size() + data_bytes, 0);
  for (int i = 0; i < 8; ++i)
    bytes[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(header.size() >> (8 * i));
  std::copy(header.begin(), header.end(), bytes.begin() + 8);
  return bytes;
}

ErrorCode code_of(const std::string& header, std::size_t data_bytes) {
  try {
    (void)parse_safetensors(with_header(header, data_bytes), "model");
  } catch (const Error& e) {
    EXPECT_EQ(std::string(e.what()).rfind("model: ", 0), 0U) << e.what();
    return e.code();
  }
  return ErrorCode::kInternal;  // no parser throws this
}

TEST(Safetensors, RoundTripKeepsEverything) {
  const TensorFile file = sample();
  const Bytes bytes = serialize_safetensors(file);
  const TensorFile back = parse_safetensors(bytes, "model");
  EXPECT_EQ(back.metadata, file.metadata);
  ASSERT_EQ(back.tensors.size(), file.tensors.size());
  EXPECT_EQ(get_f32(back, "b.weight", {2, 3}), get_f32(file, "b.weight", {2, 3}));
  EXPECT_EQ(get_i32(back, "a.bias", {2}), (std::vector<std::int32_t>{-2147483647 - 1, 7}));
  EXPECT_EQ(get_i16(back, "c", {3}), (std::vector<std::int16_t>{-32768, 0, 32767}));
  EXPECT_EQ(get_u16(back, "d", {1, 1}), (std::vector<std::uint16_t>{65535}));
  EXPECT_TRUE(get_u16(back, "empty", {0, 4}).empty());
  EXPECT_EQ(get_i32(back, "scalar", {}), (std::vector<std::int32_t>{5}));
  EXPECT_EQ(serialize_safetensors(back), bytes);
}

TEST(Safetensors, HeaderAloneTellsShapesWithoutData) {
  const Bytes bytes = serialize_safetensors(sample());
  std::size_t header = 8;
  for (std::size_t i = 0; i < 8; ++i) header += static_cast<std::size_t>(bytes[i]) << (8 * i);
  const TensorFile info =
      parse_safetensors_header(ByteSpan(bytes).subspan(0, header), bytes.size(), "model");
  EXPECT_EQ(info.metadata.at("card"), "text \"quoted\"");
  EXPECT_EQ(info.tensors.at("b.weight").elements(), 6U);
  EXPECT_EQ(info.tensors.at("b.weight").bytes.size(), 0U);
  EXPECT_THROW((void)get_f32(info, "b.weight", {2, 3}), Error);
  EXPECT_THROW(
      (void)parse_safetensors_header(ByteSpan(bytes).subspan(0, header), bytes.size() - 1, "m"),
      Error);
}

TEST(Safetensors, GettersNameWhatDoesNotFit) {
  const TensorFile file = sample();
  EXPECT_THROW((void)get_f32(file, "missing", {1}), Error);
  EXPECT_THROW((void)get_i32(file, "b.weight", {2, 3}), Error);
  EXPECT_THROW((void)get_f32(file, "b.weight", {3, 2}), Error);
  try {
    (void)get_f32(file, "b.weight", {6});
    FAIL();
  } catch (const Error& e) {
    EXPECT_EQ(e.code(), ErrorCode::kCorrupt);
    EXPECT_STREQ(e.what(), "tensor 'b.weight' has shape [2, 3], expected [6]");
  }
}

TEST(Safetensors, EveryTruncationIsRefused) {
  const Bytes bytes = serialize_safetensors(sample());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_THROW((void)parse_safetensors(ByteSpan(bytes).subspan(0, size).to_bytes(), "model"),
                 Error)
        << size;
  }
  Bytes longer = bytes;
  longer.push_back(0);
  EXPECT_THROW((void)parse_safetensors(longer, "model"), Error);
}

TEST(Safetensors, DamagedHeadersAreRefused) {
  const auto tensor = [](const char* name, const char* body) {
    return "\"" + std::string(name) + "\":{" + body + "}";
  };
  const std::string good = R"("dtype":"U8","shape":[4],"data_offsets":[0,4])";
  EXPECT_EQ(code_of("{" + tensor("a", good.c_str()) + "}", 4), ErrorCode::kInternal);
  EXPECT_EQ(code_of("{" + tensor("a", good.c_str()) + "," + tensor("a", good.c_str()) + "}", 4),
            ErrorCode::kCorrupt);
  EXPECT_EQ(code_of("{" + tensor("a", good.c_str()) + "," + tensor("b", good.c_str()) + "}", 4),
            ErrorCode::kCorrupt);
  EXPECT_EQ(code_of("{" + tensor("a", good.c_str()) + "}", 5), ErrorCode::kCorrupt);
  EXPECT_EQ(code_of("{" + tensor("a", good.c_str()) + "}", 3), ErrorCode::kTruncated);
  const char* const bad[] = {
      R"("dtype":"U8","shape":[5],"data_offsets":[0,4])",
      R"("dtype":"U8","shape":[-4],"data_offsets":[0,4])",
      R"("dtype":"U8","shape":[4.0],"data_offsets":[0,4])",
      R"("dtype":"U8","shape":[4],"data_offsets":[4,0])",
      R"("dtype":"U8","shape":[4],"data_offsets":[0])",
      R"("dtype":"U8","shape":[[4]],"data_offsets":[0,4])",
      R"("dtype":"F64","shape":[4],"data_offsets":[0,4])",
      R"("dtype":7,"shape":[4],"data_offsets":[0,4])",
      R"("dtype":"U8","shape":[4],"data_offsets":[0,4],"x":1)",
      R"("dtype":"U8","shape":[4])",
      R"("dtype":"U8","dtype":"U8","shape":[4],"data_offsets":[0,4])",
      R"("dtype":"I64","shape":[4294967296,4294967296],"data_offsets":[0,4])",
      R"("dtype":"U8","shape":[18446744073709551615],"data_offsets":[0,4])",
      R"("dtype":"U8","shape":[1,1,1,1,1,1,1,1,4],"data_offsets":[0,4])"};
  for (const char* body : bad)
    EXPECT_EQ(code_of("{" + tensor("a", body) + "}", 4), ErrorCode::kCorrupt) << body;
  for (const char* text : {"{", "{}x", "{\"a\":4}", "{\"__metadata__\":{\"k\":1}}",
                           "{\"__metadata__\":[]}", "{\"\xFF\":{}}"}) {
    EXPECT_EQ(code_of(text, 0), ErrorCode::kCorrupt) << text;
  }
  EXPECT_EQ(code_of("{" + std::string(100000, '['), 0), ErrorCode::kCorrupt);
  EXPECT_EQ(code_of("{\"a\":" + std::string(100000, '['), 0), ErrorCode::kCorrupt);
}

TEST(Safetensors, OversizedHeaderIsRefusedBeforeReading) {
  Bytes bytes = with_header("{}", 0);
  bytes[5] = 1;
  try {
    (void)parse_safetensors(bytes, "model");
    FAIL();
  } catch (const Error& e) {
    EXPECT_EQ(e.code(), ErrorCode::kLimitExceeded);
  }
}

TEST(Safetensors, NonFiniteFloatsAreRefused) {
  for (const float bad :
       {std::numeric_limits<float>::infinity(), -std::numeric_limits<float>::infinity(),
        std::numeric_limits<float>::quiet_NaN()}) {
    TensorFile file;
    put_f32(file, "w", {2}, {1.F, bad});
    EXPECT_THROW((void)parse_safetensors(serialize_safetensors(file), "model"), Error);
  }
  TensorFile file;
  put_f32(file, "w", {1}, {std::numeric_limits<float>::max()});
  EXPECT_NO_THROW((void)parse_safetensors(serialize_safetensors(file), "model"));
}

TEST(Safetensors, HalvesAreReadAsFloats) {
  TensorFile file = sample();
  ASSERT_TRUE(narrow_to_f16(file, "b.weight"));
  ASSERT_TRUE(narrow_to_f16(file, "b.weight"));  // what is narrow stays as it is
  const Bytes bytes = serialize_safetensors(file);
  EXPECT_EQ(serialize_safetensors(sample()).size() - bytes.size(), 12U);
  const TensorFile back = parse_safetensors(bytes, "model");
  EXPECT_EQ(back.tensors.at("b.weight").dtype, DType::kF16);
  EXPECT_EQ(get_f32(back, "b.weight", {2, 3}),
            (std::vector<float>{0.F, -1.5F, 2.F, 3.F, 0.F, -0.F}));
  EXPECT_THROW((void)get_f32(back, "b.weight", {3, 2}), Error);
  EXPECT_THROW((void)get_u16(back, "b.weight", {2, 3}), Error);
  EXPECT_NE(tensor_digest(back), tensor_digest(sample()));
  EXPECT_EQ(tensor_digest(back), tensor_digest(file));
}

TEST(Safetensors, WhatDoesNotFitHalvesIsNotNarrowed) {
  TensorFile file;
  put_f32(file, "w", {2}, {1.F, 65520.F});
  EXPECT_FALSE(narrow_to_f16(file, "w"));
  EXPECT_EQ(get_f32(file, "w", {2}), (std::vector<float>{1.F, 65520.F}));
  put_f32(file, "w", {2}, {1.F, -65519.F});
  EXPECT_TRUE(narrow_to_f16(file, "w"));
  EXPECT_EQ(get_f32(file, "w", {2}), (std::vector<float>{1.F, -65504.F}));
  put_i16(file, "i", {1}, {1});
  EXPECT_THROW((void)narrow_to_f16(file, "i"), Error);
  EXPECT_THROW((void)narrow_to_f16(file, "missing"), Error);
}

TEST(Safetensors, HalvesThatAreNotFiniteAreRefused) {
  for (const int bad : {0x7C00, 0xFC00, 0x7C01, 0xFE00}) {
    TensorFile file;
    put_f32(file, "w", {3}, {1.F, 2.F, 3.F});
    ASSERT_TRUE(narrow_to_f16(file, "w"));
    Bytes bytes = serialize_safetensors(file);
    EXPECT_NO_THROW((void)parse_safetensors(bytes, "model"));
    bytes[bytes.size() - 4] = static_cast<std::uint8_t>(bad);
    bytes[bytes.size() - 3] = static_cast<std::uint8_t>(bad >> 8);
    EXPECT_THROW((void)parse_safetensors(bytes, "model"), Error) << bad;
  }
}

TEST(Safetensors, RecordsThatDoNotFitTheirShapeAreNotWritten) {
  TensorFile file = sample();
  auto& bytes = file.tensors["b.weight"].bytes;
  bytes = bytes.subspan(0, bytes.size() - 1);
  EXPECT_THROW((void)serialize_safetensors(file), Error);
  EXPECT_THROW(put_i32(file, "x", {2}, {1}), Error);
  EXPECT_THROW(put_i32(file, "x", {-1}, {1}), Error);
}

TEST(TensorDigest, IsOfTheTensorsAndTheConfigAlone) {
  const TensorFile file = sample();
  const Bytes digest = tensor_digest(file);
  EXPECT_EQ(digest.size(), 32U);
  TensorFile other = file;
  other.metadata["card"] = "edited";
  EXPECT_EQ(tensor_digest(other), digest);
  other.metadata["config"] = "{}";
  EXPECT_NE(tensor_digest(other), digest);
  other = file;
  Bytes changed(other.tensors["a.bias"].bytes.begin(), other.tensors["a.bias"].bytes.end());
  changed[0] = 1;
  other.tensors["a.bias"].bytes = changed;
  EXPECT_NE(tensor_digest(other), digest);
  other = file;
  other.tensors["b.weight"].shape = {3, 2};
  EXPECT_NE(tensor_digest(other), digest);
  other = file;
  other.tensors["d"].dtype = DType::kI16;
  EXPECT_NE(tensor_digest(other), digest);
  other.tensors["d"].bytes = {};
  EXPECT_THROW((void)tensor_digest(other), Error);
}

}  // namespace
}  // namespace imgcnn::bitstream
