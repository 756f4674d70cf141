// Periods of reports: a month, a quarter, six months, a year, by name or by their days, and the one before of
// the same kind.
//
// Threading: pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "records/type.hpp"

namespace gandan::report {

// Days since 1970, both inclusive.
struct Period {
  std::int32_t first = 0;
  std::int32_t last = 0;
  friend bool operator==(const Period&, const Period&) = default;
};

// 2026, 2026-H1 (six months), 2026-Q3, 2026-03.
std::optional<Period> parse_period(std::string_view text);
// "Quý III năm 2026"; of other days "từ ngày 05/02/2026 đến ngày 06/02/2026".
records::Label label_of(const Period& period);
// March: February; the first quarter: the fourth of the year before. Nothing where the days are none of the
// four.
std::optional<Period> previous(const Period& period);

}  // namespace gandan::report
