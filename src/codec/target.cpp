#include "imgcnn/codec/target.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <optional>
#include <string>
#include <utility>

#include "imgcnn/base/error.h"
#include "imgcnn/entropy/quality.h"
#include "imgcnn/image/convert.h"
#include "imgcnn/image/image_io.h"
#include "imgcnn/image/psnr.h"
#include "imgcnn/image/ssimulacra2.h"
#include "quality.h"

namespace imgcnn::codec {
namespace {

constexpr int kInterpolations = 4;
constexpr double kSizeTolerance = 0.01;   // relative
constexpr double kPsnrTolerance = 0.05;   // dB
constexpr double kScoreTolerance = 0.25;  // points of SSIMULACRA 2.1

/// One encoding.
struct Try {
  int quality16 = 0;
  /// What the target speaks of: ln(bytes), dB or points; rises with the quality, nearly always.
  double measure = 0.0;
  EncodeResult file;
};

/// The user's picture as the decoder should give it back: preprocessed, 8 bits.
image::Image reference_of(const image::Image& picture, const image::Preprocess& preprocess) {
  if (preprocess.is_identity()) return image::to_8_bit(picture);
  auto rgb = image::to_float_rgb(picture);
  image::apply_preprocess(rgb, preprocess);
  return image::from_float_rgb(rgb, picture.colour_channels(), 8);
}

/// Decibels of a JPEG of `reference`.
double jpeg_psnr(const image::Image& reference, int quality) {
  image::ReadOptions read;
  read.max_pixels = reference.pixels();
  return image::psnr_db(reference,
                        image::decode_image(image::encode_jpeg(reference, quality), "JPEG", read));
}

std::string number(double value, int digits) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", digits, value);
  return text;
}

/// A bracket over the qualities: `low` measures at most the goal, `high` more.
class Search {
 public:
  Search(const Codec& codec, const image::Image& picture, EncodeOptions options,
         const Target& target)
      : codec_(codec),
        picture_(picture),
        options_(std::move(options)),
        target_(target),
        by_fidelity_(is_fidelity(target.kind)),
        tolerance_(target.kind == TargetKind::kSsimulacra2 ? kScoreTolerance : kPsnrTolerance) {
    if (by_fidelity_) return;
    const double pixels = static_cast<double>(picture.pixels());
    if (target.kind == TargetKind::kBpp) wanted_bpp_ = " (" + number(target.value, 4) + " bpp)";
    max_bytes_ =
        std::floor(target.kind == TargetKind::kBpp ? target.value * pixels / 8.0 : target.value);
    goal_ = std::log(std::max(max_bytes_, 1.0));
  }

  TargetResult run() {
    probe(entropy::kMaxQuality16 / 2);
    if (accepted()) return result(false);
    if (!high_) probe(entropy::kMaxQuality16);
    if (!low_) probe(0);
    if (!low_ || !high_) return beyond_range();
    // Interpolation lands close at once on smooth curves; halving ends on those with jumps.
    for (int step = 1; high_->quality16 - low_->quality16 > 1 && !accepted(); ++step) {
      probe(step <= kInterpolations ? interpolated() : (low_->quality16 + high_->quality16) / 2);
    }
    return result(false);
  }

 private:
  [[nodiscard]] bool meets(const Try& tried) const {
    return by_fidelity_ ? tried.measure >= goal_
                        : static_cast<double>(tried.file.bytes.size()) <= max_bytes_;
  }

  void probe(int quality16) {
    Try tried;
    tried.quality16 = quality16;
    options_.quality = to_quality(quality16);
    tried.file = codec_.encode(picture_, options_);
    ++encodes_;
    if (by_fidelity_) {
      if (!reference_) set_reference(tried.file.preprocess);
      DecodeOptions decode;
      decode.max_pixels = picture_.pixels();
      tried.measure = fidelity_of(image::to_8_bit(codec_.decode(tried.file.bytes, decode)));
    } else {
      tried.measure = std::log(static_cast<double>(tried.file.bytes.size()));
    }
    // Sizes meet the target from below, fidelity from above.
    (meets(tried) == by_fidelity_ ? high_ : low_) = std::move(tried);
  }

  /// Decibels or points of what a decoder shows.
  [[nodiscard]] double fidelity_of(const image::Image& shown) const {
    if (target_.kind != TargetKind::kSsimulacra2) return image::psnr_db(*reference_, shown);
    return image::ssimulacra2(image::to_float_rgb(shown), image::to_float_rgb(*reference_), false)
        .score;
  }

  /// What fidelity is measured against, and how much is wanted. Not known before the first
  /// encoding balanced the colours.
  void set_reference(const image::Preprocess& preprocess) {
    reference_ = reference_of(picture_, preprocess);
    reference_->metadata = {};
    goal_ = target_.kind == TargetKind::kJpeg
                ? jpeg_psnr(*reference_, static_cast<int>(target_.value))
                : target_.value;
  }

  [[nodiscard]] const std::optional<Try>& best() const { return by_fidelity_ ? high_ : low_; }

  [[nodiscard]] bool accepted() const {
    if (!best()) return false;
    if (by_fidelity_) return best()->measure <= goal_ + tolerance_;
    return static_cast<double>(best()->file.bytes.size()) >= (1.0 - kSizeTolerance) * max_bytes_;
  }

  [[nodiscard]] int interpolated() const {
    const double aim = by_fidelity_ ? goal_ + tolerance_ / 2 : goal_ - kSizeTolerance / 2;
    const double rise = std::max(high_->measure - low_->measure, 1e-9);
    const double part = std::clamp((aim - low_->measure) / rise, 0.0, 1.0);
    const int width = high_->quality16 - low_->quality16;
    return std::clamp(low_->quality16 + static_cast<int>(std::lround(part * width)),
                      low_->quality16 + 1, high_->quality16 - 1);
  }

  [[nodiscard]] TargetResult beyond_range() {
    if (by_fidelity_ || low_) return result(!accepted());
    throw Error(ErrorCode::kTargetMissed, number(max_bytes_, 0) + " bytes" + wanted_bpp_ +
                                              " cannot be reached: at quality 0 it takes " +
                                              std::to_string(high_->file.bytes.size()) +
                                              " bytes (" + number(high_->file.bpp, 4) + " bpp)");
  }

  [[nodiscard]] TargetResult result(bool at_limit) {
    Try& chosen = by_fidelity_ ? (high_ ? *high_ : *low_) : *low_;
    TargetResult found;
    found.reached = meets(chosen);
    found.quality = to_quality(chosen.quality16);
    if (by_fidelity_) found.fidelity = chosen.measure;
    found.encodes = encodes_;
    found.at_limit = at_limit;
    found.file = std::move(chosen.file);
    return found;
  }

  const Codec& codec_;
  const image::Image& picture_;
  EncodeOptions options_;
  Target target_;
  bool by_fidelity_;
  double tolerance_;        ///< of fidelity
  double goal_ = 0.0;       ///< as Try::measure
  double max_bytes_ = 0.0;  ///< of a size
  std::string wanted_bpp_;  ///< for messages
  std::optional<image::Image> reference_;
  std::optional<Try> low_;
  std::optional<Try> high_;
  int encodes_ = 0;
};

}  // namespace

TargetResult encode_to_target(const Codec& codec, const image::Image& picture,
                              EncodeOptions options, const Target& target) {
  if (target.kind != TargetKind::kNone)
    return Search(codec, picture, std::move(options), target).run();
  TargetResult result;
  result.quality = to_quality(to_quality16(options.quality));
  result.file = codec.encode(picture, options);
  result.encodes = 1;
  return result;
}

}  // namespace imgcnn::codec
