# cmake -DNM=<nm> -DLIBRARY=<layer> -DFACTORY=<what> "-DOBJECTS=<object files>" -P check_instruction_sets.cmake: fails when
# an object that is compiled for an instruction set, kernels_<set>.cpp, defines functions for others to use outside the
# namespace imgcnn::<layer>::<set>, but for <set>_<what>(), which asks the processor first, and for copies of inline
# functions of imgcnn::simd::<set>. The linker keeps one copy of a function that several objects define: were it the one
# with wide vectors, programs would end on processors that lack them.
# check_instruction_sets_test.cmake proves that it does.

cmake_minimum_required(VERSION 3.25)

set(sets avx2 avx512)
set(failures "")

foreach(set IN LISTS sets)
  set(objects ${OBJECTS})
  list(FILTER objects INCLUDE REGEX "kernels_${set}\\.cpp\\.[a-z]+$")
  list(LENGTH objects count)
  if(NOT count EQUAL 1)
    message(FATAL_ERROR "${count} objects of kernels_${set}.cpp among: ${OBJECTS}")
  endif()
  execute_process(COMMAND ${NM} --defined-only ${objects} OUTPUT_VARIABLE symbols COMMAND_ERROR_IS_FATAL ANY)
  # Code that other objects see: T and W, i for those chosen when a program is loaded. Names as the compiler writes them,
  # as those for people begin with what a function returns: _ZN, for what is local to a function _ZZN, then qualifiers
  # and each part of the name behind its length.
  string(REGEX MATCHALL "[0-9a-f]+ [TWi] [^\n]+" functions "${symbols}")
  string(LENGTH ${LIBRARY} library_length)
  string(LENGTH ${set} length)
  string(LENGTH "${set}_${FACTORY}" factory_length)
  set(library "${library_length}${LIBRARY}")
  set(factory "_ZN6imgcnn${library}${factory_length}${set}_${FACTORY}Ev")
  set(has_factory FALSE)
  foreach(function IN LISTS functions)
    string(REGEX REPLACE "^[0-9a-f]+ ([TWi]) (.+)" "\\1" kind "${function}")
    set(name "${CMAKE_MATCH_2}")
    if(name STREQUAL factory)
      set(has_factory TRUE)
    elseif(NOT name MATCHES "^_ZZ*N[rVKRO]*6imgcnn${library}${length}${set}" AND
        NOT (kind STREQUAL "W" AND name MATCHES "^_ZZ*N[rVKRO]*6imgcnn4simd${length}${set}"))
      string(APPEND failures "  ${objects}: ${name}\n")
    endif()
  endforeach()
  if(NOT has_factory)
    message(FATAL_ERROR "${objects} does not define ${set}_${FACTORY}()")
  endif()
endforeach()

if(failures)
  message(FATAL_ERROR "functions of no instruction set are compiled for one:\n${failures}")
endif()
message(STATUS "kernels of ${LIBRARY} define functions of their instruction sets alone")
