#pragma once
// Compressing to a size or a distortion instead of a quality.

#include <cstddef>

#include "imgcnn/codec/codec.h"
#include "imgcnn/image/image.h"

namespace imgcnn::codec {

/// What a file shall be.
enum class TargetKind {
  kNone,         ///< as the quality says
  kBytes,        ///< at most so many bytes
  kBpp,          ///< at most so many bits a pixel, everything counted
  kPsnr,         ///< at least so many dB
  kSsimulacra2,  ///< at least so many points of SSIMULACRA 2.1
  kJpeg,         ///< at least as many dB as a JPEG of this quality has: libjpeg, chroma 4:2:0
};

struct Target {
  TargetKind kind = TargetKind::kNone;
  double value = 0.0;  ///< bytes, bits a pixel, dB, points or JPEG quality (1..100); above 0
};

struct TargetResult {
  EncodeResult file;
  double quality = 0.0;   ///< that was found
  double fidelity = 0.0;  ///< dB or points, as the target speaks of; 0 for a size
  int encodes = 0;        ///< how often the picture was encoded
  bool reached = true;    ///< false: quality 100 has less fidelity than asked for
  bool at_limit = false;  ///< the range of the model ends before the target
};

/// Whether a target speaks of decibels or points, not of bytes.
[[nodiscard]] constexpr bool is_fidelity(TargetKind kind) {
  return kind == TargetKind::kPsnr || kind == TargetKind::kSsimulacra2 || kind == TargetKind::kJpeg;
}

/// Searches the qualities, in steps of 1/16, for the best file that meets the target;
/// `options.quality` is not used.
///
/// Bytes and bits a pixel are never above the target and within 1 % of it, decibels never below and
/// within 0.05, points of SSIMULACRA 2.1 never below and within 0.25, where the steps are fine
/// enough; a target beyond quality 100 gives quality 100. Both compare 8-bit samples with the
/// preprocessed picture, alpha aside, the JPEG's likewise.
/// Throws kTargetMissed, naming the smallest size, when quality 0 is too large.
[[nodiscard]] TargetResult encode_to_target(const Codec& codec, const image::Image& picture,
                                            EncodeOptions options, const Target& target);

}  // namespace imgcnn::codec
