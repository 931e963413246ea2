// Network against pixels, block by block.

#include "pixel_choice.h"

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "picture_decoder.h"
#include "picture_encoder.h"
#include "quality.h"

namespace imgcnn::codec {
namespace {

/// What the network makes of the blocks.
BlockCosts network_costs(const ModelParts& model, const PixelSource& pixels, const CodingPlan& plan,
                         const PixelBlocks& blocks) {
  EffortPlan effort;
  effort.itemized = true;
  const CodedLatent coded = encode_picture(model, pixels, {}, plan, effort, {});
  BlockCosts costs(blocks.coded.size());
  // Blocks are positions of the latent.
  costs.bits.assign(coded.position_bits.begin(), coded.position_bits.end());
  const Rect whole{0, 0, plan.picture_width(), plan.picture_height()};
  decode_picture(
      model, plan, {coded.coarse, coded.detail}, whole, "self-check",
      [&](const image::FloatImage& rgb, const Rect& where) {
        const image::FloatImage original = pixels(where);
        for (int y = 0; y < where.height; ++y) {
          for (int x = 0; x < where.width; ++x) {
            const auto i = static_cast<std::size_t>(y) * static_cast<std::size_t>(where.width) +
                           static_cast<std::size_t>(x);
            double sum = 0.0;
            for (std::size_t c = 0; c < 3; ++c) {
              const double difference = 255.0 * (rgb.data[c * rgb.plane_size() + i] -
                                                 original.data[c * original.plane_size() + i]);
              sum += difference * difference;
            }
            costs.error[static_cast<std::size_t>((where.y + y) / entropy::kPixelBlock) *
                            static_cast<std::size_t>(blocks.columns) +
                        static_cast<std::size_t>((where.x + x) / entropy::kPixelBlock)] += sum / 3;
          }
        }
      });
  return costs;
}

PixelLoss loss_of(const CodingPlan& plan, double weight) {
  const double e = getenv("PLIM") ? atof(getenv("PLIM")) : 0.12;
  return {weight, 4.0 + e * (100.0 - to_quality(plan.quality16))};
}

}  // namespace

PixelChoice choose_pixels(const ModelParts& model, const PixelSource& pixels,
                          const SampleSource& samples, const CodingPlan& plan) {
  PixelBlocks all(plan.picture_width(), plan.picture_height());
  all.coded.assign(all.coded.size(), 1);
  const double weight = model.config.lambda(quality_share(plan.quality16));
  const PixelLoss loss = loss_of(plan, weight);
  const BlockCosts network = network_costs(model, pixels, plan, all);
  const BlockCosts direct = write_pixels(model.pool, plan, samples, all, loss).costs;
  const double pull = getenv("PPULL") ? atof(getenv("PPULL")) : 24.0;
  PixelChoice choice;
  choice.blocks = PixelBlocks(plan.picture_width(), plan.picture_height());
  double saved = 0.0;
  for (int round = 0; round < 4; ++round) {
    const PixelBlocks before = choice.blocks;
    saved = 0.0;
    for (int row = 0; row < all.rows; ++row) {
      for (int column = 0; column < all.columns; ++column) {
        const auto i = static_cast<std::size_t>(row * all.columns + column);
        const double gain = network.cost(i, weight) - direct.cost(i, weight);
        int around = 0;
        for (const auto& [dx, dy] : {std::pair{-1, 0}, {1, 0}, {0, -1}, {0, 1}}) {
          const int x = column + dx, y = row + dy;
          if (x >= 0 && y >= 0 && x < all.columns && y < all.rows && before.at(x, y) != 0) ++around;
        }
        const bool coded = gain + (round > 0 ? pull * (around - 2) : 0) > 0;
        choice.blocks.coded[i] = coded ? 1 : 0;
        if (coded) saved += gain;
      }
    }
  }
  if (getenv("PDEBUG"))
    fprintf(stderr, "blocks %zu of %zu saved %.0f bits\n", choice.blocks.count(), all.coded.size(),
            saved);
  if (saved < 500) return {};
  choice.section = write_pixels(model.pool, plan, samples, choice.blocks, loss).section;
  return choice;
}

PixelChoice all_pixels(ThreadPool& pool, const SampleSource& samples, const CodingPlan& plan) {
  PixelChoice choice;
  choice.blocks = PixelBlocks(plan.picture_width(), plan.picture_height());
  choice.blocks.coded.assign(choice.blocks.coded.size(), 1);
  choice.section = write_pixels(pool, plan, samples, choice.blocks, {}).section;
  return choice;
}

}  // namespace imgcnn::codec
