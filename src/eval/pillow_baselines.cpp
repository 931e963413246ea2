// The encoders of today, as Pillow brings them from PyPI.
#include "imgcnn/base/error.h"
#include "imgcnn/base/files.h"
#include "imgcnn/image/convert.h"
#include "imgcnn/image/image_io.h"

#include "external_program.h"
#include "pillow_codec.h"
#include "program_baselines.h"

namespace imgcnn::eval {
namespace {

/// One format by one interpreter.
struct PillowCodec {
  std::string python;
  std::string format;  ///< "avif" or "jxl"

  /// What the script prints.
  std::string run(PrivateFolder& folder, const std::vector<std::string>& arguments) const {
    std::vector<std::string> words = {python, "-c", kPillowCodec};
    words.insert(words.end(), arguments.begin(), arguments.end());
    return run_program(words, folder);
  }

  [[nodiscard]] Bytes encode(const image::Image& picture, int quality) const {
    PrivateFolder folder;
    const std::string input = folder.file("input.png", image::encode_png(image::to_8_bit(picture)));
    const std::string output = folder.file("output." + format);
    run(folder, {"encode", format, std::to_string(quality), input, output});
    return read_file(output);
  }

  [[nodiscard]] image::Image decode(ByteSpan file) const {
    PrivateFolder folder;
    const std::string input = folder.file("input." + format, file);
    const std::string output = folder.file("output.ppm");
    run(folder, {"decode", input, output});
    return decode_picture(read_file(output));
  }

  /// Names and versions of the encoders. Throws as run_program where they are missing.
  [[nodiscard]] std::string versions() const {
    PrivateFolder folder;
    std::string printed = run(folder, {"versions", format});
    printed.erase(printed.find_last_not_of(" \r\n") + 1);
    return printed;
  }

  [[nodiscard]] std::string missing() const {
    try {
      static_cast<void>(versions());
      return {};
    } catch (const Error&) {
      return std::string(format == "avif" ? "Pillow 12 or newer" : "pillow-jxl-plugin") + " in " +
             python +
             ": python3 -m venv V && V/bin/pip install pillow pillow-jxl-plugin, then --python "
             "V/bin/python";
    }
  }
};

Baseline pillow_baseline(const PillowCodec& codec, std::vector<int> qualities,
                         const std::string& settings) {
  return {
      "pillow-" + codec.format,
      std::move(qualities),
      [codec](const image::Image& picture, int quality) { return codec.encode(picture, quality); },
      [codec](ByteSpan file) { return codec.decode(file); },
      [codec] { return codec.missing(); },
      [codec, settings] { return codec.versions() + ": " + settings; },
      true};
}

}  // namespace

std::vector<Baseline> pillow_baselines(const std::string& python) {
  return {pillow_baseline({python, "avif"}, {5, 15, 25, 35, 45, 55, 65, 75, 85},
                          "4:4:4, speed 4, tune=iq, one thread"),
          pillow_baseline({python, "jxl"}, {5, 10, 20, 35, 50, 60, 70, 80, 88, 94},
                          "effort 7, one thread")};
}

}  // namespace imgcnn::eval
