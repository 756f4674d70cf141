// Prints errors.def as JSON: {code: {"vi", "en", "retry", "exit"}}, in the table's order.
#include <iostream>

#include "base/json.hpp"

int main() {
  namespace json = gandan::json;
  json::object out;
#define GANDAN_ERROR(name, text, retry, exit_code, vi, en) \
  out[text] = json::object{{"vi", vi}, {"en", en}, {"retry", retry}, {"exit", exit_code}};
#include "base/errors.def"
#undef GANDAN_ERROR
  std::cout << json::pretty(out);
}
