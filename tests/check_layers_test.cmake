# cmake -DWORK=<scratch folder> -P check_layers_test.cmake: check_layers.cmake passes a good tree and fails bad ones.

cmake_minimum_required(VERSION 3.25)

# Writes a tree of one file that includes `target` and runs the check on it.
function(expect outcome path target)
  file(REMOVE_RECURSE ${WORK})
  file(WRITE ${WORK}/src/base/error.cpp "#include <string>\n")
  file(WRITE ${WORK}/${path} "#pragma once\n#include ${target}\n")
  execute_process(COMMAND ${CMAKE_COMMAND} -DROOT=${WORK} -P ${CMAKE_CURRENT_LIST_DIR}/check_layers.cmake
    RESULT_VARIABLE result OUTPUT_QUIET ERROR_QUIET)
  if((outcome STREQUAL "pass") AND NOT result EQUAL 0)
    message(SEND_ERROR "${path} with ${target} should pass")
  elseif((outcome STREQUAL "fail") AND result EQUAL 0)
    message(SEND_ERROR "${path} with ${target} should fail")
  endif()
endfunction()

expect(pass src/codec/codec.cpp "\"imgcnn/model/config.h\"")
expect(pass src/train/pack_file.cpp "<opencv2/core.hpp>")
expect(pass src/model/layers.cpp "<torch/torch.h>")
expect(pass src/cli/main.cpp "<CLI/CLI.hpp>")
expect(fail src/entropy/rans.cpp "\"imgcnn/bitstream/byte_io.h\"")
expect(fail src/base/files.cpp "\"imgcnn/image/image.h\"")
expect(fail src/codec/codec.cpp "\"imgcnn/eval/metrics.h\"")
expect(fail src/train/trainer.cpp "\"eval/private.h\"")
expect(fail src/image/convert.cpp "<torch/torch.h>")
expect(fail include/imgcnn/codec/codec.h "<torch/types.h>")
expect(fail src/image/image_io.cpp "<opencv2/core.hpp>")
expect(fail include/imgcnn/train/trainer.h "<opencv2/core.hpp>")
expect(fail src/codec/codec.cpp "<spdlog/spdlog.h>")
expect(fail src/eval/evaluator.cpp "<CLI/CLI.hpp>")
file(REMOVE_RECURSE ${WORK})
