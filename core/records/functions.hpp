// The functions that expressions may call beside SQLite's own: registered on the engine's database.
// Private to records.
//
// Threading: as the engine.
#pragma once

#include <sqlite3.h>

#include <optional>
#include <string_view>

#include "base/seams.hpp"
#include "records/calendars.hpp"

namespace gandan::records {

// What the functions ask besides their arguments; outlives the database.
struct FunctionContext {
  Clock& clock;
  CalendarReader calendar;
  std::optional<std::int32_t> today;  // the day that passes for today; absent: the clock's
};

void register_functions(sqlite3* database, FunctionContext& context);
// Whether an expression may call `name` (lower case): SQLite's pure ones and ours.
bool allowed_function(std::string_view name);
// Whether its result changes by itself: today(), now().
bool reads_clock(std::string_view name);

}  // namespace gandan::records
