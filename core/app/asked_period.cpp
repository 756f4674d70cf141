#include "app/asked_period.hpp"

#include "base/calendar.hpp"

namespace gandan::app {

report::Period asked_period(Params& p) {
  if (p.has("period")) {
    const auto named = report::parse_period(p.text("period"));
    if (!named)
      p.fault("period", "period", "Ghi 2026, 2026-H1 (6 tháng), 2026-Q3 (quý) hoặc 2026-03 (tháng).",
              "Give 2026, 2026-H1 (six months), 2026-Q3 (quarter) or 2026-03 (month).");
    return named.value_or(report::Period{});
  }
  const auto first = parse_date(p.date("from")), last = parse_date(p.date("until"));
  if (first && last && *last < *first)
    p.fault("until", "range", "Ngày cuối đứng trước ngày đầu.", "The last day lies before the first.");
  return {first.value_or(0), last.value_or(0)};
}

}  // namespace gandan::app
