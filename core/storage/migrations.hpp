// Migrations: a schema as numbered steps. schema/sql/<set>/0001_what.sql, 0002_….sql are embedded by the
// build
// (`gandan_embed_sql(target set)` in CMake gives "sql/<set>.hpp" with `gandan::sql::<set>`), one step per
// version; PRAGMA user_version holds the last one that was applied. A step that was released is never edited.
//
// Threading: constants.
#pragma once

#include <span>
#include <string_view>

namespace gandan::storage {

struct Migration {
  std::string_view name;  // the file's, for messages
  std::string_view sql;   // any number of statements; run with its version in one transaction
};

// The step at index i leads to version i + 1.
using MigrationSet = std::span<const Migration>;

}  // namespace gandan::storage
