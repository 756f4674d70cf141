#include "records/expression.hpp"
#include "base/calendar.hpp"

#include "desk.hpp"
#include "records/order.hpp"
#include "records/regex.hpp"

namespace expression_test {

using namespace gandan;
using namespace gandan::records;
using gandan::records::test::StillClock;

namespace {
Scalar number(std::int64_t n) { return n; }
Scalar text(const char* t) { return std::string(t); }

struct Bench {
  StillClock clock;
  Engine engine{clock};
  Scalar value(std::string_view expression, const std::vector<Scalar>& values = {}) {
    auto compiled = engine.compile(expression);
    INFO(expression << ": " << (compiled.ok() ? "" : compiled.error().detail));
    REQUIRE(compiled.ok());
    auto result = compiled->evaluate(values);
    INFO((result.ok() ? "" : result.error().detail));
    REQUIRE(result.ok());
    return *result;
  }
};
}  // namespace

TEST_CASE("expressions are SQLite's over names") {
  Bench b;
  CHECK(b.value("3 * agree >= 2 * total", {number(54), number(80)}) == number(1));
  CHECK(b.value("3 * agree >= 2 * total", {number(53), number(80)}) == number(0));
  CHECK(b.value("3 * agree >= 2 * total", {Scalar{}, number(80)}) == Scalar{});
  CHECK(b.value("form IN ('a', 'b') AND NOT x IS NULL", {text("b"), number(1)}) == number(1));
  CHECK(b.value("CASE WHEN a > 1 THEN 'it''s' ELSE 'no' END", {number(2)}) == text("it's"));
  CHECK(b.value("coalesce(a, 0) + a", {number(7)}) == number(14));
  CHECK(b.value("a || ' / ' || b", {text("Nà"), text("Pàn")}) == text("Nà / Pàn"));
  CHECK(b.value("a BETWEEN '2026-01-01' AND '2026-03-31'", {text("2026-02-05")}) == number(1));
}

TEST_CASE("the registered functions run on the clock's seam") {
  Bench b;
  CHECK(b.value("today()") == text("2026-02-10"));
  CHECK(b.value("now()") == text("2026-02-10T03:00:00Z"));
  b.clock.now = *parse_instant("2026-02-10T17:30:00Z");  // past midnight in Viet Nam
  CHECK(b.value("today()") == text("2026-02-11"));
  CHECK(b.value("regex(x, '[0-9]{9}([0-9]{3})?')", {text("012345678901")}) == number(1));
  CHECK(b.value("regex(x, '[0-9]{9}([0-9]{3})?')", {text("01234567890")}) == number(0));
  CHECK(b.value("regex(x, '.')", {Scalar{}}) == Scalar{});
  CHECK(b.value("selected(x, 'price')", {text("area price")}) == number(1));
  CHECK(b.value("selected(x, 'pri')", {text("area price")}) == number(0));
  CHECK(b.value("selected(x, 'a')", {Scalar{}}) == number(0));
  CHECK(b.value("words(a) = words(b)",
                {text("Làm đường, thôn HOÀ Bình."), text("làm đường thôn Hòa bình")}) == number(1));
  CHECK(b.value("words(a) = words(b)", {text("làm đường"), text("làm dương")}) == number(0));
  CHECK(b.value("words(a)", {Scalar{}}) == Scalar{});
  CHECK(b.value("words(a)", {text("!!!")}) == Scalar{});
  CHECK(b.value("count_selected(x)", {text("a b c")}) == number(3));
  CHECK(b.value("count_selected(x)", {Scalar{}}) == number(0));
  CHECK(b.value("div(7, 2)") == number(3));
  CHECK(b.value("div(7, 0)") == Scalar{});
  CHECK(b.value("days_between(a, b)", {text("2026-02-03"), text("2026-02-05T12:05:00Z")}) == number(2));
  CHECK(b.value("add_days(a, 30)", {text("2026-01-31")}) == text("2026-03-02"));
  CHECK(b.value("local_date(a)", {text("2026-02-05T18:00:00Z")}) == text("2026-02-06"));
  CHECK(b.value("local_hour(a)", {text("2026-02-05T18:00:00Z")}) == number(1));
}

TEST_CASE("hostile expressions are refused when they are compiled") {
  Bench b;
  for (const char* hostile : {"random()",
                              "randomblob(10)",
                              "date('now')",
                              "datetime()",
                              "strftime('%s','now')",
                              "julianday('now')",
                              "unixepoch()",
                              "current_timestamp",
                              "(select 1)",
                              "SELECT 1",
                              "exists(select 1)",
                              "a IN (SELECT 1)",
                              "1; drop table x",
                              "1 -- x",
                              "1 /* x */",
                              "load_extension('x')",
                              "readfile('/etc/passwd')",
                              "writefile('x', 'y')",
                              "fts5(1)",
                              "sqlite_version()",
                              "printf('%s', 1)",
                              "format('%s', 1)",
                              "hex(zeroblob(1000000))",
                              "zeroblob(1000)",
                              "\"main\"",
                              "[x]",
                              "`x`",
                              "x'00'",
                              "?1",
                              ":a",
                              "@a",
                              "$a",
                              "1.5",
                              "0x10",
                              "1e9",
                              "1) , (2",
                              "1), (2",
                              "a -> 'b'",
                              "pragma user_version",
                              "raise(ignore)",
                              "a.b",
                              "main.x",
                              "count(*)",
                              "a COLLATE nocase",
                              "char(0)",
                              "quote(a)",
                              "'unclosed",
                              "",
                              "(",
                              ")",
                              "1 +",
                              "a b",
                              "json('{}')",
                              "changes()",
                              "last_insert_rowid()",
                              "total_changes()",
                              "likelihood(a, 1)",
                              "a MATCH b",
                              "a REGEXP b",
                              "row_number() over ()",
                              "attach('x')",
                              "99999999999999999999"}) {
    INFO(hostile);
    auto compiled = b.engine.compile(hostile);
    // A keyword on its own is a name that no form has: the binding of names refuses it.
    if (compiled.ok()) {
      CHECK(std::string(hostile) == "current_timestamp");
      CHECK(compiled->names() == std::vector<std::string>{"current_timestamp"});
    } else {
      CHECK(compiled.error().code == Code::bad_expression);
    }
  }
  CHECK_FALSE(b.engine.compile(std::string(3000, '1')).ok());
  std::string deep;
  for (int i = 0; i < 300; ++i) deep += "NOT ";
  CHECK_FALSE(b.engine.compile(deep + "1").ok());
  CHECK_FALSE(b.engine.compile(std::string_view("'a\0b'", 5)).ok());
}

TEST_CASE("a result that is not exact is an error, not a guess") {
  Bench b;
  auto compiled = b.engine.compile("a * 4");
  REQUIRE(compiled.ok());
  CHECK(compiled->evaluate({number(9'223'372'036'854'775'807)}).error().code == Code::bad_expression);
  CHECK(*compiled->evaluate({number(2)}) == number(8));  // and it goes on working
  auto big = b.engine.compile("replace(replace(a, 'a', b), 'b', b)");
  REQUIRE(big.ok());
  CHECK_FALSE(big->evaluate({std::string(30'000, 'a'), std::string(30'000, 'b')}).ok());
}

TEST_CASE("patterns match the whole text in linear time") {
  const auto matches = [](std::string_view pattern, std::string_view subject) {
    auto r = Regex::parse(pattern);
    INFO(pattern << " " << (r.ok() ? "" : r.error().detail));
    REQUIRE(r.ok());
    return r->matches(subject);
  };
  CHECK(matches("0[35789][0-9]{8}", "0912345678"));
  CHECK_FALSE(matches("0[35789][0-9]{8}", "09123456789"));
  CHECK(matches("^(thôn|bản) \\w+$", "bản Phjà"));
  CHECK(matches("a{2,3}", "aaa"));
  CHECK_FALSE(matches("a{2,3}", "aaaa"));
  CHECK(matches("a*", ""));
  CHECK(matches("[^a-z]+", "ĐÂY"));
  CHECK(matches(".{3}", "Tày"));
  CHECK(matches("(a|b)*c?", "ababc"));
  CHECK(matches("(a*)*b", std::string(2000, 'a') + "b"));
  CHECK_FALSE(matches("(a+)+(a+)+(a+)+b", std::string(2000, 'a')));
  for (const char* bad : {"(", ")", "[", "a{51}", "a{3,2}", "*", "a\\", "\\q",
                          "((((((((((((((((((((((((((((((((((a", "[z-a]"}) {
    INFO(bad);
    CHECK_FALSE(Regex::parse(bad).ok());
  }
  CHECK_FALSE(Regex::parse("((((a{50}){50}){50}){50})").ok());
  CHECK_FALSE(Regex::parse("([" + std::string(400, 'x') + "]{50}){50}").ok());  // copies of a large set
}

TEST_CASE("order keys leave room everywhere and stay short") {
  std::string last;
  std::vector<std::string> keys;
  for (int i = 0; i < 3000; ++i) {
    const auto next = order_between(last, "");
    REQUIRE(last < next);
    REQUIRE(next.back() != '0');
    keys.push_back(next);
    last = next;
  }
  CHECK(last.size() <= 4);
  for (std::size_t i = 0; i + 1 < keys.size(); i += 7) {
    std::string low = keys[i];
    for (int n = 0; n < 20; ++n) {
      const auto mid = order_between(low, keys[i + 1]);
      REQUIRE(low < mid);
      REQUIRE(mid < keys[i + 1]);
      low = mid;
    }
  }
  std::string first = keys.front();
  for (int n = 0; n < 200; ++n) {
    const auto before = order_between("", first);
    REQUIRE(before < first);
    first = before;
  }
  CHECK(order_between("i5", "i5") > "i5");  // twins of two phones: behind both
}

}  // namespace expression_test
