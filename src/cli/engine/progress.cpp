#include "cli/engine/progress.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <numeric>
#include <string_view>

namespace imgcnn::cli {
namespace {

std::size_t terminal_width() {
  constexpr std::size_t kUsual = 80;
  winsize size = {};
  const bool known = ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return known ? size.ws_col : kUsual;
}

std::string clock_text(double seconds) {
  const auto whole = static_cast<long long>(std::min(seconds, 359999.0));
  char text[32];
  if (whole >= 3600) {
    std::snprintf(text, sizeof text, "%lld:%02lld:%02lld", whole / 3600, whole / 60 % 60,
                  whole % 60);
  } else {
    std::snprintf(text, sizeof text, "%lld:%02lld", whole / 60, whole % 60);
  }
  return text;
}

std::string speed_text(double pixels, double seconds) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f MP/s", pixels / 1e6 / std::max(seconds, 1e-3));
  return text;
}

}  // namespace

bool stderr_is_drawable() {
  const char* const variable = std::getenv("TERM");
  const std::string_view terminal = variable == nullptr ? "" : variable;
  return !terminal.empty() && terminal != "dumb" && isatty(STDERR_FILENO) != 0;
}

Progress::Progress(std::size_t total, bool visible) : total_(total), visible_(visible) {}

double Progress::seconds() const {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
}

void Progress::clear() const {
  if (visible_) std::fputs("\r\x1b[K", stderr);
}

void Progress::set_part(std::size_t index, double share) {
  if (share > 0)
    parts_[index] = share;
  else
    parts_.erase(index);
}

void Progress::draw(const std::string& next) const {
  if (!visible_) return;
  const double part =
      std::accumulate(parts_.begin(), parts_.end(), 0.0,
                      [](double sum, const auto& file) { return sum + file.second; });
  constexpr std::size_t kBar = 20;
  const std::size_t done = ok_ + failed_ + skipped_;
  const double total = std::max(static_cast<double>(total_), 1.0);
  const auto full =
      std::min(static_cast<std::size_t>(kBar * (static_cast<double>(done) + part) / total), kBar);
  std::string line = "[" + std::string(full, '=') + std::string(kBar - full, ' ') + "] " +
                     std::to_string(done) + "/" + std::to_string(total_);
  if (part > 0) line += " " + std::to_string(static_cast<int>(100 * part)) + " %";
  if (ok_ > 0) line += "  " + speed_text(static_cast<double>(pixels_), seconds());
  const double worked = static_cast<double>(ok_) + part;
  if (worked > 0) {
    line += "  " + clock_text(seconds() / worked * (static_cast<double>(total_ - done) - part)) +
            " left";
  }
  line += "  " + next;
  line.resize(std::min(line.size(), terminal_width() - 1));
  for (char& c : line) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = '?';
  }
  std::fprintf(stderr, "\r\x1b[K%s", line.c_str());
  std::fflush(stderr);
}

void Progress::add_ok(std::uint64_t pixels) {
  ++ok_;
  pixels_ += pixels;
}

std::string Progress::summary() const {
  std::string text = std::to_string(ok_) + " ok, " + std::to_string(failed_) + " failed";
  if (skipped_ > 0) text += ", " + std::to_string(skipped_) + " skipped";
  if (pixels_ > 0) text += " (" + speed_text(static_cast<double>(pixels_), seconds()) + ")";
  return text;
}

}  // namespace imgcnn::cli
