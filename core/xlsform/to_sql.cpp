// Conditions and comparisons.
#include "xlsform/to_sql.hpp"

#include <algorithm>

#include "base/calendar.hpp"

namespace gandan::xlsform {
namespace {

std::string mirrored(const std::string& op) {
  if (op == "<") return ">";
  if (op == "<=") return ">=";
  if (op == ">") return "<";
  if (op == ">=") return "<=";
  return op;
}

Null opposite(Null empties) {
  return empties == Null::as_false ? Null::as_true : empties == Null::as_true ? Null::as_false : Null::never;
}

bool is_call(const XPath& x, std::string_view name) {
  return x.what == XPath::What::call && x.text == name && x.children.empty();
}

bool temporal(Value type) { return type == Value::date || type == Value::instant || type == Value::clock; }

}  // namespace

ToSql::Term ToSql::fail(const XPath& x, const std::string& code, const std::string& vi,
                        const std::string& en) {
  const std::string at = std::to_string(x.at);
  problems_.push_back({Effect::left_out, code, vi + " (ký tự " + at + ")", en + " (character " + at + ")"});
  return {};
}

void ToSql::note(const XPath& x, const std::string& code, const std::string& vi, const std::string& en) {
  const std::string at = std::to_string(x.at);
  problems_.push_back({Effect::changed, code, vi + " (ký tự " + at + ")", en + " (character " + at + ")"});
}

std::string ToSql::wrap(const Term& term, int rank) {
  return term.rank < rank ? "(" + term.sql + ")" : term.sql;
}

ToSql::Term ToSql::make(std::string sql, int rank, Value type, bool nullable) {
  Term out;
  out.ok = true;
  out.sql = std::move(sql);
  out.rank = rank;
  out.type = type;
  out.nullable = nullable;
  return out;
}

std::string ToSql::quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("''") : std::string(1, c);
  return out + "'";
}

std::optional<Sql> ToSql::condition(const XPath& x, Null empties, bool own_known) {
  own_known_ = own_known;
  const Term out = test(x, empties);
  if (!out.ok) return std::nullopt;
  return Sql{out.sql, Value::boolean, clock_};
}

// Makes a comparison that is NULL for empty answers true or false there, where its reader would not.
ToSql::Term ToSql::with_null(Term out, bool when_null, Null empties) {
  if (!out.nullable || empties == (when_null ? Null::as_true : Null::as_false)) return out;
  out.sql = "coalesce(" + out.sql + ", " + (when_null ? "TRUE" : "FALSE") + ")";
  out.rank = kAtom;
  out.nullable = false;
  return out;
}

ToSql::Term ToSql::test(const XPath& x, Null empties) {
  if (x.what == XPath::What::operation) {
    if (x.text == "or" || x.text == "and") return joined(x, empties);
    if (x.text == "=" || x.text == "!=" || x.text[0] == '<' || x.text[0] == '>') return compare(x, empties);
  }
  if (x.what == XPath::What::call) {
    const auto& name = x.text;
    const auto count = x.children.size();
    if (name == "true" && count == 0) return make("TRUE", kAtom, Value::boolean, false);
    if (name == "false" && count == 0) return make("FALSE", kAtom, Value::boolean, false);
    if (name == "not" && count == 1) return negated(x.children[0], empties);
    if (name == "boolean" && count == 1) return test(x.children[0], empties);
    if (name == "selected") return selected(x);
    if (name == "regex") return regex(x, empties);
    if (name == "contains" || name == "starts-with" || name == "ends-with") return search(x, empties);
    if (name == "if" && count == 3) {
      const Term when = test(x.children[0], Null::as_false);
      const Term yes = test(x.children[1], empties);
      const Term no = test(x.children[2], empties);
      if (!when.ok || !yes.ok || !no.ok) return {};
      return make("CASE WHEN " + when.sql + " THEN " + yes.sql + " ELSE " + no.sql + " END", kAtom,
                  Value::boolean, yes.nullable || no.nullable);
    }
  }
  // One of these with another number of arguments.
  if (is_test(x))
    return fail(x, "function.unknown",
                "Không biết hàm " + x.text + "() với " + std::to_string(x.children.size()) + " vế",
                "The function " + x.text + "() with " + std::to_string(x.children.size()) +
                    " arguments is not known");
  return is_filled(term(x), empties);
}

// boolean() of a value: a number that is not zero, a text that is not empty.
ToSql::Term ToSql::is_filled(Term value, Null empties) {
  if (!value.ok) return {};
  if (value.type == Value::boolean) return with_null(std::move(value), false, empties);
  if (value.literal) return make(value.literal->empty() ? "FALSE" : "TRUE", kAtom, Value::boolean, false);
  if (value.type == Value::number)
    return with_null(make(wrap(value, kOrder) + " <> 0", kEqual, Value::boolean, value.nullable), false,
                     empties);
  if (value.empty_text) return make("coalesce(" + value.sql + ", '') <> ''", kEqual, Value::boolean, false);
  return make(wrap(value, kOrder) + " IS NOT NULL", kEqual, Value::boolean, false);
}

ToSql::Term ToSql::negated(const XPath& x, Null empties) {
  const Term inner = test(x, opposite(empties));
  if (!inner.ok) return {};
  return make("NOT " + wrap(inner, kNot), kNot, Value::boolean, inner.nullable);
}

ToSql::Term ToSql::joined(const XPath& x, Null empties) {
  const Term left = test(x.children[0], empties);
  const Term right = test(x.children[1], empties);
  if (!left.ok || !right.ok) return {};
  const bool both = x.text == "and";
  const int rank = both ? kAnd : kOr;
  return make(wrap(left, rank) + (both ? " AND " : " OR ") + wrap(right, rank), rank, Value::boolean,
              left.nullable || right.nullable);
}

ToSql::Term ToSql::compare(const XPath& x, Null empties) {
  const bool equality = x.text == "=" || x.text == "!=";
  const XPath* left_x = &x.children[0];
  const XPath* right_x = &x.children[1];
  if (equality) {  // with true() and false(), and of two tests
    for (const auto* side : {left_x, right_x}) {
      const XPath& other = side == left_x ? *right_x : *left_x;
      const bool yes = is_call(*side, "true");
      if (!yes && !is_call(*side, "false")) continue;
      return (x.text == "=") == yes ? test(other, empties) : negated(other, empties);
    }
    if (is_test(*left_x) || is_test(*right_x)) {  // what is compared with a truth value counts as one
      const Term a = test(*left_x, Null::never);
      const Term b = test(*right_x, Null::never);
      if (!a.ok || !b.ok) return {};
      return make(wrap(a, kOrder) + (x.text == "=" ? " = " : " <> ") + wrap(b, kOrder), kEqual,
                  Value::boolean, false);
    }
  }
  Term left = term(*left_x);
  Term right = term(*right_x);
  if (!left.ok || !right.ok) return {};
  std::string op = x.text;
  if ((left.literal || left.number) && !right.literal && !right.number) {
    std::swap(left, right);
    op = mirrored(op);
  }
  const bool equal = op == "=";
  if (equality) {
    if (right.literal && right.literal->empty()) return compare_empty(std::move(left), equal);
    if (left.type == Value::boolean && right.literal) {
      if (*right.literal != "OK" && *right.literal != "true" && *right.literal != "1")
        return fail(x, "compare.truth", "Câu xác nhận chỉ so được với 'OK'",
                    "An acknowledgement compares with 'OK' only");
      Term out = with_null(std::move(left), false, equal ? empties : opposite(empties));
      return equal ? out : make("NOT " + wrap(out, kNot), kNot, Value::boolean, out.nullable);
    }
    if (auto found = compare_choice(x, left, right, equal, empties)) return *found;
  }
  if (left.type == Value::place || right.type == Value::place)
    return fail(x, "compare.place", "Vị trí chỉ so được với ''", "A position compares with '' only");
  if (equality && left.question != nullptr && right.question != nullptr && left.type != right.type)
    for (auto* side : {&left, &right})  // two answers compare as the texts that they are
      if (side->type == Value::number)
        *side = make(wrap(*side, kConcat) + " || ''", kConcat, Value::text, side->nullable);
  const bool texts = equality && left.type != Value::number && right.type != Value::number;
  if (texts || (temporal(left.type) && (temporal(right.type) || right.literal)) ||
      (temporal(right.type) && left.literal))
    return compare_texts(x, std::move(left), std::move(right), op, empties);
  return compare_numbers(x, as_number(*left_x, std::move(left)), as_number(*right_x, std::move(right)), op,
                         empties);
}

ToSql::Term ToSql::compare_empty(Term left, bool equal) {
  if (left.literal)
    return make((left.literal->empty() == equal) ? "TRUE" : "FALSE", kAtom, Value::boolean, false);
  if (left.type == Value::boolean) {  // an acknowledgement that was not given
    const std::string given = left.nullable ? "coalesce(" + left.sql + ", FALSE)" : wrap(left, kNot);
    return equal ? make("NOT " + given, kNot, Value::boolean, false)
                 : make(given, kAtom, Value::boolean, false);
  }
  if (left.empty_text)
    return make("coalesce(" + left.sql + ", '')" + (equal ? " = ''" : " <> ''"), kEqual, Value::boolean,
                false);
  return make(wrap(left, kOrder) + (equal ? " IS NULL" : " IS NOT NULL"), kEqual, Value::boolean, false);
}

// A choice with a literal: by its code here; a number means the choice whose name is that number.
std::optional<ToSql::Term> ToSql::compare_choice(const XPath& x, const Term& left, const Term& right,
                                                 bool equal, Null empties) {
  if (left.question == nullptr || left.question->list == nullptr || left.type != Value::choice)
    return std::nullopt;
  const ChoiceList& list = *left.question->list;
  std::string code;
  if (right.literal) {
    const Choice* choice = list.find(*right.literal);
    if (choice == nullptr) {
      note(x, "choice.unknown", "Danh sách \"" + list.given + "\" không có \"" + *right.literal + "\"",
           "The list \"" + list.given + "\" has no \"" + *right.literal + "\"");
      code = *right.literal;
    } else {
      code = choice->code;
    }
  } else if (right.number && right.divisor == 1) {
    code = std::to_string(*right.number);
    const auto found = std::find_if(list.choices.begin(), list.choices.end(), [&](const Choice& c) {
      return c.given == code ||
             (c.given.size() > code.size() && c.given.find_first_not_of('0') != std::string::npos &&
              c.given.substr(c.given.find_first_not_of('0')) == code);
    });
    if (found != list.choices.end()) code = found->code;
  } else {
    return std::nullopt;
  }
  Term literal = make(quoted(code), kAtom, Value::text, false);
  return compare_texts(x, left, std::move(literal), equal ? "=" : "!=", empties);
}

ToSql::Term ToSql::compare_texts(const XPath& x, Term left, Term right, const std::string& op, Null empties) {
  for (auto* side : {&left, &right}) {
    const Term& other = side == &left ? right : left;
    if (other.type == Value::date && side->literal && !parse_date(*side->literal))
      return fail(x, "compare.date", "\"" + *side->literal + "\" không phải ngày NĂM-THÁNG-NGÀY",
                  "\"" + *side->literal + "\" is not a date YYYY-MM-DD");
    if (other.type == Value::clock && side->literal) {
      const auto& text = *side->literal;
      if (text.size() < 5 || text[2] != ':')
        return fail(x, "compare.time", "\"" + text + "\" không phải giờ GIỜ:PHÚT",
                    "\"" + text + "\" is not a time HH:MM");
      side->sql = quoted(text.substr(0, 5));
    }
    if (other.type == Value::instant && side->literal) {
      const auto ms = parse_instant(*side->literal);
      if (!ms)
        return fail(x, "compare.instant", "\"" + *side->literal + "\" không phải ngày giờ có múi giờ",
                    "\"" + *side->literal + "\" is not an instant with its offset");
      side->sql = quoted(instant_text(*ms));
    }
  }
  if (left.type != right.type && temporal(left.type) && temporal(right.type)) {
    if (left.type == Value::clock || right.type == Value::clock)
      return fail(x, "compare.time", "Không so giờ với ngày được", "A time does not compare with a date");
    note(x, "compare.by_day", "So ngày với ngày giờ: so theo ngày",
         "A date with an instant: compared by day");
    auto& instant = left.type == Value::instant ? left : right;
    instant = make("local_date(" + instant.sql + ")", kAtom, Value::date, instant.nullable);
  }
  for (auto* side : {&left, &right}) {
    if (!side->empty_text) continue;
    side->sql = "nullif(" + side->sql + ", '')";
    side->rank = kAtom;
    side->nullable = true;
  }
  const std::string a = wrap(left, kOrder);
  const std::string b = wrap(right, kOrder);
  const bool none = !left.nullable && !right.nullable;
  const bool one = !left.nullable || !right.nullable;
  if (op == "=") {
    const bool plain = none || (one && empties == Null::as_false);
    return make(a + (plain ? " = " : " IS ") + b, kEqual, Value::boolean, plain && !none);
  }
  if (op == "!=") {
    const bool plain = none || (one && empties == Null::as_true);
    return make(a + (plain ? " <> " : " IS NOT ") + b, kEqual, Value::boolean, plain && !none);
  }
  return with_null(
      make(wrap(left, kOrder) + " " + op + " " + wrap(right, kAdd), kOrder, Value::boolean, !none), false,
      empties);
}

// Both sides are multiplied by their divisors, which are positive: the comparison stays exact.
ToSql::Term ToSql::compare_numbers(const XPath& x, Term left, Term right, const std::string& op,
                                   Null empties) {
  if (!left.ok || !right.ok) return {};
  if (!left.by.empty() || !right.by.empty())
    return fail(x, "number.fraction", "Thương của hai câu trả lời: dùng int() hoặc round() rồi mới so",
                "A quotient of two answers: compare its int() or round()");
  const auto left_divisor = left.divisor;
  const auto right_divisor = right.divisor;
  left = scaled(x, std::move(left), right_divisor);
  right = scaled(x, std::move(right), left_divisor);
  if (!left.ok || !right.ok) return {};
  const bool equality = op == "=" || op == "!=";
  const bool none = !left.nullable && !right.nullable;
  const bool answers = left.nullable && right.nullable && !left.nan && !right.nan;
  if (equality && !none && (answers || !left.nullable || !right.nullable)) {
    // Two empty answers are equal texts; an empty answer and a number are not.
    const bool equal = op == "=";
    const bool plain = !answers && empties == (equal ? Null::as_false : Null::as_true);
    const std::string sign = equal ? (plain ? " = " : " IS ") : (plain ? " <> " : " IS NOT ");
    return make(wrap(left, kOrder) + sign + wrap(right, kOrder), kEqual, Value::boolean, plain);
  }
  const std::string sign = op == "!=" ? "<>" : op;
  const int rank = equality ? kEqual : kOrder;
  return with_null(
      make(wrap(left, rank) + " " + sign + " " + wrap(right, rank + 1), rank, Value::boolean, !none),
      op == "!=", empties);
}

}  // namespace gandan::xlsform
