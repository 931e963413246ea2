// Options that several verbs share.

#include <unistd.h>

#include <string>

#include "cli/command_line.h"
#include "imgcnn/base/files.h"

namespace imgcnn::cli {

void add_verbosity(CLI::App& verb, Verbosity& verbosity) {
  auto* quiet = verb.add_flag_callback(
      "--quiet", [&verbosity] { verbosity = Verbosity::kQuiet; }, "Errors only");
  verb.add_flag_callback(
          "-v,--verbose", [&verbosity] { verbosity = Verbosity::kVerbose; }, "Say more on stderr")
      ->excludes(quiet);
}

void add_threads(CLI::App& verb, int& threads) {
  verb.add_option("--threads", threads, "CPU threads; 0 = all cores")
      ->check(CLI::Range(0, 1024))
      ->capture_default_str()
      ->group("Machine");
}

void add_coding_machine(CLI::App& verb, codec::CodecOptions& codec) {
  verb.add_option("--device", codec.device,
                  "auto or cpu: the CPU; cuda or cuda:N: a GPU, by LibTorch")
      ->capture_default_str()
      ->group("Machine");
  add_parsed(verb, "--runtime", codec.runtime, parse_runtime,
             "What computes the network; auto: native on the CPU, torch (LibTorch) on a GPU")
      ->type_name("auto|native|torch")
      ->default_str("auto")
      ->group("Machine");
  add_threads(verb, codec.threads);
}

void check_machine(const codec::CodecOptions& codec) {
  if (codec.runtime == codec::Runtime::kNative && codec::is_gpu(codec.device))
    throw CLI::ValidationError("--runtime",
                               "native computes on the CPU only, not on " + codec.device);
}

void add_max_pixels(CLI::App& verb, std::uint64_t& max_pixels) {
  constexpr std::uint64_t kMost = std::uint64_t{65535} * 65535;
  verb.add_option("--max-pixels", max_pixels, "Refuse larger pictures")
      ->check(CLI::Range(std::uint64_t{1}, kMost))
      ->capture_default_str()
      ->group("Machine");
}

void add_inputs(CLI::App& verb, BatchOptions& batch, const std::string& paths_help) {
  constexpr int kMostInFlight = 64;
  verb.add_option("paths", batch.paths, paths_help)->type_name("PATH");
  verb.add_flag("--json", batch.json, "One JSON object a file on standard output");
  verb.add_flag("-r,--recursive", batch.recursive, "Search folders")->group("Many files");
  auto* list = verb.add_option("--filelist", batch.filelist,
                               "File with further inputs, one a line ('-' = standard input)")
                   ->type_name("FILE")
                   ->group("Many files");
  verb.add_flag("-0,--null", batch.null_separated,
                "Names in the list end with NUL, as find -print0 writes them")
      ->needs(list)
      ->group("Many files");
  add_parsed(verb, "--shard", batch.shard, parse_shard,
             "Take every N-th file, from the I-th of the sorted list: for N processes or machines")
      ->type_name("I/N")
      ->group("Many files");
  verb.add_option("-j,--jobs", batch.in_flight,
                  "Pictures in memory at once, each worked on by a core; 0 = one more than threads")
      ->check(CLI::Range(0, kMostInFlight))
      ->type_name("N")
      ->capture_default_str()
      ->group("Many files");
  add_max_pixels(verb, batch.max_pixels);
  add_verbosity(verb, batch.verbosity);
}

void add_batch(CLI::App& verb, BatchOptions& batch) {
  auto* force = verb.add_flag("-f,--force", batch.force,
                              "Overwrite existing outputs (never the input itself)");
  verb.add_flag("--skip-existing", batch.skip_existing,
                "Leave existing outputs as they are and go on")
      ->excludes(force);
  verb.add_flag("-n,--dry-run", batch.dry_run,
                "Read the inputs, say what would be written, write nothing");
  verb.add_option("-o,--output-dir", batch.output_dir,
                  "Write outputs here, under the inputs' names; mirrors folders")
      ->type_name("DIR")
      ->group("Many files");
  add_parsed(verb, "--suffix", batch.suffix, parse_suffix,
             "Ending of outputs' names in place of the inputs' extension; {ext} = that extension. "
             "Without --output-dir outputs lie beside their inputs")
      ->type_name("TEXT")
      ->group("Many files");
  add_inputs(
      verb, batch,
      "IN OUT ('-' = standard input, output); with --output-dir or --suffix: any number of inputs");
}

void check_batch(const BatchOptions& batch) {
  const auto need_many = [](const char* option) {
    throw CLI::ValidationError(option, "needs --output-dir DIR or --suffix TEXT");
  };
  if (batch.many()) {
    if (batch.paths.empty() && batch.filelist.empty())
      throw CLI::ValidationError("PATH", "no input is named");
    return;
  }
  if (batch.recursive) need_many("-r");
  if (batch.shard.count > 1) need_many("--shard");
  if (!batch.filelist.empty()) need_many("--filelist");
  if (batch.paths.empty()) throw CLI::ValidationError("PATH", "IN OUT are required");
  if (batch.paths.size() == 1)
    throw CLI::ValidationError(batch.paths[0],
                               "needs an output: IN OUT, --output-dir DIR or --suffix TEXT");
  if (batch.paths.size() > 2) need_many("several inputs");
  if (batch.json && output_descriptor(batch.paths[1]) == STDOUT_FILENO)
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
