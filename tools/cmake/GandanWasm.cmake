# The core for WebAssembly: where its third-party parts lie (tools/wasm/prefix builds them) and how its tests
# run under Node. Included under Emscripten only.
set(GANDAN_WASM_PREFIX "${GANDAN_SHARED_DIR}/wasm-prefix")
foreach(part libzstd utf8proc openssl)
  if(NOT EXISTS "${GANDAN_WASM_PREFIX}/stamps/${part}")
    message(FATAL_ERROR "The WebAssembly build of ${part} is missing: run tools/wasm/build, which makes it")
  endif()
endforeach()

set(CMAKE_POSITION_INDEPENDENT_CODE OFF)  # one module, linked once; position independence costs size and speed
# The link at -O2 and above runs acorn, which Debian keeps where Node does not look.
set_property(GLOBAL PROPERTY RULE_LAUNCH_LINK "${CMAKE_COMMAND} -E env NODE_PATH=/usr/share/nodejs")
find_program(GANDAN_NODE NAMES node nodejs REQUIRED)

# rapidcheck, for tests only, is there when its source could be had.
if(EXISTS "${GANDAN_WASM_PREFIX}/stamps/rapidcheck")
  set(GANDAN_WASM_RAPIDCHECK "${GANDAN_WASM_PREFIX}/lib/librapidcheck.a")
else()
  set(GANDAN_WASM_RAPIDCHECK "")
endif()

# Tests may index by 64 bits what size_t counts; in the core the warning stays, there it finds faults.
add_library(gandan_wasm_test_options INTERFACE)
target_compile_options(gandan_wasm_test_options INTERFACE -Wno-shorten-64-to-32)

# gandan_wasm_runnable(sources-variable dependencies...): takes out of the list what cannot be built here:
# everything when a dependency is not part of this build (the server, Asio); when rapidcheck is missing, the
# files that include it, themselves or by a header beside them, without asking (#if __has_include(<rapidcheck.h>)).
function(gandan_wasm_runnable variable)
  foreach(dependency ${ARGN})
    if(NOT TARGET ${dependency})
      set(${variable} "" PARENT_SCOPE)
      return()
    endif()
  endforeach()
  set(kept "")
  foreach(source ${${variable}})
    file(STRINGS "${source}" uses REGEX "#include <rapidcheck")
    file(STRINGS "${source}" headers REGEX "#include \"")
    foreach(header ${headers})
      string(REGEX REPLACE ".*\"(.*/)?([^/]*)\".*" "${CMAKE_CURRENT_SOURCE_DIR}/\\2" header "${header}")
      if(EXISTS "${header}")
        file(STRINGS "${header}" more REGEX "#include <rapidcheck")
        list(APPEND uses ${more})
      endif()
    endforeach()
    file(STRINGS "${source}" asks REGEX "__has_include\\(<rapidcheck")
    if(uses AND NOT asks AND NOT GANDAN_WASM_RAPIDCHECK)
      file(RELATIVE_PATH name "${PROJECT_SOURCE_DIR}" "${source}")
      message(STATUS "Not tested in WebAssembly, for want of rapidcheck's source: ${name}")
    else()
      list(APPEND kept "${source}")
    endif()
  endforeach()
  set(${variable} "${kept}" PARENT_SCOPE)
endfunction()

# gandan_node_test(name): runs the test program under Node, on the machine's files, with the program's exit code.
# One file (the module inside the script), for Node 18 and later would fetch() a path and fail. Linked at -O1: what
# Binaryen does above that takes longer than the tests.
function(gandan_node_test name)
  target_link_libraries(${name} PRIVATE gandan_wasm_test_options)
  target_link_options(${name} PRIVATE
    -O1 -sENVIRONMENT=node -sSINGLE_FILE=1 -sNODERAWFS=1 -sEXIT_RUNTIME=1
    -sALLOW_MEMORY_GROWTH=1 -sTOTAL_STACK=4MB)
  add_test(NAME ${name} COMMAND "${GANDAN_NODE}" "$<TARGET_FILE:${name}>")
endfunction()
