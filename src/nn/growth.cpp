// Growth without change of function. Where Net2Net (Chen, Goodfellow, Shlens, ICLR 2016) doubles
// units, here new units are fresh and what reads them is zero: they differ from the old ones at
// once, and the zeros move with the first step.

#include "imgcnn/nn/growth.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <tuple>

#include "imgcnn/base/error.h"
#include "imgcnn/nn/weights.h"

namespace imgcnn::nn {
namespace {

using Json = nlohmann::ordered_json;

// What an old weight means depends on these, so they stay.
constexpr const char* kFixedKeys[] = {"architecture", "latent_channels", "hyper_channels",
                                      "scale_hidden", "rate_knots",      "scale_rows",
                                      "scale_min",    "scale_max",       "latent_scale",
                                      "pixel_scale",  "mean_scale",      "hyper_bound"};
constexpr const char* kGrowingKeys[] = {"widths", "analysis_widths", "hyper_width",
                                        "analysis_blocks", "synthesis_blocks"};

/// Whether the tensors of both have the same names and shapes.
bool same_shapes(const model::ModelConfig& a, const model::ModelConfig& b) {
  const auto common = [](const model::ModelConfig& c) {
    return std::tie(c.architecture, c.latent_channels, c.hyper_channels, c.widths, c.rate_knots);
  };
  const auto fast = [](const model::ModelConfig& c) {
    return std::tie(c.scale_hidden, c.hyper_width, c.analysis_widths, c.analysis_blocks,
                    c.synthesis_blocks);
  };
  return common(a) == common(b) && (a.architecture != "fast" || fast(a) == fast(b));
}

bool shrinks(const Json& from, const Json& to) {
  if (!from.is_array()) return to.get<int>() < from.get<int>();
  for (std::size_t i = 0; i < from.size(); ++i) {
    if (shrinks(from[i], to[i])) return true;
  }
  return false;
}

bool contains(const std::string& name, const char* part) {
  return name.find(part) != std::string::npos;
}

/// Copies `old` into the leading corner of `fresh`. The new columns of the old rows become zero:
/// old units do not see new ones.
void copy_corner(const torch::Tensor& old, torch::Tensor fresh) {
  fresh = fresh.narrow(0, 0, old.size(0));
  if (old.dim() == 4) fresh.zero_();  // a kernel; knots are no sums over columns
  if (old.dim() > 1) fresh = fresh.narrow(1, 0, old.size(1));
  fresh.copy_(old);
}

void grow_tensor(const std::string& name, const torch::Tensor& old, const torch::Tensor& fresh) {
  if (!contains(name, ".gate_in.")) return copy_corner(old, fresh);
  // Two factors, each a half of the rows: both halves grow, or the second would slide into the
  // first.
  const auto old_halves = old.chunk(2), fresh_halves = fresh.chunk(2);
  for (std::size_t i = 0; i < 2; ++i) copy_corner(old_halves[i], fresh_halves[i]);
}

void grow_weights(const CompressionModel& small, CompressionModel& model) {
  torch::NoGradGuard no_grad;
  const auto old = small.named_parameters(), old_buffers = small.named_buffers();
  for (const auto& item : model.named_parameters()) {
    if (const auto* found = old.find(item.key())) {
      grow_tensor(item.key(), *found, item.value());
    } else if (contains(item.key(), ".mix_out.") || contains(item.key(), ".gate_out.")) {
      item.value().zero_();  // a new block: without its branches it is the identity
    }
  }
  for (const auto& item : model.named_buffers()) item.value().copy_(old_buffers[item.key()]);
}

/// Moves the knots of all rate vectors from qualities of `from` to those of `to` with the same
/// lambda. Linear between the old knots and beyond them: rate vectors are nearly straight in the
/// logarithm of lambda (measured: 0.15 below quality 0 and above 100 the untaught continuation
/// stays on the curve of rate and distortion).
void move_rate_knots(const model::ModelConfig& from, const model::ModelConfig& to,
                     torch::nn::Module& model) {
  torch::NoGradGuard no_grad;
  const int last = from.rate_knots - 1;
  const double range = std::log(from.lambda_max / from.lambda_min);
  auto weights = torch::zeros({to.rate_knots, from.rate_knots});
  for (int k = 0; k < to.rate_knots; ++k) {
    const double lambda = to.lambda(static_cast<double>(k) / (to.rate_knots - 1));
    const double place = std::log(lambda / from.lambda_min) / range * last;
    const int left = std::clamp(static_cast<int>(std::floor(place)), 0, last - 1);
    weights[k][left] = 1 - (place - left);
    weights[k][left + 1] = place - left;
  }
  for (const auto& item : model.named_parameters()) {
    if (contains(item.key(), "log_knots"))
      item.value().copy_(weights.to(item.value().device()).matmul(item.value()));
  }
}

bool same_lambdas(const model::ModelConfig& a, const model::ModelConfig& b) {
  return a.lambda_min == b.lambda_min && a.lambda_max == b.lambda_max;
}

}  // namespace

void require_growable(const model::ModelConfig& from, const model::ModelConfig& to,
                      const std::string& origin) {
  const auto old = Json::parse(model::serialize_config(from)),
             fresh = Json::parse(model::serialize_config(to));
  const auto refuse_unless = [&](bool good, const char* key, const char* rule) {
    require(good, ErrorCode::kInvalidArgument,
            origin + ": cannot start '" + to.name + "': " + key + " is " + old[key].dump() +
                " in the file and " + fresh[key].dump() + " in the preset, and " + rule);
  };
  for (const char* key : kFixedKeys) refuse_unless(old[key] == fresh[key], key, "must be equal");
  refuse_unless(to.architecture == "fast", "architecture", "only fast can grow");
  for (const char* key : kGrowingKeys)
    refuse_unless(!shrinks(old[key], fresh[key]), key, "may only grow");
}

bool load_or_grow_weights(const bitstream::TensorFile& file, const std::string& prefix,
                          const std::string& origin, CompressionModel& model) {
  // Bare weights say nothing of their network: they fit or are refused.
  const bool bare = file.metadata.count("config") == 0;
  const auto config = bare ? model.config() : model::read_config(file, origin);
  const bool grows = !same_shapes(config, model.config());
  if (grows) {
    require_growable(config, model.config(), origin);
    const auto small = make_model(config);  // so that the file is judged as strictly as ever
    load_weights(file, prefix, *small);
    grow_weights(*small, model);
  } else {
    load_weights(file, prefix, model);
  }
  if (!same_lambdas(config, model.config())) move_rate_knots(config, model.config(), model);
  return grows;
}

}  // namespace imgcnn::nn
