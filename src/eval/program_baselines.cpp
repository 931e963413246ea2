// Codecs that are programs: pictures go through files.
#include "program_baselines.h"

#include <algorithm>

#include "external_program.h"
#include "imgcnn/base/error.h"
#include "imgcnn/base/files.h"
#include "imgcnn/image/convert.h"
#include "imgcnn/image/image_io.h"

namespace imgcnn::eval {
namespace {

std::string missing_programs(const char* encoder, const char* decoder, const char* package) {
  if (is_in_path(encoder) && is_in_path(decoder)) return {};
  return std::string("the programs ") + encoder + " and " + decoder + " (Debian package " +
         package + ")";
}

std::string missing_jpeg2000() {
  return missing_programs("opj_compress", "opj_decompress", "libopenjp2-tools");
}
std::string missing_avif() { return missing_programs("avifenc", "avifdec", "libavif-bin"); }
std::string missing_jxl() { return missing_programs("cjxl", "djxl", "libjxl-tools"); }

/// What a program makes of a file: `command` gets the paths of its input and of the output to
/// write.
template <class Command>
Bytes converted(const std::string& input_name, const Bytes& contents, const char* output_name,
                Command command) {
  PrivateFolder folder;
  const std::string input = folder.file(input_name, contents);
  const std::string output = folder.file(output_name);
  run_program(command(input, output), folder);
  return read_file(output);
}

using Words = std::vector<std::string>;

/// The same of a picture in a format that every program reads.
template <class Command>
Bytes converted_pnm(const image::Image& picture, const char* output_name, Command command) {
  const std::string format = picture.channels == 1 ? ".pgm" : ".ppm";
  return converted("input" + format, image::encode_image(picture, format), output_name, command);
}

Bytes encode_jpeg2000(const image::Image& picture, int share) {
  // Six resolutions, or what the shorter side has.
  int resolutions = 1;
  while (resolutions < 6 && std::min(picture.width, picture.height) >> resolutions > 0)
    ++resolutions;
  return converted_pnm(picture, "output.jp2",
                       [&](const std::string& input, const std::string& output) {
                         return Words{"opj_compress", "-i",
                                      input,          "-o",
                                      output,         "-I",
                                      "-n",           std::to_string(resolutions),
                                      "-r",           std::to_string(1000.0 / share),
                                      "-threads",     "1"};
                       });
}

image::Image decode_jpeg2000(ByteSpan file) {
  return decode_picture(converted("input.jp2", {file.begin(), file.end()}, "output.png",
                                  [](const std::string& input, const std::string& output) {
                                    return Words{"opj_decompress", "-i",       input, "-o",
                                                 output,           "-threads", "1"};
                                  }));
}

/// `tuning`: one of libaom's, empty = the program's default.
Bytes encode_avif_tuned(const image::Image& picture, int quality, const std::string& tuning) {
  const std::string quantizer = std::to_string(((100 - quality) * 63 + 50) / 100);
  return converted("input.png", image::encode_png(picture), "output.avif",
                   [&](const std::string& input, const std::string& output) {
                     Words words = {"avifenc", "-s",    "6",       "-j",    "1",      "-y",
                                    "420",     "--min", quantizer, "--max", quantizer};
                     if (!tuning.empty()) words.insert(words.end(), {"-a", "tune=" + tuning});
                     words.insert(words.end(), {input, output});
                     return words;
                   });
}

/// "iq", which suits still pictures best, where libaom knows it: since 3.12. Tried once.
const std::string& avif_tuning() {
  static const std::string tuning = [] {
    try {
      static_cast<void>(encode_avif_tuned(image::blank(16, 16, 3, 8), 50, "iq"));
      return "iq";
    } catch (const Error&) {
      return "";
    }
  }();
  return tuning;
}

Bytes encode_avif(const image::Image& picture, int quality) {
  return encode_avif_tuned(picture, quality, avif_tuning());
}

/// What a program prints about itself, from behind `label` to in front of `end`; empty when it
/// prints nothing like that.
std::string printed_between(const Words& arguments, const std::string& label, const char* end) {
  PrivateFolder folder;
  const std::string printed = run_program(arguments, folder);
  const std::size_t at = printed.find(label);
  if (at == std::string::npos) return {};
  const std::size_t from = at + label.size();
  return printed.substr(from, printed.find_first_of(end, from) - from);
}

std::string avif_note() {
  const std::string version = printed_between({"avifenc", "--version"}, "Version: ", " \n");
  const std::string libaom = printed_between({"avifenc", "--version"}, "aom [enc/dec]:", ",)\n");
  const std::string tuning =
      avif_tuning().empty()
          ? "default tuning, as this libaom has no tune=iq: newer ones, as of the baseline "
            "pillow-avif, do better by the eye"
          : "tune=" + avif_tuning();
  return "avifenc " + version + " with libaom " + libaom + ", -s 6, 4:2:0, one thread, " + tuning +
         "; quality 0 to 100 for quantizers 63 to 0";
}

std::string jxl_note() {
  return "cjxl " + printed_between({"cjxl", "--version"}, "cjxl ", " \n") +
         " -q, default effort, one thread";
}

std::string jpeg2000_note() {
  return "opj_compress -I -r, one thread; quality is the share of the raw size in thousandths";
}

image::Image decode_avif(ByteSpan file) {
  return decode_picture(converted("input.avif", {file.begin(), file.end()}, "output.png",
                                  [](const std::string& input, const std::string& output) {
                                    return Words{"avifdec", "-j",  "1",   "--png-compress",
                                                 "1",       input, output};
                                  }));
}

Bytes encode_jxl(const image::Image& picture, int quality) {
  return converted_pnm(
      picture, "output.jxl", [&](const std::string& input, const std::string& output) {
        return Words{"cjxl", input, output, "-q", std::to_string(quality), "--num_threads=1"};
      });
}

image::Image decode_jxl(ByteSpan file) {
  return decode_picture(converted("input.jxl", {file.begin(), file.end()}, "output.ppm",
                                  [](const std::string& input, const std::string& output) {
                                    return Words{"djxl", input, output, "--num_threads=1"};
                                  }));
}

}  // namespace

image::Image decode_picture(ByteSpan file) { return image::decode_image(file, "baseline"); }

std::vector<Baseline> program_baselines() {
  return {{"jpeg2000",
           {4, 7, 11, 17, 25, 37, 50, 75, 110, 160},
           encode_jpeg2000,
           decode_jpeg2000,
           missing_jpeg2000,
           jpeg2000_note,
           true},
          {"avif",
           {5, 15, 25, 35, 45, 55, 65, 75, 85},
           encode_avif,
           decode_avif,
           missing_avif,
           avif_note,
           true},
          {"jxl",
           {5, 10, 20, 30, 40, 50, 60, 70, 80, 90, 95},
           encode_jxl,
           decode_jxl,
           missing_jxl,
           jxl_note,
           true}};
}

}  // namespace imgcnn::eval
