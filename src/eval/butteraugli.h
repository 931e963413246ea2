#pragma once
// Butteraugli, measured by libjxl's program.

#include <string>

#include "imgcnn/image/image.h"

namespace imgcnn::eval {

/// What butteraugli needs and this machine lacks, in words; empty = it can run.
[[nodiscard]] std::string missing_butteraugli();

/// The 3-norm of the map of visible differences that butteraugli_main prints, 0 for equal pictures,
/// at its default of 80 nits. Requires: sides of at least kLeastPerceptualSide. Throws what
/// run_program throws, and kInternal when no 3-norm was printed. Source: Alakuijala and others,
/// "Users prefer Guetzli JPEG over same-sized libjpeg", 2017; the norm as libjxl computes it.
[[nodiscard]] double butteraugli_3norm(const image::Image& original, const image::Image& decoded);

/// The number behind "3-norm:" in what the program printed. Throws kInternal when there is none.
[[nodiscard]] double parse_3norm(const std::string& printed);

}  // namespace imgcnn::eval
