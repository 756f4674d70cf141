# SQLite with SQLite3MultipleCiphers: one amalgamation from npm (tools/npm), compiled once per toolchain
# into build/shared, whatever preset asks for it.
set(GANDAN_SQLITE_SOURCE "${GANDAN_SHARED_DIR}/npm/node_modules/better-sqlite3-multiple-ciphers/deps/sqlite3")
if(NOT EXISTS "${GANDAN_SQLITE_SOURCE}/sqlite3.c")
  message(FATAL_ERROR "SQLite's source is missing: run tools/deps first")
endif()
set(sqlite_flags
  -O2 -w -fPIC
  -DSQLITE_THREADSAFE=2 -DSQLITE_DQS=0 -DSQLITE_ENABLE_FTS5 -DSQLITE_OMIT_LOAD_EXTENSION -DSQLITE_OMIT_DEPRECATED
  -DSQLITE_OMIT_SHARED_CACHE -DSQLITE_DEFAULT_MEMSTATUS=0 -DSQLITE_LIKE_DOESNT_MATCH_BLOBS -DSQLITE_MAX_EXPR_DEPTH=100
  -DSQLITE_USE_ALLOCA -DSQLITE_TEMP_STORE=3 -DSQLITE_DEFAULT_WAL_SYNCHRONOUS=2
  # AEGIS is ours (ChaCha20 only because the amalgamation does not link without it); it finds the processor's AES at
  # run time, so no -maes here.
  -DHAVE_CIPHER_AES_128_CBC=0 -DHAVE_CIPHER_AES_256_CBC=0 -DHAVE_CIPHER_SQLCIPHER=0 -DHAVE_CIPHER_RC4=0
  -DHAVE_CIPHER_ASCON128=0 -DCODEC_TYPE=CODEC_TYPE_AEGIS)
if(EMSCRIPTEN)
  list(REMOVE_ITEM sqlite_flags -fPIC)  # one module, linked once
  list(TRANSFORM sqlite_flags REPLACE "^-O2$" "-Os")  # fetched over a village's network: 100 kB less
endif()
set(sqlite_patch "${CMAKE_CURRENT_LIST_DIR}/PatchSqlite.cmake")
file(SHA256 "${sqlite_patch}" sqlite_patch_key)
string(SHA256 sqlite_key "${CMAKE_C_COMPILER} ${CMAKE_C_COMPILER_VERSION} ${sqlite_flags} ${sqlite_patch_key}")
string(SUBSTRING "${sqlite_key}" 0 12 sqlite_key)
set(sqlite_dir "${GANDAN_SHARED_DIR}/sqlite-${CMAKE_C_COMPILER_ID}-${sqlite_key}")
set(sqlite_library "${sqlite_dir}/libsqlite3mc.a")
if(NOT EXISTS "${sqlite_library}" OR "${GANDAN_SQLITE_SOURCE}/sqlite3.c" IS_NEWER_THAN "${sqlite_library}")
  file(MAKE_DIRECTORY "${sqlite_dir}")
  string(MD5 sqlite_tree "${CMAKE_BINARY_DIR}")
  set(sqlite_mine "${sqlite_dir}/${sqlite_tree}") # several build trees may be here at once
  add_custom_command(
    OUTPUT "${sqlite_library}"
    COMMAND ${CMAKE_COMMAND} "-DIN=${GANDAN_SQLITE_SOURCE}/sqlite3.c" "-DOUT=${sqlite_mine}.c" -P "${sqlite_patch}"
    COMMAND ${CMAKE_C_COMPILER_LAUNCHER} ${CMAKE_C_COMPILER} ${sqlite_flags} -c "${sqlite_mine}.c" -o "${sqlite_mine}.o"
    COMMAND ${CMAKE_AR} rcs "${sqlite_mine}.a" "${sqlite_mine}.o"
    COMMAND ${CMAKE_COMMAND} -E rename "${sqlite_mine}.a" "${sqlite_library}"
    COMMAND ${CMAKE_COMMAND} -E rm -f "${sqlite_mine}.c" "${sqlite_mine}.o"
    DEPENDS "${GANDAN_SQLITE_SOURCE}/sqlite3.c"
    COMMENT "SQLite, once for this toolchain" VERBATIM)
endif()
add_custom_target(gandan_sqlite_build DEPENDS "${sqlite_library}")
add_library(gandan_sqlite INTERFACE)
add_dependencies(gandan_sqlite gandan_sqlite_build)
target_include_directories(gandan_sqlite SYSTEM INTERFACE "${GANDAN_SQLITE_SOURCE}")
target_link_libraries(gandan_sqlite INTERFACE "${sqlite_library}" ${CMAKE_DL_LIBS} pthread m)
