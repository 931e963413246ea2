// Searching and growing.

#include "colour_tree.h"

namespace imgcnn::entropy {

std::uint32_t ColourTree::find(ColourBits colour) const {
  if (size() == 0) return 0;
  const std::uint32_t nearest =
      walk([&](std::uint32_t /*branch*/, int bit) { return bit_of(colour, bit); });
  return colours_[nearest] == colour ? nearest : 0;
}

void ColourTree::insert(ColourBits colour) {
  const auto number = static_cast<std::uint32_t>(colours_.size());
  colours_.push_back(colour);
  branches_.emplace_back();
  if (number == 1) {
    root_ = {1, false};
    return;
  }
  const std::uint32_t nearest =
      walk([&](std::uint32_t /*branch*/, int bit) { return bit_of(colour, bit); });
  int differs = 0;
  while (bit_of(colour, differs) == bit_of(colours_[nearest], differs)) ++differs;
  Link* link = &root_;
  while (link->is_branch && branches_[link->number].bit < differs) {
    Branch& branch = branches_[link->number];
    link = &branch.to[bit_of(colour, branch.bit) ? 1 : 0];
  }
  Branch& made = branches_[number];
  made.bit = differs;
  made.to[bit_of(colour, differs) ? 1 : 0] = {number, false};
  made.to[bit_of(colour, differs) ? 0 : 1] = *link;
  *link = {number, true};
}

}  // namespace imgcnn::entropy
