// References first, then the networks, both from symbols of training pictures.

#include "context_teaching.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <memory>
#include <random>
#include <utility>
#include <vector>

#include "imgcnn/codec/latent_extractor.h"
#include "imgcnn/entropy/context_coder.h"
#include "imgcnn/model/coding_tables.h"
#include "mlp_trainer.h"
#include "reference_search.h"

namespace imgcnn::train {
namespace {

constexpr int kQualitySteps = 10;  ///< 0, 10, .. 90, each picture somewhere in its step
constexpr int kHeldOut = 20;       ///< every so manieth picture is not learned from
/// Observations that are in memory at once, of all pictures, of one, of one that is held out.
constexpr std::size_t kMostInMemory = 6'000'000, kMostOfPicture = 80'000, kMostHeldOut = 10'000;
constexpr int kHyperWidth = 32;
constexpr std::uint64_t kSeed = 1;

/// A network that corrects nothing: what a coder shows while its own network is not known.
entropy::ContextMlpWeights silent_network(int channels, std::vector<std::int32_t> references,
                                          std::vector<std::int32_t> predictors) {
  using W = entropy::ContextMlpWeights;
  const auto c = static_cast<std::size_t>(channels);
  W weights;
  weights.references = std::move(references);
  weights.predictors = std::move(predictors);
  weights.first.assign(c * entropy::kContextFeatures * W::kWidthStep, 0);
  weights.first_bias.assign(c * W::kWidthStep, 0);
  weights.second.assign(W::kWidthStep * W::kNarrow, 0);
  weights.second_bias.assign(c * W::kNarrow, 0);
  weights.third.assign(c * W::kNarrow * W::kOutputs, 0);
  weights.third_bias.assign(c * W::kOutputs, 0);
  return weights;
}

/// Gathers what a coder's network would see of pictures, drawn at random where a picture has too
/// many symbols.
class Collector : public entropy::PredictionObserver {
 public:
  Collector(const codec::ExtractedPlanes& planes, double share, std::mt19937& random,
            ContextObservations& to)
      : planes_(planes), share_(share), random_(random), to_(to) {}

  void see(const entropy::PredictedSymbols& predicted) override {
    const std::size_t area = planes_.cdf_indexes.size() == 0
                                 ? 0
                                 : static_cast<std::size_t>(planes_.size.height) *
                                       static_cast<std::size_t>(planes_.size.width);
    const std::int32_t* const symbols =
        planes_.symbols.data() + static_cast<std::size_t>(predicted.channel) * area;
    constexpr auto kMost = static_cast<std::int32_t>(entropy::kUnaryDecisions);
    for (std::size_t k = 0; k < predicted.count; ++k) {
      if (share_ < 1 && std::generate_canonical<double, 32>(random_) >= share_) continue;
      ContextObservation& seen = to_.emplace_back();
      std::copy_n(predicted.features + k * entropy::kFeatureStride, entropy::kContextFeatures,
                  seen.features.begin());
      const std::uint32_t at = predicted.positions[k];
      seen.channel = static_cast<std::int16_t>(predicted.channel);
      seen.coding_index = predicted.coding_indexes[at];
      seen.symbol = static_cast<std::int8_t>(std::clamp(symbols[at], -kMost, kMost));
    }
  }

 private:
  const codec::ExtractedPlanes& planes_;
  double share_;
  std::mt19937& random_;
  ContextObservations& to_;
};

/// What the linear predictions of a coder come to in the mean of pictures, each channel weighed by
/// its symbols.
class PredictorMean : public entropy::PredictionObserver {
 public:
  PredictorMean(const codec::PlaneCoding& coding, const std::vector<std::int32_t>& references)
      : coder_(coding.table, coding.quantizer, coding.channels,
               silent_network(coding.channels, references,
                              std::vector<std::int32_t>(static_cast<std::size_t>(coding.channels) *
                                                        entropy::kPredictorInputs)),
               "context"),
        sums_(static_cast<std::size_t>(coding.channels) * entropy::kPredictorInputs),
        weights_(static_cast<std::size_t>(coding.channels)) {}

  void add(const codec::ExtractedPlanes& planes, int quality16) {
    coder_.observe(planes.symbols.data(), planes.cdf_indexes.data(),
                   entropy::CodingOrder(planes.size), quality16, *this);
  }
  void see(const entropy::PredictedSymbols& predicted) override {
    const auto channel = static_cast<std::size_t>(predicted.channel);
    if (predicted.count == 0) return;
    weights_[channel] += static_cast<double>(predicted.count);
    for (std::size_t j = 0; j < entropy::kPredictorInputs; ++j)
      sums_[channel * entropy::kPredictorInputs + j] +=
          static_cast<double>(predicted.count) * predicted.predictor[j];
  }
  [[nodiscard]] std::vector<std::int32_t> mean() const {
    std::vector<std::int32_t> result;
    for (std::size_t i = 0; i < sums_.size(); ++i) {
      const double weight = weights_[i / entropy::kPredictorInputs];
      result.push_back(weight == 0 ? 0 : static_cast<std::int32_t>(std::lround(sums_[i] / weight)));
    }
    return result;
  }

 private:
  entropy::ContextCoder coder_;
  std::vector<double> sums_, weights_;
};

/// Teaches one of the two coders.
class Teacher {
 public:
  Teacher(codec::PlaneCoding coding, int width, std::vector<std::int32_t> references,
          std::vector<std::int32_t> predictors)
      : references_(std::move(references)),
        predictors_(std::move(predictors)),
        channels_(coding.channels),
        coder_(coding.table, coding.quantizer, coding.channels,
               silent_network(coding.channels, references_, predictors_), "context"),
        trainer_(coding.channels, width, indexes_of(coding, coder_), kSeed) {}

  void observe(const codec::ExtractedPlanes& planes, int quality16, bool held_out,
               std::mt19937& random) {
    std::size_t predicted = 0;
    for (const std::uint16_t index : planes.cdf_indexes)
      predicted += coder_.predicts(index) ? 1 : 0;
    const std::size_t most = held_out ? kMostHeldOut : kMostOfPicture;
    const double share = static_cast<double>(most) / static_cast<double>(std::max(predicted, most));
    Collector collector(planes, share, random, held_out ? held_out_ : seen_);
    coder_.observe(planes.symbols.data(), planes.cdf_indexes.data(),
                   entropy::CodingOrder(planes.size), quality16, collector);
  }
  [[nodiscard]] bool is_full() const { return seen_.size() >= kMostInMemory; }

  /// Learns from what has gathered; from, to: its share of the whole.
  void learn(double from, double to) {
    trainer_.learn(seen_, from, to);
    learned_ += seen_.size();
    seen_.clear();
  }
  [[nodiscard]] std::size_t learned() const { return learned_; }
  /// Share of the bits of what was held out that the network saves.
  [[nodiscard]] double saved() const {
    if (learned_ == 0 || held_out_.empty()) return 0;
    const auto bits = trainer_.bits(held_out_);
    return 1 - bits.after / bits.before;
  }

  void put(bitstream::TensorFile& model, const char* name) const {
    const double saves = saved();
    spdlog::info("{}: {:.2f} % off the bits of pictures held out{}", name, 100 * saves,
                 saves > 0 ? "" : "; left out");
    if (saves > 0)
      model::put_context(model, name, channels_, trainer_.weights(references_, predictors_));
  }

 private:
  static std::vector<ContextMlpTrainer::Index> indexes_of(const codec::PlaneCoding& coding,
                                                          const entropy::ContextCoder& coder) {
    std::vector<ContextMlpTrainer::Index> indexes;
    for (std::size_t i = 0; i < coding.table.rows(); ++i)
      indexes.push_back({coder.logits(i), coding.quantizer.quantizer_of(i)});
    return indexes;
  }

  std::vector<std::int32_t> references_, predictors_;
  int channels_;
  entropy::ContextCoder coder_;
  ContextMlpTrainer trainer_;
  ContextObservations seen_, held_out_;
  std::size_t learned_ = 0;
};

/// Somewhere in the step of qualities that a picture's number gives it.
double quality_of(int number, std::mt19937& random) {
  constexpr double kWidth = 100.0 / kQualitySteps;
  return kWidth * (number % kQualitySteps + std::generate_canonical<double, 32>(random));
}

}  // namespace

void teach_context(bitstream::TensorFile& model, const TeachingOptions& options) {
  model::drop_contexts(model);
  const codec::LatentExtractor extractor(model, options.codec);
  std::mt19937 random(static_cast<std::mt19937::result_type>(kSeed));
  struct Part {
    const char* name;
    codec::PlaneCoding coding;
    int width;
    const codec::ExtractedPlanes& (*of)(const codec::ExtractedLatent&);
    std::unique_ptr<Teacher> teacher;
  };
  std::vector<Part> parts;
  using Extracted = codec::ExtractedLatent;
  parts.push_back({model::kLatentContext, extractor.latent_coding(), options.width,
                   [](const Extracted& x) -> const codec::ExtractedPlanes& { return x.latent; },
                   nullptr});
  if (extractor.has_hyper()) {
    parts.push_back({model::kHyperContext, extractor.hyper_coding(), kHyperWidth,
                     [](const Extracted& x) -> const codec::ExtractedPlanes& { return x.hyper; },
                     nullptr});
  }

  // Minutes each: nobody should wonder.
  spdlog::info("context: which positions tell most, from {} pictures", options.survey_pictures);
  std::vector<ReferenceSearch> searches;
  for (const Part& part : parts) searches.emplace_back(part.coding);
  for (int i = 0; i < options.survey_pictures; ++i) {
    const auto extracted = extractor.extract(options.picture(i), quality_of(i, random));
    for (std::size_t p = 0; p < parts.size(); ++p) searches[p].add(parts[p].of(extracted));
  }
  std::vector<std::vector<std::int32_t>> references;
  std::vector<std::unique_ptr<PredictorMean>> means;
  for (std::size_t p = 0; p < parts.size(); ++p) {
    references.push_back(searches[p].choose());
    means.push_back(std::make_unique<PredictorMean>(parts[p].coding, references[p]));
  }
  searches.clear();
  for (int i = 0; i < options.survey_pictures; ++i) {
    const auto extracted =
        extractor.extract(options.picture(options.survey_pictures + i), quality_of(i, random));
    for (std::size_t p = 0; p < parts.size(); ++p)
      means[p]->add(parts[p].of(extracted), extracted.quality16);
  }
  for (std::size_t p = 0; p < parts.size(); ++p) {
    parts[p].teacher = std::make_unique<Teacher>(parts[p].coding, parts[p].width,
                                                 std::move(references[p]), means[p]->mean());
  }
  means.clear();

  spdlog::info("context: networks, from {} pictures", options.pictures);
  const double count = options.pictures;
  int learned = 0;
  for (int i = 0; i < options.pictures; ++i) {
    const auto extracted =
        extractor.extract(options.picture(2 * options.survey_pictures + i), quality_of(i, random));
    // Shifted by one each round: so that every quality is held out in its turn.
    const bool held_out = (i + i / kHeldOut) % kHeldOut == 0;
    for (const Part& part : parts)
      part.teacher->observe(part.of(extracted), extracted.quality16, held_out, random);
    const bool full = std::any_of(parts.begin(), parts.end(),
                                  [](const Part& part) { return part.teacher->is_full(); });
    if (!full && i + 1 < options.pictures) continue;
    for (const Part& part : parts) part.teacher->learn(learned / count, (i + 1) / count);
    learned = i + 1;
    spdlog::info("context: {} pictures, {} symbols, {:.2f} % saved", learned,
                 parts[0].teacher->learned(), 100 * parts[0].teacher->saved());
  }
  for (const Part& part : parts) part.teacher->put(model, part.name);
}

}  // namespace imgcnn::train
