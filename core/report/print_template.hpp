// One parsed template ("print" of schema/reports/*.json) filled in, whatever its conditions. Private to
// report.
//
// Threading: as print_html.
#pragma once

#include "base/json.hpp"
#include "report/print.hpp"

namespace gandan::report {

Result<std::string> run_template(const records::Catalog& catalog, const PrintInput& input,
                                 const json::object& form);

}  // namespace gandan::report
