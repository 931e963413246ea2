// Signals, each in a child process.
#include "imgcnn/base/interrupt.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "imgcnn/base/files.h"
#include "temp_dir.h"

namespace imgcnn {
namespace {

/// The wait status of a child that runs `body` and then leaves with status 0.
int run_child(const std::function<void()>& body) {
  const pid_t child = ::fork();
  if (child == 0) {
    body();
    ::_exit(0);
  }
  int status = 0;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  return status;
}

TEST(Interrupt, RemovesTemporariesAndDiesByTheSignal) {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    const TempDir dir;
    const int status = run_child([&] {
      ::signal(signal, SIG_DFL);
      install_signal_handlers();
      AtomicFile file(dir / "out");
      file.write(Bytes(100));
      ::raise(signal);
    });
    ASSERT_TRUE(WIFSIGNALED(status)) << signal;
    EXPECT_EQ(WTERMSIG(status), signal);
    EXPECT_EQ(dir.count(), 0U);
  }
}

TEST(Interrupt, RemovesFoldersAfterWhatTheyHeld) {
  const TempDir dir;
  const int status = run_child([&] {
    install_signal_handlers();
    const std::string folder = dir / "folder";
    if (::mkdir(folder.c_str(), 0700) != 0) ::_exit(1);
    static_cast<void>(register_temporary(folder));
    static_cast<void>(register_temporary(folder + "/file"));
    write_file_atomically(folder + "/file", Bytes(10), false);
    ::raise(SIGTERM);
  });
  ASSERT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(dir.count(), 0U);
}

TEST(Interrupt, ThreadsLeaveNothing) {
  for (int round = 0; round < 20; ++round) {
    const TempDir dir;
    const int status = run_child([&] {
      ::signal(SIGTERM, SIG_DFL);
      install_signal_handlers();
      const auto make_files = [&dir](int thread) {
        while (true) AtomicFile(dir / std::to_string(thread)).write(Bytes(1));
      };
      std::vector<std::thread> threads;
      for (int i = 0; i < 4; ++i) threads.emplace_back(make_files, i);
      ::usleep(static_cast<useconds_t>(3000 + 137 * round));
      ::kill(::getpid(), SIGTERM);
      for (std::thread& thread : threads) thread.join();
    });
    ASSERT_TRUE(WIFSIGNALED(status));
    EXPECT_EQ(WTERMSIG(status), SIGTERM);
    EXPECT_EQ(dir.count(), 0U) << "round " << round;
  }
}

TEST(Interrupt, GracefulModeOnlySetsTheFlagOnce) {
  const int first = run_child([] {
    const GracefulInterrupts scope;
    if (interrupt_requested()) ::_exit(1);
    ::raise(SIGTERM);
    ::_exit(interrupt_requested() && interrupt_signal() == SIGTERM ? 42 : 2);
  });
  ASSERT_TRUE(WIFEXITED(first));
  EXPECT_EQ(WEXITSTATUS(first), 42);

  const int second = run_child([] {
    const GracefulInterrupts scope;
    ::raise(SIGTERM);
    ::raise(SIGTERM);
  });
  ASSERT_TRUE(WIFSIGNALED(second));
  EXPECT_EQ(WTERMSIG(second), SIGTERM);
}

TEST(Interrupt, LeavesIgnoredSignalsIgnored) {
  const int status = run_child([] {
    ::signal(SIGHUP, SIG_IGN);
    install_signal_handlers();
    ::raise(SIGHUP);
  });
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST(Interrupt, TicketsAreReused) {
  for (int i = 0; i < 1000; ++i) {
    const int ticket = register_temporary("/nonexistent/" + std::to_string(i));
    ASSERT_GE(ticket, 0);
    forget_temporary(ticket);
  }
  EXPECT_EQ(register_temporary(std::string(5000, 'x')), -1);
  forget_temporary(-1);
}

}  // namespace
}  // namespace imgcnn
