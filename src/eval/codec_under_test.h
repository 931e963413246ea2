#pragma once
// What is measured: models and baselines behind one face.

#include <functional>
#include <string>
#include <vector>

#include "imgcnn/eval/evaluator.h"
#include "imgcnn/image/image.h"

namespace imgcnn::eval {

/// A codec to measure.
struct CodecUnderTest {
  std::string name;  ///< unique in a report
  bool is_model = false;
  bool is_program = false;  ///< see Baseline
  std::string note;         ///< settings, in words
  std::vector<double> qualities;
  std::function<Bytes(const image::Image&, double)> encode;
  std::function<image::Image(ByteSpan)> decode;
};

/// Models first, then baselines, in the order asked for. Throws kInvalidArgument when there is
/// nothing to measure or a baseline cannot run, and what codec::Codec throws.
[[nodiscard]] std::vector<CodecUnderTest> codecs_under_test(const EvalOptions& options);

/// The picture as codecs get it: without metadata and alpha, so that all store the same. Throws as
/// image::read_image.
[[nodiscard]] image::Image read_picture(const std::string& path);

}  // namespace imgcnn::eval
