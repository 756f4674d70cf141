// Dates as people type them, dd/mm/yyyy, for an interface that takes YYYY-MM-DD only. A text field keeps what
// was typed: only the form says which field holds a date.
//
// Threading: none.
#pragma once

#include "gandan/present.hpp"

namespace gandan::cli {

// "5/2/2026" as 2026-02-05; anything else as it is.
std::string typed_date(const std::string& text);
// The same for the fields of a command's record that the form has as dates or instants; for instants also
// "5/2/2026 8:30" and "05/02/2026 08h30", in Viet Nam's time.
void read_dates(Command& command, const Ask& ask);

}  // namespace gandan::cli
