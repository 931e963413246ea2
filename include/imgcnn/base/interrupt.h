#pragma once
// SIGINT, SIGTERM and SIGHUP: temporary files vanish, and the process dies by the signal, as a
// shell expects.

#include <signal.h>

#include <string>

namespace imgcnn {

/// Installs the handlers (once; further calls do nothing). A signal that is ignored already, as
/// under nohup, stays so. SIGXFSZ is ignored, so that a limit on the size of files is an error of
/// writing. A handled signal unlinks the registered temporaries and ends the process by that same
/// signal (status 128 + n).
void install_signal_handlers();

/// While one lives, the first signal only sets a flag, so that work can be saved; a second one ends
/// the process. Installs the handlers. At most one at a time.
class GracefulInterrupts {
 public:
  GracefulInterrupts();
  ~GracefulInterrupts();
  GracefulInterrupts(const GracefulInterrupts&) = delete;
  GracefulInterrupts& operator=(const GracefulInterrupts&) = delete;
};

/// True once a signal came while a GracefulInterrupts lived.
[[nodiscard]] bool interrupt_requested() noexcept;

/// The number of that signal, 0 when none came.
[[nodiscard]] int interrupt_signal() noexcept;

/// Has `path`, a file or a folder of nothing but such files, removed when a signal ends the
/// process. Returns a ticket for `forget_temporary`; -1, and no protection, when the path is too
/// long or too many are registered. Thread-safe.
[[nodiscard]] int register_temporary(const std::string& path) noexcept;

/// While one lives, no signal ends the process, so that a temporary file is never seen between its
/// creation and its registration. Short, and not nested. Waits for ever when a signal is ending the
/// process already. Thread-safe.
class HoldSignals {
 public:
  HoldSignals() noexcept;
  ~HoldSignals();
  HoldSignals(const HoldSignals&) = delete;
  HoldSignals& operator=(const HoldSignals&) = delete;

 private:
  sigset_t before_ = {};  ///< this thread's mask
};

/// Ends the protection of `register_temporary`. -1 is allowed.
void forget_temporary(int ticket) noexcept;

}  // namespace imgcnn
