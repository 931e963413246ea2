// imgcnn verify: the command line of it.

#include <memory>
#include <string>

#include "cli/command_line.h"
#include "cli/engine.h"

namespace imgcnn::cli {

void register_verify(CLI::App& app, Action& action) {
  const auto command = std::make_shared<VerifyCommand>();
  CLI::App& verb = *app.add_subcommand("verify", "Decode .cnz files completely and write nothing");
  verb.footer(R"(Examples:
  imgcnn verify archive/*.cnz
  imgcnn verify -r archive/ --quiet)");
  verb.add_option("-m,--model", command->model,
                  "Name of a model, or its file; default: found by the id in the file");
  add_inputs(verb, command->batch, ".cnz files ('-' = standard input) and, with -r, folders");
  add_coding_machine(verb, command->codec);
  verb.callback([command, &action] {
    if (command->batch.paths.empty() && command->batch.filelist.empty())
      throw CLI::ValidationError("PATH", "no input is named");
    check_machine(command->codec);
    action = [command] { return load_engine().verify(*command); };
  });
}

}  // namespace imgcnn::cli
