// The search for models.

#include "model_files.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <vector>

#include "imgcnn/base/error.h"
#include "imgcnn/base/files.h"
#include "imgcnn/base/sha256.h"
#include "imgcnn/codec/codec.h"

namespace imgcnn::codec {
namespace {

namespace fs = std::filesystem;

constexpr const char* kExtension = ".safetensors";

std::vector<fs::path> search_folders() {
  std::vector<fs::path> folders;
  if (const char* variable = std::getenv("IMGCNN_MODEL_PATH")) {
    const std::string list = variable;
    for (std::size_t begin = 0; begin <= list.size();) {
      const auto end = std::min(list.find(':', begin), list.size());
      if (end > begin) folders.emplace_back(list.substr(begin, end - begin));
      begin = end + 1;
    }
  }
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error).parent_path();
  if (!error) {
    for (const char* place : {"models", "../models", "../../models", "../share/imgcnn/models"}) {
      folders.push_back((program / place).lexically_normal());
    }
  }
  return folders;
}

std::optional<ModelId> id_of(const fs::path& path) {
  try {
    return load_model_file(path.string()).id;
  } catch (const Error&) {
    return std::nullopt;  // not a model: some other file in the folder
  }
}

}  // namespace

ModelFile load_model_file(const std::string& path) {
  Bytes bytes;
  try {
    bytes = read_file(path);
  } catch (const Error& e) {
    throw Error(ErrorCode::kModelMissing, e.what());
  }
  ModelFile file;
  file.tensors = bitstream::parse_safetensors(bytes, path);
  const auto format = file.tensors.metadata.find("format");
  require(format != file.tensors.metadata.end() && format->second == "imgcnn model 1", ErrorCode::kModelMissing,
          path + ": not an imgcnn model");
  const Bytes digest = bitstream::tensor_digest(file.tensors);
  std::copy_n(digest.begin(), file.id.size(), file.id.begin());
  return file;
}

std::string to_hex(const ModelId& id) { return imgcnn::to_hex(ByteSpan(id.data(), id.size())); }

std::string find_model(const std::string& name) {
  if (name.find('/') != std::string::npos || fs::path(name).extension() == kExtension) {
    require(fs::exists(name), ErrorCode::kModelMissing, name + ": no such model file");
    return name;
  }
  std::string tried;
  for (const auto& folder : search_folders()) {
    const auto path = folder / (name + kExtension);
    std::error_code unreadable;
    if (fs::exists(path, unreadable)) return path.string();
    tried += (tried.empty() ? "" : ", ") + folder.string();
  }
  throw Error(ErrorCode::kModelMissing, "model '" + name + "': no " + name + kExtension + " in " + tried);
}

std::string find_model_by_id(const std::string& id_hex) {
  for (const auto& folder : search_folders()) {
    std::error_code error;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
      if (entry->path().extension() != kExtension) continue;
      const auto id = id_of(entry->path());
      if (id && to_hex(*id) == id_hex) return entry->path().string();
    }
  }
  return {};
}

}  // namespace imgcnn::codec
