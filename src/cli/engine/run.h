#pragma once
// The verbs that run in the engine. Each throws Error, or returns the outcome of a batch.

#include "cli/engine.h"

namespace imgcnn::cli {

[[nodiscard]] Outcome run_compress(const CompressCommand& command);
[[nodiscard]] Outcome run_decompress(const DecompressCommand& command);
[[nodiscard]] Outcome run_verify(const VerifyCommand& command);
[[nodiscard]] Outcome run_eval(const EvalCommand& command);

}  // namespace imgcnn::cli
