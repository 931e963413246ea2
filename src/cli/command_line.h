#pragma once
// The command line: one sub-command a verb, each registered by its own file.

#include <CLI/CLI.hpp>
#include <functional>

#include "cli/commands.h"
#include "cli/engine.h"
#include "imgcnn/base/error.h"

namespace imgcnn::cli {

/// What the chosen verb does once the whole line has been understood.
using Action = std::function<Outcome()>;

/// Each adds its sub-command, whose callback checks the options together and sets `action`.
void register_compress(CLI::App& app, Action& action);
void register_decompress(CLI::App& app, Action& action);
void register_info(CLI::App& app, Action& action);
void register_verify(CLI::App& app, Action& action);
void register_eval(CLI::App& app, Action& action);
void register_train(CLI::App& app, Action& action);
void register_pack(CLI::App& app, Action& action);
void register_export(CLI::App& app, Action& action);

/// Options that several verbs share.
void add_verbosity(CLI::App& verb, Verbosity& verbosity);
/// Part of add_batch.
void add_inputs(CLI::App& verb, BatchOptions& batch, const std::string& paths_help);
void add_batch(CLI::App& verb, BatchOptions& batch);
void add_threads(CLI::App& verb, int& threads);
/// Device, runtime and threads of a codec.
void add_coding_machine(CLI::App& verb, codec::CodecOptions& codec);
void add_max_pixels(CLI::App& verb, std::uint64_t& max_pixels);

/// Checks that the options of many files and the number of paths fit together. Throws
/// CLI::ValidationError.
void check_batch(const BatchOptions& batch);

/// Checks that device and runtime fit together. Throws CLI::ValidationError.
void check_machine(const codec::CodecOptions& codec);

/// Accepts numbers within [low, high]; refuses NaN, which CLI::Range lets pass.
[[nodiscard]] CLI::Validator within(double low, double high);

/// An option whose text is read by `parse(text)`, one of those in parse.h; its errors become usage
/// errors.
template <typename Target, typename Parse>
CLI::Option* add_parsed(CLI::App& verb, const std::string& names, Target& target, Parse parse,
                        const std::string& help) {
  return verb.add_option_function<std::string>(
      names,
      [&target, parse, names](const std::string& text) {
        try {
          target = parse(text);
        } catch (const Error& error) {
          throw CLI::ValidationError(names, error.what());
        }
      },
      help);
}

/// One line on stderr, with the program's name in front, whatever a file name in the message holds.
void print_error(const std::string& message);

/// Parses and runs: the whole program. Returns the exit status; errors have been printed.
[[nodiscard]] int run_command_line(int argc, const char* const* argv);

}  // namespace imgcnn::cli
