#pragma once
// From single pictures to curves, from curves to one number for two of them.

#include <vector>

#include "codec_under_test.h"
#include "imgcnn/eval/evaluator.h"

namespace imgcnn::eval {

/// The tested's rows averaged at each quality. Requires: at least one row is its own.
[[nodiscard]] CodecCurve mean_curve(const CodecUnderTest& tested,
                                    const std::vector<ImageRow>& rows);

/// Every model against the models before it, every baseline and every published curve, then the
/// baselines against JPEG where it was measured, at equal values of each of the metrics.
[[nodiscard]] std::vector<BdRow> compare_curves(const std::vector<CodecCurve>& curves,
                                                const std::vector<PublishedCurve>& published,
                                                const std::vector<const Metric*>& metrics);

/// True when the pictures are the 24 of Kodak's PhotoCD sampler: named kodim01 to kodim24, of
/// 768x512 or 512x768 pixels.
[[nodiscard]] bool is_kodak(const std::vector<ImageRow>& rows);

}  // namespace imgcnn::eval
