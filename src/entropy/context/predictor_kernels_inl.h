// The linear prediction, written once for vectors of any instruction set: included by kernels_*.cpp
// behind a Simd of its own, in a namespace of its own. Vectors are those of GCC and Clang, as wide
// as the processor's.

/// Vectors of kCount integers, and their halves.
template <int kCount>
struct Integers {
  // GCC forgets the attribute of an alias that depends on a parameter.
  typedef std::int32_t Vector __attribute__((vector_size(4 * kCount)));
  static_assert(sizeof(Vector) == 4 * kCount);
  static std::int32_t sum(const Vector& v) {
    typename Integers<kCount / 2>::Vector halves[2];
    __builtin_memcpy(halves, &v, sizeof(v));
    return Integers<kCount / 2>::sum(halves[0] + halves[1]);
  }
};
template <>
struct Integers<2> {
  using Vector = std::int32_t __attribute__((vector_size(8)));
  static std::int32_t sum(const Vector& v) { return v[0] + v[1]; }
};

using Row = Integers<Simd::kWidth>;
constexpr std::size_t kRowVectors = kPredictorInputs / static_cast<std::size_t>(Simd::kWidth);

/// Vector by vector: all at once GCC takes by way of memory, in smaller pieces than are read again.
inline void load_row(const std::int32_t* from, Row::Vector (&row)[kRowVectors]) {
  for (std::size_t v = 0; v < kRowVectors; ++v)
    __builtin_memcpy(&row[v], from + v * Simd::kWidth, sizeof(row[v]));
}

inline void predict(const PredictorWeights& weights, const PredictorRow* rows, std::size_t count,
                    PredictorSums* sums) {
  Row::Vector by[kPredictorRates][kRowVectors];
  for (std::size_t r = 0; r < kPredictorRates; ++r) load_row(weights[r], by[r]);
  for (std::size_t i = 0; i < count; ++i) {
    Row::Vector x[kRowVectors];
    load_row(rows[i].inputs, x);
    Row::Vector products[kPredictorRates]{}, energy{};
    for (std::size_t v = 0; v < kRowVectors; ++v) {
      for (std::size_t r = 0; r < kPredictorRates; ++r) products[r] += by[r][v] * x[v];
      energy += x[v] * x[v];
    }
    for (std::size_t r = 0; r < kPredictorRates; ++r) sums[i].products[r] = Row::sum(products[r]);
    sums[i].energy = Row::sum(energy);
  }
}

inline void adapt(const PredictorRow* rows, const PredictorSteps* steps, std::size_t count,
                  PredictorWeights& weights) {
  const Row::Vector most = Row::Vector{} + kMostPredictorWeight;
  Row::Vector by[kPredictorRates][kRowVectors];
  for (std::size_t r = 0; r < kPredictorRates; ++r) load_row(weights[r], by[r]);
  for (std::size_t i = 0; i < count; ++i) {
    Row::Vector x[kRowVectors];
    load_row(rows[i].inputs, x);
    for (std::size_t r = 0; r < kPredictorRates; ++r) {
      for (std::size_t v = 0; v < kRowVectors; ++v) {
        const Row::Vector moved = by[r][v] + (x[v] * steps[i].by_rate[r] >> kPredictorStepPlaces);
        const Row::Vector above = moved < -most ? -most : moved;
        by[r][v] = above > most ? most : above;
      }
    }
  }
  for (std::size_t r = 0; r < kPredictorRates; ++r)
    __builtin_memcpy(weights[r], by[r], sizeof(by[r]));
}
