// XPath 1.0 as XLSForms use it, with pyxform's ${name}: text to a tree. The whole grammar of expressions is
// parsed (W3C XPath 1.0, section 3); what a tree means is the translator's matter.
//
//   Or > And > Equality > Relational > Additive > Multiplicative > Unary > Union > Path
//
// Typographic quotes count as straight ones: spreadsheet programs put them in.
//
// Threading: pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace gandan::xlsform {

constexpr std::size_t kMaxXPathBytes = 8192;
constexpr int kMaxXPathDepth = 60;
constexpr int kMaxXPathOperators = 300;

struct XPath;

struct Step {
  enum class Axis {
    self,
    parent,
    child,
    other
  };  // . .. name, and everything else (@name, //, axis::name, *)
  Axis axis = Axis::child;
  std::string name;               // of a child; of another axis as written
  std::vector<XPath> predicates;  // [ … ]
};

struct XPath {
  enum class What {
    number,     // text: digits, perhaps with a point
    literal,    // text: without its quotes
    call,       // text: the function's name; children: its arguments
    path,       // steps; begins at the root, at the context, or at the one child (a reference, a call)
    reference,  // text: the name inside ${ }
    minus,      // one child
    operation   // text: or and = != < <= > >= + - * div mod |; two children
  };
  What what = What::number;
  std::string text;
  std::size_t at = 1;  // where it begins: character, from 1
  std::vector<XPath> children;
  std::vector<Step> steps;
  bool absolute = false;  // path: begins at the root
};

// Code::bad_expression with "what at character N".
Result<XPath> parse_xpath(std::string_view text);

}  // namespace gandan::xlsform
