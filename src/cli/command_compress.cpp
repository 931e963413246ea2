// imgcnn compress: the command line of it.

#include <memory>
#include <string>
#include <vector>

#include "cli/command_line.h"
#include "cli/engine.h"

namespace imgcnn::cli {
namespace {

constexpr const char* kFooter = R"(Examples:
  imgcnn compress photo.png photo.cnz
  imgcnn compress -q 35 --colour-balance auto photo.jpg photo.cnz
  imgcnn compress --target-size 100K photo.png photo.cnz
  imgcnn compress -e 9 photo.png photo.cnz
  imgcnn compress -r photos/ --output-dir small/ --skip-existing
  find photos -name '*.jpg' -print0 | imgcnn compress -0 --filelist - --suffix .cnz
  curl -s https://example.org/a.jpg | imgcnn compress - - > a.cnz)";

void add_preprocessing(CLI::App& verb, codec::EncodeOptions& encode) {
  verb.add_option("--brightness", encode.preprocess.brightness, "Added to samples in 0..1")
      ->check(within(-1.0, 1.0))
      ->capture_default_str()
      ->group("Preprocessing (recorded in the file)");
  verb.add_option("--contrast", encode.preprocess.contrast, "Factor around middle grey")
      ->check(within(0.1, 10.0))
      ->capture_default_str()
      ->group("Preprocessing (recorded in the file)");
  verb.add_option_function<std::string>(
          "--colour-balance",
          [&encode](const std::string& text) {
            if (text == "auto") {
              encode.auto_colour = true;
              return;
            }
            try {
              encode.preprocess.gain = parse_gains(text);
            } catch (const Error& error) {
              throw CLI::ValidationError("--colour-balance", error.what());
            }
          },
          "Gains of the channels, or auto: grey world")
      ->type_name("R,G,B|auto")
      ->group("Preprocessing (recorded in the file)");
}

/// More ways to say what the file shall be, each instead of the others.
void add_targets(CLI::App& verb, codec::Target& target, std::vector<CLI::Option*> ways) {
  const auto add = [&](const char* name, const char* type, codec::TargetKind kind,
                       double (*parse)(const std::string&), const char* help) {
    CLI::Option* way = add_parsed(
        verb, name, target,
        [kind, parse](const std::string& text) {
          return codec::Target{kind, parse(text)};
        },
        help);
    way->type_name(type);
    for (CLI::Option* other : ways) way->excludes(other);
    ways.push_back(way);
  };
  add("--target-size", "BYTES", codec::TargetKind::kBytes, parse_size,
      "The best quality in at most so many bytes; 100K = 100 000, 2M = 2 000 000");
  add("--target-bpp", "BPP", codec::TargetKind::kBpp, parse_positive,
      "The best quality in at most so many bits a pixel");
  add("--target-psnr", "DB", codec::TargetKind::kPsnr, parse_positive,
      "The smallest file with at least so many decibels");
  add("--target-ssimulacra2", "SCORE", codec::TargetKind::kSsimulacra2, parse_score,
      "The smallest file with at least that score of SSIMULACRA 2.1: 50 medium, 70 high, 90 "
      "visually lossless");
  add("--target-jpeg", "QUALITY", codec::TargetKind::kJpeg, parse_jpeg_quality,
      "The smallest file with at least the decibels of a JPEG of that quality, 1..100");
}

}  // namespace

void register_compress(CLI::App& app, Action& action) {
  const auto command = std::make_shared<CompressCommand>();
  CLI::App& verb = *app.add_subcommand("compress", "Turn pictures into .cnz files");
  verb.footer(kFooter);
  CLI::Option* quality = verb.add_option("-q,--quality", command->encode.quality,
                                         "0 (smallest) to 100 (best), fractions allowed")
                             ->check(within(0.0, 100.0))
                             ->capture_default_str();
  CLI::Option* lossless = verb.add_flag_callback(
      "--lossless", [command] { command->encode.pixels = codec::PixelMode::kLossless; },
      "Every sample as it is, by pixels instead of the network: for screenshots and drawings");
  lossless->excludes(quality);
  add_targets(verb, command->target, {quality, lossless});
  verb.add_option(
          "-e,--effort", command->encode.effort,
          "1 (fastest) to 9 (smallest files); from 4 on it searches, twice as long with every step")
      ->check(within(1, codec::kMaxEffort))
      ->capture_default_str();
  verb.add_flag_callback(
          "--no-pixels", [command] { command->encode.pixels = codec::PixelMode::kNever; },
          "All by the network, also what it cannot draw: text, lines, few colours")
      ->excludes(lossless);
  verb.add_option("-m,--model", command->model, "Name of a model, or its file")
      ->capture_default_str();
  verb.add_option_function<std::string>(
          "--tune",
          [command](const std::string& tune) {
            command->tune = tune == "psnr" ? codec::Tune::kPsnr : codec::Tune::kVisual;
          },
          "What the model was trained for: visual (the eye; the model NAME-visual) or psnr "
          "(decibels); default: visual where there is such a model")
      ->check(CLI::IsMember({"visual", "psnr"}))
      ->type_name("AIM");
  verb.add_flag_callback(
      "--strip", [command] { command->encode.keep_metadata = false; },
      "Leave ICC profile, EXIF and XMP out");
  verb.add_flag("--strict", command->strict,
                "Refuse pictures of which something cannot be kept and targets out of reach, "
                "instead of saying so");
  add_batch(verb, command->batch);
  add_preprocessing(verb, command->encode);
  add_coding_machine(verb, command->codec);
  verb.callback([command, &action] {
    check_batch(command->batch);
    check_machine(command->codec);
    if (command->tune && command->model.find_first_of("/.") != std::string::npos)
      throw CLI::ValidationError("--tune", "goes with a model's name, not with a file");
    action = [command] { return load_engine().compress(*command); };
  });
}

}  // namespace imgcnn::cli
