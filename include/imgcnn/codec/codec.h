#pragma once
// The codec: one loaded model that turns pictures into .cnz bytes and back. No LibTorch in this
// header.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "imgcnn/base/byte_span.h"
#include "imgcnn/image/image.h"
#include "imgcnn/image/preprocess.h"

namespace imgcnn::codec {

/// What computes the network.
enum class Runtime {
  kAuto,    ///< the native one on the CPU, LibTorch on a GPU
  kNative,  ///< code of this project, on the CPU
  kTorch,   ///< LibTorch, which is loaded as a module (libimgcnn_torch.so)
};

struct CodecOptions {
  /// "auto" and "cpu": the CPU; "cuda" or "cuda:N": a GPU, by LibTorch.
  std::string device = "auto";
  int threads = 0;  ///< CPU threads; 0 = all cores
  Runtime runtime = Runtime::kAuto;
};

/// Whether a device's name speaks of a GPU.
[[nodiscard]] inline bool is_gpu(const std::string& device) {
  return device == "cuda" || device.rfind("cuda:", 0) == 0;
}

/// Efforts of encoding: 1 codes by tables alone, 2 by the context coder too, 3 chooses symbols by
/// what they cost; from 4 on the latent is searched, twice as long with every step.
constexpr int kMaxEffort = 9;
constexpr int kDefaultEffort = 3;

/// Blocks of a picture that are coded as pixels, beside the network.
enum class PixelMode {
  kAuto,      ///< where that is cheaper: of pictures that hold more than photographs
  kNever,     ///< none
  kLossless,  ///< all, without loss; the quality means nothing then
};

struct EncodeOptions {
  double quality = 60.0;        ///< 0..100, stored in steps of 1/16
  int effort = kDefaultEffort;  ///< 1..kMaxEffort
  image::Preprocess preprocess;
  bool auto_colour = false;  ///< replaces preprocess.gain by grey-world gains of the picture
  PixelMode pixels = PixelMode::kAuto;
  bool keep_metadata = true;
  /// Hears the share of a search that is done, 0..1; may be empty.
  std::function<void(double)> progress;
};

struct EncodeResult {
  Bytes bytes;                   ///< the .cnz file
  double bpp = 0.0;              ///< 8 * bytes / pixels, everything counted
  std::size_t latent_bytes = 0;  ///< entropy-coded latent
  std::size_t hyper_bytes = 0;   ///< entropy-coded hyper-latent (its share of the common stream)
  std::size_t alpha_bytes = 0;   ///< lossless alpha section
  std::size_t pixel_bytes = 0;   ///< section of pixels
  double pixel_share = 0.0;      ///< of the blocks that are coded as pixels, 0..1
  double search_gain = 0.0;      ///< share of the rate-distortion cost that the search saved, 0..1
  image::Preprocess preprocess;  ///< as recorded (auto colour resolved)
};

/// A rectangle of a picture, in samples.
struct Region {
  int x = 0, y = 0, width = 0, height = 0;
};

struct DecodeOptions {
  std::optional<Region> region;  ///< only this part; what else the file holds is hardly touched
  /// The whole picture at 1/8 of its resolution, quickly; with no region. The front of a file is
  /// enough, of which bitstream::inspect_front tells; alpha and metadata that are lost behind it
  /// are left out, alpha as opaque.
  bool preview = false;
  bool undo_preprocessing = false;
  std::uint64_t max_pixels = std::uint64_t{1} << 28;
};

/// Several threads may encode and decode with one Codec at once.
class Codec {
 public:
  /// Loads a model file. Throws kModelMissing (no such file, not a model), kCorrupt, kDevice (no
  /// such device, or no LibTorch where it is needed), kInvalidArgument (a device that is none, the
  /// native runtime on a GPU).
  Codec(const std::string& model_path, const CodecOptions& options);
  ~Codec();
  Codec(Codec&&) noexcept;
  Codec& operator=(Codec&&) noexcept;

  /// Compresses. Same picture, options, model and device give the same bytes.
  [[nodiscard]] EncodeResult encode(const image::Image& picture,
                                    const EncodeOptions& options) const;

  /// Decompresses a whole .cnz file. Throws kNotACnzFile, kUnsupportedVersion, kTruncated,
  /// kCorrupt, kLimitExceeded, kModelMismatch (the message names both ids), kInvalidArgument (a
  /// region that leaves the picture). The checksum of symbols is checked before samples are made
  /// of them. `origin` names the file in messages.
  [[nodiscard]] image::Image decode(ByteSpan file, const DecodeOptions& options = {},
                                    const std::string& origin = "input") const;

  /// 8-byte model id (the first bytes of the tensors' digest), hexadecimal.
  [[nodiscard]] std::string model_id() const;
  /// Architecture name of the model: "classic", "fast", ...
  [[nodiscard]] std::string model_name() const;
  /// The device in words, e.g. "cpu, 2 threads, avx2" or "cuda:0, LibTorch".
  [[nodiscard]] std::string device_name() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Where the models are looked for, in order: $IMGCNN_MODEL_PATH (colon-separated folders),
/// `models/` beside and above the program, the installed share folder. `name` = "fast" or a path to
/// a .safetensors file. Throws kModelMissing naming every folder tried.
[[nodiscard]] std::string find_model(const std::string& name);

/// What a model was trained for: the eye (the model NAME-visual) or decibels (NAME itself).
enum class Tune { kVisual, kPsnr };

/// The model `name` as it is tuned: "NAME-visual" or NAME. Without a wish it is the one for the eye
/// in the first folder that has either. A path is taken as it is. Throws kModelMissing as
/// `find_model` does.
[[nodiscard]] std::string find_tuned_model(const std::string& name, std::optional<Tune> tune);

/// The model file whose id is `id_hex`, looked for in the same folders; empty when there is none.
[[nodiscard]] std::string find_model_by_id(const std::string& id_hex);

}  // namespace imgcnn::codec
