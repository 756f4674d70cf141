#include "records/expression.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <array>

#include "records/functions.hpp"

namespace gandan::records {
namespace {

constexpr int kMaxResultBytes = 64 * 1024;

// In capitals only: a field may be called `end` or `in`.
constexpr std::array<std::string_view, 19> kWords = {
    "AND",  "OR",     "NOT",  "IS",   "NULL", "ISNULL", "NOTNULL", "IN",   "BETWEEN", "LIKE",
    "GLOB", "ESCAPE", "CASE", "WHEN", "THEN", "ELSE",   "END",     "TRUE", "FALSE"};

bool letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool digit(char c) { return c >= '0' && c <= '9'; }

// The first fence: reads the text word by word and writes the SQL that SQLite gets, with every name as ?N.
struct Scanner {
  std::string_view text;
  std::size_t at = 0;
  std::string sql;
  std::vector<std::string> names;
  std::string fault;
  bool clock = false;  // a function that reads it is called

  void fail(std::string what) {
    if (fault.empty()) fault = std::move(what) + " at column " + std::to_string(at + 1);
  }
  void string_literal() {
    const std::size_t start = at++;
    for (;;) {
      const auto quote = text.find('\'', at);
      if (quote == std::string_view::npos) return fail("string without end");
      at = quote + 1;
      if (at < text.size() && text[at] == '\'') {
        ++at;
      } else {
        break;
      }
    }
    const auto literal = text.substr(start, at - start);
    if (literal.find('\0') != std::string_view::npos) return fail("zero byte");
    sql += literal;
  }
  void number() {
    const std::size_t start = at;
    while (at < text.size() && digit(text[at])) ++at;
    if (at < text.size() && (text[at] == '.' || letter(text[at]))) return fail("only whole decimal numbers");
    if (at - start > 18) return fail("number too large");
    sql += text.substr(start, at - start);
  }
  void word() {
    const std::size_t start = at;
    while (at < text.size() && (letter(text[at]) || digit(text[at]))) ++at;
    const auto word = text.substr(start, at - start);
    std::size_t next = at;
    while (next < text.size() && text[next] == ' ') ++next;
    if (std::find(kWords.begin(), kWords.end(), word) != kWords.end()) {
      sql += word;
      return;
    }
    if (next < text.size() && text[next] == '(') {
      if (!allowed_function(word)) {
        at = start;
        return fail("function " + std::string(word) + " is not allowed");
      }
      clock = clock || reads_clock(word);
      sql += word;
      return;
    }
    auto name = std::find(names.begin(), names.end(), word);
    if (name == names.end()) {
      if (names.size() >= kMaxExpressionNames) return fail("too many names");
      names.emplace_back(word);
      name = names.end() - 1;
    }
    sql += '?' + std::to_string(name - names.begin() + 1);
  }
  void run() {
    sql = "SELECT (";
    while (at < text.size() && fault.empty()) {
      const char c = text[at];
      const auto two = text.substr(at, 2);
      if (c == ' ' || c == '\n' || c == '\t') {
        sql += ' ';
        ++at;
      } else if (c == '\'') {
        string_literal();
      } else if (digit(c)) {
        number();
      } else if (letter(c)) {
        word();
      } else if (two == "--" || two == "/*" || two == "->") {
        fail("comments and -> are not allowed");
      } else if (two == "<=" || two == ">=" || two == "<>" || two == "!=" || two == "==" || two == "||") {
        sql += two;
        at += 2;
      } else if (std::string_view("()+-*/%<>=,").find(c) != std::string_view::npos) {
        sql += c;
        ++at;
      } else {
        fail("character not allowed");
      }
    }
    sql += ')';
  }
};

// The second fence: SQLite itself asks before it compiles anything. One SELECT, and functions of the list.
int authorize(void* user, int action, const char*, const char* function, const char*, const char*) {
  int& selects = *static_cast<int*>(user);
  if (action == SQLITE_SELECT) return ++selects == 1 ? SQLITE_OK : SQLITE_DENY;
  if (action == SQLITE_FUNCTION && function != nullptr) {
    std::string name(function);
    for (auto& c : name) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return allowed_function(name) ? SQLITE_OK : SQLITE_DENY;
  }
  return SQLITE_DENY;
}

}  // namespace

std::optional<bool> truth(const Scalar& s) {
  if (const auto* n = std::get_if<std::int64_t>(&s)) return *n != 0;
  if (const auto* t = std::get_if<std::string>(&s)) return !t->empty();
  return std::nullopt;
}

struct Engine::Database {
  Database(Clock& clock, const Calendars& calendars) : context{clock, CalendarReader(calendars), {}} {}
  sqlite3* handle = nullptr;
  int selects = 0;
  FunctionContext context;
  ~Database() { sqlite3_close_v2(handle); }
};

struct Expression::State {
  std::shared_ptr<Engine::Database> database;
  sqlite3_stmt* statement = nullptr;
  std::vector<std::string> names;
  bool clock = false;
  ~State() { sqlite3_finalize(statement); }
};

Engine::Engine(Clock& clock, const Calendars& calendars)
    : database_(std::make_shared<Database>(clock, calendars)) {
  if (sqlite3_open_v2(":memory:", &database_->handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_MEMORY, nullptr) !=
      SQLITE_OK) {
    return;  // compile() reports it
  }
  auto* db = database_->handle;
  sqlite3_limit(db, SQLITE_LIMIT_LENGTH, kMaxResultBytes);
  sqlite3_limit(db, SQLITE_LIMIT_SQL_LENGTH, 3 * static_cast<int>(kMaxExpressionBytes));
  sqlite3_limit(db, SQLITE_LIMIT_FUNCTION_ARG, 16);
  sqlite3_limit(db, SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 100);
  sqlite3_limit(db, SQLITE_LIMIT_COMPOUND_SELECT, 1);
  sqlite3_limit(db, SQLITE_LIMIT_ATTACHED, 0);
  sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  register_functions(db, database_->context);
  sqlite3_set_authorizer(db, authorize, &database_->selects);
}
Engine::~Engine() = default;

const Calendars& Engine::no_calendars() {
  static const Calendars none;
  return none;
}
void Engine::set_province(std::string province) {
  database_->context.calendar.set_province(std::move(province));
}
void Engine::set_edition(std::optional<CalendarEdition> edition) {
  database_->context.calendar.set_edition(edition);
}
void Engine::set_today(std::optional<std::int32_t> day) { database_->context.today = day; }
std::optional<std::int32_t> Engine::next_working_day(std::int32_t day) {
  return database_->context.calendar.add_working_days(day, 0);
}
CalendarReader::Use Engine::take_use() { return database_->context.calendar.take_use(); }

Result<Expression> Engine::compile(std::string_view text) {
  if (text.size() > kMaxExpressionBytes) return Error{Code::bad_expression, "expression too long"};
  Scanner scanner;
  scanner.text = text;
  scanner.run();
  if (!scanner.fault.empty()) return Error{Code::bad_expression, scanner.fault};
  auto state = std::make_unique<Expression::State>();
  state->database = database_;
  database_->selects = 0;
  const char* tail = nullptr;
  const int rc =
      sqlite3_prepare_v3(database_->handle, scanner.sql.data(), static_cast<int>(scanner.sql.size()),
                         SQLITE_PREPARE_PERSISTENT, &state->statement, &tail);
  if (rc != SQLITE_OK || state->statement == nullptr) {
    return Error{Code::bad_expression,
                 rc == SQLITE_AUTH ? "not authorised" : sqlite3_errmsg(database_->handle)};
  }
  // Parentheses that close the outer pair ("1) , (2") would make columns of their own.
  if (tail != scanner.sql.data() + scanner.sql.size() || sqlite3_column_count(state->statement) != 1) {
    return Error{Code::bad_expression, "more than one expression"};
  }
  state->names = std::move(scanner.names);
  state->clock = scanner.clock;
  return Expression(std::move(state));
}

Expression::Expression(std::unique_ptr<State> state) : state_(std::move(state)) {}
Expression::Expression(Expression&&) noexcept = default;
Expression& Expression::operator=(Expression&&) noexcept = default;
Expression::~Expression() = default;

const std::vector<std::string>& Expression::names() const { return state_->names; }
bool Expression::reads_clock() const { return state_->clock; }

Result<Scalar> Expression::evaluate(const std::vector<Scalar>& values) const {
  auto* statement = state_->statement;
  // Values are bound without a copy: they outlive the single step.
  for (std::size_t i = 0; i < state_->names.size(); ++i) {
    const int n = static_cast<int>(i) + 1;
    const Scalar* v = i < values.size() ? &values[i] : nullptr;
    if (v == nullptr || is_null(*v)) {
      sqlite3_bind_null(statement, n);
    } else if (const auto* number = std::get_if<std::int64_t>(v)) {
      sqlite3_bind_int64(statement, n, *number);
    } else {
      const auto& text = std::get<std::string>(*v);
      sqlite3_bind_text(statement, n, text.data(), static_cast<int>(text.size()), SQLITE_STATIC);
    }
  }
  Scalar out;
  std::string fault;
  if (sqlite3_step(statement) == SQLITE_ROW) {
    switch (sqlite3_column_type(statement, 0)) {
      case SQLITE_NULL:
        break;
      case SQLITE_INTEGER:
        out = static_cast<std::int64_t>(sqlite3_column_int64(statement, 0));
        break;
      case SQLITE_TEXT:
        out = std::string(reinterpret_cast<const char*>(sqlite3_column_text(statement, 0)),
                          static_cast<std::size_t>(sqlite3_column_bytes(statement, 0)));
        break;
      default:
        fault = "the result is not a whole number or text";
    }
  } else {
    fault = sqlite3_errmsg(state_->database->handle);
  }
  sqlite3_reset(statement);
  sqlite3_clear_bindings(statement);
  if (!fault.empty()) return Error{Code::bad_expression, fault};
  return out;
}

}  // namespace gandan::records
