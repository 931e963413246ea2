// The search for models.

#include "model_files.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <mutex>
#include <system_error>
#include <tuple>
#include <utility>
#include <vector>

#include "imgcnn/base/error.h"
#include "imgcnn/base/files.h"
#include "imgcnn/base/program_paths.h"
#include "imgcnn/codec/codec.h"

namespace imgcnn::codec {
namespace {

namespace fs = std::filesystem;

constexpr const char* kExtension = ".safetensors";
constexpr const char* kVisualSuffix = "-visual";
constexpr const char* kUsualModel = "fast-visual";

/// Whether a model is named by its file.
bool is_path(const std::string& name) {
  return name.find('/') != std::string::npos || fs::path(name).extension() == kExtension;
}

std::vector<std::string> search_folders() {
  std::vector<std::string> folders;
  if (const char* variable = std::getenv("IMGCNN_MODEL_PATH")) {
    const std::string list = variable;
    for (std::size_t begin = 0; begin <= list.size();) {
      const auto end = std::min(list.find(':', begin), list.size());
      if (end > begin) folders.emplace_back(list.substr(begin, end - begin));
      begin = end + 1;
    }
  }
  for (std::string& folder : data_folders("models")) folders.push_back(std::move(folder));
  return folders;
}

MappedFile mapped_model(const std::string& path) {
  try {
    return MappedFile(path);
  } catch (const Error& e) {
    throw Error(ErrorCode::kModelMissing, e.what());
  }
}

/// The digest of a mapped model. A file that this process has digested is not digested again:
/// looking for a model and using it is one reading.
model::ModelId digest_of(const MappedFile& file, const bitstream::TensorFile& tensors) {
  static std::mutex mutex;
  static std::map<FileIdentity, model::ModelId> known;
  if (!file.identity()) return model::model_id(tensors);
  {
    const std::lock_guard<std::mutex> lock(mutex);
    const auto found = known.find(*file.identity());
    if (found != known.end()) return found->second;
  }
  const auto id = model::model_id(tensors);
  const std::lock_guard<std::mutex> lock(mutex);
  known[*file.identity()] = id;
  return id;
}

/// Runs beside other work, or, where no thread is to be had, when it is asked for.
std::shared_future<model::ModelId> digest_beside(const MappedFile& file,
                                                 const bitstream::TensorFile& tensors) {
  const auto work = [file, tensors] {
    const auto id = digest_of(file, tensors);
    file.release_memory();  // most of it is not used again, or packed by now
    return id;
  };
  try {
    return std::async(std::launch::async, work).share();
  } catch (const std::system_error&) {
    return std::async(std::launch::deferred, work).share();
  }
}

/// The models of a folder; that of most files comes first.
std::vector<std::string> models_in(const fs::path& folder) {
  std::vector<std::string> paths;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    if (entry->path().extension() == kExtension) paths.push_back(entry->path().string());
  }
  const std::string usual = (folder / (std::string(kUsualModel) + kExtension)).string();
  std::sort(paths.begin(), paths.end(), [&](const auto& a, const auto& b) {
    return std::tuple(a != usual, a) < std::tuple(b != usual, b);
  });
  return paths;
}

/// The first of the files that says that it is the model, or, of those that say nothing, that is.
std::string model_among(const std::vector<std::string>& paths, const std::string& id_hex) {
  std::vector<std::string> silent;
  for (const auto& path : paths) {
    try {
      const MappedFile file(path);
      const auto claim = model::claimed_id(
          bitstream::parse_safetensors_header(file.bytes(), file.bytes().size(), path));
      if (!claim)
        silent.push_back(path);
      else if (model::to_hex(*claim) == id_hex)
        return path;
    } catch (const Error&) {
      // Not a model: some other file in the folder.
    }
  }
  for (const auto& path : silent) {
    try {
      const MappedFile file(path);
      if (model::to_hex(digest_of(file, bitstream::parse_safetensors(file.bytes(), path))) ==
          id_hex)
        return path;
    } catch (const Error&) {
    }
  }
  return {};
}

}  // namespace

ModelFile::ModelFile(const std::string& path) : path_(path), file_(mapped_model(path)) {
  tensors_ = bitstream::parse_safetensors(file_.bytes(), path);
  const auto format = tensors_.metadata.find("format");
  require(format != tensors_.metadata.end() && format->second == "imgcnn model 1",
          ErrorCode::kModelMissing, path + ": not an imgcnn model");
  digest_ = digest_beside(file_, tensors_);
}

model::ModelId ModelFile::id() const {
  const auto claim = model::claimed_id(tensors_);
  return claim ? *claim : digest_.get();
}

void ModelFile::confirm() const {
  require(digest_.get() == id(), ErrorCode::kCorrupt,
          path_ + ": is not the model that it says it is: " + model::to_hex(id()));
}

std::string find_model(const std::string& name) {
  if (is_path(name)) {
    require(fs::exists(name), ErrorCode::kModelMissing, name + ": no such model file");
    return name;
  }
  return find_in_folders(search_folders(), name + kExtension, ErrorCode::kModelMissing,
                         "model '" + name + "': ");
}

std::string find_tuned_model(const std::string& name, std::optional<Tune> tune) {
  if (is_path(name) || tune == Tune::kPsnr) return find_model(name);
  const std::string visual = name + kVisualSuffix;
  if (tune == Tune::kVisual) return find_model(visual);
  for (const auto& folder : search_folders()) {
    for (const std::string& candidate : {visual, name}) {
      const auto path = fs::path(folder) / (candidate + kExtension);
      std::error_code unreadable;
      if (fs::exists(path, unreadable)) return path.string();
    }
  }
  return find_model(name);  // for its message
}

std::string find_model_by_id(const std::string& id_hex) {
  for (const auto& folder : search_folders()) {
    auto path = model_among(models_in(folder), id_hex);
    if (!path.empty()) return path;
  }
  return {};
}

}  // namespace imgcnn::codec
