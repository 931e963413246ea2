#pragma once
// What a model is, as data: kept in every model file, and a part of its identity. No LibTorch here.

#include <cstdint>
#include <string>
#include <vector>

#include "imgcnn/bitstream/safetensors.h"

namespace imgcnn::model {

/// The distortion that a model is trained for and that the encoder's search makes small: a weighted
/// sum of measures, each in units of 255^2 times the mean squared error that asks for about the
/// same rate (network.h). Written in JSON as an object, {"mse": 0.3, "ssimulacra2": 0.7}, or as the
/// name of the one measure that counts.
struct DistortionWeights {
  double mse = 1.0;          ///< squared error of RGB samples
  double ms_ssim = 0.0;      ///< 1 - MS-SSIM
  double ssimulacra2 = 0.0;  ///< weighted sum of the norms of SSIMULACRA 2.1
};

/// Architecture of one model: all that encoders and decoders need to know beside its tensors,
/// listed in src/bitstream/FORMAT.md. How it was trained is a recipe (recipe.h).
struct ModelConfig {
  std::string name = "fast";  ///< shown by `info`
  /// "classic" (textbook autoencoder) or "fast" (linear path + residual net).
  std::string architecture = "fast";
  std::string pool = "avg";   ///< classic: "max" or "avg"
  int latent_channels = 320;  ///< channels of the latent y, at 1/16 resolution
  /// Channels of the hyper-latent z, at 1/64 resolution; 0 = factorized prior on y.
  int hyper_channels = 32;
  int scale_hidden = 128;  ///< hidden channels of the integer scale network
  int hyper_width = 128;   ///< channels inside the hyper transforms
  std::vector<int> widths = {
      128,
      /// Fast: channels of the decoder at 1/8 and 1/16; classic: at 1/1, 1/2, 1/4, 1/8.
      256};
  /// Fast: the same for the encoder; a text without it means `widths`.
  std::vector<int> analysis_widths = {128, 256};
  std::vector<int> analysis_blocks = {4, 2};   ///< fast: residual blocks at 1/8 and 1/16
  std::vector<int> synthesis_blocks = {3, 2};  ///< the same for the decoder
  /// Knots of every rate vector over quality 0..100.
  int rate_knots = 8;
  /// At quality 0; loss = lambda * distortion + bits per pixel.
  double lambda_min = 0.0013;
  double lambda_max = 0.19;  ///< at quality 100; log-linear between
  int scale_rows = 128;      ///< rows of the Gaussian scale table
  /// sigma of row 0. The usual 0.11 charges every silent symbol 0.15 bits of training noise, 0.2
  /// bpp for 320 channels, which no file ever pays; much less makes the gradients of the noise
  /// large.
  double scale_min = 0.06;
  double scale_max = 256.0;  ///< sigma of the last row; log-spaced between
  // Scales of the three places where a network's output is added to something exact. Kernels move
  // by even steps whatever their gradients' size; without these factors each step would shake
  // pixels and latents by more than the quantizer does.
  /// Latent before its gain: half a quantizer step in the middle of the rates.
  double latent_scale = 0.1;
  double pixel_scale = 0.05;  ///< samples in [0, 1]
  double mean_scale = 0.1;    ///< of the expected deviation of each latent channel
  double hyper_bound = 16.0;  ///< soft bound of the hyper-latent before its gain
  /// fast: bounds of what the decoder's residual blocks at 1/8 and 1/16 hand on, just above what
  /// pictures reach. Gates multiply, so features far outside what training showed grow from block
  /// to block: without bounds a line of text in a screenshot became a blot of noise thirty times as
  /// bright as white.
  std::vector<double> feature_bounds = {32.0, 32.0};
  int prior_levels = 33;  ///< rate levels of the factorized prior's tables

  DistortionWeights distortion;  ///< what training and the encoder's search make small

  [[nodiscard]] double lambda(double quality01) const;
  /// How far, in positions of the latent, kernels of analysis and synthesis reach beyond what they
  /// compute.
  [[nodiscard]] int latent_reach() const;
  /// Ratio of image to latent resolution: 16 for every architecture.
  static constexpr int kLatentStride = 16;
  /// Ratio of image to preview resolution.
  static constexpr int kPreviewStride = 8;
};

/// Metadata of a model file: thousands of multiply-accumulates a pixel, decimal with a point
/// (nn/complexity.h). Older files have none.
constexpr const char* kEncodeComplexity = "encode_kmac_per_pixel";
constexpr const char* kDecodeComplexity = "decode_kmac_per_pixel";

/// Parses and checks a JSON object; unknown keys and values out of range throw kCorrupt naming the
/// key and `origin`.
[[nodiscard]] ModelConfig parse_config(const std::string& json, const std::string& origin);

/// The JSON object that `parse_config` reads back. Keys in fixed order: equal configs give equal
/// text.
[[nodiscard]] std::string serialize_config(const ModelConfig& config);

/// Config of a shipping model or of a checkpoint. Throws kModelMissing when the file is neither,
/// kCorrupt.
[[nodiscard]] ModelConfig read_config(const bitstream::TensorFile& file, const std::string& origin);

/// Makes `config` that of a model or checkpoint: what `read_config` reads.
void put_config(bitstream::TensorFile& file, const ModelConfig& config);

}  // namespace imgcnn::model
