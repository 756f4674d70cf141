// Expressions of forms, rules and reports: SQLite's language over the names of a record, and nothing else.
//
//   3 * agree >= 2 * roll__households__count AND form IN ('meeting', 'ballot')
//
// SQLite's words stand in capitals, names and functions in lower case. Names become bound parameters before
// SQLite sees the text, so there are no tables, columns or sub-selects to reach. Two fences: a scanner that
// knows the allowed words, operators and functions, and SQLite's authorizer behind it. Functions: abs
// coalesce ifnull iif nullif min max length lower upper substr instr replace trim ltrim rtrim like glob, and
// ours: today() now() regex(text, pattern) words(text) selected(choices, code) count_selected(choices) div(a,
// b) days_between(from, to) add_days(date, n) add_months(date, n) local_date(instant) local_hour(instant)
// local_time(instant), and of the calendar of schema/calendars (NULL outside its days): is_working_day(date)
// is_holiday(date) is_local_holiday(date) add_working_days(date, n) working_days_between(from, to)
// days_from_tet(date) days_from_tet_holiday(date).
// Integers are exact; a fractional number is an error. Dates are YYYY-MM-DD, instants RFC 3339 text, choices
// codes separated by spaces, booleans 0 and 1. An empty field is NULL.
//
// Threading: one thread at a time per Engine and all its expressions.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/result.hpp"
#include "base/seams.hpp"
#include "records/calendars.hpp"

namespace gandan::records {

using Scalar = std::variant<std::monostate, std::int64_t, std::string>;  // NULL, integer, text
inline bool is_null(const Scalar& s) { return s.index() == 0; }
// true, false, or unknown for NULL. Text is true when it is not empty.
std::optional<bool> truth(const Scalar& s);

constexpr std::size_t kMaxExpressionBytes = 2000;
constexpr std::size_t kMaxExpressionNames = 64;

class Expression {
 public:
  Expression(Expression&&) noexcept;
  Expression& operator=(Expression&&) noexcept;
  ~Expression();
  // The names it uses, in the order in which evaluate() wants their values.
  const std::vector<std::string>& names() const;
  bool reads_clock() const;  // calls today() or now(): its result changes by itself
  // Code::bad_expression when it does not give an integer, text or NULL.
  Result<Scalar> evaluate(const std::vector<Scalar>& values) const;

 private:
  friend class Engine;
  struct State;
  explicit Expression(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

class Engine {
 public:
  // today() and now() ask the clock; `calendars` may be filled later and outlives the engine.
  explicit Engine(Clock& clock, const Calendars& calendars = no_calendars());
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;
  // Code::bad_expression with what is wrong and where. Expressions keep the engine's database alive.
  Result<Expression> compile(std::string_view text);
  // Whose local holidays the calendar's functions see from now on; "" for none.
  void set_province(std::string province);
  // Which versions of the calendars they read from now on; absent: the newest.
  void set_edition(std::optional<CalendarEdition> edition);
  // What today() and now() say from now on: the end of that day; absent: what the clock says.
  void set_today(std::optional<std::int32_t> day);
  // The day itself if it is worked, else the next one that is; nothing where the calendar does not reach.
  std::optional<std::int32_t> next_working_day(std::int32_t day);
  // What the evaluations since the last call read of the calendars.
  CalendarReader::Use take_use();

 private:
  static const Calendars& no_calendars();
  struct Database;
  friend class Expression;
  std::shared_ptr<Database> database_;
};

}  // namespace gandan::records
