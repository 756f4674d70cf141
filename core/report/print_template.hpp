// One parsed template ("print" of schema/reports/*.json) filled in, whatever its conditions. Private to
// report.
//
// Threading: as print().
#pragma once

#include "base/json.hpp"
#include "report/print.hpp"

namespace gandan::report {

Result<Page> run_template(const records::Catalog& catalog, const PrintInput& input, const json::object& form);

}  // namespace gandan::report
