#pragma once
// Rows of the table of baselines that others' programs encode and decode.

#include <string>
#include <vector>

#include "imgcnn/eval/baselines.h"

namespace imgcnn::eval {

/// JPEG 2000, AVIF and JPEG XL by programs of Debian packages.
[[nodiscard]] std::vector<Baseline> program_baselines();

/// AVIF and JPEG XL by Pillow: src/scripts/pillow_codec.py, run by that interpreter.
[[nodiscard]] std::vector<Baseline> pillow_baselines(const std::string& python);

/// What a baseline makes of a file in a format that the project reads.
[[nodiscard]] image::Image decode_picture(ByteSpan file);

}  // namespace imgcnn::eval
