// Parsing, and the one place where errors become lines on stderr and exit statuses.

#include "cli/command_line.h"

#include <cstdio>
#include <exception>
#include <iostream>
#include <new>

#include "imgcnn/base/error.h"
#include "imgcnn/base/exit_code.h"
#include "imgcnn/base/version.h"

namespace imgcnn::cli {
namespace {

constexpr const char* kFooter = R"(Examples:
  imgcnn compress photo.jpg photo.cnz
  imgcnn compress -q 40 -r holiday/ --output-dir small/
  imgcnn decompress photo.cnz photo.png
  imgcnn info photo.cnz

'imgcnn VERB --help' explains each verb.
Exit status: 0 ok, 1 processing failed (or a file of a batch), 2 usage, 3 bad or damaged input,
4 model missing or not matching, 5 output not written, 6 limit or memory, 128+n ended by signal n.)";

// What CLI11 says of a line that it does not understand, put right where it leaves out what was
// written.
std::string usage_error(const CLI::App& app, int argc, const char* const* argv,
                        const CLI::ParseError& error) {
  const std::string first = argc > 1 ? argv[1] : "";
  const bool is_verb =
      !app.get_subcommands([&](const CLI::App* verb) { return verb->get_name() == first; }).empty();
  if (is_verb) return std::string(error.what()) + " (see imgcnn " + first + " --help)";
  const bool is_word = !first.empty() && first.front() != '-';
  const bool is_missing = dynamic_cast<const CLI::RequiredError*>(&error) != nullptr;
  const std::string what = is_word      ? "'" + first + "' is no verb"
                           : is_missing ? "a verb is missing"
                                        : error.what();
  return what + " (see imgcnn --help)";
}

Outcome run_action(const Action& action) {
  try {
    return action();
  } catch (const Error& error) {
    return {exit_code(error.code()), error.what()};
  } catch (const std::bad_alloc&) {
    return {kExitLimit, "out of memory"};
  } catch (const std::exception& error) {
    return {kExitProcessing, error.what()};
  }
}

// Results that did not reach stdout are results lost.
int flush_results(int status) {
  std::cout.flush();
  if (std::cout && std::fflush(stdout) == 0) return status;
  print_error("standard output: cannot be written");
  return status == kExitOk ? static_cast<int>(kExitWrite) : status;
}

}  // namespace

void print_error(const std::string& message) {
  std::string line = "imgcnn: " + message;
  for (char& c : line) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = '?';
  }
  line += '\n';
  std::fputs(line.c_str(), stderr);
}

int run_command_line(int argc, const char* const* argv) {
  CLI::App app{"imgcnn: learned image compression"};
  Action action;
  app.set_version_flag("-V,--version", std::string("imgcnn ") + program_version());
  app.footer(kFooter);
  app.require_subcommand(1);
  app.get_formatter()->column_width(34);
  register_compress(app, action);
  register_decompress(app, action);
  register_info(app, action);
  register_verify(app, action);
  register_eval(app, action);
  register_train(app, action);
  register_pack(app, action);
  register_export(app, action);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return flush_results(app.exit(error));  // --help, --version
    print_error(usage_error(app, argc, argv, error));
    return kExitUsage;
  }
  const Outcome outcome = run_action(action);
  if (!outcome.message.empty()) print_error(outcome.message);
  return flush_results(outcome.exit_code);
}

}  // namespace imgcnn::cli
