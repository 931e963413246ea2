// imgcnn eval: the command line of it.

#include <algorithm>
#include <memory>
#include <string>

#include "cli/command_line.h"
#include "cli/engine.h"

namespace imgcnn::cli {

void register_eval(CLI::App& app, Action& action) {
  const auto command = std::make_shared<EvalCommand>();
  eval::EvalOptions& options = command->options;
  options.models = {"fast"};
  options.qualities = {10, 25, 40, 55, 70, 85};
  CLI::App& verb =
      *app.add_subcommand("eval", "Measure rate and distortion on real files, beside other codecs");
  verb.footer(R"(Examples:
  imgcnn eval --data photos/ --out report
  imgcnn eval --data photo.png --out report -m mine.safetensors -q 30,60,90 --jpeg-at-size
  imgcnn eval --data photos/ --out report --baselines jpeg,pillow-avif --python V/bin/python --metrics ssimulacra2,butteraugli)");
  verb.add_option("--data", options.data, "Folder of pictures, or one picture; may be repeated")
      ->required()
      ->type_name("DIR|FILE")
      ->allow_extra_args(false);
  verb.add_option("--out", options.out, "Report folder")->required()->type_name("REPORT");
  verb.add_option("-m,--model", options.models, "Names or files of models; may be repeated")
      ->allow_extra_args(false)
      ->capture_default_str();
  verb.add_option("-q,--quality", options.qualities, "Qualities to measure at, with commas between")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(within(0.0, 100.0))
      ->capture_default_str();
  verb.add_option("-e,--effort", options.efforts,
                  "Efforts to measure at, 1..9, with commas between: a curve for each")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(within(1, codec::kMaxEffort))
      ->capture_default_str();
  verb.add_option("--baselines", options.baselines,
                  "Codecs to measure beside; all = those that can run here")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(CLI::IsMember(
          {"jpeg", "webp", "jpeg2000", "avif", "jxl", "pillow-avif", "pillow-jxl", "all", "none"}))
      ->capture_default_str();
  verb.add_option("--metrics", options.metrics,
                  "What to measure, with commas between; without it all that can run here: "
                  "butteraugli needs butteraugli_main of the Debian package libjxl-devtools")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(CLI::IsMember({"psnr", "ms-ssim", "ssimulacra2", "butteraugli"}));
  verb.add_option("--python", options.python,
                  "What runs the baselines pillow-avif and pillow-jxl, the encoders of today from "
                  "PyPI: python3 -m venv V && V/bin/pip install pillow pillow-jxl-plugin, then "
                  "V/bin/python")
      ->envname("IMGCNN_PYTHON")
      ->type_name("PROGRAM")
      ->capture_default_str();
  verb.add_option_function<std::string>(
          "--published", [&options](const std::string& file) { options.published = file; },
          "Compare with the published curves of this file; without a name: those over the Kodak "
          "pictures, which are "
          "taken by themselves when the data are kodim01 to kodim24; none = no curves")
      ->type_name("[FILE]")
      ->expected(0, 1);
  verb.add_flag("--jpeg-at-size", command->jpeg_at_size,
                "Add the PSNR of JPEG with the same number of bytes");
  verb.add_flag("-f,--force", options.overwrite, "Replace an older report");
  verb.add_flag("-r,--recursive", options.recursive, "Search sub-folders too");
  add_coding_machine(verb, options.codec);
  add_verbosity(verb, command->verbosity);
  verb.callback([command, &action] {
    check_machine(command->options.codec);
    auto& baselines = command->options.baselines;
    baselines.erase(std::remove(baselines.begin(), baselines.end(), "none"), baselines.end());
    action = [command] { return load_engine().eval(*command); };
  });
}

}  // namespace imgcnn::cli
