// The pass over all planes, and the binary decisions of a symbol.

#include "imgcnn/entropy/context_coder.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "context_features.h"
#include "imgcnn/base/error.h"
#include "index_statistics.h"
#include "level_predictor.h"
#include "logistic_scale.h"
#include "mlp_scratch.h"
#include "picture_statistics.h"
#include "symbol_history.h"

namespace imgcnn::entropy {
namespace {

/// A symbol that its distribution takes for zero with more than 99.6 % is coded by that alone: such
/// symbols are most of a latent and hold a hundredth of its bits.
constexpr std::int32_t kLeastPredictedLogit = -1412;

/// Decisions are appended to a stream; their values are those of the symbol at hand.
struct EncodeDecisions {
  RansEncoder& encoder;
  bool code(std::int32_t p, bool value) const {
    encoder.append_bit(static_cast<std::uint16_t>(p), value);
    return value;
  }
  std::uint32_t bypass(std::uint32_t value, std::uint32_t count) const {
    encoder.append_bits(value, count);
    return value;
  }
};

/// Decisions come from a stream.
struct DecodeDecisions {
  RansDecoder& decoder;
  bool code(std::int32_t p, bool /*value*/) const {
    return decoder.take_bit(static_cast<std::uint16_t>(p));
  }
  std::uint32_t bypass(std::uint32_t /*value*/, std::uint32_t count) const {
    return decoder.take_bits(count);
  }
};

/// Codes one predicted symbol; `symbol` is what to encode, and means nothing to a decoder.
template <class Decisions>
std::int32_t code_symbol(const Decisions& decisions, const IndexStatistics& own,
                         const std::int16_t* greater_corrections, std::int32_t sign_correction,
                         std::int32_t symbol) {
  const LogisticScale& scale = LogisticScale::instance();
  const auto probability = [&](std::int32_t logit) {
    return scale.squash(std::clamp(logit, -kLogitLimit, kLogitLimit));
  };
  const std::int32_t magnitude = std::abs(symbol);
  std::int32_t k = 0;
  for (; k < static_cast<std::int32_t>(kUnaryDecisions); ++k) {
    if (!decisions.code(probability(own.greater[static_cast<std::size_t>(k)] +
                                    greater_corrections[std::min(k, 2)]),
                        magnitude > k))
      break;
  }
  if (k == 0) return 0;
  std::int32_t value = k;
  if (k == static_cast<std::int32_t>(kUnaryDecisions)) {
    // Exp-Golomb: the number from 1 on that is left, its exponent in unary, then its mantissa.
    const auto rest = static_cast<std::uint32_t>(std::max(magnitude - k + 1, 1));
    std::uint32_t exponent = 0;
    while (exponent < kExponentDecisions &&
           decisions.code(scale.squash(own.exponent[exponent]), rest >> (exponent + 1) != 0))
      ++exponent;
    const std::uint32_t one = 1U << exponent;
    // A damaged stream may ask for more than a symbol can be.
    value =
        std::min(k - 1 + static_cast<std::int32_t>(one + decisions.bypass(rest - one, exponent)),
                 kMaxSymbol);
  }
  return decisions.code(probability(own.negative + sign_correction), symbol < 0) ? -value : value;
}

}  // namespace

/// One pass over the planes of a picture or tile: what is known of them so far, and what is
/// predicted next.
class ContextCoder::Pass {
 public:
  Pass(const ContextCoder& coder, const std::uint16_t* cdf_indexes, const CodingOrder& order,
       int quality16)
      : coder_(coder),
        cdf_indexes_(cdf_indexes),
        order_(order),
        history_(coder.channels_, order.size()),
        picture_(order.size()),
        features_of_(coder.mlp_.weights().references, history_, picture_, quality16),
        predictor_(coder.mlp_.weights().predictors, history_),
        state_(coder.quantizer_),
        expected_(order.positions()),
        coding_indexes_(order.positions()) {
    const int width = order.size().width;
    offsets_.reserve(order.positions());
    for (std::size_t i = 0; i < order.positions(); ++i) {
      const auto raster = static_cast<int>(i);
      offsets_.push_back(history_.offset(raster / width, raster % width));
    }
  }

  /// Goes through planes whose symbols are known: each is predicted at once, then shown to
  /// `use(plane)`.
  template <class Use>
  void known(const std::int32_t* symbols, const Use& use) {
    for (int c = 0; c < coder_.channels_; ++c, symbols += order_.positions()) {
      begin_channel(c);
      for (std::size_t front = 0; front < order_.fronts(); ++front) {
        begin_front(front);
        for_each_of_front(front, [&](std::uint32_t at, std::size_t predicted) {
          coding_indexes_[at] = state_.coding_index(plane_indexes_[at]);
          record(at, predicted, coding_indexes_[at], symbols[at]);
        });
      }
      predictor_.adapt();
      predict(0, predicted_.size());
      use(symbols);
      end_channel();
    }
  }

  void encode(const CutStream<RansEncoder>& stream, const std::int32_t* symbols) {
    RansEncoder& encoder = stream.coder();
    const EncodeDecisions decisions{encoder};
    known(symbols, [&](const std::int32_t* plane) {
      stream.reach(channel_);
      std::size_t next = 0;
      for (std::size_t i = 0; i < order_.positions(); ++i) {
        const std::uint32_t at = order_.raster(i);
        if (next < predicted_.size() && predicted_[next] == at)
          code(decisions, coding_indexes_[at], next++, plane[at]);
        else
          encoder.append_symbol(coder_.table_, coding_indexes_[at], plane[at]);
      }
    });
    stream.reach(coder_.channels_);
  }

  void decode(const CutStream<RansDecoder>& stream, std::int32_t* symbols, int channels) {
    RansDecoder& decoder = stream.coder();
    const DecodeDecisions decisions{decoder};
    for (int c = 0; c < channels; ++c, symbols += order_.positions()) {
      stream.reach(c);
      begin_channel(c);
      for (std::size_t front = 0; front < order_.fronts(); ++front) {
        begin_front(front);
        predict(front_begins_[front], front_begins_[front + 1]);
        for_each_of_front(front, [&](std::uint32_t at, std::size_t predicted) {
          const std::uint16_t index = state_.coding_index(plane_indexes_[at]);
          symbols[at] = predicted == kNotPredicted ? decoder.take_symbol(coder_.table_, index)
                                                   : code(decisions, index, predicted, 0);
          record(at, predicted, index, symbols[at]);
        });
      }
      end_channel();
    }
    stream.reach(channels);
  }

  /// What was predicted of the channel that `known` shows.
  [[nodiscard]] PredictedSymbols predicted() const {
    return {channel_,         predicted_.data(),   predicted_.size(),   coding_indexes_.data(),
            features_.data(), corrections_.data(), predictor_.weights()};
  }

 private:
  static constexpr std::size_t kNotPredicted = static_cast<std::size_t>(-1);

  /// The statistics that stand for an index before its quantizer is known.
  [[nodiscard]] const IndexStatistics& statistics(std::uint16_t index) const {
    return coder_.statistics_[coder_.quantizer_.applies_to(index)
                                  ? coder_.quantizer_.dependent_index(index, 0)
                                  : index];
  }

  /// Calls with the raster position of each symbol of a front, and its number among the predicted
  /// ones, or kNotPredicted.
  template <class Use>
  void for_each_of_front(std::size_t front, const Use& use) {
    std::size_t next = front_begins_[front];
    const std::size_t end = front_begins_[front + 1];
    for (std::size_t i = order_.front_start(front); i < order_.front_start(front + 1); ++i) {
      const std::uint32_t at = order_.raster(i);
      const bool predicted = next < end && predicted_[next] == at;
      use(at, predicted ? next++ : kNotPredicted);
    }
  }

  void begin_channel(int channel) {
    channel_ = channel;
    plane_indexes_ = cdf_indexes_ + static_cast<std::size_t>(channel) * order_.positions();
    predicted_.resize(order_.positions());
    predicted_offsets_.resize(order_.positions());
    front_begins_.clear();
    expected_before_.clear();
    std::uint64_t expected = 0;
    std::size_t count = 0;
    for (std::size_t front = 0; front < order_.fronts(); ++front) {
      front_begins_.push_back(count);
      expected_before_.push_back(expected);
      for (std::size_t i = order_.front_start(front); i < order_.front_start(front + 1); ++i) {
        const std::uint32_t at = order_.raster(i);
        const std::uint16_t index = plane_indexes_[at];
        expected_[at] = coder_.expected_[index];
        expected += static_cast<std::uint64_t>(expected_[at]);
        // Without a branch that nobody can foresee: what is not predicted is written over.
        predicted_[count] = at;
        predicted_offsets_[count] = offsets_[at];
        count += coder_.predicts(index) ? 1 : 0;
      }
    }
    front_begins_.push_back(count);
    predicted_.resize(count);
    predicted_offsets_.resize(count);
    ratios_.resize(predicted_.size());
    predictions_.resize(predicted_.size());
    features_.resize(std::max(features_.size(), predicted_.size() * kFeatureStride));
    corrections_.resize(std::max(corrections_.size(), predicted_.size() * kCorrectionStride));
    if (predicted_.empty()) return;
    features_of_.begin_channel(channel, plane_indexes_, order_.size());
    predictor_.begin_channel(channel, features_of_.predictor_distances());
    coder_.mlp_.begin_channel(channel, scratch_);
  }

  /// Before the first symbol of a front is recorded.
  void begin_front(std::size_t front) {
    const std::size_t begin = front_begins_[front], end = front_begins_[front + 1];
    if (begin == end) return;
    predictor_.adapt();
    predictor_.predict(predicted_offsets_.data() + begin, end - begin, predictions_.data() + begin);
    const auto ratio = static_cast<std::int8_t>(
        std::clamp(picture_.plane_ratio(expected_before_[front]), -127, 127));
    std::fill(ratios_.begin() + static_cast<std::ptrdiff_t>(begin),
              ratios_.begin() + static_cast<std::ptrdiff_t>(end), ratio);
  }

  /// Predicts those among the predicted symbols, whose west, north and north-east neighbours are
  /// recorded.
  void predict(std::size_t begin, std::size_t end) {
    for (std::size_t k = begin; k < end; ++k) {
      const std::uint32_t at = predicted_[k];
      features_of_.write(predicted_offsets_[k], predictions_[k], ratios_[k],
                         statistics(plane_indexes_[at]), features_.data() + k * kFeatureStride);
    }
    ContextFeatures::add_magnitudes(features_.data() + begin * kFeatureStride, end - begin);
    coder_.mlp_.correct(features_.data() + begin * kFeatureStride, end - begin,
                        corrections_.data() + begin * kCorrectionStride, scratch_);
  }

  template <class Decisions>
  std::int32_t code(const Decisions& decisions, std::uint16_t index, std::size_t predicted,
                    std::int32_t symbol) const {
    const std::int16_t* const corrections = corrections_.data() + predicted * kCorrectionStride;
    return code_symbol(decisions, coder_.statistics_[index],
                       corrections + 3 * coder_.quantizer_.quantizer_of(index),
                       corrections[kSignCorrection], symbol);
  }

  /// coding_index: what codes the symbol.
  void record(std::uint32_t at, std::size_t predicted, std::uint16_t coding_index,
              std::int32_t symbol) {
    if (predicted != kNotPredicted) picture_.count(symbol, coder_.statistics_[coding_index]);
    if (symbol != 0) {
      const std::int32_t level =
          coder_.quantizer_.context_level(symbol, coder_.quantizer_.quantizer_of(coding_index));
      history_.set(offsets_[at], level);
      picture_.add_level(at, level);
    }
    state_.advance(plane_indexes_[at], symbol);
  }

  void end_channel() {
    history_.finish_channel();
    picture_.finish_channel(expected_);
  }

  const ContextCoder& coder_;
  const std::uint16_t* cdf_indexes_;
  const CodingOrder& order_;
  SymbolHistory history_;
  PictureStatistics picture_;
  ContextFeatures features_of_;
  LevelPredictor predictor_;
  DqState state_;
  ContextMlp::Scratch scratch_;
  std::vector<std::ptrdiff_t> offsets_;  ///< [height][width] in the history

  // Of the channel at hand.
  int channel_ = 0;
  const std::uint16_t* plane_indexes_ = nullptr;  ///< CDF indexes [height][width]
  std::vector<std::int32_t> expected_;            ///< magnitudes [height][width]
  /// [fronts] sums of these over the fronts before.
  std::vector<std::uint64_t> expected_before_;
  std::vector<std::uint16_t> coding_indexes_;  ///< [height][width]
  /// Raster positions, in coding order, of the symbols predicted.
  std::vector<std::uint32_t> predicted_;
  std::vector<std::ptrdiff_t> predicted_offsets_;  ///< [predicted] in the history
  std::vector<std::size_t> front_begins_;          ///< [fronts + 1] in `predicted_`
  std::vector<LevelPredictions> predictions_;      ///< [predicted] of their levels, units of 1/256
  /// [predicted] PictureStatistics::plane_ratio at their fronts.
  std::vector<std::int8_t> ratios_;
  std::vector<std::int8_t> features_;      ///< [predicted][kFeatureStride]
  std::vector<std::int16_t> corrections_;  ///< [predicted][kCorrectionStride]
};

ContextCoder::ContextCoder(CdfTable table, DependentQuantizer quantizer, int channels,
                           ContextMlpWeights weights, const std::string& name)
    : table_(std::move(table)),
      quantizer_(std::move(quantizer)),
      channels_(channels),
      statistics_(index_statistics(table_, quantizer_)),
      mlp_(std::move(weights), channels, name) {
  require(table_.rows() >= static_cast<std::size_t>(quantizer_.cdf_count()), ErrorCode::kCorrupt,
          name + ": the table lacks CDFs of the dependent quantizer");
  const std::size_t indexes = table_.rows();
  for (std::size_t index = 0; index < indexes; ++index) {
    const auto cdf_index = static_cast<std::uint16_t>(index);
    // Indexes behind those of the dependent quantizer are never asked for.
    const bool dependent = index < static_cast<std::size_t>(quantizer_.cdf_indexes()) &&
                           quantizer_.applies_to(cdf_index);
    const IndexStatistics& of =
        statistics_[dependent ? quantizer_.dependent_index(cdf_index, 0) : index];
    predicted_.push_back(of.greater[0] >= kLeastPredictedLogit ? 1 : 0);
    expected_.push_back(of.magnitude);
  }
}

ContextCoder::~ContextCoder() = default;
ContextCoder::ContextCoder(ContextCoder&&) noexcept = default;
ContextCoder& ContextCoder::operator=(ContextCoder&&) noexcept = default;

void ContextCoder::encode(const CutStream<RansEncoder>& stream, const std::int32_t* symbols,
                          const std::uint16_t* cdf_indexes, const CodingOrder& order,
                          int quality16) const {
  Pass(*this, cdf_indexes, order, quality16).encode(stream, symbols);
}

void ContextCoder::decode(const CutStream<RansDecoder>& stream, std::int32_t* symbols,
                          const std::uint16_t* cdf_indexes, const CodingOrder& order, int quality16,
                          int channels) const {
  Pass(*this, cdf_indexes, order, quality16).decode(stream, symbols, channels);
}

void ContextCoder::observe(const std::int32_t* symbols, const std::uint16_t* cdf_indexes,
                           const CodingOrder& order, int quality16,
                           PredictionObserver& observer) const {
  Pass pass(*this, cdf_indexes, order, quality16);
  pass.known(symbols, [&](const std::int32_t* /*plane*/) { observer.see(pass.predicted()); });
}

IndexLogits ContextCoder::logits(std::size_t coding_index) const {
  const IndexStatistics& of = statistics_[coding_index];
  return {of.greater, of.negative};
}

}  // namespace imgcnn::entropy
