// What is printed, as HTML.
#pragma once

#include "report/html.hpp"
#include "report/print.hpp"

namespace gandan::report {

inline Result<std::string> html_of(const records::Catalog& catalog, const PrintInput& input) {
  GANDAN_TRY(const auto page, print(catalog, input));
  return to_html(page);
}

}  // namespace gandan::report
