# cmake -DROOT=<source tree> -P check_integers.cmake: fails when the entropy layer, where both sides of a stream must find
# the same numbers on every machine, computes in floating point. Comments and strings may speak of it.
# check_integers_test.cmake proves that it does.

cmake_minimum_required(VERSION 3.25)

# Types and functions, which stand between what no name holds; headers; numbers.
set(floating "(float|double|std::(log|log2|log10|log1p|exp|exp2|expm1|pow|sqrt))[^A-Za-z0-9_]|<(cmath|math\\.h)>|[0-9]\\.[0-9]")
set(failures "")
set(checked 0)
file(GLOB_RECURSE files RELATIVE ${ROOT} ${ROOT}/src/entropy/*.h ${ROOT}/src/entropy/*.cpp
  ${ROOT}/include/imgcnn/entropy/*.h)
foreach(file IN LISTS files)
  math(EXPR checked "${checked} + 1")
  file(READ ${ROOT}/${file} text)
  string(REGEX REPLACE "\"([^\"\\\n]|\\\\.)*\"" "" text "${text}")
  string(REGEX REPLACE "//[^\n]*" "" text "${text}")
  string(REGEX REPLACE "/\\*([^*]|\\*+[^*/])*\\*+/" "" text "${text}")
  if("\n${text}\n" MATCHES "[^A-Za-z0-9_](${floating})")
    string(STRIP "${CMAKE_MATCH_1}" found)
    string(APPEND failures "  ${file}: ${found}\n")
  endif()
endforeach()

if(checked EQUAL 0)
  message(FATAL_ERROR "no source file under ${ROOT}")
endif()
if(failures)
  message(FATAL_ERROR "floating point in the entropy layer:\n${failures}")
endif()
message(STATUS "${checked} files compute in integers")
