// Names and codes of a form as ours: lower case letters, digits, single underscores (records/type.hpp).
//
// Threading: pure functions.
#pragma once

#include <string>
#include <string_view>

namespace gandan::xlsform {

// The nearest name that a question may have: "Họ tên" ho_ten, "HoTen" ho_ten, "1a" q1a. Never empty.
std::string clean_name(std::string_view given);
// The nearest code that a choice may have; it may begin with a digit and keep its hyphens.
std::string clean_code(std::string_view given);
// `name` with the smallest number behind it for which `taken` is false: name, name_2, name_3 …
template <class Taken>
std::string free_name(const std::string& name, Taken taken) {
  std::string out = name;
  for (int n = 2; taken(out); ++n) {
    const std::string tail = "_" + std::to_string(n);
    out = name.substr(0, 40 - tail.size()) + tail;
  }
  return out;
}

}  // namespace gandan::xlsform
