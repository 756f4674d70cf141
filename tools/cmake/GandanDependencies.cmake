# Third-party libraries, each behind one target of ours, so that a folder names what it uses.
# What each is for stands in ARCHITECTURE.md; tools/deps installs them.

# gandan_header_library(name header): headers only, found anywhere the compiler looks.
function(gandan_header_library name header)
  add_library(${name} INTERFACE)
  if(EMSCRIPTEN)
    target_include_directories(${name} SYSTEM INTERFACE "${GANDAN_WASM_PREFIX}/include")
  else()
    find_path(${name}_INCLUDE ${header} REQUIRED)
  endif()
endfunction()

# gandan_system_library(name libraries...): libraries of the system, or of the WebAssembly prefix.
function(gandan_system_library name)
  add_library(${name} INTERFACE)
  foreach(library ${ARGN})
    if(EMSCRIPTEN)
      target_include_directories(${name} SYSTEM INTERFACE "${GANDAN_WASM_PREFIX}/include")
      target_link_libraries(${name} INTERFACE "${GANDAN_WASM_PREFIX}/lib/lib${library}.a")
    else()
      find_library(GANDAN_LIB_${library} ${library} REQUIRED)
      target_link_libraries(${name} INTERFACE "${GANDAN_LIB_${library}}")
    endif()
  endforeach()
endfunction()

gandan_header_library(gandan_cereal cereal/cereal.hpp)
gandan_header_library(gandan_boost boost/json.hpp)
gandan_system_library(gandan_libcrypto crypto)
gandan_system_library(gandan_zstd zstd)
gandan_system_library(gandan_utf8proc utf8proc)
if(NOT EMSCRIPTEN)
  gandan_system_library(gandan_libssl ssl crypto)
  gandan_header_library(gandan_cli11 CLI/CLI.hpp)
  gandan_system_library(gandan_spdlog spdlog fmt)
  target_compile_definitions(gandan_spdlog INTERFACE SPDLOG_COMPILED_LIB SPDLOG_FMT_EXTERNAL)
endif()
include(GandanSqlite)
