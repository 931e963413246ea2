// The corrections of magnitudes, put in their places.

#include "imgcnn/rdo/context_odds.h"

#include <cstddef>
#include <utility>

namespace imgcnn::rdo {
namespace {

class Shifts : public entropy::PredictionObserver {
 public:
  Shifts(std::size_t count, std::size_t plane) : shifts_(count), plane_(plane) {}

  void see(const entropy::PredictedSymbols& predicted) override {
    OddsShift* const of_channel =
        shifts_.data() + static_cast<std::size_t>(predicted.channel) * plane_;
    for (std::size_t k = 0; k < predicted.count; ++k) {
      const std::int16_t* const corrections =
          predicted.corrections + k * entropy::kCorrectionStride;
      OddsShift& shift = of_channel[predicted.positions[k]];
      for (std::size_t q = 0; q < 2; ++q) {
        shift.gt0[q] = corrections[3 * q];
        shift.gt1[q] = corrections[3 * q + 1];
      }
    }
  }

  [[nodiscard]] std::vector<OddsShift>& shifts() { return shifts_; }

 private:
  std::vector<OddsShift> shifts_;
  std::size_t plane_;
};

}  // namespace

std::vector<OddsShift> context_odds(const entropy::ContextCoder& coder,
                                    const std::vector<std::int32_t>& symbols,
                                    const std::vector<std::uint16_t>& cdf_indexes,
                                    const entropy::CodingOrder& order, int quality16) {
  Shifts shifts(symbols.size(), order.positions());
  coder.observe(symbols.data(), cdf_indexes.data(), order, quality16, shifts);
  return std::move(shifts.shifts());
}

}  // namespace imgcnn::rdo
