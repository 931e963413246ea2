// imgcnn verify: the command line of it.

#include <memory>
#include <string>

#include "cli/command_line.h"
#include "cli/engine.h"

namespace imgcnn::cli {

void register_verify(CLI::App& app, Action& action) {
  const auto command = std::make_shared<VerifyCommand>();
  CLI::App& verb = *app.add_subcommand("verify", "Decode .cnz files completely and write nothing");
  verb.footer("Example:\n  imgcnn verify archive/*.cnz");
  verb.add_option("files", command->files, ".cnz files ('-' = standard input)")->required()->type_name("FILE");
  verb.add_option("-m,--model", command->model, "Name of a model, or its file; default: found by the id in the file");
  add_device(verb, command->codec.device, command->codec.threads);
  add_max_pixels(verb, command->max_pixels);
  add_verbosity(verb, command->verbosity);
  verb.callback([command, &action] { action = [command] { return load_engine().verify(*command); }; });
}

}  // namespace imgcnn::cli
