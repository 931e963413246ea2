// Signal handling. Everything that the handler touches is lock-free and allocated beforehand.
#include "imgcnn/base/interrupt.h"

#include <unistd.h>

#include <array>
#include <atomic>
#include <csignal>
#include <cstring>
#include <ctime>

namespace imgcnn {
namespace {

constexpr std::array<int, 3> kSignals = {SIGINT, SIGTERM, SIGHUP};
constexpr int kSlots = 64;
constexpr std::size_t kMaxPath = 4096;

enum SlotState : int { kFree, kFilling, kArmed };

struct Slot {
  std::atomic<int> state{kFree};
  char path[kMaxPath] = {};
};

std::array<Slot, kSlots> slots;
std::atomic<bool> graceful{false};
std::atomic<int> first_signal{0};
std::atomic<int> holders{0};
std::atomic<bool> ending{false};
static_assert(std::atomic<int>::is_always_lock_free, "the handler needs lock-free atomics");

void nap() {
  const timespec millisecond = {0, 1000000};
  ::nanosleep(&millisecond, nullptr);
}

void handle_signal(int signal) {
  int none = 0;
  if (graceful.load() && first_signal.compare_exchange_strong(none, signal)) return;
  // Holders are other threads, as they block signals on their own: they come to an end.
  ending = true;
  while (holders.load() > 0) nap();
  for (Slot& slot : slots) {
    if (slot.state.load() == kArmed) ::unlink(slot.path);
  }
  // Folders, once what they held is gone.
  for (Slot& slot : slots) {
    if (slot.state.load() == kArmed) ::rmdir(slot.path);
  }
  // The signal is blocked while it is handled: it is delivered, by default now, on return.
  std::signal(signal, SIG_DFL);
  ::raise(signal);
}

}  // namespace

void install_signal_handlers() {
  static const bool installed = [] {
    for (const int signal : kSignals) {
      struct sigaction action = {};
      if (sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN) continue;
      action = {};
      action.sa_handler = handle_signal;
      action.sa_flags = SA_RESTART;
      sigemptyset(&action.sa_mask);
      sigaction(signal, &action, nullptr);
    }
    // A file that grows beyond its limit is an error of write(), as a full disk is.
    std::signal(SIGXFSZ, SIG_IGN);
    return true;
  }();
  static_cast<void>(installed);
}

GracefulInterrupts::GracefulInterrupts() {
  install_signal_handlers();
  first_signal = 0;
  graceful = true;
}

GracefulInterrupts::~GracefulInterrupts() { graceful = false; }

bool interrupt_requested() noexcept { return first_signal.load() != 0; }

int interrupt_signal() noexcept { return first_signal.load(); }

int register_temporary(const std::string& path) noexcept {
  if (path.size() >= kMaxPath) return -1;
  for (int i = 0; i < kSlots; ++i) {
    int expected = kFree;
    if (!slots[i].state.compare_exchange_strong(expected, kFilling)) continue;
    std::memcpy(slots[i].path, path.c_str(), path.size() + 1);
    slots[i].state = kArmed;
    return i;
  }
  return -1;
}

HoldSignals::HoldSignals() noexcept {
  sigset_t held;
  sigemptyset(&held);
  for (const int signal : kSignals) sigaddset(&held, signal);
  pthread_sigmask(SIG_BLOCK, &held, &before_);
  ++holders;
  if (!ending.load()) return;
  --holders;
  while (true) nap();
}

HoldSignals::~HoldSignals() {
  --holders;
  pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

void forget_temporary(int ticket) noexcept {
  if (ticket >= 0) slots[ticket].state = kFree;
}

}  // namespace imgcnn
