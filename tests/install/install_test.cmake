# See CMakeLists.txt beside this file.
cmake_minimum_required(VERSION 3.25)

function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT result EQUAL 0)
    message(FATAL_ERROR "failed (${result}): ${ARGN}\n${output}")
  endif()
  set(output "${output}" PARENT_SCOPE)
endfunction()

file(REMOVE_RECURSE ${WORK})
run(${CMAKE_COMMAND} --install ${BUILD} --prefix ${WORK}/prefix)
run(${CMAKE_COMMAND} -S ${CONSUMER} -B ${WORK}/build -G Ninja -DCMAKE_BUILD_TYPE=${CONFIG}
  -DCMAKE_PREFIX_PATH=${WORK}/prefix)
run(${CMAKE_COMMAND} --build ${WORK}/build)
# Who links the codec needs no LibTorch, to build or to run.
foreach(program consumer from_c)
  run(ldd ${WORK}/build/${program})
  if(output MATCHES "libtorch|libc10|libgomp|blas")
    message(FATAL_ERROR "${program} is linked with LibTorch:\n${output}")
  endif()
endforeach()
run(${WORK}/build/consumer ${MODEL} ${PICTURE})
run(${WORK}/build/from_c ${MODEL})
run(${WORK}/prefix/${BINDIR}/imgcnn compress -m ${MODEL} ${PICTURE} ${WORK}/picture.cnz)
run(${WORK}/prefix/${BINDIR}/imgcnn info ${WORK}/picture.cnz)
run(${WORK}/prefix/${BINDIR}/imgcnn verify -m ${MODEL} --runtime torch ${WORK}/picture.cnz)
# The libraries that need LibTorch are there for who asks for them.
run(${CMAKE_COMMAND} -S ${CONSUMER}/torch -B ${WORK}/torch -G Ninja -DCMAKE_BUILD_TYPE=${CONFIG}
  -DCMAKE_PREFIX_PATH=${WORK}/prefix -DIMGCNN_TORCH_DIR=${TORCH})
run(${CMAKE_COMMAND} --build ${WORK}/torch)
run(${WORK}/torch/consumer ${PICTURES} ${WORK}/a.pack)
foreach(file man/man1/imgcnn.1 bash-completion/completions/imgcnn zsh/site-functions/_imgcnn)
  if(NOT EXISTS ${WORK}/prefix/share/${file})
    message(FATAL_ERROR "not installed: share/${file}")
  endif()
endforeach()
