// Network against pixels, block by block.

#include "pixel_choice.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "drawn_content.h"
#include "picture_decoder.h"
#include "picture_encoder.h"
#include "quality.h"

namespace imgcnn::codec {
namespace {

/// Bits that a neighbour of the same kind is worth to a block: pixels foretell those beside them,
/// and the network is dear where it is interrupted. Measured on ten screenshots: 0, 24 and 80 bits
/// give 1.7 % more, 0 and 1.7 % fewer bytes.
constexpr double kNeighbourBits = 80;
constexpr int kRounds = 4;
/// What the network's streams take at least as soon as it draws anything, beyond what blocks tell.
constexpr double kIdleNetworkBits = 1500;
/// What it is worth that a block is as good as exact: of two ways that cost nothing pixels are
/// taken.
constexpr double kExactBits = 4;
/// Less than this is not worth a section.
constexpr double kLeastSaved = 500;  // bits
/// What pixels may cost where the network is not asked.
constexpr double kCheap = 2.0 * entropy::kPixelBlock * entropy::kPixelBlock;  // bits of a block
constexpr int kFloorBlocks = 4;  // on a side of what the floor holds for

/// What context coding leaves of the bits that static distributions take.
constexpr double kContextShare = 0.88;

/// What the network makes of the blocks. Coded without contexts, which is quicker.
BlockCosts network_costs(const ModelParts& model, const PixelSource& pixels, CodingPlan plan,
                         const PixelBlocks& blocks) {
  EffortPlan effort;
  effort.itemized = true;
  const double share = plan.context ? kContextShare : 1.0;
  plan.context = false;
  const CodedLatent coded = encode_picture(model, pixels, {}, plan, effort, {});
  BlockCosts costs(blocks.coded.size());
  // Blocks are positions of the latent.
  for (std::size_t i = 0; i < costs.bits.size(); ++i)
    costs.bits[i] = share * static_cast<double>(coded.position_bits[i]);
  const auto add_errors = [&](const image::FloatImage& rgb, const Rect& where) {
    const image::FloatImage original = pixels(where);
    for (std::size_t c = 0; c < 3; ++c) {
      std::size_t i = c * rgb.plane_size();
      for (int y = where.y; y < where.bottom(); ++y) {
        for (int x = where.x; x < where.right(); ++x, ++i) {
          const double difference = 255.0 * (rgb.data[i] - original.data[i]);
          costs.error[blocks.index(x / entropy::kPixelBlock, y / entropy::kPixelBlock)] +=
              difference * difference / 3;
        }
      }
    }
  };
  decode_picture(model, plan, {coded.coarse, coded.detail},
                 {0, 0, plan.picture_width(), plan.picture_height()}, {}, "self-check", add_errors);
  return costs;
}

/// Pixels may lose what nobody sees at quality 100, and about as much as the network below.
PixelLoss loss_of(const CodingPlan& plan, double weight) {
  return {weight, 4.0 + 0.12 * (100.0 - to_quality(plan.quality16))};
}

/// Bits that a squared error counts for, whatever distortion the model was trained for: all are in
/// its units.
double weight_of(const CodingPlan& plan, const model::ModelConfig& config) {
  return config.lambda(quality_share(plan.quality16));
}

/// A choice of blocks by what they cost either way.
class Contest {
 public:
  Contest(const PixelBlocks& candidates, const BlockCosts& network, const BlockCosts& direct,
          double weight)
      : candidates_(candidates), network_(network), direct_(direct), weight_(weight) {}

  /// Blocks that cost less as pixels, and bits that they save.
  [[nodiscard]] std::pair<PixelBlocks, double> run() const {
    PixelBlocks chosen = candidates_;
    std::fill(chosen.coded.begin(), chosen.coded.end(), 0);
    double saved = 0.0;
    for (int round = 0; round < kRounds; ++round) {
      const PixelBlocks before = chosen;
      saved = 0.0;
      for (int row = 0; row < chosen.rows; ++row) {
        for (int column = 0; column < chosen.columns; ++column) {
          const std::size_t i = chosen.index(column, row);
          if (candidates_.coded[i] == 0) continue;
          const double gain = network_.cost(i, weight_) - direct_.cost(i, weight_);
          const double pull =
              round > 0 ? kNeighbourBits * (neighbours(before, column, row) - 2) : 0;
          chosen.coded[i] = gain + pull + kExactBits > 0 ? 1 : 0;
          if (chosen.coded[i] != 0) saved += gain;
        }
      }
    }
    double saved_by_all = 0.0;
    for (std::size_t i = 0; i < chosen.coded.size(); ++i) {
      if (candidates_.coded[i] != 0)
        saved_by_all += network_.cost(i, weight_) - direct_.cost(i, weight_);
    }
    const bool all = candidates_.count() == candidates_.coded.size();
    if (all && saved_by_all + kIdleNetworkBits > saved) return {candidates_, saved_by_all};
    return {std::move(chosen), saved};
  }

 private:
  static int neighbours(const PixelBlocks& of, int column, int row) {
    int count = 0;
    for (const auto& [dx, dy] :
         std::array<std::pair<int, int>, 4>{{{-1, 0}, {1, 0}, {0, -1}, {0, 1}}}) {
      const Rect at = intersection({column + dx, row + dy, 1, 1}, of.whole());
      count += !at.empty() && of.at(at.x, at.y) != 0 ? 1 : 0;
    }
    return count;
  }

  const PixelBlocks& candidates_;
  const BlockCosts &network_, &direct_;
  double weight_;
};

/// Calls use(indexes of its blocks) for each part of the picture that the floor holds for and that
/// is below it. `error` [blocks] as BlockCosts.
template <class Use>
void for_each_below(double floor, const PixelBlocks& blocks, const CodingPlan& plan,
                    const std::vector<double>& error, const Use& use) {
  const double most = 255.0 * 255.0 / std::pow(10.0, floor / 10.0);
  for (int row = 0; row < blocks.rows; row += kFloorBlocks) {
    for (int column = 0; column < blocks.columns; column += kFloorBlocks) {
      const Rect part = intersection({column, row, kFloorBlocks, kFloorBlocks}, blocks.whole());
      std::vector<std::size_t> indexes;
      double sum = 0.0;
      for (int y = part.y; y < part.bottom(); ++y) {
        for (int x = part.x; x < part.right(); ++x) {
          indexes.push_back(blocks.index(x, y));
          sum += error[indexes.back()];
        }
      }
      const Rect samples = intersection(scaled(part, entropy::kPixelBlock),
                                        {0, 0, plan.picture_width(), plan.picture_height()});
      if (sum > most * static_cast<double>(samples.area())) use(indexes);
    }
  }
}

PixelChoice without_network(ThreadPool& pool, const SampleSource& samples, const CodingPlan& plan,
                            PixelBlocks blocks, const PixelLoss& loss) {
  const BlockCosts costs = write_pixels(pool, plan, samples, blocks, loss).costs;
  for (std::size_t i = 0; i < blocks.coded.size(); ++i) {
    if (costs.bits[i] > kCheap) blocks.coded[i] = 0;
  }
  if (!blocks.any()) return {};
  Bytes section = write_pixels(pool, plan, samples, blocks, loss).section;
  return {std::move(blocks), std::move(section)};
}

}  // namespace

double psnr_floor(double quality) { return std::min(19.0 + quality / 10.0, 25.0); }

PixelChoice choose_pixels(const ModelParts& model, const PixelSource& pixels,
                          const SampleSource& samples, const CodingPlan& plan, bool close) {
  DrawnContent content = find_drawn_content(samples, plan);
  const double weight = weight_of(plan, model.config);
  const PixelLoss loss = loss_of(plan, weight);
  if (!close && content.is_drawn)
    return without_network(model.pool, samples, plan, std::move(content.blocks), loss);
  if (!close || (!content.is_drawn && !content.is_rough)) return {};

  PixelBlocks& candidates = content.blocks;
  const BlockCosts network = network_costs(model, pixels, plan, candidates);
  const double floor = psnr_floor(to_quality(plan.quality16));
  const auto for_each_below_floor = [&](const std::vector<double>& error, const auto& use) {
    for_each_below(floor, candidates, plan, error, use);
  };
  for_each_below_floor(network.error, [&](const std::vector<std::size_t>& part) {
    for (const std::size_t i : part) candidates.coded[i] = 1;
  });
  WrittenPixels tried = write_pixels(model.pool, plan, samples, candidates, loss);
  const BlockCosts& direct = tried.costs;
  auto [chosen, saved] = Contest(candidates, network, direct, weight).run();
  if (saved < kLeastSaved) std::fill(chosen.coded.begin(), chosen.coded.end(), 0);

  std::vector<double> error = network.error;
  for (std::size_t i = 0; i < error.size(); ++i) {
    if (chosen.coded[i] != 0) error[i] = direct.error[i];
  }
  for_each_below_floor(error, [&](const std::vector<std::size_t>& part) {
    for (const std::size_t i : part) {
      if (direct.error[i] < error[i]) chosen.coded[i] = 1;
    }
  });
  if (!chosen.any()) return {};
  if (chosen.coded == candidates.coded) return {std::move(chosen), std::move(tried.section)};
  Bytes section = write_pixels(model.pool, plan, samples, chosen, loss).section;
  return {std::move(chosen), std::move(section)};
}

PixelChoice all_pixels(ThreadPool& pool, const SampleSource& samples, const CodingPlan& plan) {
  PixelBlocks all(plan.picture_width(), plan.picture_height());
  std::fill(all.coded.begin(), all.coded.end(), 1);
  Bytes section = write_pixels(pool, plan, samples, all, {}).section;
  return {std::move(all), std::move(section)};
}

}  // namespace imgcnn::codec
