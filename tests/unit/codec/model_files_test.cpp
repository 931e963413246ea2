// The search for models and its errors.

#include "codec/model_files.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include "codec/test_model.h"
#include "imgcnn/base/error.h"

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

TEST(ModelFiles, WhatIsNoModelIsNamed) {
  const TempDir folder;
  EXPECT_EQ(code_of(folder / "absent.safetensors"), ErrorCode::kModelMissing);
  bitstream::TensorFile other;
  bitstream::put_f32(other, "x", {1}, {1.0F});
  write_file_atomically(folder / "other.safetensors", bitstream::serialize_safetensors(other), false);
  EXPECT_EQ(code_of(folder / "other.safetensors"), ErrorCode::kModelMissing);
}

}  // namespace
}  // namespace imgcnn::codec
