#pragma once
// What is known around a pixel: the numbers of colours coded before it, and hashes of them.
// Specification: FORMAT.md, section 1.9, "Pixels".

#include <cstddef>
#include <cstdint>
#include <vector>

namespace imgcnn::entropy {

/// Mixes two numbers.
[[nodiscard]] constexpr std::uint32_t hash_of(std::uint32_t a, std::uint32_t b) {
  std::uint32_t h = (a * 0x9E3779B1U) ^ ((b + 0x7F4A7C15U) * 0x85EBCA6BU);
  h ^= h >> 15;
  h *= 0xC2B2AE35U;
  return h ^ (h >> 13);
}

/// Numbers of colours around a pixel; 0 for what is not known.
struct Surroundings {
  std::uint32_t w, n, nw, ne, ww, nn;
  std::uint32_t nee, nww, nne, nnw, www, nnn;

  /// The colour of all, where they have one and it is known; else 0.
  [[nodiscard]] std::uint32_t flat() const {
    const std::uint32_t near = (n ^ w) | (nw ^ w) | (ne ^ w) | (ww ^ w) | (nn ^ w);
    const std::uint32_t others =
        (nee ^ w) | (nww ^ w) | (nne ^ w) | (nnw ^ w) | (www ^ w) | (nnn ^ w);
    return (near | others) == 0 ? w : 0;
  }

  /// Which neighbours are equal to each other, a bit for each of six pairs.
  [[nodiscard]] std::uint32_t equalities() const {
    return static_cast<std::uint32_t>(w == n) | static_cast<std::uint32_t>(n == nw) << 1 |
           static_cast<std::uint32_t>(n == ne) << 2 | static_cast<std::uint32_t>(w == nw) << 3 |
           static_cast<std::uint32_t>(ww == w) << 4 | static_cast<std::uint32_t>(nn == n) << 5;
  }
};

/// Hashes of more and more of the surroundings.
struct SurroundingHashes {
  SurroundingHashes() = default;
  explicit SurroundingHashes(const Surroundings& s)
      : of2(hash_of(s.w, s.n)),
        of4(hash_of(hash_of(of2, s.nw), s.ne)),
        of6(hash_of(hash_of(of4, s.ww), s.nn)),
        of12(hash_of(
            hash_of(hash_of(hash_of(hash_of(hash_of(of6, s.nee), s.nww), s.nne), s.nnw), s.www),
            s.nnn)) {}

  std::uint32_t of2 = 0, of4 = 0, of6 = 0, of12 = 0;
};

/// Numbers of the colours of a tile as far as it is coded.
class ColourMap {
 public:
  ColourMap(int height, int width)
      : stride_(width + kLeft + kRight),
        numbers_(static_cast<std::size_t>(height + kAbove) * static_cast<std::size_t>(stride_)) {}

  void set(int y, int x, std::uint32_t number) { *at(y, x) = number; }

  [[nodiscard]] Surroundings around(int y, int x) const {
    const std::uint32_t* const here = at(y, x);
    const std::uint32_t* const above = here - stride_;
    const std::uint32_t* const second = above - stride_;
    Surroundings s{};
    s.w = here[-1];
    s.n = above[0];
    s.nw = above[-1];
    s.ne = above[1];
    s.ww = here[-2];
    s.nn = second[0];
    s.nee = above[2];
    s.nww = above[-2];
    s.nne = second[1];
    s.nnw = second[-1];
    s.www = here[-3];
    s.nnn = (second - stride_)[0];
    return s;
  }

 private:
  static constexpr int kLeft = 3, kRight = 2, kAbove = 3;

  [[nodiscard]] const std::uint32_t* at(int y, int x) const {
    return numbers_.data() + static_cast<std::ptrdiff_t>(y + kAbove) * stride_ + x + kLeft;
  }
  [[nodiscard]] std::uint32_t* at(int y, int x) {
    return numbers_.data() + static_cast<std::ptrdiff_t>(y + kAbove) * stride_ + x + kLeft;
  }

  std::ptrdiff_t stride_;
  std::vector<std::uint32_t> numbers_;
};

}  // namespace imgcnn::entropy
