// imgcnn export: the command line of it.

#include <memory>
#include <string>

#include "cli/command_line.h"
#include "cli/engine.h"

namespace imgcnn::cli {

void register_export(CLI::App& app, Action& action) {
  const auto command = std::make_shared<ExportCommand>();
  CLI::App& verb = *app.add_subcommand("export", "Freeze a training run into a model file");
  verb.footer("Example:\n  imgcnn export runs/mine mine.safetensors");
  verb.add_option("run", command->run, "Run folder of imgcnn train")->required()->type_name("RUN");
  verb.add_option("out", command->out, "Model file to write")->required()->type_name("MODEL.safetensors");
  verb.add_flag("-f,--force", command->force, "Overwrite an existing model file");
  add_verbosity(verb, command->verbosity);
  verb.callback([command, &action] { action = [command] { return load_engine().export_model(*command); }; });
}

}  // namespace imgcnn::cli
