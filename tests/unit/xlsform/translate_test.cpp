// Expressions: each function and operator, precedence, empty answers, names, and what has no translation.
#include "probe.hpp"

using namespace gandan;
using namespace gandan::xlsform;
using namespace gandan::xlsform::test;

namespace {
struct Row {
  const char* xpath;
  const char* sql;
};
template <class Translate>
void check(std::initializer_list<Row> rows, Translate translate) {
  for (const auto& row : rows) {
    INFO(row.xpath);
    CHECK(translate(row.xpath) == row.sql);
  }
}
}  // namespace

TEST_CASE("comparisons mean for empty answers what they mean in XPath") {
  check({{"${name} = 'x'", "name = 'x'"},
         {"'x' = ${name}", "name = 'x'"},
         {"${name} != 'x'", "name IS NOT 'x'"},
         {"not(${name} = 'x')", "NOT name IS 'x'"},
         {"${name} = ''", "name IS NULL"},
         {"${name} != ''", "name IS NOT NULL"},
         {"${name}", "name IS NOT NULL"},
         {"not(${name})", "NOT name IS NOT NULL"},
         {"${a} > 3", "a > 3"},
         {"3 < ${a}", "a > 3"},
         {"not(${a} > 3)", "NOT coalesce(a > 3, FALSE)"},
         {"${a} != 3", "a IS NOT 3"},
         {"${a} = ${b}", "a IS b"},
         {"${a} != ${b}", "a IS NOT b"},
         {"${a} + 1 = ${b}", "a + 1 = b"},
         {"${a} + 1 != ${b}", "coalesce(a + 1 <> b, TRUE)"},
         {"${a}", "a <> 0"},
         {"${read} = 'OK'", "read"},
         {"${read} != 'OK'", "NOT coalesce(read, FALSE)"},
         {"${read} = ''", "NOT coalesce(read, FALSE)"},
         {"${read}", "read"},
         {"${where} != ''", "where IS NOT NULL"},
         {"${photo} = ''", "photo IS NULL"},
         {"true()", ""},  // always asked
         {"true() and ${a} = 1", "TRUE AND a = 1"},
         {"(${a} > 1) = true()", "a > 1"},
         {"(${a} > 1) = false()", "NOT coalesce(a > 1, FALSE)"},
         {"(${a} > 1) = (${b} > 1)", "coalesce(a > 1, FALSE) = coalesce(b > 1, FALSE)"}},
        relevant);
}

TEST_CASE("a constraint speaks of an answer that is there") {
  check({{". >= 0", "probe >= 0"},
         {".>0 and .<=150", "probe > 0 AND probe <= 150"},
         {"${probe} != 5", "probe <> 5"},
         {". = '' or . > 5", "probe IS NULL OR probe > 5"},
         {". <= ${a}", "coalesce(probe <= a, FALSE)"},
         {"not(. > 5)", "NOT probe > 5"}},
        [](const char* x) { return constraint(x); });
  CHECK(constraint("regex(., '^[0-9]{9}$')", "text") == "regex(probe, '^[0-9]{9}$')");
  CHECK(constraint("string-length(.) <= 20 and not(contains(., ';'))", "text") ==
        "length(probe) <= 20 AND NOT instr(probe, ';') > 0");
  CHECK(constraint(". <= today()", "date") == "probe <= today()");
  CHECK(constraint("not(selected(., 'None') and count-selected(.) > 1)", "select_multiple things") ==
        "NOT (selected(probe, 'none') AND count_selected(probe) > 1)");
}

TEST_CASE("operators bind as in XPath, whatever binds here") {
  check({{"${a} = 1 or ${b} = 2 and ${c} = 3", "a = 1 OR b = 2 AND c = 3"},
         {"(${a} = 1 or ${b} = 2) and ${c} = 3", "(a = 1 OR b = 2) AND c = 3"},
         {"not(${a} = 1 or ${b} = 2)", "NOT (a IS 1 OR b IS 2)"},
         {"${a} + ${b} * ${c} > 0", "a + b * c > 0"},
         {"(${a} + ${b}) * ${c} > 0", "(a + b) * c > 0"},
         {"${a} - (${b} - ${c}) > 0", "a - (b - c) > 0"},
         {"${a} - ${b} - ${c} > 0", "a - b - c > 0"},
         {"-${a} < 0", "-a < 0"},
         {"${a} mod 2 = 0", "a % 2 = 0"},
         {"-(${a} + 1) < 0", "-(a + 1) < 0"}},
        relevant);
  CHECK(calculation("${a}-${b}") == "a - b");
  CHECK(calculation("${a} -1") == "a - 1");
}

TEST_CASE("numbers stay whole, and exact") {
  check({{"int(${a} div 3)", "div(a, 3)"},
         {"int((today() - ${d1}) div 365.25)", "! calculation.clock"},
         {"int((${d2} - ${d1}) div 365.25)", "div(days_between(d1, d2) * 4, 1461)"},
         {"round(${a} * 0.1)", "div((a + 5) - ((a + 5) % 10 + 10) % 10, 10)"},
         {"round(count(${people}) div 2)", "div(people__count + 1, 2)"},
         {"int(100 * ${a} div ${b})", "div(100 * a, b)"},
         {"int(${a} * 1.5 div ${b})", "div(a * 3, 2 * b)"},
         {"floor(${a} div 2)", "div((a) - ((a) % 2 + 2) % 2, 2)"},
         {"${a} * 0.5 * 2", "! number.fraction"},
         {"${a} div ${b}", "! number.fraction"},
         {"${a} div 0", "! number.zero"},
         {"1.5", "! number.fraction"},
         {"int(2.7)", "div(27, 10)"},
         {"round(${a}, 2)", "! number.fraction"},
         {"round(${a}, 0)", "a"},
         {"pow(${a}, 2)", "! function.pow"},
         {"abs(${a} - ${b})", "abs(a - b)"},
         {"min(${a}, ${b}, 3)", "min(a, b, 3)"},
         {"max(${a}, ${b})", "max(a, b)"},
         {"number(${name})", "CASE WHEN regex(name, '-?[0-9]{1,15}') THEN name + 0 END"},
         {"number('12')", "12"},
         {"coalesce(${a}, 0) + ${b}", "coalesce(a, 0) + b"},
         {"if(${a} = '', 0, ${a})", "CASE WHEN a IS NULL THEN 0 ELSE a END"},
         {"${a} * 99999999999999999999", "! number.large"}},
        calculation);
  check({{"${a} * 0.5 >= ${b}", "a >= b * 2"},
         {"${a} div 3 > 1.5", "a * 2 > 9"},
         {"${a} div ${b} > 1", "! number.fraction"},
         {"3 * ${a} >= 2 * ${b}", "3 * a >= 2 * b"}},
        relevant);
}

TEST_CASE("choices compare by their codes here") {
  check({{"${agree} = 'Yes'", "agree = 'yes'"},
         {"${agree} != 'No'", "agree IS NOT 'no'"},
         {"selected(${agree}, 'Yes')", "selected(agree, 'yes')"},
         {"not(selected(${things}, 'None'))", "NOT selected(things, 'none')"},
         {"${level} = 1", "level = '1'"},
         {"${level} = 2", "level = '02'"},
         {"${level} = '02'", "level = '02'"},
         {"${level} > 1", "CASE WHEN regex(level, '-?[0-9]{1,15}') THEN level + 0 END > 1"},
         {"count-selected(${things}) = 0", "count_selected(things) = 0"}},
        relevant);
  const auto form = import(probe_form("text", "relevant", "${agree} = 'Maybe'").workbook());
  REQUIRE(finding(form, kProbeRow, "choice.unknown") != nullptr);
  CHECK(column(form, "probe", "relevant") == "agree = 'Maybe'");
  CHECK(calculation("jr:choice-name(${agree}, '${agree}')") ==
        "CASE agree WHEN 'yes' THEN 'Có' WHEN 'no' THEN 'Không' END");
  CHECK(calculation("jr:choice-name(${name}, '${name}')") == "! function.jr:choice-name");
}

TEST_CASE("dates, instants and times") {
  check({{"${d1} >= '2026-01-01'", "d1 >= '2026-01-01'"},
         {"${d1} >= date('2026-01-01')", "d1 >= '2026-01-01'"},
         {"${d1} >= '1/1/2026'", "! compare.date"},
         {"${d1} > ${d2}", "d1 > d2"},
         {"${d1} <= today()", "d1 <= today()"},
         {"${d1} <= ${day}", "d1 <= today()"},
         {"${t1} < now()", "t1 < now()"},
         {"${t1} >= ${d1}", "local_date(t1) >= d1"},
         {"${d2} - ${d1} > 30", "days_between(d1, d2) > 30"},
         {"${d2} > ${d1} + 30", "d2 > add_days(d1, 30)"},
         {"${d2} >= date(${d1} - 7)", "d2 >= add_days(d1, -7)"},
         {"${at} < '08:30:00'", "at < '08:30'"},
         {"${at} < '8h'", "! compare.time"},
         {"${t1} > '2026-02-05T19:05:00+07:00'", "t1 > '2026-02-05T12:05:00Z'"},
         {"${d1} > 5", "! number.none"},
         {"${d1} > ${at}", "! compare.time"}},
        relevant);
  check(
      {{"format-date(${d1}, '%Y-%m-%d')", "d1"},
       {"format-date(${d1}, '%d/%m/%Y')",
        "substr(d1, 9, 2) || '/' || substr(d1, 6, 2) || '/' || substr(d1, 1, 4)"},
       {"format-date(${d1}, '%e/%n')", "ltrim(substr(d1, 9, 2), '0') || '/' || ltrim(substr(d1, 6, 2), '0')"},
       {"format-date-time(${t1}, '%H:%M')", "local_time(t1)"},
       {"format-date(${d1}, '%b')", "! function.format-date"},
       {"date(format-date(${t1}, '%Y-%m-%d'))", "local_date(t1)"},
       {"date(${t1})", "local_date(t1)"},
       {"now()", "! calculation.clock"},
       {"decimal-date-time(${t1})", "! function.decimal-date-time"}},
      calculation);
}

TEST_CASE("texts") {
  check({{"concat(${name}, ' - ', ${a})", "nullif(coalesce(name, '') || ' - ' || coalesce(a, ''), '')"},
         {"concat('a', \"b'c\")", "nullif('a' || 'b''c', '')"},
         {"substr(${name}, 0, 3)", "nullif(substr(name, 1, 3), '')"},
         {"substr(${name}, 2)", "nullif(substr(name, 3), '')"},
         {"substr(${name}, -3)", "nullif(substr(name, -3), '')"},
         {"substr(${name}, 1, -1)", "nullif(substr(name, 2, max(0, length(name) - 2)), '')"},
         {"substr(${name}, ${a})", "! function.substr"},
         {"substring-before(${name}, '-')",
          "nullif(CASE WHEN instr(name, '-') > 0 THEN substr(name, 1, instr(name, '-') - 1) END, '')"},
         {"string-length(${name})", "coalesce(length(name), 0)"},
         {"string(${a})", "a || ''"},
         {"if(selected(${things}, 'road'), 'có', 'không')",
          "CASE WHEN selected(things, 'road') THEN 'có' ELSE 'không' END"},
         {"if(${a} = 1, 'x', if(${a} = 2, 'y', ''))", "CASE WHEN a = 1 THEN 'x' WHEN a = 2 THEN 'y' END"},
         {"concat(${t1}, '')", "! text.instant"},
         {"translate(${name}, 'a', 'b')", "! function.translate"}},
        calculation);
  check({{"contains(${name}, 'Thôn')", "instr(name, 'Thôn') > 0"},
         {"starts-with(${name}, 'Xã')", "substr(name, 1, 2) = 'Xã'"},
         {"ends-with(${name}, 'ă')", "substr(name, 1 + max(0, length(name) - 1), 1) = 'ă'"},
         {"regex(${name}, '[A-Z]+')", "regex(name, '[A-Z]+')"},
         {"regex(${name}, '[A-Z]*')", "regex(coalesce(name, ''), '[A-Z]*')"},
         {"regex(${name}, '(?i)a')", "! function.regex"},
         {"string-length(${name}) > 0", "coalesce(length(name), 0) > 0"},
         {"${name} = \u201cx\u201d", "name = 'x'"}},
        relevant);
}

TEST_CASE("names lead to groups and lists as they are called here") {
  check({{"${rooms} > 1", "house__rooms > 1"},
         {"/probe_form/house/rooms > 1", "house__rooms > 1"},
         {"../house/rooms > 1", "house__rooms > 1"},
         {"count(${people}) > 1", "people__count > 1"},
         {"sum(${age}) > 1", "people__age__sum > 1"},
         {"sum(${people}/age) > 1", "people__age__sum > 1"},
         {"max(${age}) >= 18", "people__age__max >= 18"},
         {"min(${born}) < '2000-01-01'", "people__born__min < '2000-01-01'"},
         {"count(${pname}) = 2", "people__count = 2"},
         {"count-non-empty(${pname}) = 2", "people__pname__filled = 2"},
         {"count(${people}[role = 'head']) = 1", "people__role__is__head = 1"},
         {"count(${people}[${role} = 'head']) = 1", "people__role__is__head = 1"},
         {"count(${people}[active = 'OK']) = 1", "people__active__true = 1"},
         {"count(${people}[age > 3]) = 1", "! path.predicate"},
         {"${age} > 3", "! name.many"},
         {"sum(${pname}) > 1", "! number.none"},
         {"${people} != ''", "! name.no_answer"},
         {"${remark} != ''", "! name.no_answer"},
         {"${area} > 3", "! name.left_out"},
         {"${nobody} = 1", "! name.unknown"},
         {"${Số Hộ} > 3", "so_ho > 3"},
         {"../nobody = 1", "! path.unknown"},
         {"//age > 3", "! path.unknown"},
         {"${last-saved#name} = ''", "! name.last_saved"},
         {"position(..) = 1", "! function.position"},
         {"indexed-repeat(${age}, ${people}, 1) > 1", "! function.indexed-repeat"},
         {"pulldata('a', 'b', 'c', ${name}) = 1", "! function.pulldata"},
         {"instance('x')/root/item[name = 'a']/label = 'b'", "! function.instance"},
         {"frobnicate(${a})", "! function.unknown"},
         {"not(${a}, ${b})", "! function.unknown"},
         {"true(1)", "! function.unknown"},
         {"${a} | ${b}", "! path.union"}},
        relevant);
}

TEST_CASE("malformed expressions are named with the character") {
  for (const char* x : {"${a", "${a} =", "= 3", "(${a} = 1", "${a} = 'x", "${a} == 1", "if(${a}, 1",
                        "${a} AND ${b}", "1 2", "${a} & 1", "a[", "12abc", "${}", ")"}) {
    INFO(x);
    CHECK(relevant(x) == "! expression.syntax");
  }
  const auto form = import(probe_form("text", "relevant", "${a} = 1 && ${b} = 2").workbook());
  const auto* found = finding(form, kProbeRow, "expression.syntax");
  REQUIRE(found != nullptr);
  CHECK(found->column == "relevant");
  CHECK(found->en.find("character 10") != std::string::npos);
}

TEST_CASE("all that is wrong with an expression is said at once, each with its character") {
  const auto form =
      import(probe_form("text", "relevant", "pulldata('a') = 1 or ${nobody} = 2 or ${area} > 1").workbook());
  std::vector<std::string> codes;
  for (const auto& f : form.findings)
    if (f.row == kProbeRow) codes.push_back(f.code);
  CHECK(codes == std::vector<std::string>{"function.pulldata", "name.unknown", "name.left_out"});
}
