#pragma once
// How far a batch is: a bar that rewrites itself on a terminal, and the sum at the end.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

namespace imgcnn::cli {

/// Whether stderr is a terminal that obeys the escape codes of a bar; one that is called dumb, or
/// nothing, does not.
[[nodiscard]] bool stderr_is_drawable();

class Progress {
 public:
  /// `visible`: whether the bar is drawn, on stderr.
  Progress(std::size_t total, bool visible);

  /// Takes the bar away before something else is printed.
  void clear() const;
  /// Draws the bar; `next` = the file that is waited for, may be empty.
  void draw(const std::string& next) const;

  /// The share that is done of file `index`, which is being worked on, 0..1.
  void set_part(std::size_t index, double share);
  [[nodiscard]] bool visible() const { return visible_; }

  void add_ok(std::uint64_t pixels);
  void add_failed() { ++failed_; }
  void add_skipped() { ++skipped_; }
  [[nodiscard]] std::size_t failed() const { return failed_; }
  /// "3 ok, 1 failed, 2 skipped (4.2 MP/s)"; what is nought beyond the first two is left out.
  [[nodiscard]] std::string summary() const;

 private:
  [[nodiscard]] double seconds() const;

  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::size_t total_;
  bool visible_;
  std::size_t ok_ = 0;
  std::size_t failed_ = 0;
  std::size_t skipped_ = 0;
  std::uint64_t pixels_ = 0;
  std::map<std::size_t, double> parts_;
};

}  // namespace imgcnn::cli
