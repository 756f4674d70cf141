// The same meaning: random XPath expressions over random answers, some of them empty, evaluated by a small
// XPath evaluator of our own (W3C XPath 1.0, with ODK's functions) and, translated, by the catalog.
#include <cmath>
#include <random>

#include "forms.hpp"
#include "records/tree.hpp"
#include "xlsform/xpath.hpp"

using namespace gandan;
using namespace gandan::xlsform;
using namespace gandan::xlsform::test;
using changelog::Value;

namespace {

using Answers = std::map<std::string, std::string>;  // as XForms keep them: '' is empty

struct Worth {
  enum class Kind { node, text, number, truth } kind = Kind::text;
  std::string text;
  double number = 0;
  bool truth = false;
};
Worth of(double n) { return {Worth::Kind::number, "", n, false}; }
Worth of(bool b) { return {Worth::Kind::truth, "", 0, b}; }
Worth of(std::string s, Worth::Kind kind = Worth::Kind::text) { return {kind, std::move(s), 0, false}; }

double number(const Worth& w) {
  if (w.kind == Worth::Kind::number) return w.number;
  if (w.kind == Worth::Kind::truth) return w.truth ? 1 : 0;
  if (w.text.empty() || w.text.find_first_not_of("-0123456789") != std::string::npos) return std::nan("");
  return std::stod(w.text);
}
std::string text(const Worth& w) {
  if (w.kind == Worth::Kind::number)
    return std::isnan(w.number) ? "" : std::to_string(static_cast<long>(w.number));
  if (w.kind == Worth::Kind::truth) return w.truth ? "true" : "false";
  return w.text;
}
bool truth(const Worth& w) {
  if (w.kind == Worth::Kind::truth) return w.truth;
  if (w.kind == Worth::Kind::number) return w.number != 0 && !std::isnan(w.number);
  if (w.kind == Worth::Kind::node) return w.truth;
  return !w.text.empty();
}

class Evaluator {
 public:
  Evaluator(const Answers& answers, std::string own) : answers_(answers), own_(std::move(own)) {}

  Worth run(const XPath& x) const {
    const auto child = [&](std::size_t i) { return run(x.children[i]); };
    switch (x.what) {
      case XPath::What::number:
        return of(std::stod(x.text));
      case XPath::What::literal:
        return of(x.text);
      case XPath::What::reference:
        return node(answers_.at(x.text), x.text);
      case XPath::What::path:
        REQUIRE(x.steps.size() == 1);
        return node(own_, "a");
      case XPath::What::minus:
        return of(-number(child(0)));
      case XPath::What::operation:
        return operation(x.text, child(0), child(1));
      case XPath::What::call:
        break;
    }
    const auto& f = x.text;
    if (f == "not") return of(!truth(child(0)));
    if (f == "true") return of(true);
    if (f == "boolean") return of(truth(child(0)));
    if (f == "number") return of(number(child(0)));
    if (f == "if") return truth(child(0)) ? child(1) : child(2);
    if (f == "coalesce") return text(child(0)).empty() ? child(1) : child(0);
    if (f == "string-length") return of(static_cast<double>(text(child(0)).size()));
    if (f == "contains") return of(text(child(0)).find(text(child(1))) != std::string::npos);
    if (f == "starts-with") return of(text(child(0)).rfind(text(child(1)), 0) == 0);
    if (f == "concat") return of(text(child(0)) + text(child(1)));
    if (f == "int") return of(std::trunc(number(child(0))));
    if (f == "floor") return of(std::floor(number(child(0))));
    if (f == "ceiling") return of(std::ceil(number(child(0))));
    if (f == "round") return of(std::floor(number(child(0)) + 0.5));
    if (f == "selected")
      return of((" " + text(child(0)) + " ").find(" " + text(child(1)) + " ") != std::string::npos);
    if (f == "count-selected") {
      const std::string codes = text(child(0));
      return of(codes.empty() ? 0.0 : 1.0 + static_cast<double>(std::count(codes.begin(), codes.end(), ' ')));
    }
    FAIL("the evaluator has no " << f);
    return {};
  }

 private:
  // JavaRosa gives an integer's answer as a number: 0 is false.
  static Worth node(const std::string& answer, const std::string& name) {
    Worth out = of(answer, Worth::Kind::node);
    out.truth = !answer.empty() && ((name != "a" && name != "b") || std::stol(answer) != 0);
    return out;
  }

  static Worth operation(const std::string& op, const Worth& a, const Worth& b) {
    if (op == "or") return of(truth(a) || truth(b));
    if (op == "and") return of(truth(a) && truth(b));
    if (op == "+") return of(number(a) + number(b));
    if (op == "-") return of(number(a) - number(b));
    if (op == "*") return of(number(a) * number(b));
    if (op == "div") return of(number(a) / number(b));
    if (op == "mod") return of(std::fmod(number(a), number(b)));
    if (op == "=" || op == "!=") {
      bool equal = false;
      if (a.kind == Worth::Kind::truth || b.kind == Worth::Kind::truth) {
        equal = truth(a) == truth(b);
      } else if (a.kind == Worth::Kind::number || b.kind == Worth::Kind::number) {
        equal = number(a) == number(b);
      } else {
        equal = text(a) == text(b);
      }
      return of(equal == (op == "="));
    }
    const double x = number(a);
    const double y = number(b);
    return of(op == "<" ? x < y : op == "<=" ? x <= y : op == ">" ? x > y : x >= y);
  }

  const Answers& answers_;
  std::string own_;
};

class Generator {
 public:
  explicit Generator(std::uint32_t seed, bool own) : random_(seed), own_(own) {}

  std::string condition(int depth) {
    switch (pick(depth > 0 ? 17 : 8)) {
      case 0:
        return whole(0) + order() + whole(0);
      case 1:
        return whole(0) + equal() + whole(0);
      case 2:
        return words() + equal() + one_of({"''", "'x'", "'Thon'", words()});
      case 3:
        return "${agree}" + equal() + one_of({"'yes'", "'no'", "''"});
      case 4:
        return "selected(" + one_of({"${things}", "${agree}"}) + ", '" + one_of({"road", "none", "yes"}) +
               "')";
      case 5:
        return "${read}" + one_of({" = 'OK'", " != 'OK'", " = ''"});
      case 6:
        return one_of({"contains", "starts-with"}) + "(" + words() + ", " +
               one_of({"'T'", "'ho'", "${other}"}) + ")";
      case 7:
        return one_of({"${a}", "${name}", "${read}", "${agree}", "true()"});
      case 8:
      case 9:
      case 10:
        return "(" + condition(depth - 1) + " and " + condition(depth - 1) + ")";
      case 11:
      case 12:
        return "(" + condition(depth - 1) + " or " + condition(depth - 1) + ")";
      case 13:
      case 14:
        return "not(" + condition(depth - 1) + ")";
      case 15:
        return "(" + condition(depth - 1) + ")" + equal() + "(" + condition(depth - 1) + ")";
      default:
        return whole(depth - 1) + one_of({order(), equal()}) + whole(depth - 1);
    }
  }
  std::string whole(int depth) {
    switch (pick(depth > 0 ? 13 : 5)) {
      case 0:
      case 1:
        return one_of({"${a}", "${b}", own_ ? "." : "${b}"});
      case 2:
        return std::to_string(pick(4));
      case 3:
        return "string-length(" + words() + ")";
      case 4:
        return "count-selected(${things})";
      case 5:
      case 6:
        return "(" + whole(depth - 1) + one_of({" + ", " - ", " * "}) + whole(depth - 1) + ")";
      case 7:
        return "-" + whole(0);
      case 8:
        // Branches are answers or never empty: one that is '' or NaN by turns has no translation that tells.
        return "if(" + condition(depth - 1) + ", " + whole(0) + ", " + whole(0) + ")";
      case 9:
        return "coalesce(" + one_of({"${a}", "${b}"}) + ", " + whole(0) + ")";
      case 10:
        return one_of({"int", "round", "floor", "ceiling"}) + "(" + whole(depth - 1) + " div " +
               one_of({"2", "3", "-4", "0.7"}) + ")";
      case 11:
        return one_of({"int", "round", "floor"}) + "(" + whole(depth - 1) + " * " +
               one_of({"0.5", "1.25", "0.3"}) + ")";
      default:
        return "(" + whole(depth - 1) + " mod " + one_of({"2", "3"}) + ")";
    }
  }

 private:
  int pick(int below) { return static_cast<int>(random_() % static_cast<std::uint32_t>(below)); }
  std::string one_of(const std::vector<std::string>& list) { return list[random_() % list.size()]; }
  std::string order() { return one_of({" < ", " <= ", " > ", " >= "}); }
  std::string equal() { return one_of({" = ", " != "}); }
  std::string words() { return one_of({"${name}", "${other}", "concat(${name}, ${other})"}); }

  std::mt19937 random_;
  bool own_;
};

constexpr int kExpressions = 300;  // of one form; a level holds 500 questions

struct Form {
  Form(const std::string& column, bool own, std::uint32_t seed) {
    Sheets sheets;
    sheets.survey = {{"type", "name", "label::vi", "label::en", column},
                     {"integer", "a", "A", "The a"},
                     {"integer", "b", "B", "The b"},
                     {"text", "name", "Tên", "Name"},
                     {"text", "other", "Tên khác", "Other"},
                     {"select_one yn", "agree", "Đồng ý", "Agrees"},
                     {"select_multiple things", "things", "Những gì", "Things"},
                     {"acknowledge", "read", "Đã đọc", "Read"}};
    Generator generator(seed, own);
    for (int i = 0; i < kExpressions; ++i) {
      expressions.push_back(column == "calculation" ? generator.whole(3) : generator.condition(3));
      sheets.survey.push_back({column == "calculation" ? "calculate" : "integer", "p" + std::to_string(i),
                               "P", "The p", expressions.back()});
    }
    sheets.choices = {{"list_name", "name", "label::vi", "label::en"},
                      {"yn", "yes", "Có", "Yes"},
                      {"yn", "no", "Không", "No"},
                      {"things", "road", "Đường", "Road"},
                      {"things", "none", "Không", "None"}};
    const auto form = import(sheets.workbook(), {"meaning", 1});
    INFO(listing(form.findings));
    for (const auto& f : form.findings)
      if (f.effect == Effect::left_out)
        too_long += f.code == "schema" ? 1 : 1000;  // more than 2,000 bytes of SQL
    CHECK(too_long < kExpressions / 10);
    auto loaded = records::Catalog::load({{"records/meaning.json", json::pretty(form.type)}}, clock);
    REQUIRE(loaded.ok());
    catalog = std::move(*loaded);
    type = catalog->find("meaning");
  }

  records::Document document(const Answers& answers) const {
    records::Document out;
    out.kind = "meaning";
    out.schema = 1;
    const auto put = [&](const std::string& name, Value value) {
      if (!answers.at(name).empty()) out.tree.values[name] = std::move(value);
    };
    for (const auto* name : {"a", "b"})
      if (!answers.at(name).empty()) put(name, static_cast<std::int64_t>(std::stoll(answers.at(name))));
    for (const auto* name : {"name", "other"}) put(name, answers.at(name));
    for (const auto* name : {"agree", "things"}) {
      changelog::Choices choices;
      std::istringstream words(answers.at(name));
      for (std::string word; words >> word;) choices.codes.push_back(word);
      put(name, choices);
    }
    put("read", true);
    return out;
  }

  gandan::test::FakeClock clock;
  std::vector<std::string> expressions;
  std::unique_ptr<records::Catalog> catalog;
  const records::RecordType* type = nullptr;
  int too_long = 0;
};

std::vector<Answers> answer_sets(std::uint32_t seed) {
  std::mt19937 random(seed);
  const auto one_of = [&](const std::vector<std::string>& list) { return list[random() % list.size()]; };
  std::vector<Answers> out;
  for (int i = 0; i < 60; ++i)
    out.push_back({{"a", one_of({"", "-2", "0", "1", "3", "7"})},
                   {"b", one_of({"", "", "-1", "1", "2"})},
                   {"name", one_of({"", "x", "Thon", "T"})},
                   {"other", one_of({"", "ho", "x"})},
                   {"agree", one_of({"", "yes", "no"})},
                   {"things", one_of({"", "road", "none", "road none"})},
                   {"read", one_of({"", "OK"})}});
  return out;
}

void compare(const std::string& column, std::uint32_t seed) {
  const bool constraint = column == "constraint";
  const Form form(column, constraint, seed);
  int compared = 0;
  for (int i = 0; i < kExpressions; ++i) {
    const auto* field = form.type->find("p" + std::to_string(i));
    if (field == nullptr) continue;
    const auto& formula = constraint                ? field->constraint
                          : column == "calculation" ? field->calculation
                                                    : field->relevant;
    if (!formula) continue;
    const auto parsed = parse_xpath(form.expressions[static_cast<std::size_t>(i)]);
    REQUIRE(parsed.ok());
    for (const auto& answers : answer_sets(seed + 1)) {
      auto document = form.document(answers);
      document.tree.values[field->name] = std::int64_t{4};
      const auto result = form.catalog->evaluate(formula, document, nullptr, {});
      const Worth wanted = Evaluator(answers, "4").run(*parsed);
      INFO(form.expressions[static_cast<std::size_t>(i)] << "\n" << formula.text);
      for (const auto& [name, answer] : answers) UNSCOPED_INFO(name << " = '" << answer << "'");
      REQUIRE(result.ok());
      ++compared;
      if (column == "calculation") {
        const double n = number(wanted);
        if (!std::isfinite(n)) {
          REQUIRE(records::is_null(*result));
        } else {
          REQUIRE(*result == records::Scalar{static_cast<std::int64_t>(n)});
        }
      } else if (constraint) {
        REQUIRE((records::truth(*result) != false) == truth(wanted));
      } else {
        REQUIRE((records::truth(*result) == true) == truth(wanted));
      }
    }
  }
  CHECK(compared > kExpressions * 50);
}

}  // namespace

TEST_CASE("translated conditions ask for what their XPath asks for") {
  compare("relevant", 11);
  compare("relevant", 12);
}
TEST_CASE("translated constraints refuse what their XPath refuses") {
  compare("constraint", 21);
  compare("constraint", 22);
}
TEST_CASE("translated calculations give what their XPath gives") {
  compare("calculation", 31);
  compare("calculation", 32);
}
