#pragma once
// Values on the command line that have a notation of their own. All throw Error(kInvalidArgument).

#include <array>
#include <string>

#include "imgcnn/codec/codec.h"

namespace imgcnn::cli {

/// Seconds of "90", "90s", "15m", "2h", "1h30m", "1d": units from large to small, each at most
/// once; above 0.
[[nodiscard]] double parse_duration(const std::string& text);

/// One part of a batch: item n (from 0) belongs to it when n % count == index - 1.
struct Shard {
  int index = 1;  ///< 1..count
  int count = 1;
};

/// "I/N" with 1 <= I <= N <= 100000.
[[nodiscard]] Shard parse_shard(const std::string& text);

/// Bytes of "1500", "100K", "2MB" or "1.5G": K = 1000, M = 1000 K, G = 1000 M, either case, perhaps
/// a B behind; from 1 byte to 1000 GB, rounded down.
[[nodiscard]] double parse_size(const std::string& text);

/// A plain number above 0.
[[nodiscard]] double parse_positive(const std::string& text);

/// A number above 0 and below 100, as SSIMULACRA 2 scores pictures that differ.
[[nodiscard]] double parse_score(const std::string& text);

/// A whole number from 1 to 100, as JPEG's programs take it.
[[nodiscard]] double parse_jpeg_quality(const std::string& text);

/// What follows the stem of an input's name in that of its output, ".cnz" or "_small.cnz"; "{ext}"
/// stands for the input's extension without the dot. Throws for an empty text and for one with a
/// slash.
[[nodiscard]] std::string parse_suffix(const std::string& text);

/// "X,Y,W,H" in pixels, W and H at least 1.
[[nodiscard]] codec::Region parse_region(const std::string& text);

/// "auto", "native" or "torch".
[[nodiscard]] codec::Runtime parse_runtime(const std::string& text);

/// "R,G,B": three gains within [0.1, 10].
[[nodiscard]] std::array<float, 3> parse_gains(const std::string& text);

}  // namespace imgcnn::cli
