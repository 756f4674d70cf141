// The columns of a question, one by one.
#include <algorithm>

#include "base/calendar.hpp"
#include "xlsform/build_type.hpp"
#include "xlsform/names.hpp"

namespace gandan::xlsform {
namespace {

using records::FieldType;

constexpr const char* kClockRegex = "([01][0-9]|2[0-3]):[0-5][0-9]";

// "start=0 end=10 step=2"
std::optional<std::string> parameter(const std::string& text, const std::string& name) {
  const std::string low = lower_ascii(text);
  for (std::size_t at = low.find(name); at != std::string::npos; at = low.find(name, at + 1)) {
    if (at > 0 && low[at - 1] != ' ' && low[at - 1] != ',' && low[at - 1] != ';') continue;
    auto value = at + name.size();
    while (value < text.size() && text[value] == ' ') ++value;
    if (value >= text.size() || text[value] != '=') continue;
    ++value;
    while (value < text.size() && text[value] == ' ') ++value;
    return text.substr(value, text.find_first_of(" ,;", value) - value);
  }
  return std::nullopt;
}

bool whole_number(const std::string& text) {
  const std::string digits = text.substr(!text.empty() && text[0] == '-' ? 1 : 0);
  return !digits.empty() && digits.size() <= 15 &&
         digits.find_first_not_of("0123456789") == std::string::npos;
}

// Whether a default is worked out rather than written: it asks for an answer, or calls a function.
bool dynamic(const XPath& x) {
  static constexpr std::string_view kCalls[] = {
      "today",    "now",         "if",     "concat", "coalesce", "date",  "once", "uuid",  "random",
      "pulldata", "format-date", "string", "number", "int",      "round", "true", "false", "date-time"};
  if (x.what == XPath::What::reference) return true;
  if (x.what == XPath::What::call &&
      std::find(std::begin(kCalls), std::end(kCalls), x.text) != std::end(kCalls))
    return true;
  return std::any_of(x.children.begin(), x.children.end(), dynamic);
}

void bare_names(const XPath& x, std::set<std::string>& out) {
  if (x.what == XPath::What::path && x.children.empty() && !x.absolute && x.steps.size() == 1 &&
      x.steps[0].axis == Step::Axis::child)
    out.insert(lower_ascii(x.steps[0].name));
  for (const auto& child : x.children) bare_names(child, out);
}

void references(const XPath& x, std::vector<std::string>& out) {
  if (x.what == XPath::What::reference) out.push_back(x.text);
  for (const auto& child : x.children) references(child, out);
}

std::string both(const std::string& one, const std::string& other) {
  if (one.empty() || other.empty()) return one + other;
  const auto part = [](const std::string& text) {
    return text.find(" OR ") == std::string::npos ? text : "(" + text + ")";
  };
  return part(one) + " AND " + part(other);
}

}  // namespace

bool says_yes(const std::string& text) {
  const std::string low = lower_ascii(text);
  return low == "yes" || low == "true" || low == "true()" || low == "1";
}
bool says_no(const std::string& text) {
  const std::string low = lower_ascii(text);
  return low == "no" || low == "false" || low == "false()" || low == "0";
}

std::optional<XPath> TypeBuilder::parse(const Question& q, const std::string& key) {
  auto parsed = parse_xpath(q.cell(key));
  if (parsed.ok()) return std::move(*parsed);
  report(Effect::left_out, q, key, "expression.syntax",
         "Biểu thức sai cú pháp: " + parsed.error().detail + ".",
         "The expression is malformed: " + parsed.error().detail + ".");
  return std::nullopt;
}

// What changes a question's type before anybody asks for its value.
void TypeBuilder::prepare(Question& q) {
  if (q.type == FieldType::text && !q.cell("gandan::link").empty()) {
    q.type = FieldType::link;
  }
  if (q.type && !q.has_children() && q.type != FieldType::calculate && !q.cell("calculation").empty()) {
    const bool fixed = says_yes(q.cell("read_only"));
    if (fixed) {
      q.type = FieldType::calculate;
      q.value = Value::none;
      report(Effect::changed, q, "calculation", "calculation.shown",
             "Thành mục tính (calculate), hiện kết quả.", "It becomes a calculation that shows its result.");
    } else if (q.cell("default").empty()) {
      q.cells["default"] = q.cell("calculation");
      report(Effect::changed, q, "calculation", "calculation.default",
             "Ô vừa gõ vừa tính: thành giá trị ban đầu, không tự tính lại.",
             "A question with a calculation: it becomes the default and is not worked out again.");
    } else {
      report(Effect::left_out, q, "calculation", "calculation.both",
             "Có cả calculation và default; giữ default.",
             "It has a calculation and a default; the default stays.");
    }
  }
  if (q.type == FieldType::calculate && q.cell("gandan::calculation").empty()) {
    const auto parsed = parse_xpath(q.cell("calculation"));
    if (parsed.ok() && parsed->what == XPath::What::call && parsed->text == "once" &&
        parsed->children.size() == 1) {
      // Once and for all: the default of a question of its own.
      ToSql translator(form_, q);
      if (const auto inner = translator.value(parsed->children[0])) {
        q.value = inner->type == Value::boolean || inner->type == Value::choice ? Value::text : inner->type;
        q.type = q.value == Value::date      ? FieldType::date
                 : q.value == Value::instant ? FieldType::datetime
                 : q.value == Value::number  ? FieldType::integer
                                             : FieldType::text;
        columns_[&q]["default"] = inner->text;
        report_problems(q, "calculation", translator.problems());
        report(Effect::changed, q, "calculation", "calculation.once",
               "once(): thành một mục có giá trị ban đầu.", "once(): it becomes a question with a default.");
      }
    }
  }
  if (q.word == "range" && q.type) {
    const std::string text = q.cell("parameters");
    const std::string low = parameter(text, "start").value_or("0");
    const std::string high = parameter(text, "end").value_or("10");
    const std::string step = parameter(text, "step").value_or("1");
    if (!whole_number(low) || !whole_number(high) || !whole_number(step)) {
      report(Effect::left_out, q, "parameters", "type.none", "Thang có số lẻ: không có số lẻ ở đây.",
             "A range of fractions: there are none here.");
      q.type.reset();
    }
  }
  for (auto& child : q.children) prepare(*child);
}

// Calculations may ask for each other: what cannot be translated makes those that ask for it fail, too.
void TypeBuilder::translate_calculations() {
  std::vector<Question*> all;
  std::vector<Question*> todo{&form_.root};
  while (!todo.empty()) {
    Question* here = todo.back();
    todo.pop_back();
    if (here->type == FieldType::calculate) all.push_back(here);
    for (auto& child : here->children) todo.push_back(child.get());
  }
  for (bool again = true; again;) {
    again = false;
    for (Question* q : all) {
      if (!q->type || translate_calculation(*q)) continue;
      q->type.reset();
      again = true;
    }
  }
  for (Question* q : all) {
    if (!q->type || exact_[q].count("calculation") > 0) continue;
    ToSql translator(form_, *q);  // once more, for what it has to say
    if (const auto parsed = parse_xpath(q->cell("calculation")); parsed.ok()) (void)translator.value(*parsed);
    report_problems(*q, "calculation", translator.problems());
  }
}

bool TypeBuilder::translate_calculation(Question& q) {
  if (take_exact(q, "calculation")) return true;
  if (q.cell("calculation").empty()) {
    report(Effect::left_out, q, "calculation", "calculation.missing", "Mục tính không có biểu thức.",
           "The calculation has no expression.");
    return false;
  }
  const auto parsed = parse(q, "calculation");
  if (!parsed) return false;
  ToSql translator(form_, q);
  const auto result = translator.value(*parsed);
  if (!result) {
    report_problems(q, "calculation", translator.problems());
    return false;
  }
  if (result->reads_clock) {
    report(Effect::left_out, q, "calculation", "calculation.clock",
           "Mục tính không dùng hôm nay hay bây giờ được: kết quả sẽ tự đổi. Dùng một mục date với default "
           "today().",
           "A calculation cannot use today or now: it would change by itself. Use a date with the default "
           "today().");
    return false;
  }
  columns_[&q]["calculation"] = result->text;
  return true;
}

void TypeBuilder::translate_columns(Question& q) {
  if (q.type && q.parent != nullptr) {
    translate_condition(q, "relevant");
    translate_required(q);
    translate_constraint(q);
    translate_default(q);
    translate_filter(q);
    report_other_columns(q);
  }
  for (auto& child : q.children)
    if (q.type || q.parent == nullptr) translate_columns(*child);
}

// A column of ours beside the standard one says exactly what a type had, when XLSForm could not.
bool TypeBuilder::take_exact(Question& q, const std::string& key) {
  const std::string text = q.cell("gandan::" + key);
  if (text.empty()) return false;
  columns_[&q][key] = text;
  exact_[&q].insert(key);
  return true;
}

void TypeBuilder::translate_condition(Question& q, const std::string& key) {
  if (take_exact(q, key) || q.cell(key).empty()) return;
  if (key == "relevant" && says_yes(q.cell(key))) return;
  const auto parsed = parse(q, key);
  if (!parsed) return;
  ToSql translator(form_, q);
  if (const auto result = translator.condition(*parsed, Null::as_false)) columns_[&q][key] = result->text;
  report_problems(q, key, translator.problems());
}

void TypeBuilder::translate_required(Question& q) {
  if (take_exact(q, "required")) return;
  const std::string text = q.cell("required");
  if (text.empty() || says_no(text)) return;
  if (q.has_children() || q.type == FieldType::note || q.type == FieldType::calculate)
    return report(Effect::looks, q, "required", "column.no_use", "Cột này không có tác dụng ở dòng này.",
                  "The column has no effect in this row.");
  if (says_yes(text)) {
    columns_[&q]["required"] = "true";
  } else {
    translate_condition(q, "required");
  }
}

void TypeBuilder::translate_constraint(Question& q) {
  const records::Label message = labels_.read(q.cells, form_.survey, q.row, "constraint_message");
  auto& column = columns_[&q]["constraint"];
  const bool no_use = q.has_children() || q.type == FieldType::note || q.type == FieldType::calculate;
  if (take_exact(q, "constraint")) {
  } else if (!q.cell("constraint").empty() && no_use) {
    report(Effect::left_out, q, "constraint", "column.no_use", "Cột này không có tác dụng ở dòng này.",
           "The column has no effect in this row.");
  } else if (!q.cell("constraint").empty()) {
    if (const auto parsed = parse(q, "constraint")) {
      ToSql translator(form_, q);
      if (const auto result = translator.condition(*parsed, Null::as_true, true)) column = result->text;
      report_problems(q, "constraint", translator.problems());
    }
  }
  records::Label otherwise{"Giá trị không hợp lệ.", "The value is not allowed."};
  if (q.word == "range") {
    const std::string text = q.cell("parameters");
    const std::string low = parameter(text, "start").value_or("0");
    const std::string high = parameter(text, "end").value_or("10");
    const std::string step = parameter(text, "step").value_or("1");
    const std::string name = ToSql::own_name(q);
    std::string range = name + " >= " + low + " AND " + name + " <= " + high;
    if (step != "1") range += " AND (" + name + " - " + low + ") % " + step + " = 0";
    column = both(range, column);
    otherwise = {"Từ " + low + " đến " + high + ".", low + " to " + high + "."};
  }
  if (q.word == "time") {
    column = both("regex(" + ToSql::own_name(q) + ", '" + kClockRegex + "')", column);
    otherwise = {"Giờ ghi dạng GIỜ:PHÚT, ví dụ 08:30.", "A time is written HH:MM, such as 08:30."};
  }
  if (column.empty()) {
    columns_[&q].erase("constraint");
    if (!message.vi.empty() && q.cell("constraint").empty())
      report(Effect::looks, q, "constraint_message", "column.no_use",
             "Câu báo lỗi không có điều kiện đi kèm.", "The message has no constraint.");
    return;
  }
  message_of_[&q] = message.vi.empty() ? otherwise : message;
  if (message.vi.empty() && q.word != "range" && q.word != "time")
    report(Effect::changed, q, "constraint", "constraint.no_message",
           "Điều kiện không có câu báo lỗi; dùng một câu chung.",
           "The constraint has no message; a general one is used.");
}

std::optional<std::string> TypeBuilder::static_default(Question& q, const std::string& text) {
  const auto quote = [](const std::string& raw) {
    std::string out = "'";
    for (const char c : raw) out += c == '\'' ? std::string("''") : std::string(1, c);
    return out + "'";
  };
  const auto code_of = [&](const std::string& given) -> std::optional<std::string> {
    const Choice* choice = q.list->find(given);
    if (choice == nullptr) return std::nullopt;
    return choice->code;
  };
  switch (*q.type) {
    case FieldType::text:
      return quote(q.word == "time" ? text.substr(0, 5) : text);
    case FieldType::integer:
      if (whole_number(text)) return text;
      return std::nullopt;
    case FieldType::date:
      if (parse_date(text)) return quote(text);
      return std::nullopt;
    case FieldType::datetime:
      if (const auto ms = parse_instant(text)) return quote(instant_text(*ms));
      return std::nullopt;
    case FieldType::boolean:
      if (text == "OK" || says_yes(text)) return "TRUE";
      if (says_no(text)) return "FALSE";
      return std::nullopt;
    case FieldType::select_one:
      if (const auto code = code_of(text)) return quote(*code);
      return std::nullopt;
    case FieldType::select_multiple: {
      std::string codes;
      for (std::size_t at = 0; at < text.size();) {
        const auto end = std::min(text.find(' ', at), text.size());
        if (end > at) {
          const auto code = code_of(text.substr(at, end - at));
          if (!code) return std::nullopt;
          codes += (codes.empty() ? "" : " ") + *code;
        }
        at = end + 1;
      }
      return quote(codes);
    }
    default:
      return std::nullopt;
  }
}

void TypeBuilder::translate_default(Question& q) {
  if (columns_[&q].count("default") > 0 || take_exact(q, "default")) return;
  const std::string text = q.cell("default");
  if (text.empty()) return;
  const bool takes = q.type != FieldType::calculate && q.type != FieldType::file &&
                     q.type != FieldType::geopoint && q.type != FieldType::note && !q.has_children();
  if (!takes)
    return report(Effect::left_out, q, "default", "column.no_use", "Kiểu này không có giá trị ban đầu.",
                  "This type has no default.");
  const auto parsed = parse_xpath(text);
  if (parsed.ok() && dynamic(*parsed)) {
    std::vector<std::string> asked;
    references(*parsed, asked);
    for (const auto& given : asked)
      if (const Question* source = find_given(form_.root, given);
          source != nullptr && stands_after(*source, q))
        return report(
            Effect::left_out, q, "default", "default.later",
            "Giá trị ban đầu hỏi ${" + given + "}, câu đứng sau: lúc đó chưa có trả lời, nên để trống.",
            "The default asks for ${" + given +
                "}, which stands after it: there is no answer yet, so it "
                "stays empty.");
    ToSql translator(form_, q);
    if (const auto result = translator.value(*parsed)) columns_[&q]["default"] = result->text;
    report_problems(q, "default", translator.problems());
    return;
  }
  if (const auto value = static_default(q, text)) {
    columns_[&q]["default"] = *value;
  } else {
    report(Effect::left_out, q, "default", "default.type", "\"" + text + "\" không hợp với kiểu của câu hỏi.",
           "\"" + text + "\" is not a value of the question's type.");
  }
}

void TypeBuilder::translate_filter(Question& q) {
  const std::string text = q.cell("choice_filter");
  if (q.list == nullptr) {
    if (!text.empty())
      report(Effect::left_out, q, "choice_filter", "column.no_use",
             "Cột này đi cùng select_one, select_multiple.",
             "The column goes with select_one and select_multiple.");
    return;
  }
  const bool exact = take_exact(q, "choice_filter");
  if (text.empty() && !exact) return;
  if (!exact) {
    const auto parsed = parse(q, "choice_filter");
    if (!parsed) return;
    ToSql translator(form_, q, q.list);
    if (const auto result = translator.condition(*parsed, Null::as_false)) {
      std::string filter = result->text;
      // The choice that or_other added has none of the columns that a filter asks for: it is always offered.
      const Choice* other = q.or_other ? q.list->find("other") : nullptr;
      const auto code = q.list->columns.find("name");
      if (other != nullptr && other->row == 0 && code != q.list->columns.end())
        filter = "(" + filter + ") OR " + code->second + " = 'other'";
      columns_[&q]["choice_filter"] = filter;
    }
    report_problems(q, "choice_filter", translator.problems());
  }
}

// Which columns of which list a filter asks for, before anything is translated; named so that no question is
// hidden.
void TypeBuilder::prepare_filter(Question& q) {
  for (auto& child : q.children) prepare_filter(*child);
  if (!q.type || q.list == nullptr) return;
  std::set<std::string> keys;
  const auto parsed = parse_xpath(q.cell("choice_filter"));
  if (!q.cell("choice_filter").empty() && parsed.ok()) {
    bare_names(*parsed, keys);
    if (q.or_other) keys.insert("name");
  }
  if (!q.cell("gandan::choice_filter").empty())  // its names are ours already
    for (const auto& head : form_.choices.heads)
      if (clean_name(head.key) == head.key && head.key != "list_name" && head.key != "name" &&
          head.key != "label")
        keys.insert(head.key);
  for (const auto& key : keys) {
    if (q.list->columns.count(key) > 0) continue;
    if (!q.cell("gandan::choice_filter").empty()) {
      q.list->columns[key] = key;
      continue;
    }
    const std::string name =
        free_name(clean_name(key == "name" ? "code" : key), [&](const std::string& taken) {
          if (names_.count(taken) > 0) return true;
          return std::any_of(q.list->columns.begin(), q.list->columns.end(),
                             [&](const auto& column) { return column.second == taken; });
        });
    q.list->columns[key] = name;
  }
  std::vector<std::string> asked;
  if (parsed.ok()) references(*parsed, asked);
  for (const auto& given : asked) {
    Question* other = find_given(form_.root, given);
    if (other == nullptr || other->list == nullptr) continue;
    for (const auto& key : keys)
      for (const auto& choice : q.list->choices) {
        const auto value = choice.columns.find(key);
        if (value != choice.columns.end() && other->list->find(value->second) != nullptr)
          q.list->column_codes[key] = other->list;
      }
  }
}

}  // namespace gandan::xlsform
