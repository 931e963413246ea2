// imgcnn info: all of it. Works on bytes alone, so that it answers at once.

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <iostream>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>

#include "cli/command_line.h"
#include "imgcnn/base/checked_math.h"
#include "imgcnn/base/exit_code.h"
#include "imgcnn/base/files.h"
#include "imgcnn/base/sha256.h"
#include "imgcnn/bitstream/byte_io.h"
#include "imgcnn/bitstream/container.h"
#include "imgcnn/bitstream/run_log.h"
#include "imgcnn/bitstream/safetensors.h"
#include "imgcnn/model/config.h"

namespace imgcnn::cli {
namespace {

using Json = nlohmann::ordered_json;

// The id that a .cnz file carries is this many bytes of the model's digest.
constexpr std::size_t kModelIdBytes = sizeof(bitstream::StreamHeader::model_id);

// The double that prints with as few digits as the float needs: 0.1, not 0.10000000149011612.
double shortest(float value) {
  std::array<char, 32> text{};
  const auto written = std::to_chars(text.data(), text.data() + text.size(), value);
  double result = 0.0;
  std::from_chars(text.data(), written.ptr, result);
  return result;
}

/// What is known of a file, and what is wrong with the rest of it.
struct Description {
  Json facts;
  std::optional<Error> fault;
};

/// Of a file that is cut short behind its header what is left tells.
Description describe_picture(ByteSpan file, const std::string& origin) {
  bitstream::ContainerInfo info = bitstream::inspect_front(file, origin);
  const bool cut = info.fault && info.fault->code() == ErrorCode::kTruncated;
  if (!cut) info = bitstream::inspect_container(file, origin);
  const bitstream::StreamHeader& header = info.header;
  const double pixels = static_cast<double>(header.width) * header.height;
  Json sections = Json::array();
  for (const auto& section : info.sections)
    sections.push_back({{"name", section.name}, {"bytes", section.length}});
  Json description = {{"file", origin},
                      {"type", "cnz"},
                      {"bytes", file.size()},
                      {"width", header.width},
                      {"height", header.height},
                      {"channels", header.channels},
                      {"bit_depth", header.bit_depth},
                      {"quality", header.quality16 / 16.0},
                      {"coding", header.context_coded ? "context" : "tables"},
                      {"mirrored", header.mirrored},
                      {"transposed", header.transposed},
                      {"bpp", 8.0 * static_cast<double>(file.size()) / pixels},
                      {"model", to_hex({header.model_id.data(), header.model_id.size()})},
                      {"sections", sections}};
  const auto pixels_section = std::find_if(info.sections.begin(), info.sections.end(),
                                           [](const auto& s) { return s.name == "pixels"; });
  if (pixels_section != info.sections.end()) {
    bitstream::ByteReader reader(file.subspan(static_cast<std::size_t>(pixels_section->offset),
                                              static_cast<std::size_t>(pixels_section->length)));
    constexpr std::uint64_t kBlock = 16;  // pixels, FORMAT.md, section 1.9
    const auto blocks = [](std::uint64_t side) { return ceil_div(side, kBlock); };
    description["pixel_share"] = static_cast<double>(reader.leb128()) /
                                 static_cast<double>(blocks(header.width) * blocks(header.height));
  }
  if (info.preview_bytes > 0) description["preview_bytes"] = info.preview_bytes;
  if (cut) {
    description["cut"] = true;
    description.erase("bpp");
  }
  const bitstream::StreamPreprocess& applied = header.preprocess;
  if (!applied.is_identity()) {
    description["preprocessing"] = {
        {"brightness", shortest(applied.brightness)},
        {"contrast", shortest(applied.contrast)},
        {"gain",
         {shortest(applied.gain[0]), shortest(applied.gain[1]), shortest(applied.gain[2])}}};
  }
  return {std::move(description), std::move(info.fault)};
}

// Keys of what a model costs, and what text output calls them.
constexpr std::array<std::pair<const char*, const char*>, 2> kComplexity = {
    {{model::kEncodeComplexity, "encode"}, {model::kDecodeComplexity, "decode"}}};

// A positive decimal number, or nothing: metadata is free text to whoever writes a file.
std::optional<double> positive_number(const std::string& text) {
  double value = 0.0;
  const auto parsed =
      std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  const bool whole = parsed.ec == std::errc() && parsed.ptr == text.data() + text.size();
  return whole && std::isfinite(value) && value > 0.0 ? std::optional(value) : std::nullopt;
}

std::string decimals(double value, int count) {
  std::array<char, 512> text{};  // the largest double has 309 digits
  const auto end =
      std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed, count)
          .ptr;
  return {text.data(), end};
}

std::string one_decimal(double value) { return decimals(value, 1); }

Json describe_model(const SharedBytes& file, const std::string& origin) {
  const bitstream::TensorFile model = bitstream::parse_safetensors(file, origin);
  Bytes id = bitstream::tensor_digest(model);
  id.resize(kModelIdBytes);
  std::uint64_t parameters = 0;
  for (const auto& [name, record] : model.tensors) {
    const bool real =
        record.dtype == bitstream::DType::kF32 || record.dtype == bitstream::DType::kF16;
    if (real) parameters += record.elements();
  }
  Json description = {{"file", origin},           {"type", "model"},
                      {"bytes", file.size()},     {"id", to_hex(id)},
                      {"parameters", parameters}, {"tensors", model.tensors.size()}};
  std::map<std::string, std::string> rest = model.metadata;
  // What the file says of itself is worth a line where it is not so.
  const auto claim = rest.find("id");
  if (claim != rest.end() && claim->second == to_hex(id)) rest.erase(claim);
  for (const auto& [key, label] : kComplexity) {
    const auto entry = rest.find(key);
    if (entry == rest.end()) continue;
    if (const auto value = positive_number(entry->second)) {
      description[key] = *value;
      rest.erase(entry);
    }
  }
  Json metadata = Json::object();
  for (const auto& [key, value] : rest) {
    Json parsed = Json::parse(value, nullptr, false);
    metadata[key] = parsed.is_object() ? std::move(parsed) : Json(value);
  }
  description["metadata"] = std::move(metadata);
  return description;
}

std::string plain(const Json& value) {
  return value.is_string() ? value.get<std::string>()
                           : value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

void print_text(const Json& facts) {
  const auto padded = [](const std::string& label) {
    return label + std::string(15 - label.size(), ' ');
  };
  for (const auto& [key, value] : facts.items()) {
    const auto cost = std::find_if(kComplexity.begin(), kComplexity.end(),
                                   [&](const auto& row) { return row.first == key; });
    if (cost != kComplexity.end()) {
      std::cout << padded(cost->second) << one_decimal(value) << " kMAC/px\n";
    } else if (key == "pixel_share") {
      std::cout << padded("pixels") << one_decimal(100 * value.get<double>()) << " % of blocks\n";
    } else if (key == "preview_bytes") {
      std::cout << padded("preview") << "first " << plain(value) << " bytes\n";
    } else if (key == "sections") {
      for (const Json& section : value) {
        std::cout << "section        " << plain(section["name"]) << ", " << plain(section["bytes"])
                  << " bytes\n";
      }
    } else if (key == "minutes") {
      std::cout << padded(key) << one_decimal(value) << '\n';
    } else if (key == "validations") {
      for (const Json& row : value) {
        std::cout << "validation     step " << plain(row["step"]) << ", loss "
                  << decimals(row["loss"], 4);
        if (row.contains("bd_rate_percent"))
          std::cout << ", BD-rate against the start " << decimals(row["bd_rate_percent"], 2)
                    << " %";
        std::cout << '\n';
      }
    } else if (value.is_object()) {
      for (const auto& [name, entry] : value.items())
        std::cout << key << '.' << name << "  " << plain(entry) << '\n';
    } else {
      std::cout << padded(key) << plain(value) << '\n';
    }
  }
}

/// A number that the checkpoint holds as text.
double number_in(const bitstream::TensorFile& checkpoint, const char* key) {
  const auto found = checkpoint.metadata.find(key);
  const auto value =
      found == checkpoint.metadata.end() ? std::nullopt : positive_number(found->second);
  return value.value_or(0.0);
}

/// A folder that `train` works in: how far it is, and what it brought.
Json describe_run(const std::string& folder) {
  const std::string checkpoint_path = folder + "/checkpoint.safetensors",
                    log_path = folder + "/log.csv";
  const MappedFile mapped(checkpoint_path);
  const bitstream::TensorFile checkpoint =
      bitstream::parse_safetensors_header(mapped.bytes(), mapped.bytes().size(), checkpoint_path);
  const Bytes log = read_file(log_path);
  const auto validations = bitstream::summarize_validations(
      bitstream::parse_run_log({log.begin(), log.end()}, log_path));
  const auto config = checkpoint.metadata.find("config");
  const Json parsed =
      config == checkpoint.metadata.end() ? Json() : Json::parse(config->second, nullptr, false);
  const std::string name = parsed.is_object() ? parsed.value("name", "") : "";
  Json description = {{"file", folder},
                      {"type", "run"},
                      {"name", name},
                      {"step", static_cast<std::int64_t>(number_in(checkpoint, "step"))},
                      {"minutes", number_in(checkpoint, "seconds") / 60}};
  Json rows = Json::array();
  for (const auto& validation : validations) {
    rows.push_back({{"step", validation.step}, {"loss", validation.loss}});
    if (validation.bd_rate) rows.back()["bd_rate_percent"] = *validation.bd_rate;
  }
  description["validations"] = std::move(rows);
  return description;
}

Description describe(const std::string& path) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) return {describe_run(path), std::nullopt};
  const Bytes file = read_file(path);
  const std::string origin = input_name(path);
  // A safetensors file starts with a length and a brace; whatever else this is, the .cnz parser
  // names its fault.
  const bool is_model = file.size() > 8 && file[8] == '{';
  if (is_model) return {describe_model(file, origin), std::nullopt};
  return describe_picture(file, origin);
}

void print_json(const Json& facts) {
  std::cout << facts.dump(-1, ' ', false, Json::error_handler_t::replace) << '\n';
}

Outcome run_info(const InfoCommand& command) {
  const bool many = command.files.size() > 1;
  Outcome outcome;
  bool first = true;
  for (const std::string& path : command.files) {
    try {
      const Description description = describe(path);
      if (!first && !command.json) std::cout << '\n';
      first = false;
      if (command.json)
        print_json(description.facts);
      else
        print_text(description.facts);
      std::cout << std::flush;
      if (description.fault) throw Error(*description.fault);
    } catch (const Error& error) {
      if (!many) throw;
      print_error(error.what());
      outcome.exit_code = kExitProcessing;
    }
  }
  return outcome;
}

}  // namespace

void register_info(CLI::App& app, Action& action) {
  const auto command = std::make_shared<InfoCommand>();
  CLI::App& verb =
      *app.add_subcommand("info", "Show what .cnz files, models and training runs hold");
  verb.footer(
      "Examples:\n  imgcnn info photo.cnz\n  imgcnn info --json small/*.cnz\n  imgcnn info "
      "runs/mine");
  verb.add_option("files", command->files,
                  ".cnz files, models and run folders ('-' = standard input)")
      ->required()
      ->type_name("FILE");
  verb.add_flag("--json", command->json, "One JSON object a file");
  verb.callback([command, &action] { action = [command] { return run_info(*command); }; });
}

}  // namespace imgcnn::cli
