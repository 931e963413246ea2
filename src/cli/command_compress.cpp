// imgcnn compress: the command line of it.

#include <memory>
#include <string>

#include "cli/command_line.h"
#include "cli/engine.h"

namespace imgcnn::cli {
namespace {

constexpr const char* kFooter = R"(Examples:
  imgcnn compress photo.png photo.cnz
  imgcnn compress -q 35 --colour-balance auto photo.jpg photo.cnz
  imgcnn compress -r photos/ --output-dir small/
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

}  // namespace

void register_compress(CLI::App& app, Action& action) {
  const auto command = std::make_shared<CompressCommand>();
  CLI::App& verb = *app.add_subcommand("compress", "Turn pictures into .cnz files");
  verb.footer(kFooter);
  verb.add_option("-q,--quality", command->encode.quality, "0 (smallest) to 100 (best), fractions allowed")
      ->check(within(0.0, 100.0))
      ->capture_default_str();
  verb.add_option("-e,--effort", command->encode.effort, "1 (fastest) to 9 (smallest file)")
      ->check(within(1, codec::kMaxEffort))
      ->capture_default_str();
  verb.add_option("-m,--model", command->model, "Name of a model, or its file")->capture_default_str();
  verb.add_flag_callback(
      "--no-metadata", [command] { command->encode.keep_metadata = false; }, "Leave ICC profile, EXIF and XMP out");
  add_batch(verb, command->batch);
  add_preprocessing(verb, command->encode);
  add_device(verb, command->codec.device, command->codec.threads);
  verb.callback([command, &action] {
    check_batch(command->batch);
    action = [command] { return load_engine().compress(*command); };
  });
}

}  // namespace imgcnn::cli
