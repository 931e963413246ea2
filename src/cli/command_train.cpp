// imgcnn train: the command line of it.

#include <memory>
#include <string>

#include "cli/command_line.h"
#include "cli/engine.h"

namespace imgcnn::cli {
namespace {

void add_augmentation(CLI::App& verb, train::TrainOptions& options) {
  constexpr const char* kGroup = "Augmentation (each patch draws within +- these)";
  verb.add_option("--aug-brightness", options.aug_brightness, "Added to samples in 0..1")
      ->check(within(0.0, 1.0))
      ->group(kGroup);
  verb.add_option("--aug-contrast", options.aug_contrast, "Exponent: factor exp(u)")
      ->check(within(0.0, 2.0))
      ->group(kGroup);
  verb.add_option("--aug-colour", options.aug_colour, "Exponent of each channel's gain")
      ->check(within(0.0, 2.0))
      ->group(kGroup);
  verb.add_option("--aug-scale", options.aug_scale,
                  "Exponent: reduced by up to exp(this), never enlarged")
      ->check(within(0.0, 2.0))
      ->group(kGroup);
  verb.add_flag("--aug-turn", options.aug_turn, "Quarter turns; with flips all eight positions")
      ->group(kGroup);
  verb.add_flag_callback(
          "--no-aug-flip", [&options] { options.aug_flip = false; },
          "No patch is mirrored left to right; else every other one is")
      ->group(kGroup);
}

}  // namespace

void register_train(CLI::App& app, Action& action) {
  const auto command = std::make_shared<TrainCommand>();
  train::TrainOptions& options = command->options;
  CLI::App& verb =
      *app.add_subcommand("train", "Train a model on any folder of pictures; resumes by itself");
  verb.footer(R"(Examples:
  imgcnn train --data photos/ --out runs/mine --time 2h
  imgcnn train --data photos/:0.8 --data drawings/:0.2 --aug-scale 0.7 --out runs/both
  imgcnn train --data photos.pack --valid test/ --preset classic --out runs/classic --steps 5000
  imgcnn train --data photos/ --preset high --init fast --out runs/high
Interrupt it at will: the run folder keeps a checkpoint, and the same command goes on.)");
  verb.add_option("--data", options.data,
                  "Folder of pictures, list of them (.txt, .lst) or .pack file, and its share of "
                  "the patches; may be repeated")
      ->required()
      ->type_name("DIR|FILE[:WEIGHT]")
      ->allow_extra_args(false);
  verb.add_option("--valid", options.valid,
                  "The same for validation, without weights; default: a share of --data")
      ->type_name("DIR|FILE")
      ->allow_extra_args(false);
  verb.add_option("--out", options.out, "Run folder")->required()->type_name("RUN");
  verb.add_option("--preset", options.preset, "classic, fast, high or a JSON file")
      ->capture_default_str();
  verb.add_option("--pool", options.pool, "Pooling of the classic preset")
      ->check(CLI::IsMember({"max", "avg"}));
  verb.add_option("--init", options.init,
                  "Model, by name or file, or checkpoint to start the weights from; a smaller "
                  "network grows")
      ->type_name("MODEL");
  auto* steps = verb.add_option("--steps", options.steps, "Length of the schedule in steps")
                    ->check(CLI::Range(std::int64_t{1}, std::int64_t{1} << 40));
  add_parsed(verb, "--time", options.time_seconds, parse_duration,
             "Length of the schedule in time, over all resumptions")
      ->type_name("2h|90m|1h30m")
      ->excludes(steps);
  verb.add_option("--seed", options.seed, "Start of every random draw")->capture_default_str();
  verb.add_flag("--fresh", options.fresh, "Discard what the run folder holds instead of resuming");
  verb.add_option("--precision", options.precision, "Of the transforms")
      ->check(CLI::IsMember({"auto", "fp32", "bf16"}))
      ->capture_default_str()
      ->group("Machine");
  verb.add_option("--device", options.device, "cpu, cuda or cuda:N; auto: a GPU where there is one")
      ->capture_default_str()
      ->group("Machine");
  add_threads(verb, options.threads);
  add_augmentation(verb, options);
  add_verbosity(verb, command->verbosity);
  verb.callback(
      [command, &action] { action = [command] { return load_engine().train(*command); }; });
}

}  // namespace imgcnn::cli
