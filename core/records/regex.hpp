// A small regular expression for forms: linear time whatever the pattern and the text, and the same on every
// platform (std::regex backtracks, recurses, and differs between libraries). It matches the whole text, by
// code points. Has: . [a-z] [^…] \d \w \s \. ( ) | * + ? {m} {m,} {m,n}, m and n at most 50. ^ at the start
// and $ at the end are allowed.
//
// Threading: plain values.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace gandan::records {

class Regex {
 public:
  static Result<Regex> parse(std::string_view pattern);  // Code::bad_expression; at most 500 bytes
  bool matches(std::string_view text) const;             // text as UTF-8; cost O(text × pattern)

 private:
  friend class RegexParser;
  struct Range {
    std::uint32_t low;
    std::uint32_t high;
  };
  struct Node {  // a Thompson automaton
    enum class What { set, split, done } what;
    std::vector<Range> ranges;
    bool negated = false;
    int next = -1;
    int other = -1;
  };
  std::vector<Node> nodes_;
  int start_ = 0;
};

}  // namespace gandan::records
