# cmake -DNM=<nm> -DCXX=<compiler> -DWORK=<scratch folder> -P check_instruction_sets_test.cmake:
# check_instruction_sets.cmake passes good objects and fails bad ones.

cmake_minimum_required(VERSION 3.25)
include(${CMAKE_CURRENT_LIST_DIR}/expect_outcome.cmake)

function(compile source text)
  file(WRITE ${WORK}/${source} "${text}\n")
  execute_process(COMMAND ${CXX} -std=c++17 -c ${WORK}/${source} -o ${WORK}/${source}.o COMMAND_ERROR_IS_FATAL ANY)
endfunction()

# Compiles `text` as part of the kernels for AVX2, once for each library, and runs the check on them. In the text LIBRARY
# and OTHER stand for the names of the library and of the other one, FACTORY for that of what asks the processor.
function(expect outcome text)
  foreach(library_factory_other "runtime;kernels;entropy" "entropy;mlp;runtime")
    list(GET library_factory_other 0 library)
    list(GET library_factory_other 1 factory)
    list(GET library_factory_other 2 other)
    string(REPLACE "FACTORY" "avx2_${factory}" code "namespace imgcnn::LIBRARY { ${text} }")
    string(REPLACE "LIBRARY" "${library}" code "${code}")
    string(REPLACE "OTHER" "${other}" code "${code}")
    file(REMOVE_RECURSE ${WORK})
    compile(kernels_avx512.cpp "namespace imgcnn::${library} { void avx512_${factory}() {} }")
    compile(kernels_avx2.cpp "${code}")
    execute_process(
      COMMAND ${CMAKE_COMMAND} -DNM=${NM} -DLIBRARY=${library} -DFACTORY=${factory}
        "-DOBJECTS=${WORK}/kernels_avx2.cpp.o;${WORK}/kernels_avx512.cpp.o;${WORK}/layers.cpp.o"
        -P ${CMAKE_CURRENT_LIST_DIR}/check_instruction_sets.cmake
      RESULT_VARIABLE result OUTPUT_QUIET ERROR_QUIET)
    expect_outcome(${outcome} "${result}" "${code}")
  endforeach()
endfunction()

set(factory "void FACTORY() {}")
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
expect(fail "} namespace imgcnn::OTHER { ${factory} namespace avx2 { void f() {} }")
expect(fail "${factory} } namespace imgcnn::OTHER::avx2 { void f() {}")

# The check on kernels that call `function`, which stands outside of their namespace.
function(expect_call outcome namespace function)
  expect(${outcome} "} namespace ${namespace} { ${function} } namespace imgcnn::LIBRARY { ${factory}
    namespace avx2 { int g() { return ${namespace}::f(); } }")
endfunction()

expect_call(pass imgcnn::simd::avx2 "inline int f() { return 1; }")
expect_call(fail imgcnn::simd::avx2 "int f() { return 1; }")
expect_call(fail imgcnn::simd::avx512 "inline int f() { return 1; }")
expect_call(fail imgcnn::simd "inline int f() { return 1; }")
file(REMOVE_RECURSE ${WORK})
