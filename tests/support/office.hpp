// One administrator's notebook, for tests of what records say over the boundary.
#pragma once

#include "support/seams.hpp"
#include "support/shell.hpp"

namespace gandan::test {

// One administrator's notebook in a realm of the province 20, on the morning of a day.
struct Office {
  explicit Office(const char* day);
  OpenOptions options();
  Seams seams(const char* day);
  std::string add(const char* kind, const std::string& record);
  json::object verdict(const std::string& id, const std::string& rule);

  const Api api;
  TempFolder folder;
  FakeClock clock{0};
  Shell shell;
};

}  // namespace gandan::test
