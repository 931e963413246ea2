#pragma once
// The colours of a stream, numbered as they appear, and a tree that finds them by their bits.
// Source: Morrison, "PATRICIA", J. ACM 1968.

#include <cstddef>
#include <cstdint>
#include <vector>

namespace imgcnn::entropy {

/// A colour by its bits: green, red, blue, or grey alone; the most significant come first.
using ColourBits = std::uint64_t;

/// Colours are numbered from 1; 0 stands for none. Branches lie where known colours, equal in all
/// bits before, differ.
class ColourTree {
 public:
  /// bits: of a colour, up to 48.
  explicit ColourTree(int bits) : bits_(bits), colours_(1), branches_(1) {}

  [[nodiscard]] std::uint32_t size() const {
    return static_cast<std::uint32_t>(colours_.size() - 1);
  }
  [[nodiscard]] ColourBits colour(std::uint32_t number) const { return colours_[number]; }

  /// The number of a colour; 0 where it is not known.
  [[nodiscard]] std::uint32_t find(ColourBits colour) const;

  /// A new colour; its number is size() from then on. Requires: it is not known.
  void insert(ColourBits colour);

  /// Goes down from the root: decide(branch, bit) tells which way at a branch, which is named by
  /// the number of the colour that made it. The colour found. Requires: size() >= 1.
  template <class Decide>
  std::uint32_t walk(const Decide& decide) const {
    Link link = root_;
    while (link.is_branch) {
      const Branch& branch = branches_[link.number];
      link = branch.to[decide(link.number, branch.bit) ? 1 : 0];
    }
    return link.number;
  }

  /// Bit number `bit` of a colour, the first one being number 0.
  [[nodiscard]] bool bit_of(ColourBits colour, int bit) const {
    return ((colour >> (bits_ - 1 - bit)) & 1) != 0;
  }

 private:
  /// To a branch, or to a colour.
  struct Link {
    std::uint32_t number = 0;
    bool is_branch = false;
  };
  struct Branch {
    int bit = 0;
    Link to[2];
  };

  int bits_;
  std::vector<ColourBits> colours_;
  std::vector<Branch> branches_;  ///< made by the colour of the same number; none for the first
  Link root_;
};

}  // namespace imgcnn::entropy
