// The period that a method is asked about: by name, or its first and last day.
//
// Threading: none.
#pragma once

#include "app/params.hpp"
#include "report/period.hpp"

namespace gandan::app {

// Parameters `period` (2026, 2026-H1, 2026-Q3, 2026-03), else `from` and `until`, both inclusive. What is
// wrong is noted in `p`, and is an error of p.done().
report::Period asked_period(Params& p);

}  // namespace gandan::app
