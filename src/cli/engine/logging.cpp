#include "cli/engine/logging.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <memory>

namespace imgcnn::cli {

void set_up_logging(Verbosity verbosity, LogStyle style) {
  auto logger =
      std::make_shared<spdlog::logger>("imgcnn", std::make_shared<spdlog::sinks::stderr_sink_mt>());
  logger->set_pattern(style == LogStyle::kTimed ? "%H:%M:%S %v" : "%v");
  switch (verbosity) {
    case Verbosity::kQuiet:
      logger->set_level(spdlog::level::err);
      break;
    case Verbosity::kNormal:
      logger->set_level(spdlog::level::info);
      break;
    case Verbosity::kVerbose:
      logger->set_level(spdlog::level::debug);
      break;
  }
  spdlog::set_default_logger(std::move(logger));
}

}  // namespace imgcnn::cli
