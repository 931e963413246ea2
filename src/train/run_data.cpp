// Folders of pictures to packs.

#include "run_data.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <filesystem>
#include <random>

#include "checkpoint.h"
#include "imgcnn/base/error.h"
#include "imgcnn/base/xxh64.h"
#include "imgcnn/image/convert.h"
#include "imgcnn/image/image_io.h"

namespace imgcnn::train {
namespace {

constexpr std::uint64_t kValidationShare = 50;

/// 8-bit RGB: what the network trains on. Grey is replicated, alpha dropped, 16 bits rounded.
Bytes to_rgb8(const image::Image& picture) {
  const auto rgb = image::from_float_rgb(image::to_float_rgb(picture), 3, 8);
  return {rgb.samples.begin(), rgb.samples.end()};
}

Bytes cut(const Bytes& rgb, int width, int left, int top, int crop) {
  Bytes result;
  result.reserve(std::size_t{3} * static_cast<std::size_t>(crop) * static_cast<std::size_t>(crop));
  for (int y = 0; y < crop; ++y) {
    const auto begin =
        rgb.begin() + (std::ptrdiff_t{top} + y) * width * 3 + std::ptrdiff_t{left} * 3;
    result.insert(result.end(), begin, begin + std::ptrdiff_t{crop} * 3);
  }
  return result;
}

bool in_validation(const std::string& path) {
  const auto name = std::filesystem::path(path).filename().string();
  return xxh64(ByteSpan(reinterpret_cast<const std::uint8_t*>(name.data()), name.size())) %
             kValidationShare ==
         0;
}

std::unique_ptr<PackFile> pack_once(const std::vector<std::string>& paths,
                                    const std::string& file) {
  if (!std::filesystem::exists(file)) {
    PackOptions options;
    options.out = file;
    pack_pictures(paths, options);
  }
  return std::make_unique<PackFile>(file);
}

bool is_single_pack(const std::vector<std::string>& data) {
  return data.size() == 1 && is_pack_file(data[0]);
}

}  // namespace

std::vector<std::string> find_pictures(const std::vector<std::string>& folders) {
  std::vector<std::string> paths;
  for (const auto& folder : folders) {
    const auto found = image::list_images(folder, true);
    paths.insert(paths.end(), found.begin(), found.end());
  }
  require(!paths.empty(), ErrorCode::kInvalidArgument, folders.front() + ": no pictures found");
  return paths;
}

void pack_pictures(const std::vector<std::string>& paths, const PackOptions& options) {
  PackWriter writer(options.out);
  std::mt19937_64 random(options.seed);
  std::vector<std::string> order = paths;
  // With a limit, a random choice of pictures, not the first ones.
  if (options.max_bytes > 0) std::shuffle(order.begin(), order.end(), random);
  std::size_t skipped = 0;
  for (const auto& path : order) {
    if (options.max_bytes > 0 && writer.bytes() >= options.max_bytes) break;
    try {
      image::ReadOptions read;
      read.keep_metadata = false;
      const auto picture = image::read_image(path, read);
      const Bytes rgb = to_rgb8(picture);
      const int crop = std::min({options.crop, picture.width, picture.height});
      if (options.max_bytes == 0) {
        writer.add(static_cast<std::uint32_t>(picture.width),
                   static_cast<std::uint32_t>(picture.height), rgb);
      } else {
        const int left = std::uniform_int_distribution<int>(0, picture.width - crop)(random);
        const int top = std::uniform_int_distribution<int>(0, picture.height - crop)(random);
        writer.add(static_cast<std::uint32_t>(crop), static_cast<std::uint32_t>(crop),
                   cut(rgb, picture.width, left, top, crop));
      }
    } catch (const Error& e) {
      spdlog::warn("skipped: {}", e.what());
      ++skipped;
    }
  }
  require(writer.count() > 0, ErrorCode::kInvalidArgument,
          options.out + ": none of the pictures could be read");
  writer.commit();
  spdlog::info("packed {} pictures, {} MB, {} skipped: {}", writer.count(),
               writer.bytes() / 1000000, skipped, options.out);
}

RunData::RunData(const TrainOptions& options) {
  const std::string pack_path = options.out + "/" + kPackName,
                    valid_path = options.out + "/" + kValidPackName;
  const bool data_packed = is_single_pack(options.data),
             valid_packed = is_single_pack(options.valid);
  require(!data_packed || !options.valid.empty(), ErrorCode::kInvalidArgument,
          "training from a pack needs --valid");
  // All that is named is found, before the first pack takes its time.
  if (data_packed) training_ = std::make_unique<PackFile>(options.data[0]);
  if (valid_packed) validation_ = std::make_unique<PackFile>(options.valid[0]);
  std::vector<std::string> valid_paths;
  if (!options.valid.empty() && !valid_packed) valid_paths = find_pictures(options.valid);
  std::vector<std::string> paths;
  if (!data_packed) {
    paths = find_pictures(options.data);
    if (options.valid.empty()) {
      const auto middle = std::stable_partition(paths.begin(), paths.end(),
                                                [](const auto& p) { return !in_validation(p); });
      valid_paths.assign(middle, paths.end());
      paths.erase(middle, paths.end());
      // Tiny collections: better one picture seen twice than no validation at all.
      if (valid_paths.empty()) valid_paths.push_back(paths.front());
      if (paths.empty()) paths = valid_paths;
    }
  }
  if (options.fresh) {
    std::filesystem::remove(pack_path);
    std::filesystem::remove(valid_path);
  }
  if (!training_) training_ = pack_once(paths, pack_path);
  if (!validation_) validation_ = pack_once(valid_paths, valid_path);
}

void pack(const PackOptions& options) { pack_pictures(find_pictures(options.data), options); }

}  // namespace imgcnn::train
