# See CMakeLists.txt beside this file.
cmake_minimum_required(VERSION 3.25)

function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT result EQUAL 0)
    message(FATAL_ERROR "failed (${result}): ${ARGN}\n${output}")
  endif()
endfunction()

file(REMOVE_RECURSE ${WORK})
run(${CMAKE_COMMAND} --install ${BUILD} --prefix ${WORK}/prefix)
run(${CMAKE_COMMAND} -S ${CONSUMER} -B ${WORK}/build -G Ninja -DCMAKE_BUILD_TYPE=${CONFIG}
  -DCMAKE_PREFIX_PATH=${WORK}/prefix -DIMGCNN_TORCH_DIR=${TORCH})
run(${CMAKE_COMMAND} --build ${WORK}/build)
run(${WORK}/build/consumer ${MODEL} ${PICTURE})
run(${WORK}/build/from_c ${MODEL})
run(${WORK}/prefix/${BINDIR}/imgcnn compress -m ${MODEL} ${PICTURE} ${WORK}/picture.cnz)
run(${WORK}/prefix/${BINDIR}/imgcnn info ${WORK}/picture.cnz)
foreach(file man/man1/imgcnn.1 bash-completion/completions/imgcnn zsh/site-functions/_imgcnn)
  if(NOT EXISTS ${WORK}/prefix/share/${file})
    message(FATAL_ERROR "not installed: share/${file}")
  endif()
endforeach()
