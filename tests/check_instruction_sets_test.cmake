# cmake -DNM=<nm> -DCXX=<compiler> -DWORK=<scratch folder> -P check_instruction_sets_test.cmake:
# check_instruction_sets.cmake passes good objects and fails bad ones.

cmake_minimum_required(VERSION 3.25)

function(compile source text)
  file(WRITE ${WORK}/${source} "${text}\n")
  execute_process(COMMAND ${CXX} -std=c++17 -c ${WORK}/${source} -o ${WORK}/${source}.o COMMAND_ERROR_IS_FATAL ANY)
endfunction()

# Compiles `text` as part of the kernels for AVX2 and runs the check on them.
function(expect outcome text)
  file(REMOVE_RECURSE ${WORK})
  compile(kernels_avx512.cpp "namespace imgcnn::runtime { void avx512_kernels() {} }")
  compile(kernels_avx2.cpp "namespace imgcnn::runtime { ${text} }")
  execute_process(
    COMMAND ${CMAKE_COMMAND} -DNM=${NM} "-DOBJECTS=${WORK}/kernels_avx2.cpp.o;${WORK}/kernels_avx512.cpp.o;${WORK}/layers.cpp.o"
      -P ${CMAKE_CURRENT_LIST_DIR}/check_instruction_sets.cmake
    RESULT_VARIABLE result OUTPUT_QUIET ERROR_QUIET)
  if((outcome STREQUAL "pass") AND NOT result EQUAL 0)
    message(SEND_ERROR "${text} should pass")
  elseif((outcome STREQUAL "fail") AND result EQUAL 0)
    message(SEND_ERROR "${text} should fail")
  endif()
endfunction()

set(factory "void avx2_kernels() {}")
set(buffer "template <class T> struct Buffer { T* reserve() { return nullptr; } };")

expect(pass "${factory}")
expect(pass "${factory} namespace avx2 { template <class T> int f(T) { return [](auto x) { return x; }(1); } }
  int (*const g)(int) = avx2::f<int>;")
expect(pass "${factory} namespace avx2 { struct Kernels { virtual ~Kernels() {} virtual int f() const; };
  int Kernels::f() const { return 1; } }")
expect(pass "${factory} static void f() {} void (*g)() = f;")
expect(fail "")
expect(fail "${factory} void f() {}")
expect(fail "${factory} void avx2_f() {}")
expect(fail "${factory} namespace avx512 { void f() {} }")
expect(fail "${factory} inline void f() {} void (*g)() = f;")
expect(fail "${factory} ${buffer} namespace avx2 { void f() { Buffer<float>().reserve(); } }")
expect(fail "${factory} struct Kernels { virtual ~Kernels() {} }; namespace avx2 { void f() { Kernels(); } }")
file(REMOVE_RECURSE ${WORK})
