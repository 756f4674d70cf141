# One way to make targets: gandan_library for a folder, gandan_test for a folder of tests.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

# Files of a target are compiled several at a time (CMAKE_UNITY_BUILD, on in all presets but dev): a file of ours is
# small beside the headers it reads and what they instantiate, so that a cold build takes a third. In return names in
# unnamed namespaces are unique in their folder; tests have a namespace by their file's name.
set(CMAKE_UNITY_BUILD_BATCH_SIZE 8)

find_program(GANDAN_CCACHE ccache)
if(GANDAN_CCACHE)
  # Relative paths in its keys: build trees of one clone, and clones of one project, share what they compiled.
  # The sloppiness is what ccache asks for where headers are precompiled.
  set(launcher ${CMAKE_COMMAND} -E env "CCACHE_BASEDIR=${PROJECT_SOURCE_DIR}" CCACHE_NOHASHDIR=1
    CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${GANDAN_CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${launcher})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${launcher})
endif()

# Warnings are errors for our own code; third-party headers come in as SYSTEM.
add_library(gandan_options INTERFACE)
target_compile_options(gandan_options INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wnon-virtual-dtor -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  if(CMAKE_UNITY_BUILD)
    # What a .cpp keeps in an unnamed namespace, GCC takes for a header's when another file includes it.
    target_compile_options(gandan_options INTERFACE -Wno-subobject-linkage)
  endif()
  # GCC 12 and 13 report std::optional and std::variant members that are never read uninitialised.
  target_compile_options(gandan_options INTERFACE -Wno-maybe-uninitialized)
  if(CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    # It also sees an overlap in "text" + std::string that is not there (GCC bug 105651).
    target_compile_options(gandan_options INTERFACE -Wno-restrict)
  endif()
endif()
if(EMSCRIPTEN)
  # clang's -Wconversion has -Wsign-conversion in it, GCC's has not: one code, one set of warnings.
  target_compile_options(gandan_options INTERFACE -fexceptions -Wno-sign-conversion)
  target_link_options(gandan_options INTERFACE -fexceptions)
else()
  target_compile_options(gandan_options INTERFACE -fstack-protector-strong)
  target_compile_definitions(gandan_options INTERFACE _GLIBCXX_ASSERTIONS)
endif()
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang" AND NOT EMSCRIPTEN)
  target_compile_options(gandan_options INTERFACE -Wno-sign-conversion)  # for the same reason
endif()
if(GANDAN_SANITIZE MATCHES "thread" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # Asio's fences, which the thread sanitizer does not follow; what they order is ordered by mutexes as well.
  target_compile_options(gandan_options INTERFACE -Wno-tsan)
endif()
if(GANDAN_SANITIZE)
  target_compile_options(gandan_options INTERFACE
    -fsanitize=${GANDAN_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(gandan_options INTERFACE -fsanitize=${GANDAN_SANITIZE})
endif()

# Tests: large by their templates, short in their runs; what they measure and hammer is the core, which keeps its own
# flags. Half of their compiling was the optimiser, a third the headers (support/pch.hpp, compiled once).
add_library(gandan_test_options INTERFACE)
target_link_libraries(gandan_test_options INTERFACE gandan_options)
target_compile_options(gandan_test_options INTERFACE -O0)

# gandan_library(NAME folder-target DEPENDS targets...): every .cpp of the current folder.
function(gandan_library name)
  cmake_parse_arguments(ARG "" "" "DEPENDS;PRIVATE_DEPENDS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.cpp")
  if(sources)
    add_library(${name} STATIC ${sources})
    target_include_directories(${name} PUBLIC "${PROJECT_SOURCE_DIR}/core")
    target_link_libraries(${name} PUBLIC ${ARG_DEPENDS} PRIVATE gandan_options ${ARG_PRIVATE_DEPENDS})
  else()
    add_library(${name} INTERFACE)
    target_include_directories(${name} INTERFACE "${PROJECT_SOURCE_DIR}/core")
    target_link_libraries(${name} INTERFACE ${ARG_DEPENDS})
  endif()
endfunction()

# gandan_test(name DEPENDS targets... [LABELS labels...] [TIMEOUT s] [COST n] [POSTGRESQL]): every .cpp of the current
# folder, one program, one test; POSTGRESQL: and a second one, its servers' stores in a PostgreSQL that it starts. Those that cost most begin first, so that no core waits for the last. What lies in tests/unit is
# labelled unit; LABELS threads puts it under the thread sanitizer, too.
# The target label_<label> builds all programs of a label.
function(gandan_test name)
  cmake_parse_arguments(ARG "POSTGRESQL" "TIMEOUT;COST" "DEPENDS;LABELS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.cpp")
  if(EMSCRIPTEN)
    gandan_wasm_runnable(sources ${ARG_DEPENDS})
  endif()
  if(NOT sources)
    return()
  endif()
  add_executable(${name} ${sources})
  target_include_directories(${name} PRIVATE "${PROJECT_SOURCE_DIR}/tests")
  target_compile_definitions(${name} PRIVATE GANDAN_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  if("gandan_app" IN_LIST ARG_DEPENDS)
    list(PREPEND ARG_DEPENDS gandan_test_app)
  endif()
  target_link_libraries(${name} PRIVATE ${ARG_DEPENDS} gandan_test_main gandan_test_options)
  if(TARGET gandan_test_pch)
    target_precompile_headers(${name} REUSE_FROM gandan_test_pch)
  elseif(EMSCRIPTEN) # read anew each time, but the same: no file lives by what only others see
    target_compile_options(${name} PRIVATE "SHELL:-include ${PROJECT_SOURCE_DIR}/tests/support/pch.hpp")
  endif()
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 600)
  endif()
  if(EMSCRIPTEN OR GANDAN_SANITIZE) # several times slower
    math(EXPR ARG_TIMEOUT "4 * ${ARG_TIMEOUT}")
  endif()
  file(RELATIVE_PATH folder "${PROJECT_SOURCE_DIR}/tests" "${CMAKE_CURRENT_SOURCE_DIR}")
  if(folder MATCHES "^unit/")
    list(APPEND ARG_LABELS unit)
  endif()
  foreach(label ${ARG_LABELS})
    if(NOT TARGET label_${label})
      add_custom_target(label_${label})
    endif()
    add_dependencies(label_${label} ${name})
  endforeach()
  if(EMSCRIPTEN)
    gandan_node_test(${name})
  else()
    add_test(NAME ${name} COMMAND ${name})
  endif()
  if(NOT ARG_COST)
    set(ARG_COST 1)
  endif()
  set_tests_properties(${name} PROPERTIES TIMEOUT ${ARG_TIMEOUT} COST ${ARG_COST} LABELS "${ARG_LABELS}")
  if(ARG_POSTGRESQL)
    add_test(NAME ${name}_postgresql COMMAND "${PROJECT_SOURCE_DIR}/tests/support/with_postgresql" $<TARGET_FILE:${name}>)
    math(EXPR ARG_TIMEOUT "2 * ${ARG_TIMEOUT}")
    set_tests_properties(${name}_postgresql PROPERTIES
      TIMEOUT ${ARG_TIMEOUT} COST ${ARG_COST} LABELS "${ARG_LABELS}" SKIP_RETURN_CODE 77)
  endif()
endfunction()

# gandan_forbid(target others...): an error when the target links one of them, also by way of others.
function(gandan_forbid target)
  set(todo ${target})
  set(seen "")
  while(todo)
    list(POP_FRONT todo one)
    if(NOT TARGET ${one} OR one IN_LIST seen)
      continue()
    endif()
    list(APPEND seen ${one})
    if(one IN_LIST ARGN)
      message(FATAL_ERROR "${target} must not link ${one}")
    endif()
    foreach(property LINK_LIBRARIES INTERFACE_LINK_LIBRARIES)
      get_target_property(links ${one} ${property})
      if(links)
        # Private libraries of static ones stand in there as $<LINK_ONLY:name>.
        string(REGEX REPLACE "\\$<LINK_ONLY:([^>]*)>" "\\1" links "${links}")
        list(APPEND todo ${links})
      endif()
    endforeach()
  endwhile()
  list(LENGTH seen count)
  if(count LESS 2)
    message(FATAL_ERROR "gandan_forbid saw nothing of ${target}")
  endif()
endfunction()
