# gandan_embed_sql(target set): the files schema/sql/<set>/NNNN_*.sql as `gandan::sql::<set>`, a
# storage::MigrationSet, for `#include "sql/<set>.hpp"`. One file per version, numbered from 0001 without a gap.
# The target must be a library with sources; it must link gandan_storage (for storage/migrations.hpp).
function(gandan_embed_sql target set)
  get_target_property(type ${target} TYPE)
  if(type STREQUAL "INTERFACE_LIBRARY")
    return() # no sources yet: nobody to use it
  endif()
  file(GLOB files CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/schema/sql/${set}/*.sql")
  if(NOT files)
    message(FATAL_ERROR "schema/sql/${set} holds no .sql files")
  endif()
  set(folder "${CMAKE_CURRENT_BINARY_DIR}/embedded")
  set(header "${folder}/sql/${set}.hpp")
  set(source "${folder}/sql/${set}.cpp")
  add_custom_command(
    OUTPUT "${header}" "${source}"
    COMMAND ${CMAKE_COMMAND} "-DSET=${set}" "-DFILES=${files}" "-DHEADER=${header}" "-DSOURCE=${source}"
            -P "${PROJECT_SOURCE_DIR}/tools/cmake/EmbedSql.cmake"
    DEPENDS ${files} "${PROJECT_SOURCE_DIR}/tools/cmake/EmbedSql.cmake"
    COMMENT "Embedding schema/sql/${set}" VERBATIM)
  target_sources(${target} PRIVATE "${header}" "${source}")
  target_include_directories(${target} PUBLIC "${folder}")
endfunction()
