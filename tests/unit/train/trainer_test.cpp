// Whole runs on a tiny model: resuming, interrupting, exporting, stopping on nonsense.

#include "imgcnn/train/trainer.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

#include "base/temp_dir.h"
#include "imgcnn/base/error.h"
#include "imgcnn/base/files.h"
#include "imgcnn/base/folders.h"
#include "imgcnn/image/image_io.h"
#include "imgcnn/model/coding_tables.h"
#include "imgcnn/nn/weights.h"
#include "model/tiny_config.h"
#include "train/checkpoint.h"

namespace imgcnn::train {
namespace {

class TrainerTest : public ::testing::Test {
 protected:
  TrainerTest() {
    spdlog::set_level(spdlog::level::off);
    for (int i = 0; i < 3; ++i) {
      image::Image picture{96, 80, 3, 8, {}, {}};
      for (std::size_t k = 0; k < picture.pixels() * 3; ++k) {
        picture.samples.push_back(static_cast<std::uint16_t>(
            128 + 100 * std::sin(0.001 * static_cast<double>(k * (k % 3 + 1)) + i)));
      }
      write_file_atomically(folder_ / ("p" + std::to_string(i) + ".png"),
                            image::encode_png(picture), false);
    }
  }

  TrainOptions options(const std::string& run, std::int64_t steps,
                       const model::ModelConfig& config = testing::tiny_fast(),
                       const std::string& trained_part = "all") {
    const std::string preset = folder_ / (config.architecture + ".json");
    auto recipe = testing::tiny_recipe();
    recipe.trained_part = trained_part;
    // One object with the keys of both, as users write it.
    std::string text = model::serialize_config(config);
    text.back() = ',';
    text += model::serialize_recipe(recipe).substr(1);
    write_file_atomically(preset, Bytes(text.begin(), text.end()), true);
    TrainOptions result;
    result.data = {folder_.path()};
    result.out = folder_ / run;
    result.preset = preset;
    result.steps = steps;
    result.device = "cpu";
    result.precision = "fp32";
    result.threads = 1;
    return result;
  }

  static std::string log_of(const TrainOptions& options) {
    const Bytes bytes = read_file(options.out + "/" + kLogName);
    return {bytes.begin(), bytes.end()};
  }

  static std::ptrdiff_t lines_of(const std::string& path) {
    std::ifstream file(path);
    return std::count(std::istreambuf_iterator<char>(file), {}, '\n');
  }

  /// Trains until the log has grown by more than `rows` lines, then is interrupted by SIGTERM.
  /// Returns whether that came before the end.
  static bool interrupted(const TrainOptions& options, int rows) {
    const std::string log = options.out + "/" + kLogName;
    const auto before = lines_of(log);
    std::atomic<bool> over{false};
    std::thread killer([&] {
      while (!over) {
        if (lines_of(log) > before + rows) {
          kill(getpid(), SIGTERM);
          return;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
      }
    });
    bool stopped = false;
    try {
      train(options);
    } catch (const Error& e) {
      stopped = e.code() == ErrorCode::kInterrupted;
    }
    over = true;
    killer.join();
    return stopped;
  }

  TempDir folder_;
};

TEST_F(TrainerTest, AResumedRunEqualsAnUninterruptedOne) {
  auto whole = options("whole", 350), parts = options("parts", 350);
  const std::string one = folder_ / "p0.png";
  for (auto* run : {&whole, &parts}) {
    run->data = {folder_.path() + ":1", one + ":3"};
    run->aug_scale = 0.4F;
    run->aug_turn = true;
  }
  train(whole);
  ASSERT_TRUE(interrupted(parts, 5));  // the heading, and the validation before the first step
  ASSERT_TRUE(interrupted(parts, 0));
  train(parts);
  EXPECT_EQ(log_of(parts), log_of(whole));
  const auto a = read_checkpoint(whole.out), b = read_checkpoint(parts.out);
  ASSERT_EQ(a.tensors.size(), b.tensors.size());
  for (const auto& [name, record] : a.tensors)
    EXPECT_EQ(record.bytes, b.tensors.at(name).bytes) << name;
}

TEST_F(TrainerTest, TwoDoNotTrainInOneFolder) {
  const auto run = options("run", 1);
  std::filesystem::create_directories(run.out);
  const FolderLock other(run.out);
  EXPECT_THROW(train(run), Error);
  EXPECT_TRUE(std::filesystem::is_empty(run.out));
}

TEST_F(TrainerTest, TheLossFalls) {
  auto run = options("run", 300, testing::tiny_classic());
  train(run);
  const std::string log = log_of(run);
  const auto loss_after = [&log](const std::string& row) {
    return std::stod(log.substr(log.find(row) + row.size()));
  };
  EXPECT_LT(loss_after("train,300,,"), loss_after("train,100,,"));
}

TEST_F(TrainerTest, ExportGivesAModelThatReadsBack) {
  const auto run = options("run", 2);
  train(run);
  const std::string path = folder_ / "model.safetensors";
  export_model({run.out, path, false, {}, 1, 32});
  const auto file = bitstream::parse_safetensors(read_file(path), path);
  auto model = nn::make_model(model::read_config(file, path));
  EXPECT_NO_THROW(nn::load_weights(file, nn::kWeightsPrefix, *model));
  EXPECT_EQ(file.metadata.at("trained_steps"), "2");
  EXPECT_EQ(file.metadata.at("config"), model::serialize_config(testing::tiny_fast()));
  EXPECT_EQ(file.metadata.at("recipe"), model::serialize_recipe(testing::tiny_recipe()));
  EXPECT_GT(std::stod(file.metadata.at(model::kEncodeComplexity)), 0.0);
  EXPECT_GT(std::stod(file.metadata.at(model::kDecodeComplexity)), 0.0);
  EXPECT_THROW(export_model({run.out, path, false, {}, 1}), Error);
  for (const int width : {-32, 0, 40, 544})
    EXPECT_THROW(export_model({run.out, path, true, {}, 1, width}), Error) << width;
}

TEST_F(TrainerTest, TheWidthOfTheContextCoderChangesNothingElse) {
  const auto run = options("run", 20);
  train(run);
  const std::string narrow_path = folder_ / "narrow.safetensors",
                    wide_path = folder_ / "wide.safetensors";
  export_model({run.out, narrow_path, false, {}, 1, 32});
  export_model({run.out, wide_path, false, {}, 1, 64, 64});
  const auto narrow = bitstream::parse_safetensors(read_file(narrow_path), narrow_path);
  const auto wide = bitstream::parse_safetensors(read_file(wide_path), wide_path);
  EXPECT_EQ(model::read_trellis(wide, testing::tiny_fast()).states(), 64);
  const auto width = [](const bitstream::TensorFile& file) {
    return bitstream::get_record(file, "context.first_bias").shape.at(1);
  };
  EXPECT_EQ(width(narrow), 32);
  EXPECT_EQ(width(wide), 64);
  for (const auto& [name, record] : narrow.tensors) {
    if (name.rfind("weights.", 0) == 0)
      EXPECT_EQ(record.bytes, wide.tensors.at(name).bytes) << name;
  }
}

TEST_F(TrainerTest, ATunedDecoderTakesTheCodingOfTheModelItStartedFrom) {
  const auto first = options("first", 2);
  train(first);
  const std::string path = folder_ / "first.safetensors", out = folder_ / "second.safetensors";
  export_model({first.out, path, false, {}, 1, 32, 64});
  auto second = options("second", 3, testing::tiny_fast(), "synthesis");
  second.init = path;
  train(second);

  ExportOptions taking{second.out, out};
  taking.coding_of = path;
  export_model(taking);
  const auto from = bitstream::parse_safetensors(read_file(path), path),
             to = bitstream::parse_safetensors(read_file(out), out);
  ASSERT_EQ(from.tensors.size(), to.tensors.size());
  std::size_t tuned = 0;
  for (const auto& [name, record] : from.tensors) {
    if (record.bytes == to.tensors.at(name).bytes) continue;
    // A zero may have turned its sign.
    if (name.rfind(nn::kWeightsPrefix, 0) == 0 && bitstream::get_f32(from, name, record.shape) ==
                                                      bitstream::get_f32(to, name, record.shape)) {
      continue;
    }
    EXPECT_TRUE(name.rfind("weights.synthesis.", 0) == 0 || name.rfind("weights.step.", 0) == 0)
        << name;
    ++tuned;
  }
  EXPECT_GT(tuned, 0U);
  EXPECT_EQ(to.metadata.at("trained_steps"), "3");

  auto other = options("other", 3);
  other.init = path;
  train(other);
  ExportOptions wrong{other.out, folder_ / "other.safetensors"};
  wrong.coding_of = path;
  EXPECT_THROW(export_model(wrong), Error);
  EXPECT_FALSE(std::filesystem::exists(wrong.out));
}

TEST_F(TrainerTest, AModelInSinglePrecisionIsWrittenAsExportedOnesAre) {
  const auto run = options("run", 2);
  train(run);
  const std::string path = folder_ / "model.safetensors", old = folder_ / "old.safetensors";
  export_model({run.out, path, false, {}, 1, 32});
  const auto file = bitstream::parse_safetensors(read_file(path), path);
  auto older = file;
  for (const auto& [name, record] : file.tensors) {
    if (record.dtype != bitstream::DType::kF16) continue;
    bitstream::put_f32(older, name, record.shape, bitstream::get_f32(file, name, record.shape));
  }
  older.metadata.erase("id");
  write_file_atomically(old, bitstream::serialize_safetensors(older), false);
  EXPECT_GT(std::filesystem::file_size(old), std::filesystem::file_size(path));

  ExportOptions converting{old, folder_ / "new.safetensors"};
  converting.coding_of = old;
  export_model(converting);
  const auto converted = bitstream::parse_safetensors(read_file(converting.out), converting.out);
  EXPECT_EQ(converted.metadata.at("config"), file.metadata.at("config"));
  EXPECT_EQ(converted.metadata.at("id"), file.metadata.at("id"));
  EXPECT_EQ(bitstream::tensor_digest(converted), bitstream::tensor_digest(file));
}

TEST_F(TrainerTest, StartsFromAnExportedModel) {
  const auto first = options("first", 2);
  train(first);
  const std::string path = folder_ / "model.safetensors";
  export_model({first.out, path, false, {}, 2});
  auto second = options("second", 1);
  second.init = path;
  EXPECT_NO_THROW(train(second));
}

TEST_F(TrainerTest, ALargerNetworkStartsAsTheSmallerOne) {
  const auto first = options("first", 20);
  train(first);
  const auto first_loss = [&](const std::string& name, const model::ModelConfig& config) {
    auto run = options(name, 1, config);
    run.init = first.out + "/" + kCheckpointName;
    train(run);
    const std::string log = log_of(run), row = "train,1,,";
    return std::stod(log.substr(log.find(row) + row.size()));
  };
  const double small = first_loss("small", testing::tiny_fast());
  EXPECT_NEAR(first_loss("large", testing::less_tiny_fast()), small, 1e-3 * small);
  EXPECT_EQ(model::read_config(read_checkpoint(folder_ / "large"), "test").widths,
            testing::less_tiny_fast().widths);

  auto narrower = options("narrower", 1);
  narrower.init = folder_ / "large" + "/" + kCheckpointName;
  EXPECT_THROW(train(narrower), Error);
}

TEST_F(TrainerTest, StopsOnALossThatIsNotFiniteAndKeepsTheCheckpoint) {
  const auto run = options("run", 2);
  train(run);
  // A model whose weights overflow, as the start of another run.
  auto checkpoint = read_checkpoint(run.out);
  auto model = nn::make_model(testing::tiny_fast());
  nn::load_weights(checkpoint, kAveragePrefix, *model);
  {
    torch::NoGradGuard no_grad;
    for (auto& p : model->parameters()) p.mul_(1e30);
  }
  const std::string path = folder_ / "broken.safetensors";
  bitstream::TensorFile file;
  nn::put_weights(file, nn::kWeightsPrefix, *model);
  write_file_atomically(path, bitstream::serialize_safetensors(file), true);
  auto broken = options("broken", 3);
  broken.init = path;
  try {
    train(broken);
    FAIL() << "trained on without a finite loss";
  } catch (const Error& e) {
    EXPECT_NE(std::string(e.what()).find("last good checkpoint"), std::string::npos) << e.what();
  }
}

TEST_F(TrainerTest, TuningTheSynthesisLeavesTheFilesAsTheyAre) {
  const auto whole = options("whole", 4);
  train(whole);
  auto tuned = options("tuned", 4, testing::tiny_fast(), "synthesis");
  tuned.init = whole.out + "/" + kCheckpointName;
  train(tuned);
  const auto before = read_checkpoint(whole.out), after = read_checkpoint(tuned.out);
  int moved = 0;
  for (const auto& [name, record] : before.tensors) {
    const std::string prefix = kAveragePrefix;
    if (name.rfind(prefix, 0) != 0) continue;
    const std::string weight = name.substr(prefix.size());
    const bool decoder = weight.rfind("synthesis.", 0) == 0 || weight.rfind("step.", 0) == 0;
    if (decoder) {
      moved += record.bytes != after.tensors.at(name).bytes;
    } else {
      EXPECT_EQ(record.bytes, after.tensors.at(name).bytes) << name;
    }
  }
  EXPECT_GT(moved, 5);
}

TEST_F(TrainerTest, TrainsForSimilarity) {
  auto config = testing::tiny_fast();
  config.distortion = {0, 1, 0};
  const auto run = options("similar", 200, config);
  train(run);
  const std::string log = log_of(run);
  const auto loss_after = [&log](const std::string& row) {
    return std::stod(log.substr(log.find(row) + row.size()));
  };
  EXPECT_LT(loss_after("train,200,,"), loss_after("train,100,,"));
}

TEST_F(TrainerTest, UsageErrors) {
  auto no_pictures = options("run", 1);
  no_pictures.data = {folder_ / "run"};
  EXPECT_THROW(train(no_pictures), Error);
  auto bad_pool = options("pool", 1);
  bad_pool.pool = "max";
  EXPECT_THROW(train(bad_pool), Error);
  auto other_seed = options("seed", 1);
  train(other_seed);
  other_seed.seed = 2;
  EXPECT_THROW(train(other_seed), Error);
  auto other_data = options("seed", 1);
  other_data.data = {folder_ / "p0.png"};
  EXPECT_THROW(train(other_data), Error);
}

TEST_F(TrainerTest, PackFeedsTraining) {
  PackOptions packing;
  packing.data = {folder_.path()};
  packing.out = folder_ / "all.pack";
  pack(packing);
  auto run = options("run", 1);
  run.data = {packing.out};
  EXPECT_THROW(train(run), Error);  // needs validation data
  run.valid = {folder_.path()};
  EXPECT_NO_THROW(train(run));
}

}  // namespace
}  // namespace imgcnn::train
