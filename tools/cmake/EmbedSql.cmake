# Run by gandan_embed_sql at build time: writes HEADER and SOURCE for the SQL FILES of SET.
cmake_minimum_required(VERSION 3.25)
set(number 0)
set(items "")
foreach(file ${FILES}) # file(GLOB) sorts them
  math(EXPR number "${number} + 1")
  get_filename_component(name "${file}" NAME)
  string(LENGTH "000${number}" length)
  math(EXPR start "${length} - 4")
  string(SUBSTRING "000${number}" ${start} 4 expected)
  if(NOT name MATCHES "^${expected}_[a-z0-9_]+\\.sql$")
    message(FATAL_ERROR "${file}: expected ${expected}_what.sql, without a gap in the numbers")
  endif()
  file(READ "${file}" text)
  string(LENGTH "${text}" length)
  if(length GREATER 60000 OR text MATCHES "\\)gandan_sql\"")
    message(FATAL_ERROR "${file}: too long for one string literal, or ends it")
  endif()
  string(APPEND items "    {\"${name}\", R\"gandan_sql(${text})gandan_sql\"},\n")
endforeach()
file(WRITE "${HEADER}" "// Made from schema/sql/${SET}.
#pragma once

#include \"storage/migrations.hpp\"

namespace gandan::sql {
extern const storage::MigrationSet ${SET};
}
")
file(WRITE "${SOURCE}" "#include \"sql/${SET}.hpp\"

namespace gandan::sql {
namespace {
const storage::Migration ${SET}_steps[] = {
${items}};
}
extern const storage::MigrationSet ${SET};
const storage::MigrationSet ${SET}{${SET}_steps};
}  // namespace gandan::sql
")
