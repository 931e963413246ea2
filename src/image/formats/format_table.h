#pragma once
// Which picture formats there are, how a file shows which one it is in, and what each can hold: the
// one table.

#include <string>
#include <vector>

#include "imgcnn/base/byte_span.h"

namespace imgcnn::image {

enum class Format { kPng, kJpeg, kWebp, kTiff, kBmp, kPnm, kPam };

/// What a file that is written in a format can hold.
struct Capacity {
  bool alpha = false;
  bool deep = false;  ///< 16 bits a sample
  bool icc = false;
  bool exif = false;
  bool xmp = false;
  int max_side = 0;  ///< pixels; 0 = no limit below 2^31
};

/// A row of the table. The texts are what README.md and the manual page say.
struct FormatInfo {
  Format format = Format::kPng;
  const char* name = "";
  /// In lower case, with the dot; the first one is the usual one.
  std::vector<std::string> extensions;
  const char* read = "";  ///< kinds of pictures that are read
  const char* kept = "";  ///< metadata that is kept
  /// What is left out with a warning, and refused under --strict.
  const char* warned = "";
  const char* refused = "";  ///< kinds of files that are refused
  Capacity written;
};

/// All formats, in the order of the documents.
[[nodiscard]] const std::vector<FormatInfo>& format_table();

/// The row of a format.
[[nodiscard]] const FormatInfo& format_info(Format format);

/// The row that has the extension (any case, with or without the dot), or nullptr.
[[nodiscard]] const FormatInfo* find_format(const std::string& extension);

/// The row of the format whose signature stands at the start of the file, or nullptr.
[[nodiscard]] const FormatInfo* sniff_format(ByteSpan bytes);

/// The name of a format that is recognized and not handled, such as "GIF"; empty when the bytes are
/// not recognized.
[[nodiscard]] std::string foreign_format(ByteSpan bytes);

}  // namespace imgcnn::image
