// Two PNG files, one program, one number.
#include "butteraugli.h"

#include <charconv>

#include "external_program.h"
#include "imgcnn/base/error.h"
#include "imgcnn/image/image_io.h"

namespace imgcnn::eval {
namespace {

constexpr const char* kProgram = "butteraugli_main";

}  // namespace

std::string missing_butteraugli() {
  if (is_in_path(kProgram)) return {};
  return std::string("the program ") + kProgram + " (Debian package libjxl-devtools)";
}

double butteraugli_3norm(const image::Image& original, const image::Image& decoded) {
  PrivateFolder folder;
  const std::string reference = folder.file("reference.png", image::encode_png(original));
  const std::string distorted = folder.file("distorted.png", image::encode_png(decoded));
  return parse_3norm(run_program({kProgram, reference, distorted}, folder));
}

double parse_3norm(const std::string& printed) {
  const std::string label = "3-norm: ";
  const std::size_t at = printed.find(label);
  double value = 0.0;
  if (at != std::string::npos) {
    const char* const end = printed.data() + printed.size();
    const auto parsed = std::from_chars(printed.data() + at + label.size(), end, value);
    if (parsed.ec == std::errc{}) return value;
  }
  throw Error(ErrorCode::kInternal, std::string(kProgram) + " printed no 3-norm");
}

}  // namespace imgcnn::eval
