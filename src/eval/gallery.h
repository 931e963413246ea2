#pragma once
// Pictures to look at: the original, the model and other codecs at about as many bytes.

#include <string>
#include <vector>

#include "codec_under_test.h"
#include "imgcnn/eval/evaluator.h"

namespace imgcnn::eval {

/// The gallery of a report page: at most six of the measured pictures, evenly chosen, each through
/// the first model at the quality nearest to 0.4 bpp, and through JPEG, and what of AVIF was
/// measured, at about the same size. Pictures are embedded without loss, larger ones by their
/// middle. Empty when no model was measured. A picture that fails is left out with a warning.
[[nodiscard]] std::string gallery_html(const EvalReport& report,
                                       const std::vector<CodecUnderTest>& tested_codecs);

}  // namespace imgcnn::eval
