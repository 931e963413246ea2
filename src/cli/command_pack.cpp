// imgcnn pack: the command line of it.

#include <cstdint>
#include <memory>
#include <string>

#include "cli/command_line.h"
#include "cli/engine.h"

namespace imgcnn::cli {

void register_pack(CLI::App& app, Action& action) {
  const auto command = std::make_shared<PackCommand>();
  train::PackOptions& options = command->options;
  CLI::App& verb =
      *app.add_subcommand("pack", "Decode folders of pictures once into one file for training");
  verb.footer("Example:\n  imgcnn pack --data photos/ --out photos.pack --max-size 2GB");
  verb.add_option("--data", options.data,
                  "Folder of pictures, searched below, or list of them (.txt, .lst); may be "
                  "repeated")
      ->required()
      ->type_name("DIR|FILE")
      ->allow_extra_args(false);
  verb.add_option("--out", options.out, "Pack file to write")->required()->type_name("FILE");
  const auto parse_limit = [](const std::string& text) {
    return text == "0" ? std::uint64_t{0} : static_cast<std::uint64_t>(parse_size(text));
  };
  add_parsed(verb, "--max-size", options.max_bytes, parse_limit,
             "Random crops up to about this size, e.g. 500MB (M = 1000 000); 0 = whole pictures")
      ->type_name("SIZE");
  verb.add_option("--crop", options.crop, "Side of those crops")
      ->check(CLI::Range(64, 4096))
      ->capture_default_str();
  verb.add_option("--seed", options.seed, "Where the crops fall")->capture_default_str();
  add_verbosity(verb, command->verbosity);
  verb.callback(
      [command, &action] { action = [command] { return load_engine().pack(*command); }; });
}

}  // namespace imgcnn::cli
