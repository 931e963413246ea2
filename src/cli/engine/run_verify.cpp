// imgcnn verify: the work of it.

#include <spdlog/spdlog.h>

#include <iostream>

#include "cli/engine/batch.h"
#include "cli/engine/codec_cache.h"
#include "cli/engine/run.h"
#include "imgcnn/base/files.h"

namespace imgcnn::cli {

Outcome run_verify(const VerifyCommand& command) {
  CodecCache codecs(command.model, command.codec);
  codec::DecodeOptions options;
  options.max_pixels = command.max_pixels;
  return run_files(command.files, command.verbosity, [&](const std::string& path) {
    const Bytes file = read_file(path);
    const image::Image picture = codecs.codec_for(file, path).decode(file, options, path);
    spdlog::debug("{}: {} x {}, {} channels of {} bits", path, picture.width, picture.height, picture.channels,
                  picture.bit_depth);
    std::cout << path << ": ok\n" << std::flush;
  });
}

}  // namespace imgcnn::cli
