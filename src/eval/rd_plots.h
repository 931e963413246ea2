#pragma once
// The rate-distortion curves of a report, measured ones first, then published ones, as plots over
// bits per pixel.

#include "report_page.h"
#include "svg_plot.h"

namespace imgcnn::eval {

[[nodiscard]] Plot psnr_plot(const EvalReport& report);

/// MS-SSIM in dB (`ms_ssim_db`); curves that do not know it are left out.
[[nodiscard]] Plot ms_ssim_plot(const EvalReport& report);

}  // namespace imgcnn::eval
