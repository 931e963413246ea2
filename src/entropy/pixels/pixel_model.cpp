// Decisions of a pixel: one of the suggestions; else a known colour, by the branches of the tree;
// else a new one, by the distance from what its neighbours foretell.

#include "pixel_model.h"

#include <algorithm>
#include <cstdlib>

#include "entropy/context/integer_log.h"
#include "imgcnn/base/error.h"
#include "imgcnn/entropy/pixel_coder.h"

namespace imgcnn::entropy {
namespace {

/// Green tells most about the others, so it comes first.
constexpr std::array<int, 3> kSampleOrder = {1, 0, 2};
constexpr std::uint32_t kMostExponent = 16;
/// Contexts see distances by their logarithm, up to this.
constexpr int kMostLog = 7;

[[noreturn]] void refuse(const char* reason) { throw Error(ErrorCode::kCorrupt, reason); }

}  // namespace

PixelModel::PixelModel(int height, int width, int channels, int bit_depth)
    : channels_(channels),
      bit_depth_(bit_depth),
      colours_(channels * bit_depth),
      map_(height, width) {
  if (channels == 1) return;
  for (std::size_t place = 0; place < kSampleOrder.size(); ++place)
    shifts_[static_cast<std::size_t>(kSampleOrder[place])] =
        bit_depth * (2 - static_cast<int>(place));
}

ColourBits PixelModel::colour_of(const std::uint16_t* samples) const {
  ColourBits colour = 0;
  for (int c = 0; c < channels_; ++c)
    colour |= ColourBits{samples[c]} << shifts_[static_cast<std::size_t>(c)];
  return colour;
}

void PixelModel::begin(int y, int x) {
  y_ = y;
  x_ = x;
  around_ = map_.around(y, x);
}

void PixelModel::suggest() {
  hashes_ = SurroundingHashes(around_);
  const std::array<const ColourMemory::Entry*, 3> entries = {
      &memories_[0].at(hashes_.of12), &memories_[1].at(hashes_.of6), &memories_[2].at(hashes_.of2)};
  suggestions_.colours = {entries[0]->first, entries[1]->first,  entries[2]->first,
                          around_.w,         around_.n,          around_.nw,
                          around_.ne,        entries[0]->second, entries[1]->second,
                          entries[2]->second};
  for (std::size_t i = 0; i < entries.size(); ++i)
    suggestions_.trusts[i] =
        entries[i]->first == 0 ? 0 : std::min(1 + entries[i]->trust, Suggestions::kMostTrust);
}

void PixelModel::select_suggestion(const SuggestionRounds& rounds) {
  const std::uint32_t k = rounds.round(), votes = rounds.votes(), colour = rounds.colour();
  const auto& trusts = suggestions_.trusts;
  suggested_.select({k * 1024 + votes, hash_of(hashes_.of4, k), hash_of(hashes_.of12, k),
                     hash_of(votes * 8 + trusts[0], k * 64 + trusts[1] * 8 + trusts[2]),
                     hash_of(colour, around_.w) + k, hash_of(hashes_.of6, k),
                     hash_of(around_.equalities() + k * 64, votes)},
                    std::min<std::uint32_t>(k, 7) * 8 + trusts[0]);
}

ColourBits PixelModel::code(DecisionCoder& coder, ColourBits wanted) {
  const std::uint32_t flat = around_.flat();
  if (flat != 0) {
    AdaptiveProbability& odds = flats_[flat % kContextSlots];
    const bool same = coder.code(odds.one, colours_.colour(flat) == wanted);
    odds.learn(same);
    if (same) {
      map_.set(y_, x_, flat);
      return colours_.colour(flat);
    }
  }
  suggest();
  SuggestionRounds rounds(suggestions_, flat);
  while (rounds.next()) {
    const ColourBits colour = colours_.colour(rounds.colour());
    select_suggestion(rounds);
    const bool taken = coder.code(suggested_.probability(), colour == wanted);
    suggested_.learn(taken);
    if (!taken) continue;
    learn(rounds.colour());
    return colour;
  }
  known_.select(
      {known_flags_, hash_of(around_.equalities(), known_flags_ % 8), hash_of(hashes_.of2, 1),
       hash_of(rounds.round(), around_.equalities()), hash_of(around_.w, 2)},
      0);
  const bool known = coder.code(known_.probability(), colours_.find(wanted) != 0);
  known_.learn(known);
  known_flags_ = (known_flags_ * 2 + (known ? 1 : 0)) % 256;
  last_ = known ? code_known(coder, wanted) : code_new(coder, wanted);
  if (last_ == flat || suggestions_.include(last_)) refuse("codes a colour that it has refused");
  learn(last_);
  return colours_.colour(last_);
}

PixelModel::WeighedSuggestions PixelModel::weigh() {
  WeighedSuggestions weighed;
  const auto add = [&](std::uint32_t number, std::int32_t probability) {
    weighed.options[weighed.count++] = {colours_.colour(number),
                                        weighed.refusal + cost_of(probability)};
    weighed.refusal += cost_of(65536 - probability);
  };
  const std::uint32_t flat = around_.flat();
  if (flat != 0) add(flat, flats_[flat % kContextSlots].one);
  suggest();
  SuggestionRounds rounds(suggestions_, flat);
  while (rounds.next()) {
    select_suggestion(rounds);
    add(rounds.colour(), suggested_.probability());
  }
  return weighed;
}

std::uint32_t PixelModel::code_known(DecisionCoder& coder, ColourBits wanted) {
  if (colours_.size() == 0) refuse("asks for a known colour before the first");
  return colours_.walk([&](std::uint32_t branch, int bit) {
    branches_.select({branch, hash_of(branch, around_.w), hash_of(branch, around_.n + (1U << 24)),
                      hash_of(branch, hashes_.of2), hash_of(branch, last_ + (2U << 24)),
                      hash_of(branch, hash_of(hashes_.of2, around_.nw)),
                      hash_of(branch, hash_of(around_.w, around_.ww))},
                     static_cast<std::size_t>(bit));
    const bool one = coder.code(branches_.probability(), colours_.bit_of(wanted, bit));
    branches_.learn(one);
    return one;
  });
}

std::uint32_t PixelModel::code_new(DecisionCoder& coder, ColourBits wanted) {
  // A neighbour that is not known looks like the first that is.
  std::uint32_t instead = 0;
  for (const std::uint32_t number : {around_.w, around_.n, around_.nw, around_.ne}) {
    if (instead == 0) instead = number;
  }
  const std::int32_t most = (1 << bit_depth_) - 1;
  const auto value = [&](std::uint32_t number, int channel) {
    if (instead == 0) return (most + 1) / 2;
    return sample(colours_.colour(number == 0 ? instead : number), channel);
  };
  // Contexts see 16 bits as 8.
  const auto logarithm = [&](std::int32_t distance) {
    return static_cast<std::uint32_t>(std::min(
        integer_log2(1 + static_cast<std::uint64_t>(distance >> (bit_depth_ - 8)), 0), kMostLog));
  };
  ColourBits colour = 0;
  std::int32_t correction = 0, before = 0;
  for (int place = 0; place < channels_; ++place) {
    const int channel = channels_ == 1 ? 0 : kSampleOrder[static_cast<std::size_t>(place)];
    const std::int32_t w = value(around_.w, channel), n = value(around_.n, channel),
                       nw = value(around_.nw, channel), ne = value(around_.ne, channel);
    const std::int32_t median = std::clamp(w + n - nw, std::min(w, n), std::max(w, n));
    const std::int32_t expected = std::clamp(median + correction, 0, most);
    residual_ = {static_cast<std::uint32_t>(place),
                 logarithm(std::abs(w - nw) + std::abs(n - nw) + std::abs(n - ne)),
                 logarithm(before),
                 hash_of(static_cast<std::uint32_t>(w), static_cast<std::uint32_t>(n))};
    const std::int32_t residual = code_residual(coder, sample(wanted, channel) - expected);
    const std::int32_t found = expected + residual;
    if (found < 0 || found > most) refuse("holds a sample out of range");
    colour |= static_cast<ColourBits>(found) << shifts_[static_cast<std::size_t>(channel)];
    if (place == 0) correction = found - median;
    before = std::abs(residual);
  }
  if (colours_.find(colour) != 0) refuse("holds a known colour as a new one");
  colours_.insert(colour);
  return colours_.size();
}

bool PixelModel::code_residual_decision(DecisionCoder& coder, std::uint32_t id, bool value) {
  const ResidualContext& of = residual_;
  residuals_.select({id + 64 * of.activity + 512 * of.place, id + 64 * of.before + 512 * of.place,
                     hash_of(of.neighbours, id + 64 * of.place),
                     hash_of(of.activity + 8 * of.before + 64 * of.place, id),
                     hash_of(hashes_.of2, id + 64 * of.place)},
                    of.place * 64 + id);
  const bool bit = coder.code(residuals_.probability(), value);
  residuals_.learn(bit);
  return bit;
}

std::int32_t PixelModel::code_residual(DecisionCoder& coder, std::int32_t wanted) {
  constexpr std::uint32_t kZero = 0, kNegative = 1, kAbove = 2, kFirstBit = 20, kSecondBit = 38;
  if (code_residual_decision(coder, kZero, wanted == 0)) return 0;
  const bool negative = code_residual_decision(coder, kNegative, wanted < 0);
  const auto magnitude = static_cast<std::uint32_t>(std::max(std::abs(wanted), 1));
  std::uint32_t e = 0;
  while (e < kMostExponent && code_residual_decision(coder, kAbove + e, magnitude >> (e + 1) != 0))
    ++e;
  std::uint32_t found = 1, left = e;
  // The first two bits below the leading one are worth a context.
  for (const std::uint32_t id : {kFirstBit, kSecondBit}) {
    if (left == 0) break;
    --left;
    found =
        found * 2 + (code_residual_decision(coder, id + e, (magnitude >> left & 1) != 0) ? 1 : 0);
  }
  found = found << left | coder.bypass(magnitude & ((1U << left) - 1), left);
  return negative ? -static_cast<std::int32_t>(found) : static_cast<std::int32_t>(found);
}

void PixelModel::learn(std::uint32_t number) {
  map_.set(y_, x_, number);
  memories_[0].learn(hashes_.of12, number);
  memories_[1].learn(hashes_.of6, number);
  memories_[2].learn(hashes_.of2, number);
}

}  // namespace imgcnn::entropy
