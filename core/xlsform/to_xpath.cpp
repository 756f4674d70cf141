#include "xlsform/to_xpath.hpp"

#include <algorithm>

#include "records/regex.hpp"

namespace gandan::xlsform {
namespace {

using records::Field;
using records::FieldType;

SqlTree binary(const std::string& op, const SqlTree& left, const SqlTree& right) {
  return SqlTree{SqlTree::What::binary, op, {left, right}};
}

std::vector<std::string> joined(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  auto out = a;
  for (const auto& one : b)
    if (std::find(out.begin(), out.end(), one) == out.end()) out.push_back(one);
  return out;
}

bool starts(std::string_view text, const std::string& head, std::string_view& rest) {
  if (text.size() < head.size() + 3 || text.substr(0, head.size()) != head ||
      text.substr(head.size(), 2) != "__")
    return false;
  rest = text.substr(head.size() + 2);
  return true;
}

// A field by a name below `fields`, groups joined by __. Appends to the chain.
bool follow(const std::vector<Field>& fields, std::string_view name, std::vector<const Field*>& chain,
            std::string& tail) {
  for (const auto& field : fields) {
    std::string_view rest;
    if (name == field.name && field.holds_value()) {
      chain.push_back(&field);
      return true;
    }
    if (!starts(name, field.name, rest)) continue;
    chain.push_back(&field);
    if (field.type == FieldType::group && follow(field.children, rest, chain, tail)) return true;
    if (field.type == FieldType::repeat) {
      if (rest == "count") {
        tail = rest;
        return true;
      }
      for (const std::string_view end : {"__sum", "__min", "__max", "__filled", "__true"})
        if (rest.size() > end.size() && rest.substr(rest.size() - end.size()) == end &&
            follow(field.children, rest.substr(0, rest.size() - end.size()), chain, tail)) {
          tail = end.substr(2);
          return true;
        }
      const auto is = rest.find("__is__");
      if (is != std::string_view::npos && follow(field.children, rest.substr(0, is), chain, tail)) {
        tail = rest.substr(is + 2);
        return true;
      }
    }
    chain.pop_back();
  }
  return false;
}

}  // namespace

std::string ToXPath::wrap(const Term& term, int rank) {
  return term.rank < rank ? "(" + term.text + ")" : term.text;
}

std::optional<std::string> ToXPath::quoted(const std::string& text) {
  if (text.find('\'') == std::string::npos) return "'" + text + "'";
  if (text.find('"') == std::string::npos) return "\"" + text + "\"";
  return std::nullopt;  // XPath 1.0 has no escapes
}

std::optional<std::string> ToXPath::condition(const std::string& text, bool empty_holds) {
  own_known_ = empty_holds;
  const auto tree = parse_sql(text);
  if (!tree.ok()) return std::nullopt;
  const auto out = test(*tree, empty_holds);
  return out ? std::optional(out->text) : std::nullopt;
}
std::optional<std::string> ToXPath::value(const std::string& text) {
  const auto tree = parse_sql(text);
  if (!tree.ok()) return std::nullopt;
  const auto out = term(*tree);
  return out ? std::optional(out->text) : std::nullopt;
}
std::optional<std::string> ToXPath::filter(const std::string& text) {
  filter_ = true;
  return condition(text, false);
}

// Adds what makes the XPath give for empty answers what the reader of a NULL takes it for.
ToXPath::Maybe ToXPath::guarded(Term out, const std::vector<std::string>& empties, bool null_holds) {
  if (empties.empty()) return out;
  std::string guard;
  for (const auto& one : empties) guard += one + (null_holds ? " = '' or " : " != '' and ");
  const int rank = null_holds ? kOr : kAnd;
  out.text = guard + wrap(out, rank);
  out.rank = rank;
  return out;
}

ToXPath::Maybe ToXPath::test(const SqlTree& tree, bool null_holds) {
  using What = SqlTree::What;
  if (tree.what == What::truth) return Term{tree.text == "TRUE" ? "true()" : "false()"};
  if (tree.what == What::negation) {
    const auto inner = test(tree.children[0], !null_holds);
    if (!inner) return std::nullopt;
    return Term{"not(" + inner->text + ")"};
  }
  if (tree.what == What::binary && (tree.text == "AND" || tree.text == "OR")) {
    const auto left = test(tree.children[0], null_holds);
    const auto right = test(tree.children[1], null_holds);
    if (!left || !right) return std::nullopt;
    const bool both = tree.text == "AND";
    const int rank = both ? kAnd : kOr;
    return Term{wrap(*left, rank) + (both ? " and " : " or ") + wrap(*right, rank), rank};
  }
  if (tree.what == What::between) {
    const auto& value = tree.children[0];
    return test(binary("AND", binary(">=", value, tree.children[1]), binary("<=", value, tree.children[2])),
                null_holds);
  }
  if (tree.what == What::one_of) {
    SqlTree out = binary("=", tree.children[0], tree.children[1]);
    for (std::size_t i = 2; i < tree.children.size(); ++i)
      out = binary("OR", out, binary("=", tree.children[0], tree.children[i]));
    return test(out, null_holds);
  }
  if (tree.what == What::binary) {
    const bool sum = tree.text.find_first_of("+-*/%|") != std::string::npos;
    if (!sum) return compare(tree, null_holds);
  }
  if (tree.what == What::call && (tree.text == "selected" || tree.text == "regex") &&
      tree.children.size() == 2) {
    const auto text = term(tree.children[0]);
    const auto other = term(tree.children[1]);
    if (!text || !other) return std::nullopt;
    Term out{tree.text + "(" + text->text + ", " + other->text + ")"};
    if (tree.text == "selected") return out;
    const auto pattern = records::Regex::parse(tree.children[1].text);
    const bool says_false = pattern.ok() && !pattern->matches("");
    return !null_holds && says_false ? Maybe(out) : guarded(out, text->empties, null_holds);
  }
  auto value = term(tree);
  if (!value) return std::nullopt;
  if (value->field != nullptr && value->field->type == FieldType::boolean) {
    // An acknowledgement has one value, or none.
    return Term{value->text + " = 'OK'", kEqual};
  }
  const bool number = value->field == nullptr || value->field->type == FieldType::integer;
  if (!number) return std::nullopt;
  Term out{wrap(*value, kOrder) + " != 0", kEqual};
  return guarded(out, value->empties, null_holds);
}

ToXPath::Maybe ToXPath::compare(const SqlTree& tree, bool null_holds) {
  const SqlTree& left = tree.children[0];
  const SqlTree& right = tree.children[1];
  if (tree.text == "IS" || tree.text == "IS NOT") {
    const auto value = term(left);
    if (!value) return std::nullopt;
    const std::string sign = tree.text == "IS" ? " = " : " != ";
    if (right.what == SqlTree::What::null) {
      if (!value->text_like) return std::nullopt;
      return Term{wrap(*value, kOrder) + sign + "''", kEqual};
    }
    const auto other = term(right);
    if (!other) return std::nullopt;
    return Term{wrap(*value, kOrder) + sign + wrap(*other, kOrder), kEqual};
  }
  // instr(a, b) > 0
  if (tree.text == ">" && left.what == SqlTree::What::call && left.text == "instr" &&
      left.children.size() == 2 && right.what == SqlTree::What::number && right.text == "0") {
    const auto text = term(left.children[0]);
    const auto part = term(left.children[1]);
    if (!text || !part) return std::nullopt;
    Term out{"contains(" + text->text + ", " + part->text + ")"};
    return null_holds ? guarded(out, joined(text->empties, part->empties), true) : Maybe(out);
  }
  const auto a = term(left);
  const auto b = term(right);
  if (!a || !b) return std::nullopt;
  return compared(*a, tree.text == "<>" ? "!=" : tree.text, *b, null_holds);
}

ToXPath::Maybe ToXPath::compared(const Term& left, const std::string& op, const Term& right,
                                 bool null_holds) {
  const bool equality = op == "=" || op == "!=";
  const int rank = equality ? kEqual : kOrder;
  Term out{wrap(left, rank + (equality ? 1 : 0)) + " " + op + " " + wrap(right, rank + 1), rank};
  const auto empties = joined(left.empties, right.empties);
  // What XPath says when one side is empty: '' = '' and '' != 'x' are true, everything else is false.
  const bool says_true = op == "!=" || (op == "=" && !left.empties.empty() && !right.empties.empty());
  const bool says_false = op != "!=" && !says_true;
  if (null_holds ? (op == "!=" && (left.empties.empty() || right.empties.empty())) : says_false) return out;
  return guarded(out, empties, null_holds);
}

ToXPath::Maybe ToXPath::term(const SqlTree& tree) {
  using What = SqlTree::What;
  switch (tree.what) {
    case What::number:
      return Term{tree.text};
    case What::literal: {
      const auto text = quoted(tree.text);
      if (!text) return std::nullopt;
      Term out{*text};
      out.text_like = true;
      return out;
    }
    case What::null:
      return Term{"''"};
    case What::name:
      return name(tree.text);
    case What::call:
      return call(tree);
    case What::choose:
      return choose(tree);
    case What::minus: {
      auto inner = term(tree.children[0]);
      if (!inner) return std::nullopt;
      Term out{"-" + wrap(*inner, kUnary), kUnary, inner->empties};
      return out;
    }
    case What::binary: {
      const auto left = term(tree.children[0]);
      const auto right = term(tree.children[1]);
      if (!left || !right) return std::nullopt;
      const auto empties = joined(left->empties, right->empties);
      if (tree.text == "+" || tree.text == "-")
        return Term{wrap(*left, kAdd) + " " + tree.text + " " + wrap(*right, kMultiply), kAdd, empties};
      if (tree.text == "*")
        return Term{wrap(*left, kMultiply) + " * " + wrap(*right, kUnary), kMultiply, empties};
      if (tree.text == "%")
        return Term{wrap(*left, kMultiply) + " mod " + wrap(*right, kUnary), kMultiply, empties};
      if (tree.text == "/")
        return Term{"int(" + wrap(*left, kMultiply) + " div " + wrap(*right, kUnary) + ")", kAtom, empties};
      if (tree.text == "||") {
        if (!empties.empty()) return std::nullopt;  // NULL here, the other part there
        const auto part = [](const Term& t) {
          return t.text.rfind("concat(", 0) == 0 ? t.text.substr(7, t.text.size() - 8) : t.text;
        };
        return Term{"concat(" + part(*left) + ", " + part(*right) + ")"};
      }
      break;
    }
    default:
      break;
  }
  // A condition as a value: 1, 0 or nothing here, true or false there.
  return std::nullopt;
}

ToXPath::Maybe ToXPath::call(const SqlTree& tree) {
  const auto& name = tree.text;
  std::vector<Term> args;
  std::vector<std::string> empties;
  for (const auto& child : tree.children) {
    const bool is_test = name == "iif" && args.empty();
    auto one = is_test ? test(child, false) : term(child);
    if (!one) return std::nullopt;
    empties = joined(empties, one->empties);
    args.push_back(std::move(*one));
  }
  const auto count = args.size();
  if (name == "today" || name == "now") return Term{name + "()"};
  if (name == "abs" && count == 1) return Term{"abs(" + args[0].text + ")", kAtom, empties};
  if (name == "div" && count == 2)
    return Term{"int(" + wrap(args[0], kMultiply) + " div " + wrap(args[1], kUnary) + ")", kAtom, empties};
  if (name == "iif" && count == 3)
    return Term{"if(" + args[0].text + ", " + args[1].text + ", " + args[2].text + ")", kAtom, empties};
  if ((name == "coalesce" || name == "ifnull") && count >= 2) {
    std::string out = args.back().text;
    for (std::size_t i = count - 1; i-- > 0;) out = "coalesce(" + args[i].text + ", " + out + ")";
    return Term{out, kAtom, args.back().empties, true};
  }
  if ((name == "min" || name == "max") && count > 1) {
    std::string list;
    for (const auto& one : args) list += (list.empty() ? "" : ", ") + one.text;
    return Term{name + "(" + list + ")", kAtom, empties};
  }
  if (name == "length" && count == 1) return Term{"string-length(" + args[0].text + ")", kAtom, empties};
  if (name == "count_selected" && count == 1) return Term{"count-selected(" + args[0].text + ")"};
  if (name == "days_between" && count == 2)
    return Term{wrap(args[1], kAdd) + " - " + wrap(args[0], kMultiply), kAdd, empties};
  if (name == "add_days" && count == 2)
    return Term{"date(" + wrap(args[0], kAdd) + " + " + wrap(args[1], kMultiply) + ")", kAtom, empties};
  const bool instant = count == 1 && args[0].field != nullptr && args[0].field->type == FieldType::datetime;
  if (name == "local_date" && instant)
    return Term{"date(format-date(" + args[0].text + ", '%Y-%m-%d'))", kAtom, empties};
  if (name == "local_time" && instant)
    return Term{"format-date-time(" + args[0].text + ", '%H:%M')", kAtom, empties};
  const auto literal = [&](std::size_t i) {
    return tree.children[i].what == SqlTree::What::number && tree.children[i].text.size() < 6
               ? std::stol(tree.children[i].text)
               : -1;
  };
  if (name == "substr" && count >= 2 && literal(1) > 0 && (count == 2 || literal(2) >= 0)) {
    const auto from = literal(1) - 1;
    std::string out = "substr(" + args[0].text + ", " + std::to_string(from);
    if (count == 3) out += ", " + std::to_string(from + literal(2));
    return Term{out + ")", kAtom, empties, true};
  }
  return std::nullopt;
}

ToXPath::Maybe ToXPath::choose(const SqlTree& tree) {
  const bool based = tree.text.rfind("base", 0) == 0;
  const bool otherwise = tree.text.find("else") != std::string::npos;
  const std::size_t first = based ? 1 : 0;
  std::size_t end = tree.children.size() - (otherwise ? 1 : 0);
  std::string out = "''";
  std::vector<std::string> empties;
  if (otherwise) {
    const auto last = term(tree.children.back());
    if (!last) return std::nullopt;
    out = last->text;
    empties = last->empties;
  }
  for (; end > first; end -= 2) {
    const auto when = based ? test(binary("=", tree.children[0], tree.children[end - 2]), false)
                            : test(tree.children[end - 2], false);
    const auto then = term(tree.children[end - 1]);
    if (!when || !then) return std::nullopt;
    empties = joined(empties, then->empties);
    out = "if(" + when->text + ", " + then->text + ", " + out + ")";
  }
  return Term{out, kAtom, {out}, true};
}

std::optional<ToXPath::Place> ToXPath::place(const std::string& name) const {
  // The innermost list first, as records/scope.hpp does.
  for (std::size_t level = around_.size() + 1; level-- > 0;) {
    if (level > 0 && around_[level - 1]->type != FieldType::repeat) continue;
    Place out;
    out.chain.assign(around_.begin(), around_.begin() + static_cast<std::ptrdiff_t>(level));
    if (follow(level == 0 ? type_.fields : around_[level - 1]->children, name, out.chain, out.tail))
      return out;
  }
  return std::nullopt;
}

std::size_t ToXPath::how_many(const std::vector<Field>& fields, const std::string& name) const {
  std::size_t out = 0;
  for (const auto& field : fields) {
    if (field.read_only) continue;
    out += field.name == name ? 1 : 0;
    out += how_many(field.children, name);
  }
  return out;
}

// ${x} where the form has one x, else the path from here.
std::string ToXPath::reference(const std::vector<const Field*>& chain) const {
  const std::string& name = chain.back()->name;
  if (how_many(type_.fields, name) == 1) return "${" + name + "}";
  std::size_t common = 0;
  while (common < around_.size() && common + 1 < chain.size() && around_[common] == chain[common]) ++common;
  std::string out = filter_ ? "current()/" : "";
  for (std::size_t i = common; i < around_.size() + 1; ++i) out += "../";
  for (std::size_t i = common; i < chain.size(); ++i)
    out += chain[i]->name + (i + 1 < chain.size() ? "/" : "");
  return out;
}

ToXPath::Maybe ToXPath::name(const std::string& text) {
  if (filter_ && std::find(field_.choice_columns.begin(), field_.choice_columns.end(), text) !=
                     field_.choice_columns.end()) {
    Term out{text};
    out.text_like = true;
    out.empties = {text};
    return out;
  }
  const auto found = place(text);
  if (!found) return std::nullopt;
  const Field* field = found->chain.back();
  if (field->read_only) return std::nullopt;
  if (found->tail.empty()) {
    Term out;
    out.field = field;
    out.text_like = true;
    if (field == &field_) {
      out.text = ".";
      if (!own_known_) out.empties = {"."};
      return out;
    }
    out.text = reference(found->chain);
    out.empties = {out.text};
    return out;
  }
  // The list is the innermost of the chain.
  auto list = found->chain;
  while (list.back()->type != FieldType::repeat) list.pop_back();
  const std::string list_text = reference(list);
  if (found->tail == "count") return Term{"count(" + list_text + ")"};
  std::string below;
  for (std::size_t i = list.size(); i < found->chain.size(); ++i)
    below += (below.empty() ? "" : "/") + found->chain[i]->name;
  if (found->tail == "true") return Term{"count(" + list_text + "[" + below + " = 'OK'])"};
  if (found->tail.rfind("is__", 0) == 0)
    return Term{"count(" + list_text + "[" + below + " = '" + found->tail.substr(4) + "'])"};
  const std::string all =
      how_many(type_.fields, field->name) == 1 ? "${" + field->name + "}" : list_text + "/" + below;
  if (found->tail == "filled") return Term{"count-non-empty(" + all + ")"};
  Term out{found->tail + "(" + all + ")"};
  if (found->tail != "sum") out.empties = {out.text};
  return out;
}

std::optional<std::string> ToXPath::title(const std::string& text) {
  std::string out;
  std::size_t parts = 0;
  const auto put = [&](const std::string& part) {
    out += (out.empty() ? "" : ", ") + part;
    ++parts;
  };
  for (std::size_t at = 0; at < text.size();) {
    const auto open = std::min(text.find('{', at), text.size());
    if (open > at) {
      const auto literal = quoted(text.substr(at, open - at));
      if (!literal) return std::nullopt;
      put(*literal);
    }
    if (open == text.size()) break;
    const auto close = text.find('}', open);
    if (close == std::string::npos) return std::nullopt;
    std::string named = text.substr(open + 1, close - open - 1);
    const auto bar = named.find('|');
    const std::string format = bar == std::string::npos ? "" : named.substr(bar + 1);
    named = named.substr(0, bar);
    const auto found = name(named);
    if (!found || found->field == nullptr || found->text[0] != '$') return std::nullopt;
    const auto type = found->field->type;
    const bool choice = type == FieldType::select_one || type == FieldType::select_multiple;
    if (format == "code" && choice) {
      put(found->text);
    } else if (!format.empty()) {
      return std::nullopt;
    } else if (type == FieldType::select_one) {
      put("jr:choice-name(" + found->text + ", '" + found->text + "')");
    } else if (type == FieldType::date) {
      put("format-date(" + found->text + ", '%d/%m/%Y')");
    } else if (type == FieldType::text || type == FieldType::integer) {
      put(found->text);
    } else {
      return std::nullopt;
    }
    at = close + 1;
  }
  if (parts == 0) return std::nullopt;
  return parts == 1 ? out : "concat(" + out + ")";
}

}  // namespace gandan::xlsform
