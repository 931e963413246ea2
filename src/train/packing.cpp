// Pictures to packs.

#include "packing.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <random>

#include "imgcnn/base/error.h"
#include "imgcnn/image/convert.h"
#include "imgcnn/image/image_io.h"

namespace imgcnn::train {
namespace {

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

/// The picture, or nothing where it cannot be read, which is said.
std::optional<image::Image> read_or_name(const std::string& path) {
  try {
    image::ReadOptions read;
    read.keep_metadata = false;
    return image::read_image(path, read);
  } catch (const Error& e) {
    spdlog::warn("skipped: {}", e.what());
    return std::nullopt;
  }
}

void add_whole(PackWriter& writer, const image::Image& picture) {
  writer.add(static_cast<std::uint32_t>(picture.width), static_cast<std::uint32_t>(picture.height),
             to_rgb8(picture));
}

void add_crop(PackWriter& writer, const image::Image& picture, int most, std::mt19937_64& random) {
  const int crop = std::min({most, picture.width, picture.height});
  const int left = std::uniform_int_distribution<int>(0, picture.width - crop)(random);
  const int top = std::uniform_int_distribution<int>(0, picture.height - crop)(random);
  writer.add(static_cast<std::uint32_t>(crop), static_cast<std::uint32_t>(crop),
             cut(to_rgb8(picture), picture.width, left, top, crop));
}

void finish(PackWriter& writer, const std::string& path, std::size_t skipped) {
  require(writer.count() > 0, ErrorCode::kInvalidArgument,
          path + ": none of the pictures could be read");
  writer.commit();
  spdlog::info("packed {} pictures, {} MB, {} skipped: {}", writer.count(),
               writer.bytes() / 1000000, skipped, path);
}

}  // namespace

std::size_t pack_pictures(const std::vector<SourcePicture>& pictures, const PackOptions& options) {
  PackWriter writer(options.out);
  std::mt19937_64 random(options.seed);
  auto order = pictures;
  // With a limit, a random choice of pictures, not the first ones.
  const bool limited = options.max_bytes > 0;
  if (limited) std::shuffle(order.begin(), order.end(), random);
  std::size_t skipped = 0;
  for (const auto& [path, name] : order) {
    if (limited && writer.bytes() >= options.max_bytes) break;
    const auto picture = read_or_name(path);
    if (!picture) {
      ++skipped;
    } else if (limited) {
      add_crop(writer, *picture, options.crop, random);
    } else {
      add_whole(writer, *picture);
    }
  }
  finish(writer, options.out, skipped);
  return skipped;
}

std::size_t pack_split(const std::vector<SourcePicture>& pictures, const std::string& training,
                       const std::string& validation) {
  PackWriter kept(training), held_out(validation);
  std::size_t skipped = 0;
  for (const auto& entry : pictures) {
    if (const auto picture = read_or_name(entry.path)) {
      add_whole(is_held_out(entry) ? held_out : kept, *picture);
    } else {
      ++skipped;
    }
  }
  if (kept.count() == 0 && held_out.count() > 0) {
    finish(held_out, validation, skipped);
    std::filesystem::rename(validation, training);
    return skipped;
  }
  finish(kept, training, skipped);
  if (held_out.count() > 0) {
    finish(held_out, validation, 0);
  } else {
    std::filesystem::remove(validation);
  }
  return skipped;
}

void pack(const PackOptions& options) { pack_pictures(find_pictures(options.data), options); }

}  // namespace imgcnn::train
