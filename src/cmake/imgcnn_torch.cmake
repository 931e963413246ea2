# Finds LibTorch and defines TORCH_LIBRARIES. Used by the build and, installed, by imgcnnConfig.cmake.
#
# Two kinds are known:
#   a distribution's LibTorch   plain find_package(Torch); Debian's needs nothing else
#   an official LibTorch 2.x    chosen with IMGCNN_TORCH_DIR=/path/to/torch (-D or environment): the folder of the
#                               unpacked archive or of the Python wheel, which holds include/ and lib/
#
# The official one is linked directly: its own CMake config stops with an error where a CUDA build meets a machine without
# the CUDA toolkit, although compiling against LibTorch needs no part of that toolkit.

set(IMGCNN_TORCH_DIR "$ENV{IMGCNN_TORCH_DIR}" CACHE PATH "Folder of an official LibTorch; empty = find_package(Torch)")

function(imgcnn_use_official_torch dir)
  foreach(needed include/torch/csrc/api/include/torch/torch.h lib/libtorch.so lib/libtorch_cpu.so lib/libc10.so)
    if(NOT EXISTS "${dir}/${needed}")
      message(FATAL_ERROR "IMGCNN_TORCH_DIR=${dir} holds no ${needed}: it should be the folder 'torch' or 'libtorch'")
    endif()
  endforeach()

  # Builds before the C++11 ABI cannot be linked with a distribution's libraries.
  set(config "${dir}/share/cmake/Torch/TorchConfig.cmake")
  if(EXISTS "${config}")
    file(STRINGS "${config}" old_abi REGEX "_GLIBCXX_USE_CXX11_ABI=0")
    if(old_abi)
      message(FATAL_ERROR "${dir} was built with the old C++ ABI: take the build marked cxx11-abi, or 2.7 and later")
    endif()
  endif()

  set(libraries "${dir}/lib/libtorch.so" "${dir}/lib/libtorch_cpu.so" "${dir}/lib/libc10.so")
  if(EXISTS "${dir}/lib/libtorch_cuda.so")
    # Nothing of ours calls these two, but loading them is what registers the CUDA kernels.
    list(APPEND libraries -Wl,--no-as-needed "${dir}/lib/libtorch_cuda.so" "${dir}/lib/libc10_cuda.so" -Wl,--as-needed)
  endif()
  if(NOT TARGET imgcnn_official_torch)
    add_library(imgcnn_official_torch INTERFACE IMPORTED GLOBAL)
    # Its folder of headers holds a copy of fmt that is newer than the one spdlog was made for, and would hide that one.
    set(first "")
    find_path(IMGCNN_FMT_INCLUDE_DIR fmt/format.h)
    if(IMGCNN_FMT_INCLUDE_DIR AND EXISTS "${dir}/include/fmt")
      set(first "${CMAKE_BINARY_DIR}/imgcnn_before_torch")
      file(MAKE_DIRECTORY "${first}")
      file(CREATE_LINK "${IMGCNN_FMT_INCLUDE_DIR}/fmt" "${first}/fmt" SYMBOLIC)
    endif()
    # LibTorch's libraries find cuDNN and their other neighbours by their own RPATH when the program runs; the linker
    # need not look for them.
    set_target_properties(imgcnn_official_torch PROPERTIES
      INTERFACE_INCLUDE_DIRECTORIES "${first};${dir}/include;${dir}/include/torch/csrc/api/include"
      INTERFACE_COMPILE_DEFINITIONS "_GLIBCXX_USE_CXX11_ABI=1"
      INTERFACE_LINK_OPTIONS "-Wl,--unresolved-symbols=ignore-in-shared-libs;-Wl,-rpath,${dir}/lib"
      INTERFACE_LINK_LIBRARIES "${libraries}")
    # Newer ones insist on C++20; what includes them is then compiled as such, the rest stays C++17.
    file(STRINGS "${dir}/include/torch/csrc/api/include/torch/all.h" wants_20 REGEX "C\\+\\+20 or later")
    if(wants_20)
      set_target_properties(imgcnn_official_torch PROPERTIES INTERFACE_COMPILE_FEATURES cxx_std_20)
    endif()
  endif()
endfunction()

if(IMGCNN_TORCH_DIR)
  imgcnn_use_official_torch("${IMGCNN_TORCH_DIR}")
  set(TORCH_LIBRARIES imgcnn_official_torch)
  message(STATUS "LibTorch: ${IMGCNN_TORCH_DIR}")
else()
  find_package(Torch REQUIRED)
  message(STATUS "LibTorch: ${Torch_DIR}")
endif()
