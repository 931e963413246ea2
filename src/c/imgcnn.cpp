// The C interface: arguments checked, exceptions turned into statuses.

#include "imgcnn/c/imgcnn.h"

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <new>
#include <optional>
#include <string>

#include "imgcnn/base/error.h"
#include "imgcnn/base/exit_code.h"
#include "imgcnn/base/version.h"
#include "imgcnn/bitstream/stream_header.h"
#include "imgcnn/codec/codec.h"
#include "imgcnn/image/convert.h"

using imgcnn::ErrorCode;
using imgcnn::require;

struct imgcnn_codec {
  imgcnn::codec::Codec codec;
};

namespace {

constexpr int kMaxSide = static_cast<int>(imgcnn::bitstream::ParseLimits{}.max_side);

std::string& last_error() {
  thread_local std::string message;
  return message;
}

/// Runs `work`; nothing it throws gets out.
template <class Work>
int guarded(Work&& work) noexcept {
  try {
    last_error().clear();
    work();
    return imgcnn::kExitOk;
  } catch (const imgcnn::Error& error) {
    last_error() = error.what();
    return imgcnn::exit_code(error.code());
  } catch (const std::bad_alloc&) {
    last_error() = "not enough memory";
    return imgcnn::kExitLimit;
  } catch (const std::exception& error) {
    last_error() = error.what();
    return imgcnn::kExitProcessing;
  }
}

struct Free {
  void operator()(void* memory) const { std::free(memory); }
};

/// Memory that a caller in C can release.
template <class Value>
std::unique_ptr<Value[], Free> allocate(std::size_t count) {
  std::unique_ptr<Value[], Free> memory(static_cast<Value*>(std::malloc(count * sizeof(Value))));
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

imgcnn::image::Image to_image(const imgcnn_picture& picture) {
  const auto check = [](bool ok, const char* reason) {
    require(ok, ErrorCode::kInvalidArgument, reason);
  };
  check(picture.samples != nullptr, "the picture has no samples");
  check(picture.width >= 1 && picture.width <= kMaxSide && picture.height >= 1 &&
            picture.height <= kMaxSide,
        "the picture's sides are not in 1..65535");
  check(picture.channels >= 1 && picture.channels <= 4, "the picture's channels are not in 1..4");
  check(picture.bit_depth == 8 || picture.bit_depth == 16, "the bit depth is neither 8 nor 16");
  auto image =
      imgcnn::image::blank(picture.width, picture.height, picture.channels, picture.bit_depth);
  if (picture.bit_depth == 8) {
    std::copy_n(static_cast<const unsigned char*>(picture.samples), image.samples.size(),
                image.samples.begin());
  } else {
    std::copy_n(static_cast<const unsigned short*>(picture.samples), image.samples.size(),
                image.samples.begin());
  }
  return image;
}

template <class Sample>
void* released_samples(const imgcnn::image::Image& image) {
  auto samples = allocate<Sample>(image.samples.size());
  std::transform(image.samples.begin(), image.samples.end(), samples.get(),
                 [](auto s) { return static_cast<Sample>(s); });
  return samples.release();
}

}  // namespace

const char* imgcnn_version() { return imgcnn::program_version(); }

const char* imgcnn_last_error() { return last_error().c_str(); }

int imgcnn_open(const char* model, int threads, imgcnn_codec** codec) {
  return guarded([&] {
    require(codec != nullptr && threads >= 0, ErrorCode::kInvalidArgument,
            "imgcnn_open: wrong argument");
    const std::string path = 
        imgcnn::codec::find_tuned_model(model == nullptr ? "fast" : model, std::nullopt);
    *codec = new imgcnn_codec{imgcnn::codec::Codec(path, {"cpu", threads})};
  });
}

void imgcnn_close(imgcnn_codec* codec) { delete codec; }

int imgcnn_encode(imgcnn_codec* codec, const imgcnn_picture* picture, double quality, int effort,
                  unsigned char** bytes, size_t* size) {
  return guarded([&] {
    require(codec != nullptr && picture != nullptr && bytes != nullptr && size != nullptr,
            ErrorCode::kInvalidArgument, "imgcnn_encode: a pointer is NULL");
    imgcnn::codec::EncodeOptions options;
    options.quality = quality;
    if (effort != 0) options.effort = effort;
    const auto file = codec->codec.encode(to_image(*picture), options).bytes;
    auto memory = allocate<unsigned char>(file.size());
    std::copy(file.begin(), file.end(), memory.get());
    *size = file.size();
    *bytes = memory.release();
  });
}

int imgcnn_decode(imgcnn_codec* codec, const unsigned char* bytes, size_t size,
                  imgcnn_picture* picture) {
  return guarded([&] {
    require(codec != nullptr && picture != nullptr && (bytes != nullptr || size == 0),
            ErrorCode::kInvalidArgument, "imgcnn_decode: a pointer is NULL");
    const auto image = codec->codec.decode({bytes, size});
    void* const samples = image.bit_depth == 8 ? released_samples<unsigned char>(image)
                                               : released_samples<unsigned short>(image);
    *picture = {image.width, image.height, image.channels, image.bit_depth, samples};
  });
}

void imgcnn_free(void* memory) { std::free(memory); }
