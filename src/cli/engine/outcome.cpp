#include "cli/engine/outcome.h"

#include <exception>
#include <new>

#include "imgcnn/base/error.h"
#include "imgcnn/base/exit_code.h"
#include "imgcnn/base/files.h"
#include "imgcnn/base/interrupt.h"

namespace imgcnn::cli {

Outcome current_failure() {
  try {
    throw;
  } catch (const Error& error) {
    const bool by_signal = error.code() == ErrorCode::kInterrupted && interrupt_signal() > 0;
    return {by_signal ? 128 + interrupt_signal() : exit_code(error.code()), error.what()};
  } catch (const std::bad_alloc&) {
    return {kExitLimit, "out of memory"};
  } catch (const std::exception& error) {
    return {kExitProcessing, error.what()};
  } catch (...) {
    return {kExitProcessing, "unknown failure"};
  }
}

std::string about_file(const std::string& path, const std::string& message) {
  const std::string name = input_name(path);
  return message.find(name) != std::string::npos ? message : name + ": " + message;
}

}  // namespace imgcnn::cli
