// The search for models and its errors.

#include "codec/model_files.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <string>

#include "codec/test_model.h"
#include "imgcnn/base/error.h"
#include "imgcnn/base/files.h"
#include "imgcnn/bitstream/container.h"

namespace imgcnn::codec {
namespace {

ErrorCode code_of(const std::string& path) {
  try {
    (void)ModelFile(path).id();
  } catch (const Error& e) {
    return e.code();
  }
  return ErrorCode::kInternal;
}

TEST(ModelFiles, FoundByNameAndById) {
  const TempDir folder;
  const std::string path = write_model(folder / "mine.safetensors", testing::tiny_classic());
  ::setenv("IMGCNN_MODEL_PATH", ("/nonexistent:" + folder.path()).c_str(), 1);
  EXPECT_EQ(find_model("mine"), path);
  EXPECT_EQ(find_model_by_id(model::to_hex(ModelFile(path).id())), path);
  EXPECT_EQ(find_model_by_id("0000000000000000"), "");
  EXPECT_EQ(find_model(path), path);
  EXPECT_THROW((void)find_model("theirs"), Error);
  ::unsetenv("IMGCNN_MODEL_PATH");
}

/// The model at `path` once more, saying that it is another one; empty: saying nothing.
std::string with_claim(const std::string& path, const std::string& claim, const std::string& to) {
  auto file = bitstream::parse_safetensors(read_file(path), path);
  file.metadata.erase("id");
  if (!claim.empty()) file.metadata["id"] = claim;
  write_file_atomically(to, bitstream::serialize_safetensors(file), false);
  return to;
}

TEST(ModelFiles, AreFoundByWhatTheyClaimBeforeByWhatTheyAre) {
  const TempDir folder;
  const std::string path = write_model(folder / "real.safetensors", testing::tiny_classic());
  const std::string id = model::to_hex(ModelFile(path).id());
  const std::string claims = with_claim(path, id, folder / "claims.safetensors");
  std::filesystem::remove(path);
  const std::string silent = with_claim(claims, "", folder / "silent.safetensors");
  ::setenv("IMGCNN_MODEL_PATH", folder.path().c_str(), 1);
  EXPECT_EQ(find_model_by_id(id), claims);
  std::filesystem::remove(claims);
  EXPECT_EQ(find_model_by_id(id), silent);
  with_claim(silent, "no id", folder / "words.safetensors");
  std::filesystem::remove(silent);
  EXPECT_EQ(find_model_by_id(id), folder / "words.safetensors");
  ::unsetenv("IMGCNN_MODEL_PATH");
}

TEST(ModelFiles, NoResultLeavesOfAModelThatIsNotWhatItClaims) {
  const TempDir folder;
  const std::string path = write_model(folder / "real.safetensors", testing::tiny_classic());
  const std::string other = "0123456789abcdef";
  const std::string liar = with_claim(path, other, folder / "liar.safetensors");
  ::setenv("IMGCNN_MODEL_PATH", folder.path().c_str(), 1);
  EXPECT_EQ(find_model_by_id(other), liar);
  ::unsetenv("IMGCNN_MODEL_PATH");
  const Codec codec(liar, {"cpu", 1});
  const auto refused = [&](const auto& work) {
    try {
      work();
    } catch (const Error& e) {
      EXPECT_NE(std::string(e.what()).find(liar), std::string::npos) << e.what();
      return e.code() == ErrorCode::kCorrupt;
    }
    return false;
  };
  const auto picture = waves(20, 10, 3, 8);
  EXPECT_TRUE(refused([&] { (void)codec.encode(picture, {}); }));
  // A file of the model that it is, renamed to the one that it claims.
  auto container =
      bitstream::parse_container(Codec(path, {"cpu", 1}).encode(picture, {}).bytes, {}, "file");
  container.header.model_id = {0x01, 0x23, 0x45, 0x67, 0x89, 0xAB, 0xCD, 0xEF};
  const Bytes file = bitstream::serialize_container(container);
  EXPECT_TRUE(refused([&] { (void)codec.decode(file); }));
}

TEST(ModelFiles, AModelThatIsReplacedKeepsItsOwnId) {
  const TempDir folder;
  const std::string path = write_model(folder / "a.safetensors", testing::tiny_classic());
  const std::string other = write_model(folder / "b.safetensors", testing::tiny_classic(), 2);
  const auto other_id = ModelFile(other).id();
  const ModelFile before(path);
  std::filesystem::rename(other, path);
  const ModelFile after(path);
  EXPECT_EQ(after.id(), other_id);
  EXPECT_NE(before.id(), other_id);
  EXPECT_EQ(before.id(),
            ModelFile(write_model(folder / "c.safetensors", testing::tiny_classic())).id());
}

TEST(ModelFiles, WhatIsNoModelIsNamed) {
  const TempDir folder;
  EXPECT_EQ(code_of(folder / "absent.safetensors"), ErrorCode::kModelMissing);
  bitstream::TensorFile other;
  bitstream::put_f32(other, "x", {1}, {1.0F});
  write_file_atomically(folder / "other.safetensors", bitstream::serialize_safetensors(other),
                        false);
  EXPECT_EQ(code_of(folder / "other.safetensors"), ErrorCode::kModelMissing);
}

}  // namespace
}  // namespace imgcnn::codec
