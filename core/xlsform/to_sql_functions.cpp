// Functions: what XPath's and ODK's become.
#include <algorithm>

#include "base/calendar.hpp"
#include "base/text.hpp"
#include "records/regex.hpp"
#include "xlsform/to_sql.hpp"

namespace gandan::xlsform {
namespace {

struct Refused {
  std::string_view name;
  const char* vi;
  const char* en;
};
constexpr const char* kFractionVi = "không có số lẻ ở đây";
constexpr const char* kFractionEn = "there are no fractions here";
constexpr const char* kOtherVi = "không tra được ở tệp hay danh sách ngoài";
constexpr const char* kOtherEn = "nothing can be looked up in other files or lists";
constexpr const char* kItemVi = "không hỏi từng mục của danh sách được; dùng sum, count, min hoặc max";
constexpr const char* kItemEn = "single items of a list cannot be asked for; use sum, count, min or max";
// Functions that people use and that have no translation, and why.
constexpr Refused kRefused[] = {
    {"indexed-repeat", kItemVi, kItemEn},
    {"position", "mục của danh sách không có số thứ tự trong biểu thức",
     "items have no number in expressions"},
    {"join", kItemVi, kItemEn},
    {"selected-at", "không lấy riêng lựa chọn thứ mấy được; dùng selected()",
     "the nth choice cannot be taken out; use selected()"},
    {"pulldata", kOtherVi, kOtherEn},
    {"instance", kOtherVi, kOtherEn},
    {"search", kOtherVi, kOtherEn},
    {"item-at", kItemVi, kItemEn},
    {"once", "chỉ dùng cho cả cột calculation", "it works as the whole calculation only"},
    {"random", "kết quả phải như nhau trên mọi máy", "the result must be the same on every device"},
    {"randomize", "kết quả phải như nhau trên mọi máy", "the result must be the same on every device"},
    {"uuid", "mỗi hồ sơ đã có mã riêng", "every record has an id of its own"},
    {"decimal-date-time", kFractionVi, kFractionEn},
    {"decimal-time", kFractionVi, kFractionEn},
    {"pow", kFractionVi, kFractionEn},
    {"sqrt", kFractionVi, kFractionEn},
    {"exp", kFractionVi, kFractionEn},
    {"log", kFractionVi, kFractionEn},
    {"log10", kFractionVi, kFractionEn},
    {"pi", kFractionVi, kFractionEn},
    {"sin", kFractionVi, kFractionEn},
    {"cos", kFractionVi, kFractionEn},
    {"tan", kFractionVi, kFractionEn},
    {"area", kFractionVi, kFractionEn},
    {"distance", kFractionVi, kFractionEn},
    {"translate", "không có hàm này", "there is no such function here"},
    {"normalize-space", "không có hàm này", "there is no such function here"},
    {"lower-case", "chữ tiếng Việt có dấu không đổi hoa, thường ở đây được",
     "letters with diacritics do not change case here"},
    {"upper-case", "chữ tiếng Việt có dấu không đổi hoa, thường ở đây được",
     "letters with diacritics do not change case here"},
    {"digest", "không có hàm này", "there is no such function here"},
    {"jr:itext", "nhãn không dùng được trong biểu thức", "labels cannot be used in expressions"},
    {"checklist", "dùng count-selected()", "use count-selected()"},
    {"weighted-checklist", "dùng if() và cộng lại", "use if() and add up"},
    {"version", "hồ sơ tự giữ phiên bản mẫu", "a record keeps the version of its form by itself"},
};

bool number_of(const XPath& x, std::int64_t& out) {
  const bool minus = x.what == XPath::What::minus;
  const XPath& digits = minus ? x.children[0] : x;
  if (digits.what != XPath::What::number || digits.text.size() > 9 ||
      digits.text.find('.') != std::string::npos)
    return false;
  out = std::stoll(digits.text);
  if (minus) out = -out;
  return true;
}

}  // namespace

bool ToSql::is_test(const XPath& x) {
  if (x.what == XPath::What::operation)
    return x.text == "or" || x.text == "and" || x.text == "=" || x.text == "!=" || x.text[0] == '<' ||
           x.text[0] == '>';
  if (x.what != XPath::What::call) return false;
  if (x.text == "if" && x.children.size() == 3) return is_test(x.children[1]) && is_test(x.children[2]);
  static constexpr std::string_view kTests[] = {"true",  "false",    "not",         "boolean",  "selected",
                                                "regex", "contains", "starts-with", "ends-with"};
  return std::find(std::begin(kTests), std::end(kTests), x.text) != std::end(kTests);
}

ToSql::Term ToSql::call(const XPath& x) {
  if (is_test(x)) return test(x, Null::never);
  const std::string& name = x.text;
  const auto count = x.children.size();
  const auto argument = [&](std::size_t i) { return term(x.children[i]); };
  if (name == "if" && count == 3) return if_else(x);
  if (name == "concat") return concat(x);
  if (name == "substr" && (count == 2 || count == 3)) return substr(x);
  if ((name == "format-date" || name == "format-date-time") && count == 2) return format_date(x);
  if (name == "jr:choice-name" && count == 2) return choice_name(x);
  if (name == "today" && count == 0) {
    clock_ = true;
    return make("today()", kAtom, Value::date, false);
  }
  if (name == "now" && count == 0) {
    clock_ = true;
    return make("now()", kAtom, Value::instant, false);
  }
  if ((name == "date" || name == "date-time") && count == 1) {
    Term out = argument(0);
    if (!out.ok) return {};
    if (out.literal && name == "date") {
      if (!parse_date(*out.literal))
        return fail(x, "compare.date", "\"" + *out.literal + "\" không phải ngày NĂM-THÁNG-NGÀY",
                    "\"" + *out.literal + "\" is not a date YYYY-MM-DD");
      return make(out.sql, kAtom, Value::date, false);
    }
    if (name == "date-time" && out.type == Value::instant) return out;
    if (name == "date") return as_date(x, std::move(out));
  }
  if (name == "coalesce" && count == 2) {
    Term a = argument(0);
    Term b = argument(1);
    if (!a.ok || !b.ok) return {};
    if (a.type == Value::number || b.type == Value::number) {
      a = whole(x.children[0], std::move(a));
      b = whole(x.children[1], std::move(b));
      if (!a.ok || !b.ok) return {};
    }
    const std::string first = a.empty_text ? "nullif(" + a.sql + ", '')" : a.sql;
    if (b.literal && b.literal->empty()) return a;
    Term out = make("coalesce(" + first + ", " + b.sql + ")", kAtom, a.type == b.type ? a.type : Value::text,
                    b.nullable);
    out.positive = a.positive && b.positive;
    out.nan = a.nan || b.nan;
    out.empty_text = b.empty_text;
    return out;
  }
  if (name == "count-selected" && count == 1) {
    const Term a = argument(0);
    if (!a.ok) return {};
    Term out = make("count_selected(" + a.sql + ")", kAtom, Value::number, false);
    out.positive = true;
    return out;
  }
  if (name == "string-length" && count <= 1) {
    XPath self;
    self.what = XPath::What::path;
    self.at = x.at;
    self.steps.emplace_back();
    self.steps.back().axis = Step::Axis::self;
    Term a = as_text(x, count == 1 ? argument(0) : term(self));
    if (!a.ok) return {};
    Term out = make(a.nullable ? "coalesce(length(" + a.sql + "), 0)" : "length(" + a.sql + ")", kAtom,
                    Value::number, false);
    out.positive = true;
    return out;
  }
  if (name == "number" && count == 1) return as_number(x, argument(0));
  if (name == "string" && count == 1) {
    const Term a = as_text(x, argument(0));
    if (!a.ok || a.type != Value::number) return a;
    return make(wrap(a, kConcat) + " || ''", kConcat, Value::text, a.nullable);
  }
  if (name == "int" && count == 1) return rounded(as_number(x, argument(0)), "int");
  if ((name == "floor" || name == "ceiling") && count == 1) return rounded(as_number(x, argument(0)), name);
  if (name == "round" && (count == 1 || count == 2)) {
    std::int64_t digits = 0;
    if (count == 2 && (!number_of(x.children[1], digits) || digits != 0))
      return fail(x, "number.fraction", "Chỉ làm tròn đến số nguyên được: round(…, 0)",
                  "Only whole numbers come out of round(…, 0)");
    return rounded(as_number(x, argument(0)), "round");
  }
  if (name == "abs" && count == 1) {
    Term a = whole(x, as_number(x, argument(0)));
    if (!a.ok) return {};
    Term out = make("abs(" + a.sql + ")", kAtom, Value::number, a.nullable);
    out.positive = true;
    return out;
  }
  if ((name == "sum" || name == "min" || name == "max" || name == "count" || name == "count-non-empty") &&
      count == 1)
    return aggregate(x, name);
  if ((name == "min" || name == "max") && count > 1) {
    std::string list;
    Term out;
    for (std::size_t i = 0; i < count; ++i) {
      const Term a = whole(x.children[i], argument(i));
      if (!a.ok) return {};
      if (i > 0 && a.type != out.type)
        return fail(x, "number.none", "Các vế của " + name + "() phải cùng loại",
                    "What " + name + "() compares differs in type");
      out = make("", kAtom, a.type, a.nullable || out.nullable);
      list += (i > 0 ? ", " : "") + a.sql;
    }
    out.sql = name + "(" + list + ")";
    out.nan = true;
    return out;
  }
  if ((name == "substring-before" || name == "substring-after") && count == 2) {
    const Term a = as_text(x, argument(0));
    const Term b = as_text(x, argument(1));
    if (!a.ok || !b.ok) return {};
    const std::string where = "instr(" + a.sql + ", " + b.sql + ")";
    const std::string part = name == "substring-before"
                                 ? "substr(" + a.sql + ", 1, " + where + " - 1)"
                                 : "substr(" + a.sql + ", " + where + " + length(" + b.sql + "))";
    Term out = make("CASE WHEN " + where + " > 0 THEN " + part + " END", kAtom, Value::text, true);
    out.empty_text = true;
    return out;
  }
  for (const auto& refused : kRefused)
    if (refused.name == name)
      return fail(x, "function." + name, "Không chuyển được " + name + "(): " + refused.vi,
                  name + "() cannot be taken over: " + refused.en);
  return fail(x, "function.unknown", "Không biết hàm " + name + "() với " + std::to_string(count) + " vế",
              "The function " + name + "() with " + std::to_string(count) + " arguments is not known");
}

ToSql::Term ToSql::if_else(const XPath& x) {
  const Term when = test(x.children[0], Null::as_false);
  Term yes = term(x.children[1]);
  Term no = term(x.children[2]);
  if (!when.ok || !yes.ok || !no.ok) return {};
  const auto empty = [](const Term& t) { return t.literal && t.literal->empty(); };
  yes = whole(x.children[1], std::move(yes));
  no = whole(x.children[2], std::move(no));
  if (!yes.ok || !no.ok) return {};
  if (empty(yes) && empty(no)) return make("NULL", kAtom, Value::text, true);
  std::string sql = "CASE WHEN " + when.sql + " THEN " + (empty(yes) ? "NULL" : yes.sql);
  // A chain of ifs reads as one CASE.
  const bool chain = x.children[2].what == XPath::What::call && x.children[2].text == "if" &&
                     !is_test(x.children[2]) && no.sql.rfind("CASE ", 0) == 0;
  sql += chain ? no.sql.substr(4) : empty(no) ? " END" : " ELSE " + no.sql + " END";
  const Value type = empty(yes) ? no.type : empty(no) || yes.type == no.type ? yes.type : Value::text;
  Term out = make(sql, kAtom, type, yes.nullable || no.nullable || empty(yes) || empty(no));
  out.empty_text = (yes.empty_text && !empty(yes)) || (no.empty_text && !empty(no));
  out.positive = (yes.positive || empty(yes)) && (no.positive || empty(no));
  out.nan = yes.nan || no.nan;
  return out;
}

ToSql::Term ToSql::concat(const XPath& x) {
  std::string sql;
  for (const auto& child : x.children) {
    const Term part = as_text(child, term(child));
    if (!part.ok) return {};
    if (!sql.empty()) sql += " || ";
    sql += part.nullable ? "coalesce(" + part.sql + ", '')" : wrap(part, kConcat);
  }
  if (x.children.empty()) return fail(x, "function.unknown", "concat() không có gì", "concat() of nothing");
  Term out = make(sql, x.children.size() > 1 ? kConcat : kAtom, Value::text, false);
  out.empty_text = true;
  return out;
}

// ODK's substr: from 0, its end is not part of it, negative numbers count from the end.
ToSql::Term ToSql::substr(const XPath& x) {
  const Term text = as_text(x, term(x.children[0]));
  std::int64_t start = 0;
  std::int64_t end = 0;
  if (!text.ok) return {};
  if (!number_of(x.children[1], start) || (x.children.size() == 3 && !number_of(x.children[2], end)))
    return fail(x, "function.substr", "substr() chỉ nhận chỗ bắt đầu và kết thúc là số ghi sẵn",
                "substr() wants its start and end as numbers");
  const std::string from = std::to_string(start < 0 ? start : start + 1);
  std::string sql = "substr(" + text.sql + ", " + from;
  if (x.children.size() == 3) {
    if ((start < 0) == (end < 0)) {
      sql += ", " + std::to_string(std::max<std::int64_t>(0, end - start));
    } else if (start >= 0) {
      sql += ", max(0, length(" + text.sql + ") - " + std::to_string(start - end) + ")";
    } else {
      return fail(x, "function.substr", "substr() từ cuối tới đầu không chuyển được",
                  "substr() from the end towards the beginning cannot be taken over");
    }
  }
  Term out = make(sql + ")", kAtom, Value::text, text.nullable);
  out.empty_text = true;
  return out;
}

ToSql::Term ToSql::format_date(const XPath& x) {
  const Term value = term(x.children[0]);
  if (!value.ok) return {};
  if (x.children[1].what != XPath::What::literal)
    return fail(x, "function.format-date", "Dạng ngày phải ghi sẵn trong nháy",
                "The form of the date must be a text");
  if (value.type != Value::date && value.type != Value::instant)
    return fail(x, "date.none", "Đây không phải ngày", "This is no date");
  const bool instant = value.type == Value::instant;
  const std::string day = instant ? "local_date(" + value.sql + ")" : value.sql;
  const std::string time = instant ? "local_time(" + value.sql + ")" : "";
  const std::string& form = x.children[1].text;
  if (form == "%Y-%m-%d") return make(day, kAtom, Value::date, value.nullable);
  if (form == "%H:%M" && instant) return make(time, kAtom, Value::clock, value.nullable);
  std::string sql;
  std::string plain;
  const auto put = [&](const std::string& part) {
    if (!sql.empty()) sql += " || ";
    sql += part;
  };
  const auto flush = [&] {
    if (!plain.empty()) put(quoted(plain));
    plain.clear();
  };
  for (std::size_t i = 0; i < form.size(); ++i) {
    if (form[i] != '%' || i + 1 == form.size()) {
      plain += form[i];
      continue;
    }
    const char what = form[++i];
    std::string part;
    if (what == 'Y') part = "substr(" + day + ", 1, 4)";
    if (what == 'y') part = "substr(" + day + ", 3, 2)";
    if (what == 'm') part = "substr(" + day + ", 6, 2)";
    if (what == 'n') part = "ltrim(substr(" + day + ", 6, 2), '0')";
    if (what == 'd') part = "substr(" + day + ", 9, 2)";
    if (what == 'e') part = "ltrim(substr(" + day + ", 9, 2), '0')";
    if (what == 'H' && instant) part = "substr(" + time + ", 1, 2)";
    if (what == 'M' && instant) part = "substr(" + time + ", 4, 2)";
    if (part.empty())
      return fail(x, "function.format-date", std::string("Không có dạng %") + what,
                  std::string("There is no form %") + what);
    flush();
    put(part);
  }
  flush();
  if (sql.empty()) return fail(x, "function.format-date", "Dạng ngày trống", "The form of the date is empty");
  return make(sql, kConcat, Value::text, value.nullable);
}

// Labels are Vietnamese here: a calculation has one value whatever the reader's language.
ToSql::Term ToSql::choice_name(const XPath& x) {
  const Term value = term(x.children[0]);
  if (!value.ok) return {};
  if (value.question == nullptr || value.question->list == nullptr || value.type != Value::choice)
    return fail(x, "function.jr:choice-name", "Chỉ lấy được nhãn của một câu select_one",
                "A label can be had of a select_one only");
  std::string sql = "CASE " + value.sql;
  for (const auto& choice : value.question->list->choices)
    sql += " WHEN " + quoted(choice.code) + " THEN " + quoted(choice.label.vi);
  sql += " END";
  if (sql.size() > 1500)
    return fail(x, "function.jr:choice-name", "Danh sách lựa chọn dài quá nên không lấy nhãn được",
                "The list of choices is too long for its labels");
  note(x, "function.jr:choice-name", "Nhãn lấy theo tiếng Việt", "The label is the Vietnamese one");
  return make(sql, kAtom, Value::text, true);
}

ToSql::Term ToSql::selected(const XPath& x) {
  if (x.children.size() != 2)
    return fail(x, "function.unknown", "selected() cần hai vế", "selected() wants two arguments");
  const Term choices = term(x.children[0]);
  Term code = term(x.children[1]);
  if (!choices.ok || !code.ok) return {};
  if (choices.literal && choices.literal->empty()) return make("FALSE", kAtom, Value::boolean, false);
  std::string sql = code.literal || code.number ? "" : code.sql;
  if (sql.empty()) {
    std::string given = code.literal.value_or(code.number ? std::to_string(*code.number) : "");
    if (choices.question != nullptr && choices.question->list != nullptr) {
      const Choice* choice = choices.question->list->find(given);
      if (choice == nullptr) {
        note(x, "choice.unknown",
             "Danh sách \"" + choices.question->list->given + "\" không có \"" + given + "\"",
             "The list \"" + choices.question->list->given + "\" has no \"" + given + "\"");
      } else {
        given = choice->code;
      }
    }
    sql = quoted(given);
  }
  return make("selected(" + choices.sql + ", " + sql + ")", kAtom, Value::boolean, false);
}

ToSql::Term ToSql::regex(const XPath& x, Null empties) {
  if (x.children.size() != 2 || x.children[1].what != XPath::What::literal)
    return fail(x, "function.regex", "regex() cần một mẫu ghi sẵn trong nháy",
                "regex() wants its pattern as a text");
  const Term text = as_text(x, term(x.children[0]));
  if (!text.ok) return {};
  const auto pattern = records::Regex::parse(x.children[1].text);
  if (!pattern.ok())
    return fail(x, "function.regex", "Mẫu regex không dùng được: " + pattern.error().detail,
                "The pattern cannot be used: " + pattern.error().detail);
  const std::string rest = ", " + quoted(x.children[1].text) + ")";
  if (!text.nullable) return make("regex(" + text.sql + rest, kAtom, Value::boolean, false);
  const bool empty_matches = pattern->matches("");
  if (empty_matches) return make("regex(coalesce(" + text.sql + ", '')" + rest, kAtom, Value::boolean, false);
  return with_null(make("regex(" + text.sql + rest, kAtom, Value::boolean, true), false, empties);
}

ToSql::Term ToSql::search(const XPath& x, Null empties) {
  if (x.children.size() != 2)
    return fail(x, "function.unknown", x.text + "() cần hai vế", x.text + "() wants two arguments");
  Term text = as_text(x, term(x.children[0]));
  Term part = as_text(x, term(x.children[1]));
  if (!text.ok || !part.ok) return {};
  if (part.literal && part.literal->empty()) return make("TRUE", kAtom, Value::boolean, false);
  if (part.nullable || part.empty_text) {  // an empty text is a part of every text, also of an empty one
    for (auto* side : {&text, &part})
      if (side->nullable) *side = make("coalesce(" + side->sql + ", '')", kAtom, Value::text, false);
  }
  const bool nullable = text.nullable;
  if (x.text == "contains")
    return with_null(make("instr(" + text.sql + ", " + part.sql + ") > 0", kOrder, Value::boolean, nullable),
                     false, empties);
  const std::string size =
      part.literal ? std::to_string(code_points(*part.literal)) : "length(" + part.sql + ")";
  // From the end: the length is subtracted, for substr(x, -0) is all of it.
  const std::string from =
      x.text == "starts-with" ? "1" : "1 + max(0, length(" + text.sql + ") - " + size + ")";
  return with_null(make("substr(" + text.sql + ", " + from + ", " + size + ") = " + wrap(part, kOrder),
                        kEqual, Value::boolean, nullable),
                   false, empties);
}

std::optional<std::string> ToSql::title(const XPath& x) {
  const auto part_of = [&](const XPath& part) -> std::optional<std::string> {
    if (part.what == XPath::What::literal) {
      if (part.text.find('{') != std::string::npos) return std::nullopt;
      return part.text;
    }
    const bool label =
        part.what == XPath::What::call && part.text == "jr:choice-name" && part.children.size() == 2;
    const bool day = part.what == XPath::What::call && part.text == "format-date" &&
                     part.children.size() == 2 && part.children[1].text == "%d/%m/%Y";
    const Term value = term(label || day ? part.children[0] : part);
    if (!value.ok || value.question == nullptr) return std::nullopt;
    const bool code = !label && (value.type == Value::choice || value.type == Value::choices);
    return "{" + value.sql + (code ? "|code}" : "}");
  };
  if (x.what != XPath::What::call || x.text != "concat") return part_of(x);
  std::string out;
  for (const auto& child : x.children) {
    const auto part = part_of(child);
    if (!part) return std::nullopt;
    out += *part;
  }
  return out;
}

}  // namespace gandan::xlsform
