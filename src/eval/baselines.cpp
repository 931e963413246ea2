// The table of other codecs.
#include "imgcnn/eval/baselines.h"

#include <algorithm>

#include "external_program.h"
#include "imgcnn/base/error.h"
#include "imgcnn/base/files.h"
#include "imgcnn/eval/metrics.h"
#include "imgcnn/image/image_io.h"

namespace imgcnn::eval {
namespace {

image::Image decode_picture(ByteSpan file) { return image::decode_image(file, "baseline"); }

std::string nothing_missing() { return {}; }

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

Bytes encode_avif(const image::Image& picture, int quality) {
  const std::string quantizer = std::to_string(((100 - quality) * 63 + 50) / 100);
  return converted("input.png", image::encode_png(picture), "output.avif",
                   [&](const std::string& input, const std::string& output) {
                     return Words{"avifenc", "-s",      "6",     "-j",      "1",   "-y",  "420",
                                  "--min",   quantizer, "--max", quantizer, input, output};
                   });
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

const std::vector<Baseline>& known_baselines() {
  static const std::vector<Baseline> table = {
      {"jpeg",
       {5, 10, 15, 20, 30, 40, 50, 60, 70, 80, 90, 95},
       image::encode_jpeg,
       decode_picture,
       nothing_missing,
       "libjpeg, 4:2:0, optimized tables"},
      {"webp",
       {1, 5, 10, 20, 30, 40, 50, 60, 70, 80, 90, 95},
       image::encode_webp,
       decode_picture,
       nothing_missing,
       "libwebp, lossy, default method"},
      {"jpeg2000",
       {4, 7, 11, 17, 25, 37, 50, 75, 110, 160},
       encode_jpeg2000,
       decode_jpeg2000,
       missing_jpeg2000,
       "opj_compress -I -r, one thread; quality is the share of the raw size in thousandths",
       true},
      {"avif",
       {5, 15, 25, 35, 45, 55, 65, 75, 85},
       encode_avif,
       decode_avif,
       missing_avif,
       "avifenc -s 6, 4:2:0, one thread; quality 0 to 100 for quantizers 63 to 0",
       true},
      {"jxl",
       {5, 10, 20, 30, 40, 50, 60, 70, 80, 90, 95},
       encode_jxl,
       decode_jxl,
       missing_jxl,
       "cjxl -q, default effort, one thread",
       true},
  };
  return table;
}

const Baseline& find_baseline(const std::string& name) {
  std::string known;
  for (const Baseline& baseline : known_baselines()) {
    if (name == baseline.name) {
      const std::string missing = baseline.missing();
      require(missing.empty(), ErrorCode::kInvalidArgument,
              "baseline " + name + " needs " + missing);
      return baseline;
    }
    known += std::string(known.empty() ? "" : ", ") + baseline.name;
  }
  throw Error(ErrorCode::kInvalidArgument, "no baseline '" + name + "'; known: " + known);
}

std::vector<const Baseline*> choose_baselines(const std::vector<std::string>& names,
                                              std::string& missing) {
  std::vector<const Baseline*> chosen;
  const auto add = [&chosen](const Baseline& baseline) {
    if (std::find(chosen.begin(), chosen.end(), &baseline) == chosen.end())
      chosen.push_back(&baseline);
  };
  for (const std::string& name : names) {
    if (name != "all") {
      add(find_baseline(name));
      continue;
    }
    for (const Baseline& baseline : known_baselines()) {
      const std::string lack = baseline.missing();
      if (lack.empty()) {
        add(baseline);
      } else {
        missing +=
            std::string(missing.empty() ? "" : "; ") + baseline.name + " (needs " + lack + ")";
      }
    }
  }
  return chosen;
}

std::optional<SizeMatch> jpeg_at_size(const image::Image& picture, std::size_t max_bytes) {
  image::Image bare = picture;
  bare.metadata = {};
  // Size rises with quality but for a byte here and there, which a bisection survives.
  int low = 0;  // quality 0 and 1 are the same to JPEG
  int high = 101;
  Bytes best;
  while (high - low > 1) {
    const int quality = (low + high) / 2;
    Bytes file = image::encode_jpeg(bare, quality);
    if (file.size() <= max_bytes) {
      low = quality;
      best = std::move(file);
    } else {
      high = quality;
    }
  }
  if (best.empty()) return std::nullopt;
  return SizeMatch{low, best.size(), psnr_db(bare, decode_picture(best))};
}

Bytes encode_near_size(const Baseline& baseline, const image::Image& picture, std::size_t bytes) {
  const auto distance = [bytes](const Bytes& file) {
    return file.size() > bytes ? file.size() - bytes : bytes - file.size();
  };
  // The bisection ends between the two qualities around the size, so the nearest file was among
  // those it saw.
  Bytes best = baseline.encode(picture, 1);
  int low = 1;
  int high = 101;
  while (high - low > 1) {
    const int quality = (low + high) / 2;
    Bytes file = baseline.encode(picture, quality);
    (file.size() <= bytes ? low : high) = quality;
    if (distance(file) < distance(best)) best = std::move(file);
  }
  return best;
}

}  // namespace imgcnn::eval
