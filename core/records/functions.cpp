#include "records/functions.hpp"

#include <algorithm>
#include <optional>
#include <string>

#include "base/calendar.hpp"
#include "base/search_text.hpp"
#include "records/regex.hpp"

namespace gandan::records {
namespace {

constexpr std::size_t kMaxRegexText = 4000;

std::string_view text_of(sqlite3_value* v) {
  const auto* text = reinterpret_cast<const char*>(sqlite3_value_text(v));
  return text == nullptr ? std::string_view{}
                         : std::string_view(text, static_cast<std::size_t>(sqlite3_value_bytes(v)));
}
bool null(sqlite3_value* v) { return sqlite3_value_type(v) == SQLITE_NULL; }
void give(sqlite3_context* c, const std::string& text) {
  sqlite3_result_text(c, text.data(), static_cast<int>(text.size()), SQLITE_TRANSIENT);
}
void fail(sqlite3_context* c, const char* what) { sqlite3_result_error(c, what, -1); }
FunctionContext& context_of(sqlite3_context* c) {
  return *static_cast<FunctionContext*>(sqlite3_user_data(c));
}
std::int64_t now_of(sqlite3_context* c) {
  const auto& context = context_of(c);
  if (!context.today) return context.clock.wall_ms();
  return (std::int64_t{*context.today} + 1) * kDayMs - kLocalOffsetMs - 1;
}
CalendarReader& calendar_of(sqlite3_context* c) { return context_of(c).calendar; }

// The day of a date, or of an instant in Viet Nam. Null stays null: the function's result is then NULL.
std::optional<std::int32_t> day_of(sqlite3_value* v) {
  const auto text = text_of(v);
  if (const auto day = parse_date(text)) return day;
  if (const auto ms = parse_instant(text)) return local_days(*ms);
  return std::nullopt;
}

void today(sqlite3_context* c, int, sqlite3_value**) { give(c, date_text(local_days(now_of(c)))); }
void now(sqlite3_context* c, int, sqlite3_value**) { give(c, instant_text(now_of(c))); }

void regex(sqlite3_context* c, int, sqlite3_value** args) {
  if (null(args[0]) || null(args[1])) return sqlite3_result_null(c);
  const auto pattern = Regex::parse(text_of(args[1]));
  if (!pattern.ok()) return fail(c, pattern.error().detail.c_str());
  const auto text = text_of(args[0]);
  if (text.size() > kMaxRegexText) return fail(c, "regex: text too long");
  sqlite3_result_int(c, pattern->matches(text) ? 1 : 0);
}

void words(sqlite3_context* c, int, sqlite3_value** args) {
  if (null(args[0])) return sqlite3_result_null(c);
  const auto words = search_forms(text_of(args[0])).exact;
  if (words.empty()) return sqlite3_result_null(c);
  give(c, words);
}

void selected(sqlite3_context* c, int, sqlite3_value** args) {
  auto codes = text_of(args[0]);
  const auto code = text_of(args[1]);
  bool found = false;
  while (!codes.empty()) {
    const auto end = codes.find(' ');
    found = found || codes.substr(0, end) == code;
    if (end == std::string_view::npos) break;
    codes.remove_prefix(end + 1);
  }
  sqlite3_result_int(c, found && !code.empty() ? 1 : 0);
}

void count_selected(sqlite3_context* c, int, sqlite3_value** args) {
  const auto codes = text_of(args[0]);
  int n = codes.empty() ? 0 : 1;
  for (const char ch : codes) n += ch == ' ' ? 1 : 0;
  sqlite3_result_int(c, n);
}

void div(sqlite3_context* c, int, sqlite3_value** args) {
  if (null(args[0]) || null(args[1])) return sqlite3_result_null(c);
  const auto a = sqlite3_value_int64(args[0]);
  const auto b = sqlite3_value_int64(args[1]);
  if (b == 0 || (b == -1 && a == INT64_MIN)) return sqlite3_result_null(c);
  sqlite3_result_int64(c, a / b);
}

void days_between(sqlite3_context* c, int, sqlite3_value** args) {
  const auto from = day_of(args[0]);
  const auto to = day_of(args[1]);
  if (!from || !to) return sqlite3_result_null(c);
  sqlite3_result_int64(c, std::int64_t{*to} - *from);
}

void add_days(sqlite3_context* c, int, sqlite3_value** args) {
  const auto day = day_of(args[0]);
  if (!day || null(args[1])) return sqlite3_result_null(c);
  const auto n = sqlite3_value_int64(args[1]);
  if (n > 1'000'000 || n < -1'000'000) return sqlite3_result_null(c);
  give(c, date_text(static_cast<std::int32_t>(*day + n)));
}

void local_date(sqlite3_context* c, int, sqlite3_value** args) {
  const auto day = day_of(args[0]);
  if (!day) return sqlite3_result_null(c);
  give(c, date_text(*day));
}

void local_hour(sqlite3_context* c, int, sqlite3_value** args) {
  const auto ms = parse_instant(text_of(args[0]));
  if (!ms) return sqlite3_result_null(c);
  sqlite3_result_int(c, local_time(*ms).hour);
}

// HH:MM in Viet Nam: texts of this form compare as times do.
void local_clock(sqlite3_context* c, int, sqlite3_value** args) {
  const auto ms = parse_instant(text_of(args[0]));
  if (!ms) return sqlite3_result_null(c);
  const auto t = local_time(*ms);
  const auto two = [](int n) { return (n < 10 ? "0" : "") + std::to_string(n); };
  give(c, two(t.hour) + ":" + two(t.minute));
}

// The same day of a later or earlier month; its last day where the month is too short (Civil Code, Art. 148).
void add_months(sqlite3_context* c, int, sqlite3_value** args) {
  const auto day = day_of(args[0]);
  if (!day || null(args[1])) return sqlite3_result_null(c);
  const auto n = sqlite3_value_int64(args[1]);
  if (n > 1200 || n < -1200) return sqlite3_result_null(c);
  const CivilDate date = civil_from_days(*day);
  const std::int64_t month = date.year * 12 + (date.month - 1) + n;
  if (month < 12 || month >= 12 * 9999) return sqlite3_result_null(c);
  const auto first = [](std::int64_t m) {
    return days_from_civil({static_cast<int>(m / 12), static_cast<int>(m % 12) + 1, 1});
  };
  give(c, date_text(std::min(first(month) + date.day - 1, first(month + 1) - 1)));
}

template <class Answer>
void give_optional(sqlite3_context* c, const std::optional<Answer>& answer) {
  if (!answer) return sqlite3_result_null(c);
  sqlite3_result_int64(c, static_cast<std::int64_t>(*answer));
}

void is_working_day(sqlite3_context* c, int, sqlite3_value** args) {
  const auto day = day_of(args[0]);
  if (!day) return sqlite3_result_null(c);
  give_optional(c, calendar_of(c).working_day(*day));
}

void is_holiday(sqlite3_context* c, int, sqlite3_value** args) {
  const auto day = day_of(args[0]);
  if (!day) return sqlite3_result_null(c);
  give_optional(c, calendar_of(c).holiday(*day));
}

void is_local_holiday(sqlite3_context* c, int, sqlite3_value** args) {
  const auto day = day_of(args[0]);
  if (!day) return sqlite3_result_null(c);
  give_optional(c, calendar_of(c).local_holiday(*day));
}

void add_working_days(sqlite3_context* c, int, sqlite3_value** args) {
  const auto day = day_of(args[0]);
  if (!day || null(args[1])) return sqlite3_result_null(c);
  const auto out = calendar_of(c).add_working_days(*day, sqlite3_value_int64(args[1]));
  if (!out) return sqlite3_result_null(c);
  give(c, date_text(*out));
}

void working_days_between(sqlite3_context* c, int, sqlite3_value** args) {
  const auto from = day_of(args[0]);
  const auto to = day_of(args[1]);
  if (!from || !to) return sqlite3_result_null(c);
  give_optional(c, calendar_of(c).working_days_between(*from, *to));
}

void days_from_tet(sqlite3_context* c, int, sqlite3_value** args) {
  const auto day = day_of(args[0]);
  if (!day) return sqlite3_result_null(c);
  give_optional(c, calendar_of(c).days_from_tet(*day));
}

void days_from_tet_holiday(sqlite3_context* c, int, sqlite3_value** args) {
  const auto day = day_of(args[0]);
  if (!day) return sqlite3_result_null(c);
  give_optional(c, calendar_of(c).days_from_tet_holiday(*day));
}

struct Entry {
  const char* name;
  int args;
  bool pure;
  void (*call)(sqlite3_context*, int, sqlite3_value**);
};
constexpr Entry kOurs[] = {
    {"today", 0, false, today},
    {"now", 0, false, now},
    {"regex", 2, true, regex},
    {"words", 1, true, words},
    {"selected", 2, true, selected},
    {"count_selected", 1, true, count_selected},
    {"div", 2, true, div},
    {"days_between", 2, true, days_between},
    {"add_days", 2, true, add_days},
    {"local_date", 1, true, local_date},
    {"local_hour", 1, true, local_hour},
    {"local_time", 1, true, local_clock},
    {"add_months", 2, true, add_months},
    // Not pure for SQLite: they follow the province that asks.
    {"is_working_day", 1, false, is_working_day},
    {"is_holiday", 1, false, is_holiday},
    {"is_local_holiday", 1, false, is_local_holiday},
    {"add_working_days", 2, false, add_working_days},
    {"working_days_between", 2, false, working_days_between},
    {"days_from_tet", 1, false, days_from_tet},
    {"days_from_tet_holiday", 1, false, days_from_tet_holiday},
};
// Pure, exact, and unable to make much of little: no date functions (they read 'now'), no printf, no hex, no
// blobs.
constexpr const char* kSqlite[] = {"abs",     "coalesce", "ifnull", "iif",   "nullif", "min",
                                   "max",     "length",   "lower",  "upper", "substr", "instr",
                                   "replace", "trim",     "ltrim",  "rtrim", "like",   "glob"};

}  // namespace

void register_functions(sqlite3* database, FunctionContext& context) {
  for (const auto& f : kOurs) {
    const int flags = SQLITE_UTF8 | SQLITE_INNOCUOUS | (f.pure ? SQLITE_DETERMINISTIC : 0);
    sqlite3_create_function_v2(database, f.name, f.args, flags, &context, f.call, nullptr, nullptr, nullptr);
  }
}

bool reads_clock(std::string_view name) { return name == "today" || name == "now"; }

bool allowed_function(std::string_view name) {
  for (const auto& f : kOurs) {
    if (name == f.name) return true;
  }
  for (const auto* f : kSqlite) {
    if (name == f) return true;
  }
  return false;
}

}  // namespace gandan::records
