// Options that several verbs share.

#include <string>

#include "cli/command_line.h"

namespace imgcnn::cli {

void add_verbosity(CLI::App& verb, Verbosity& verbosity) {
  auto* quiet = verb.add_flag_callback(
      "--quiet", [&verbosity] { verbosity = Verbosity::kQuiet; }, "Errors only");
  verb.add_flag_callback(
          "-v,--verbose", [&verbosity] { verbosity = Verbosity::kVerbose; }, "Say more on stderr")
      ->excludes(quiet);
}

void add_device(CLI::App& verb, std::string& device, int& threads) {
  verb.add_option("--device", device, "auto, cpu, cuda or cuda:N")->capture_default_str()->group("Machine");
  verb.add_option("--threads", threads, "CPU threads; 0 = all cores")
      ->check(CLI::Range(0, 1024))
      ->capture_default_str()
      ->group("Machine");
}

void add_max_pixels(CLI::App& verb, std::uint64_t& max_pixels) {
  constexpr std::uint64_t kMost = std::uint64_t{65535} * 65535;
  verb.add_option("--max-pixels", max_pixels, "Refuse larger pictures")
      ->check(CLI::Range(std::uint64_t{1}, kMost))
      ->capture_default_str()
      ->group("Machine");
}

void add_batch(CLI::App& verb, BatchOptions& batch) {
  verb.add_option("paths", batch.paths,
                  "IN OUT ('-' = standard input, output); with --output-dir: any number of inputs")
      ->required()
      ->type_name("PATH");
  verb.add_flag("-f,--force", batch.force, "Overwrite existing outputs (never the input itself)");
  verb.add_flag("--json", batch.json, "One JSON object a file on standard output");
  verb.add_option("-o,--output-dir", batch.output_dir, "Write each input's output here, under its own name")
      ->type_name("DIR")
      ->group("Many files");
  verb.add_flag("-r,--recursive", batch.recursive, "Search folders; mirror them below the output folder")
      ->group("Many files");
  add_parsed(verb, "--shard", batch.shard, parse_shard,
             "Take every N-th file, from the I-th: for N processes side by side")
      ->type_name("I/N")
      ->group("Many files");
  add_max_pixels(verb, batch.max_pixels);
  add_verbosity(verb, batch.verbosity);
}

void check_batch(const BatchOptions& batch) {
  if (!batch.output_dir.empty()) return;
  if (batch.recursive) throw CLI::ValidationError("-r", "needs --output-dir");
  if (batch.shard.count > 1) throw CLI::ValidationError("--shard", "needs --output-dir");
  if (batch.paths.size() == 1)
    throw CLI::ValidationError(batch.paths[0], "needs an output: IN OUT, or --output-dir DIR");
  if (batch.paths.size() > 2) throw CLI::ValidationError("several inputs", "need --output-dir DIR");
  if (batch.json && batch.paths[1] == "-")
    throw CLI::ValidationError("--json", "standard output is taken by the output");
}

CLI::Validator within(double low, double high) {
  const auto shorten = [](double value) {
    std::string text = std::to_string(value);
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') text.pop_back();
    return text;
  };
  const std::string range = "[" + shorten(low) + ", " + shorten(high) + "]";
  return CLI::Validator(
      [low, high, range](std::string& text) {
        double value = 0.0;
        const bool good = CLI::detail::lexical_cast(text, value) && value >= low && value <= high;
        return good ? std::string() : "'" + text + "' is not in " + range;
      },
      range);
}

}  // namespace imgcnn::cli
