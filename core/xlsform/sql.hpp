// The expression language of record types (records/expression.hpp) as a tree, for export. It parses what the
// engine accepts of SQLite's grammar: no LIKE and GLOB, which XPath cannot say either.
//
//   Or > And > Not > Equality, IS, IN, BETWEEN > Relational > Additive > Multiplicative > || > Unary >
//   Primary
//
// Private to xlsform. Threading: pure function.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace gandan::xlsform {

struct SqlTree {
  enum class What {
    number,   // text: digits
    literal,  // text: without its quotes
    null,
    truth,  // text: TRUE or FALSE
    name,
    call,      // text: the function's name
    minus,     // one child
    negation,  // NOT: one child
    binary,    // text: AND OR = <> < <= > >= + - * / % || IS "IS NOT"; two children
    between,   // three children
    one_of,    // IN: the first child among the others
    choose     // CASE: [base,] when, then, …, [else]; text: "base" and "else" where they are there
  };
  What what = What::null;
  std::string text;
  std::vector<SqlTree> children;
};

Result<SqlTree> parse_sql(std::string_view text);

}  // namespace gandan::xlsform
