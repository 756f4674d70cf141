// The functions that expressions may call beside SQLite's own: registered on the engine's database.
// Private to records.
//
// Threading: as the engine.
#pragma once

#include <sqlite3.h>

#include <string_view>

#include "base/seams.hpp"

namespace gandan::records {

void register_functions(sqlite3* database, Clock& clock);
// Whether an expression may call `name` (lower case): SQLite's pure ones and ours.
bool allowed_function(std::string_view name);

}  // namespace gandan::records
