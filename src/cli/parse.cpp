#include "cli/parse.h"

#include <charconv>
#include <cmath>
#include <string_view>

#include "imgcnn/base/error.h"

namespace imgcnn::cli {
namespace {

// Takes a plain decimal number off the front of `rest`; false when there is none. std::from_chars
// knows no locale.
bool take_number(std::string_view& rest, double& value) {
  const auto result =
      std::from_chars(rest.data(), rest.data() + rest.size(), value, std::chars_format::fixed);
  if (result.ec != std::errc() || !std::isfinite(value)) return false;
  rest.remove_prefix(static_cast<std::size_t>(result.ptr - rest.data()));
  return true;
}

bool take_integer(std::string_view& rest, int& value) {
  const auto result = std::from_chars(rest.data(), rest.data() + rest.size(), value);
  if (result.ec != std::errc()) return false;
  rest.remove_prefix(static_cast<std::size_t>(result.ptr - rest.data()));
  return true;
}

bool take_character(std::string_view& rest, char expected) {
  if (rest.empty() || rest.front() != expected) return false;
  rest.remove_prefix(1);
  return true;
}

[[noreturn]] void refuse(const std::string& text, const char* expected) {
  throw Error(ErrorCode::kInvalidArgument, "'" + text + "' is not " + expected);
}

}  // namespace

double parse_duration(const std::string& text) {
  constexpr const char* kExpected = "a duration such as 45s, 90m, 2h or 1h30m";
  constexpr std::string_view kUnits = "dhms";
  constexpr std::array<double, 4> kSeconds = {86400.0, 3600.0, 60.0, 1.0};
  std::string_view rest = text;
  double total = 0.0;
  std::size_t next_unit = 0;
  while (!rest.empty()) {
    double value = 0.0;
    if (!take_number(rest, value) || value < 0.0) refuse(text, kExpected);
    const char letter = rest.empty() ? 's' : rest.front();
    const std::size_t unit = kUnits.find(letter, next_unit);
    if (unit == std::string_view::npos) refuse(text, kExpected);
    if (!rest.empty()) rest.remove_prefix(1);
    total += value * kSeconds[unit];
    next_unit = unit + 1;
  }
  if (!(total > 0.0) || !std::isfinite(total)) refuse(text, kExpected);
  return total;
}

Shard parse_shard(const std::string& text) {
  constexpr int kMaxShards = 100000;
  Shard shard;
  std::string_view rest = text;
  const bool parsed = take_integer(rest, shard.index) && take_character(rest, '/') &&
                      take_integer(rest, shard.count);
  if (!parsed || !rest.empty() || shard.index < 1 || shard.count < shard.index ||
      shard.count > kMaxShards) {
    refuse(text, "I/N with 1 <= I <= N");
  }
  return shard;
}

double parse_size(const std::string& text) {
  constexpr double kMostBytes = 1e12;
  constexpr const char* kExpected = "a size such as 1500, 100K or 2M";
  std::string_view rest = text;
  double size = 0.0;
  if (!take_number(rest, size)) refuse(text, kExpected);
  const auto take_either = [&rest](char upper, char lower) {
    return take_character(rest, upper) || take_character(rest, lower);
  };
  if (take_either('K', 'k')) {
    size *= 1e3;
  } else if (take_either('M', 'm')) {
    size *= 1e6;
  } else if (take_either('G', 'g')) {
    size *= 1e9;
  }
  static_cast<void>(take_either('B', 'b'));
  if (!rest.empty() || !(size >= 1.0) || size > kMostBytes) refuse(text, kExpected);
  return std::floor(size);
}

double parse_positive(const std::string& text) {
  std::string_view rest = text;
  double value = 0.0;
  if (!take_number(rest, value) || !rest.empty() || !(value > 0.0))
    refuse(text, "a number above 0");
  return value;
}

double parse_score(const std::string& text) {
  std::string_view rest = text;
  double value = 0.0;
  if (!take_number(rest, value) || !rest.empty() || !(value > 0.0 && value < 100.0))
    refuse(text, "a number above 0 and below 100");
  return value;
}

double parse_jpeg_quality(const std::string& text) {
  constexpr double kMin = 1.0;
  constexpr double kMax = 100.0;
  std::string_view rest = text;
  double value = 0.0;
  const bool number = take_number(rest, value) && rest.empty();
  if (!number || value < kMin || value > kMax || value != std::floor(value))
    refuse(text, "a whole number from 1 to 100");
  return value;
}

std::string parse_suffix(const std::string& text) {
  if (text.empty() || text.find('/') != std::string::npos)
    refuse(text, "an ending for names of files");
  return text;
}

codec::Region parse_region(const std::string& text) {
  codec::Region region;
  std::string_view rest = text;
  const bool parsed = take_integer(rest, region.x) && take_character(rest, ',') &&
                      take_integer(rest, region.y) && take_character(rest, ',') &&
                      take_integer(rest, region.width) && take_character(rest, ',') &&
                      take_integer(rest, region.height);
  if (!parsed || !rest.empty() || region.x < 0 || region.y < 0 || region.width < 1 ||
      region.height < 1) {
    refuse(text, "X,Y,W,H in pixels");
  }
  return region;
}

codec::Runtime parse_runtime(const std::string& text) {
  if (text == "auto") return codec::Runtime::kAuto;
  if (text == "native") return codec::Runtime::kNative;
  if (text != "torch") refuse(text, "auto, native or torch");
  return codec::Runtime::kTorch;
}

std::array<float, 3> parse_gains(const std::string& text) {
  constexpr double kMinGain = 0.1;
  constexpr double kMaxGain = 10.0;
  std::array<float, 3> gains{};
  std::string_view rest = text;
  for (std::size_t i = 0; i < gains.size(); ++i) {
    double value = 0.0;
    const bool parsed = (i == 0 || take_character(rest, ',')) && take_number(rest, value);
    if (!parsed || value < kMinGain || value > kMaxGain)
      refuse(text, "R,G,B with gains from 0.1 to 10");
    gains[i] = static_cast<float>(value);
  }
  if (!rest.empty()) refuse(text, "R,G,B with gains from 0.1 to 10");
  return gains;
}

}  // namespace imgcnn::cli
