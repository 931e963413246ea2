// imgcnn decompress: the command line of it.

#include <memory>
#include <string>

#include "cli/command_line.h"
#include "cli/engine.h"

namespace imgcnn::cli {

void register_decompress(CLI::App& app, Action& action) {
  const auto command = std::make_shared<DecompressCommand>();
  CLI::App& verb = *app.add_subcommand("decompress", "Turn .cnz files back into pictures");
  verb.footer(R"(Examples:
  imgcnn decompress photo.cnz photo.png
  imgcnn decompress -r small/ --output-dir pictures/ --format jpg
  imgcnn decompress photo.cnz detail.png --region 800,600,320,240
  imgcnn decompress photo.cnz - --format ppm | viewer)");
  verb.add_option("--format", command->format,
                  "png, jpg, webp, tiff, bmp, ppm, pgm, pnm or pam; default: by the name of the "
                  "output, png in a folder")
      ->check(CLI::IsMember({"png", "jpg", "jpeg", "webp", "tiff", "tif", "bmp", "ppm", "pgm"},
                            CLI::ignore_case));
  verb.add_option("--png-level", command->png_level,
                  "How hard PNG is compressed: 0 (stored) to 9 (smallest, slow)")
      ->check(CLI::Range(0, image::kMaxPngLevel))
      ->type_name("N")
      ->capture_default_str();
  verb.add_option("-m,--model", command->model,
                  "Name of a model, or its file; default: found by the id in the file");
  auto* preview = verb.add_flag("--preview", command->preview,
                                "An eighth of the width and height, quickly; the front of a file "
                                "that is cut short is enough");
  add_parsed(verb, "--region", command->region, parse_region,
             "Only this rectangle: left, top, width and height in pixels; decodes little more than "
             "it needs")
      ->type_name("X,Y,W,H")
      ->excludes(preview);
  verb.add_flag("--undo-preprocessing", command->undo_preprocessing,
                "Take the recorded brightness, contrast and colour balance back");
  verb.add_flag("--strict", command->strict,
                "Refuse what the output format cannot keep, instead of saying so");
  add_batch(verb, command->batch);
  add_coding_machine(verb, command->codec);
  verb.callback([command, &action] {
    check_batch(command->batch);
    check_machine(command->codec);
    action = [command] { return load_engine().decompress(*command); };
  });
}

}  // namespace imgcnn::cli
