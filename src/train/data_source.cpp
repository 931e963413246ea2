// Finding of pictures.

#include "data_source.h"

#include <charconv>
#include <cmath>
#include <filesystem>
#include <sstream>

#include "imgcnn/base/error.h"
#include "imgcnn/base/files.h"
#include "imgcnn/base/xxh64.h"
#include "imgcnn/image/image_io.h"

namespace imgcnn::train {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kHeldOutShare = 50;

std::uint64_t digest_of(const std::string& text) {
  return xxh64({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

bool is_list_name(const std::string& path) {
  const std::string extension = fs::path(path).extension().string();
  return extension == ".txt" || extension == ".lst";
}

SourcePicture picture_below(const fs::path& folder, const fs::path& path) {
  const fs::path whole = path.lexically_normal();
  const fs::path name = whole.lexically_relative(folder.lexically_normal());
  return {path.string(), (name.empty() ? whole : name).string()};
}

std::vector<SourcePicture> read_list(const std::string& path) {
  const Bytes bytes = read_file(path);
  std::istringstream lines({bytes.begin(), bytes.end()});
  // Absolute, as the lines may be
  const fs::path folder = fs::absolute(path).parent_path();
  std::vector<SourcePicture> pictures;
  for (std::string line; std::getline(lines, line);) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (!line.empty()) pictures.push_back(picture_below(folder, folder / line));
  }
  return pictures;
}

std::vector<SourcePicture> search_folder(const std::string& folder) {
  std::vector<SourcePicture> pictures;
  for (const auto& path : image::list_images(folder, true))
    pictures.push_back(picture_below(folder, path));
  return pictures;
}

/// A positive number and nothing else.
std::optional<double> parse_weight(const std::string& text) {
  double weight = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, weight);
  if (error != std::errc() || rest != end || !std::isfinite(weight) || weight <= 0)
    return std::nullopt;
  return weight;
}

}  // namespace

DataSource find_source(const std::string& path) {
  DataSource source;
  source.path = path;
  std::error_code failed;
  const auto status = fs::status(path, failed);
  require(
      fs::exists(status), ErrorCode::kIo,
      path + ": " +
          (failed ? failed : std::make_error_code(std::errc::no_such_file_or_directory)).message());
  if (fs::is_directory(status)) {
    source.pictures = search_folder(path);
  } else if (is_pack_file(path)) {
    source.pack = std::make_shared<PackFile>(path);
    const auto& entries = source.pack->entries();
    source.digest = xxh64({reinterpret_cast<const std::uint8_t*>(entries.data()),
                           entries.size() * sizeof(PackEntry)});
    return source;
  } else if (is_list_name(path)) {
    source.pictures = read_list(path);
  } else {
    require(image::is_picture_name(path), ErrorCode::kInvalidArgument,
            path + ": neither a folder nor a list (.txt, .lst), a pack or a picture");
    source.pictures = {picture_below(fs::path(path).parent_path(), path)};
  }
  require(!source.pictures.empty(), ErrorCode::kInvalidArgument, path + ": no pictures found");
  std::string names;
  for (const auto& picture : source.pictures) names += picture.name + '\0';
  source.digest = digest_of(names);
  return source;
}

DataSource find_weighted_source(const std::string& text) {
  const auto colon = text.rfind(':');
  if (colon != std::string::npos) {
    const auto weight = parse_weight(text.substr(colon + 1));
    const std::string path = text.substr(0, colon);
    std::error_code ignored;
    if (weight && fs::exists(path, ignored)) {
      auto source = find_source(path);
      source.weight = weight;
      return source;
    }
  }
  return find_source(text);
}

std::vector<SourcePicture> find_pictures(const std::vector<std::string>& paths) {
  std::vector<SourcePicture> pictures;
  for (const auto& path : paths) {
    auto source = find_source(path);
    require(!source.pack, ErrorCode::kInvalidArgument, path + ": is a pack already");
    pictures.insert(pictures.end(), source.pictures.begin(), source.pictures.end());
  }
  return pictures;
}

bool is_held_out(const SourcePicture& picture) {
  return digest_of(picture.name) % kHeldOutShare == 0;
}

}  // namespace imgcnn::train
