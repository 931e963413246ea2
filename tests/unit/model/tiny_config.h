#pragma once
// Models small enough to run in milliseconds.

#include "imgcnn/model/preset.h"

namespace imgcnn::testing {

inline model::ModelConfig tiny_fast() {
  model::ModelConfig c;
  c.name = "tiny";
  c.latent_channels = 24;
  c.hyper_channels = 8;
  c.scale_hidden = 8;
  c.hyper_width = 8;
  c.widths = c.analysis_widths = {8, 16};
  c.analysis_blocks = {1, 1};
  c.synthesis_blocks = {1, 1};
  c.rate_knots = 4;
  c.prior_levels = 5;
  return c;
}

inline model::TrainingRecipe tiny_recipe() {
  model::TrainingRecipe r;
  r.batch = r.late_batch = 2;
  r.patch = r.late_patch = 64;
  return r;
}

/// Larger than tiny_fast in everything that may grow.
inline model::ModelConfig less_tiny_fast() {
  auto c = tiny_fast();
  c.name = "less tiny";
  c.hyper_width = 12;
  c.widths = {12, 20};
  c.analysis_widths = {10, 24};
  c.analysis_blocks = {2, 3};
  c.synthesis_blocks = {3, 2};
  return c;
}

inline model::ModelConfig tiny_classic(const char* pool = "max") {
  auto c = model::load_preset("classic").config;
  c.name = "tiny";
  c.pool = pool;
  c.latent_channels = 12;
  c.widths = {4, 6, 8, 10};
  c.rate_knots = 4;
  c.prior_levels = 5;
  return c;
}

}  // namespace imgcnn::testing
