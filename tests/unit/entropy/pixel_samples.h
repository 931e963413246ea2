#pragma once
// Tiles to try the pixel coder on, drawn in integers alone: the same on every machine.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "imgcnn/entropy/pixel_coder.h"

namespace imgcnn::entropy {

/// What is drawn.
enum class Drawing { kFlat, kStrokes, kHatching, kDither, kGradient, kNoise, kPalette };
constexpr std::array<Drawing, 7> kDrawings = {
    Drawing::kFlat,     Drawing::kStrokes, Drawing::kHatching, Drawing::kDither,
    Drawing::kGradient, Drawing::kNoise,   Drawing::kPalette};

inline const char* name_of(Drawing drawing) {
  constexpr std::array<const char*, kDrawings.size()> kNames = {
      "flat", "strokes", "hatching", "dither", "gradient", "noise", "palette"};
  return kNames[static_cast<std::size_t>(drawing)];
}

/// A tile all of whose blocks are coded, of sample(y, x, channel) in levels of 8 bits; with 16 bits
/// the lower half of a sample tells nothing new.
inline PixelTile tile_of(int width, int height, int channels, int bit_depth,
                         const std::function<int(int, int, int)>& sample) {
  PixelTile tile{width, height, channels, bit_depth, {}, {}};
  tile.blocks.assign(
      static_cast<std::size_t>(tile.block_columns()) * static_cast<std::size_t>(tile.block_rows()),
      1);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      for (int c = 0; c < channels; ++c)
        tile.samples.push_back(
            static_cast<std::uint16_t>((sample(y, x, c) & 255) * (bit_depth == 16 ? 257 : 1)));
    }
  }
  return tile;
}

/// A drawing, all of whose blocks are coded.
inline PixelTile draw(Drawing drawing, int width, int height, int channels, int bit_depth,
                      unsigned seed = 1) {
  std::mt19937 random(seed);
  const auto below = [&](unsigned n) { return static_cast<int>(random() % n); };
  switch (drawing) {
    case Drawing::kStrokes: {  // dark upright and level strokes on paper, with soft edges
      std::vector<int> ink(static_cast<std::size_t>(width) * static_cast<std::size_t>(height), 240);
      const auto darken = [&](int y, int x, int value) {
        if (x >= width || y >= height) return;
        int& at = ink[static_cast<std::size_t>(y) * static_cast<std::size_t>(width) +
                      static_cast<std::size_t>(x)];
        at = std::min(at, value);
      };
      for (int stroke = 0; stroke < 3 + width * height / 60; ++stroke) {
        const int y = below(static_cast<unsigned>(height)), x = below(static_cast<unsigned>(width));
        const bool upright = below(2) != 0;
        for (int i = 3 + below(6); i-- > 0;) {
          darken(upright ? y + i : y, upright ? x : x + i, 20);
          darken(upright ? y + i : y + 1, upright ? x + 1 : x + i, 130);
        }
      }
      return tile_of(width, height, channels, bit_depth, [&](int y, int x, int c) {
        return ink[static_cast<std::size_t>(y) * static_cast<std::size_t>(width) +
                   static_cast<std::size_t>(x)] +
               5 * c;
      });
    }
    case Drawing::kHatching:
      return tile_of(width, height, channels, bit_depth,
                     [](int y, int x, int c) { return (x + 2 * y) % 5 == 0 ? 40 * c : 200; });
    case Drawing::kDither:  // of a slope between two colours, by a matrix of 4 x 4
      return tile_of(width, height, channels, bit_depth, [&](int y, int x, int c) {
        constexpr std::array<int, 16> kBayer = {0, 8,  2, 10, 12, 4, 14, 6,
                                                3, 11, 1, 9,  15, 7, 13, 5};
        const int level = 17 * x / width;
        return kBayer[static_cast<std::size_t>(y % 4 * 4 + x % 4)] < level ? 255 - 60 * c : 30;
      });
    case Drawing::kGradient:  // with noise, so that most colours are new
      return tile_of(width, height, channels, bit_depth, [&](int y, int x, int c) {
        return 40 + 120 * x / width + 60 * y / height + 7 * c + below(5);
      });
    case Drawing::kNoise:  // as far apart as samples can be
      return tile_of(width, height, channels, bit_depth, [&](int, int, int) { return below(256); });
    case Drawing::kPalette: {  // areas of few colours, in no order
      std::array<int, 27> colours{};
      for (int& colour : colours) colour = below(256);
      return tile_of(width, height, channels, bit_depth, [&](int y, int x, int c) {
        const int area = (x / 7 + y / 5 * 3 + (below(12) == 0 ? below(9) : 0)) % 9;
        return colours[static_cast<std::size_t>(3 * area + c)];
      });
    }
    case Drawing::kFlat:
      break;
  }
  return tile_of(width, height, channels, bit_depth, [](int, int, int c) { return 128 + 9 * c; });
}

/// Codes only some blocks of a tile, about one in `share`, and sets the others' samples to 0.
inline PixelTile some_blocks(PixelTile tile, unsigned share, unsigned seed = 1) {
  std::mt19937 random(seed);
  for (auto& block : tile.blocks) block = random() % share == 0 ? 1 : 0;
  for (int y = 0; y < tile.height; ++y) {
    for (int x = 0; x < tile.width; ++x) {
      if (tile.is_coded(y, x)) continue;
      const auto at = (static_cast<std::size_t>(y) * static_cast<std::size_t>(tile.width) +
                       static_cast<std::size_t>(x)) *
                      static_cast<std::size_t>(tile.channels);
      std::fill_n(tile.samples.begin() + static_cast<std::ptrdiff_t>(at), tile.channels, 0);
    }
  }
  return tile;
}

struct NamedTile {
  std::string name;
  PixelTile tile;
};

/// Every drawing in grey and RGB, 8 and 16 bits, odd sizes, with all blocks and some; the smallest
/// tile, and one without coded blocks.
inline std::vector<NamedTile> pixel_samples() {
  std::vector<NamedTile> samples;
  for (const Drawing drawing : kDrawings) {
    for (const int channels : {1, 3}) {
      for (const int bit_depth : {8, 16}) {
        const std::string name = std::string(name_of(drawing)) + "_" + std::to_string(channels) +
                                 "x" + std::to_string(bit_depth);
        samples.push_back({name, draw(drawing, 45, 19, channels, bit_depth)});
        samples.push_back(
            {name + "_some", some_blocks(draw(drawing, 70, 50, channels, bit_depth), 3)});
      }
    }
  }
  samples.push_back({"one_pixel", draw(Drawing::kFlat, 1, 1, 3, 8)});
  PixelTile fine = draw(Drawing::kNoise, 17, 33, 3, 16);  // whose lower bytes differ, too
  for (std::size_t i = 0; i < fine.samples.size(); ++i)
    fine.samples[i] = static_cast<std::uint16_t>(fine.samples[i] ^ (i * 40503U >> 4));
  samples.push_back({"fine", std::move(fine)});
  PixelTile none = draw(Drawing::kFlat, 40, 20, 3, 8);
  std::fill(none.blocks.begin(), none.blocks.end(), 0);
  std::fill(none.samples.begin(), none.samples.end(), 0);
  samples.push_back({"no_block", std::move(none)});
  return samples;
}

}  // namespace imgcnn::entropy
