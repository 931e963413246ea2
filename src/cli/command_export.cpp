// imgcnn export: the command line of it.

#include <memory>
#include <string>

#include "cli/command_line.h"
#include "cli/engine.h"

namespace imgcnn::cli {

void register_export(CLI::App& app, Action& action) {
  const auto command = std::make_shared<ExportCommand>();
  CLI::App& verb = *app.add_subcommand(
      "export", "Freeze a training run into a model file, or teach a model's context anew");
  verb.footer(
      "Example:\n  imgcnn export runs/mine mine.safetensors\n  imgcnn export runs/mine "
      "mine.safetensors --data "
      "photos/\n"
      "  imgcnn export old.safetensors new.safetensors --data photos/\n"
      "  imgcnn export runs/decoder new.safetensors --coding-of old.safetensors");
  verb.add_option("run", command->options.run, "Run folder of imgcnn train, or a model file")
      ->required()
      ->type_name("RUN|MODEL");
  verb.add_option("out", command->options.out, "Model file to write")
      ->required()
      ->type_name("MODEL.safetensors");
  verb.add_option("--data", command->options.data,
                  "Pictures to teach the context coder from; default: the run's own pack, for a "
                  "model there is none")
      ->type_name("DIR|FILE");
  verb.add_option("--pictures", command->options.pictures,
                  "Crops of 512x512 from which the context coder learns where to look, and twelve "
                  "times as many for its "
                  "network; time grows with them")
      ->check(CLI::Range(1, 100000))
      ->capture_default_str();
  verb.add_option("--context-width", command->options.context_width,
                  "Width of the context coder's network: a multiple of 32 up to 256, larger is "
                  "smaller files and slower "
                  "decoding")
      ->capture_default_str();
  verb.add_option("--trellis-states", command->options.trellis_states,
                  "States of dependent quantization, a power of two from 32 to 1024: more are "
                  "smaller files and slower "
                  "compressing; decompressing is the same")
      ->check(CLI::IsMember({32, 64, 128, 256, 512, 1024}))
      ->type_name("INT")
      ->capture_default_str();
  auto* const coding_of = verb.add_option("--coding-of", command->options.coding_of,
                                          "Model file to take tables, trellis and context coder "
                                          "from instead of making them: for a run that "
                                          "tuned the decoder alone")
                              ->type_name("MODEL");
  for (const char* made : {"--data", "--pictures", "--context-width", "--trellis-states"}) {
    coding_of->excludes(verb.get_option(made));
  }
  verb.add_option("--device", command->options.device,
                  "auto or cpu: the CPU; cuda or cuda:N: a GPU")
      ->capture_default_str()
      ->group("Machine");
  add_threads(verb, command->options.threads);
  verb.add_flag("-f,--force", command->options.overwrite, "Overwrite an existing model file");
  add_verbosity(verb, command->verbosity);
  verb.callback(
      [command, &action] { action = [command] { return load_engine().export_model(*command); }; });
}

}  // namespace imgcnn::cli
