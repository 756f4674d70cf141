// Values: answers, literals, arithmetic in whole numbers over whole divisors.
#include <algorithm>
#include <cstdlib>
#include <numeric>

#include "xlsform/to_sql.hpp"

namespace gandan::xlsform {
namespace {

constexpr std::int64_t kMostDivisor = 1'000'000'000'000;

// "1.25" as 5 / 4. Nothing beyond what whole numbers can hold.
std::optional<std::pair<std::int64_t, std::int64_t>> fraction(const std::string& text) {
  std::int64_t number = 0;
  std::int64_t divisor = 1;
  bool point = false;
  for (const char c : text) {
    if (c == '.') {
      point = true;
      continue;
    }
    if (number > 99'999'999'999'999'999 || divisor > kMostDivisor) return std::nullopt;
    number = number * 10 + (c - '0');
    if (point) divisor *= 10;
  }
  const auto common = std::gcd(number, divisor);
  return std::pair(number / common, divisor / common);
}

// A literal number in a text: "3", "-1.5".
std::optional<std::pair<std::int64_t, std::int64_t>> literal_number(const std::string& text) {
  const bool minus = !text.empty() && text[0] == '-';
  const std::string digits = text.substr(minus ? 1 : 0);
  if (digits.empty() || digits.find_first_not_of("0123456789.") != std::string::npos ||
      std::count(digits.begin(), digits.end(), '.') > 1 || digits.front() == '.')
    return std::nullopt;
  auto out = fraction(digits);
  if (out && minus) out->first = -out->first;
  return out;
}

}  // namespace

std::optional<Sql> ToSql::value(const XPath& x) {
  if (is_test(x)) return condition(x, Null::never);
  Term out = term(x);
  if (out.ok && out.type == Value::number) out = whole(x, std::move(out));
  if (!out.ok) return std::nullopt;
  if (out.empty_text) out.sql = "nullif(" + out.sql + ", '')";
  if (out.literal && out.literal->empty()) out.sql = "NULL";
  return Sql{out.sql, out.type, clock_};
}

ToSql::Term ToSql::term(const XPath& x) {
  switch (x.what) {
    case XPath::What::number: {
      const auto value = fraction(x.text);
      if (!value) return fail(x, "number.large", "Số quá lớn", "The number is too large");
      Term out = make(std::to_string(value->first), kAtom, Value::number, false);
      out.number = value->first;
      out.divisor = value->second;
      out.positive = true;
      return out;
    }
    case XPath::What::literal: {
      Term out = make(quoted(x.text), kAtom, Value::text, false);
      out.literal = x.text;
      return out;
    }
    case XPath::What::reference:
    case XPath::What::path:
      return named(x);
    case XPath::What::call:
      return call(x);
    case XPath::What::minus: {
      Term out = as_number(x.children[0], term(x.children[0]));
      if (!out.ok) return {};
      if (out.number) out.number = -*out.number;
      out.sql = out.number ? std::to_string(*out.number) : "-" + wrap(out, kAtom);
      out.rank = out.number ? kAtom : kUnary;
      out.positive = false;
      out.question = nullptr;
      out.nan = true;
      return out;
    }
    case XPath::What::operation:
      break;
  }
  if (is_test(x)) {
    Term out = test(x, Null::never);
    out.type = Value::boolean;
    return out;
  }
  return arithmetic(x);
}

ToSql::Term ToSql::arithmetic(const XPath& x) {
  Term out = worked_out(x);
  out.nan = true;
  return out;
}

ToSql::Term ToSql::worked_out(const XPath& x) {
  Term left = term(x.children[0]);
  Term right = term(x.children[1]);
  if (x.text == "|")
    return fail(x, "path.union", "Không gộp các đường dẫn (|) được", "Paths cannot be joined (|)");
  if (!left.ok || !right.ok) return {};
  const auto dated = [](const Term& t) { return t.type == Value::date || t.type == Value::instant; };
  if (x.text == "-" && dated(left) && dated(right)) return days_between(x, std::move(left), std::move(right));
  if (x.text == "+" && dated(left)) return add_days(x, std::move(left), std::move(right), false);
  if (x.text == "+" && dated(right)) return add_days(x, std::move(right), std::move(left), false);
  if (x.text == "-" && dated(left)) return add_days(x, std::move(left), std::move(right), true);
  left = as_number(x.children[0], std::move(left));
  right = as_number(x.children[1], std::move(right));
  if (!left.ok || !right.ok) return {};
  if (x.text == "div") return divide(x, std::move(left), std::move(right));
  if (!left.by.empty() || !right.by.empty())
    return fail(x, "number.fraction",
                "Tính tiếp trên thương của hai câu trả lời: dùng int() hoặc round() trước",
                "Arithmetic on a quotient of two answers: use int() or round() first");
  const bool nullable = left.nullable || right.nullable;
  if (x.text == "*") {
    if (left.divisor > kMostDivisor / right.divisor)
      return fail(x, "number.large", "Quá nhiều số lẻ", "Too many decimals");
    Term out = make(wrap(left, kMultiply) + " * " + wrap(right, kUnary), kMultiply, Value::number, nullable);
    if (right.number == 1) out.sql = left.sql;  // x * 0.1 is x over 10
    if (right.number == 1) out.rank = left.rank;
    out.divisor = left.divisor * right.divisor;
    out.positive = left.positive && right.positive;
    return out;
  }
  if (x.text == "mod") {
    left = whole(x, std::move(left));
    right = whole(x, std::move(right));
    if (!left.ok || !right.ok) return {};
    Term out = make(wrap(left, kMultiply) + " % " + wrap(right, kUnary), kMultiply, Value::number, true);
    out.positive = left.positive;
    return out;
  }
  return add(x, std::move(left), std::move(right));
}

ToSql::Term ToSql::add(const XPath& x, Term left, Term right) {
  const auto divisor = std::lcm(left.divisor, right.divisor);
  if (divisor > kMostDivisor) return fail(x, "number.large", "Quá nhiều số lẻ", "Too many decimals");
  const bool nullable = left.nullable || right.nullable;
  const bool positive = left.positive && right.positive && x.text == "+";
  left = scaled(x, std::move(left), divisor / left.divisor);
  right = scaled(x, std::move(right), divisor / right.divisor);
  if (!left.ok || !right.ok) return {};
  Term out =
      make(wrap(left, kAdd) + " " + x.text + " " + wrap(right, kMultiply), kAdd, Value::number, nullable);
  out.divisor = divisor;
  out.positive = positive;
  return out;
}

// The number times a factor, with its divisor taken as gone: for what compares or adds numerators.
ToSql::Term ToSql::scaled(const XPath& x, Term term, std::int64_t factor) {
  if (!term.ok || factor == 1) return term;
  if (term.number) {
    std::int64_t product = 0;
    if (__builtin_mul_overflow(*term.number, factor, &product) ||
        std::llabs(product) > 999'999'999'999'999'999)
      return fail(x, "number.large", "Số quá lớn", "The number is too large");
    term.number = product;
    term.sql = std::to_string(product);
    return term;
  }
  Term out =
      make(wrap(term, kMultiply) + " * " + std::to_string(factor), kMultiply, Value::number, term.nullable);
  out.positive = term.positive;
  return out;
}

ToSql::Term ToSql::divide(const XPath& x, Term left, Term right) {
  if (!left.by.empty() || !right.by.empty())
    return fail(x, "number.fraction",
                "Chia tiếp một thương của hai câu trả lời: dùng int() hoặc round() trước",
                "A quotient of two answers is divided again: use int() or round() first");
  if (right.number) {
    if (*right.number == 0) return fail(x, "number.zero", "Chia cho 0", "Division by zero");
    const auto size = std::llabs(*right.number);
    if (left.divisor > kMostDivisor / size)
      return fail(x, "number.large", "Quá nhiều số lẻ", "Too many decimals");
    const bool positive = left.positive && *right.number > 0;
    const auto sign = *right.number < 0 ? -right.divisor : right.divisor;
    const auto divisor = left.divisor * size;
    const bool nullable = left.nullable;
    left = scaled(x, std::move(left), sign);
    if (!left.ok) return {};
    left.question = nullptr;
    left.nullable = nullable;
    left.positive = positive;
    left.divisor = divisor;
    return left;
  }
  const auto factor = right.divisor;
  const auto divisor = left.divisor;
  const bool positive = left.positive && right.positive;
  left = scaled(x, std::move(left), factor);
  if (!left.ok) return {};
  left.question = nullptr;
  left.number.reset();
  left.positive = positive;
  left.nullable = true;  // division by zero is NULL here, NaN or infinity there
  left.divisor = divisor;
  left.by = wrap(right, kUnary);
  return left;
}

ToSql::Term ToSql::whole(const XPath& x, Term term) {
  if (!term.ok || (term.divisor == 1 && term.by.empty())) return term;
  return fail(x, "number.fraction", "Kết quả có số lẻ: dùng round() hoặc int()",
              "The result is a fraction: use round() or int()");
}

// int, floor, ceiling and round of a fraction, exactly: with div(), which cuts towards zero, and the
// remainder.
ToSql::Term ToSql::rounded(Term term, const std::string& how) {
  if (!term.ok) return {};
  if (term.divisor == 1 && term.by.empty()) return term;
  std::string top = wrap(term, kMultiply);
  std::string bottom = term.by.empty()     ? std::to_string(term.divisor)
                       : term.divisor == 1 ? term.by
                                           : std::to_string(term.divisor) + " * " + term.by;
  const bool literal = term.by.empty();
  if (how == "round") {  // floor(x + 1/2)
    if (literal && term.divisor % 2 == 0) {
      top = top + " + " + std::to_string(term.divisor / 2);
    } else {
      top = "2 * " + wrap(term, kUnary) + " + " + bottom;
      bottom = literal ? std::to_string(2 * term.divisor) : "2 * " + bottom;
    }
  } else if (how == "ceiling") {
    top = "-" + wrap(term, kAtom);
  } else {
    top = term.sql;
  }
  std::string out;
  if (how == "int" || (term.positive && how != "ceiling")) {
    out = "div(" + top + ", " + bottom + ")";
  } else {  // floor, whatever the signs
    const std::string by = literal ? bottom : "(" + bottom + ")";
    out = "div((" + top + ") - ((" + top + ") % " + by + " + " + by + ") % " + by + ", " + bottom + ")";
  }
  if (how == "ceiling") out = "-" + out;
  Term result = make(out, how == "ceiling" ? kUnary : kAtom, Value::number, term.nullable);
  result.positive = term.positive;
  result.nan = true;
  return result;
}

ToSql::Term ToSql::as_number(const XPath& x, Term term) {
  if (!term.ok || term.type == Value::number) return term;
  if (term.literal) {
    const auto value = literal_number(*term.literal);
    if (!value) return fail(x, "number.text", "Chữ này không phải số", "This text is no number");
    Term out = make(std::to_string(value->first), kAtom, Value::number, false);
    out.number = value->first;
    out.divisor = value->second;
    out.positive = value->first >= 0;
    return out;
  }
  if (term.type == Value::boolean) {
    Term out = make("CASE WHEN " + term.sql + " THEN 1 ELSE 0 END", kAtom, Value::number, false);
    out.positive = true;
    return out;
  }
  if (term.type == Value::text || term.type == Value::choice || term.type == Value::choices) {
    Term out =
        make("CASE WHEN regex(" + term.sql + ", '-?[0-9]{1,15}') THEN " + wrap(term, kMultiply) + " + 0 END",
             kAtom, Value::number, true);
    out.nan = true;
    return out;
  }
  return fail(x, "number.none", "Không tính số với ngày, giờ, vị trí hoặc tệp được",
              "A date, time, position or file is no number");
}

ToSql::Term ToSql::as_text(const XPath& x, Term term) {
  if (!term.ok) return {};
  if (term.type == Value::number) return whole(x, std::move(term));
  if (term.type == Value::boolean) {
    Term out = make("CASE WHEN " + term.sql + " THEN 'OK' END", kAtom, Value::text, true);
    return out;
  }
  if (term.type == Value::instant)
    return fail(x, "text.instant", "Ngày giờ đưa vào chữ: dùng format-date-time()",
                "An instant put into a text: use format-date-time()");
  if (term.type == Value::place)
    return fail(x, "text.place", "Không đưa vị trí vào chữ được", "A position cannot be put into a text");
  return term;
}

ToSql::Term ToSql::as_date(const XPath& x, Term term) {
  if (!term.ok || term.type == Value::date) return term;
  if (term.type == Value::instant)
    return make("local_date(" + term.sql + ")", kAtom, Value::date, term.nullable);
  return fail(x, "date.none", "Đây không phải ngày", "This is no date");
}

ToSql::Term ToSql::days_between(const XPath& x, Term later, Term earlier) {
  if (later.type == Value::instant || earlier.type == Value::instant)
    note(x, "date.whole_days", "Hiệu hai ngày giờ: tính theo số ngày",
         "A difference of instants: in whole days");
  const bool nullable = later.nullable || earlier.nullable;
  return make("days_between(" + earlier.sql + ", " + later.sql + ")", kAtom, Value::number, nullable);
}

ToSql::Term ToSql::add_days(const XPath& x, Term date, Term days, bool minus) {
  const bool instant = date.type == Value::instant;
  days = whole(x, as_number(x, std::move(days)));
  if (!days.ok) return {};
  if (instant)
    note(x, "date.whole_days", "Ngày giờ cộng số ngày: kết quả là ngày",
         "An instant and days: the result is a date");
  if (minus && days.number) {
    days.sql = std::to_string(-*days.number);
  } else if (minus) {
    days.sql = "-" + wrap(days, kAtom);
  }
  return make("add_days(" + date.sql + ", " + days.sql + ")", kAtom, Value::date,
              date.nullable || days.nullable);
}

}  // namespace gandan::xlsform
