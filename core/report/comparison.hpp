// Two periods beside each other: what a figure was before, and by how much it changed; and which figures are
// too small to be shown outside the unit.
//
// A count below its bound (`hide_below`), or of fewer records than that, tells who is meant. Outside the unit
// it reads "<3", the ids of its records are withheld, and so is every difference that one could take it from.
// Of days that are no named period (period.hpp) such a figure is not given at all outside: windows that move
// by a day would be subtracted down to one day's records.
//
// Threading: pure functions.
#pragma once

#include "report/figures.hpp"
#include "report/period.hpp"

namespace gandan::report {

// A number as it may be shown: the number itself, that it is below a bound, or that it is not given.
struct Shown {
  std::optional<std::int64_t> value;
  std::int64_t below = 0;          // where the value is withheld; 0: it is not given for such days
  std::string digits() const;      // "1234", "<3", "…"
  std::string for_people() const;  // "1.234", "<3", "…"
};

// What it is to reach (targets.hpp), and how much of that it did.
struct FigureTarget {
  std::int64_t value = 0;
  bool at_most = false;
  RecordId record;                        // the target's own
  std::vector<RecordId> others;           // further ones for the same figure, which are not used
  std::optional<std::int64_t> per_mille;  // reached; absent: of a ceiling, and where the figure is withheld
  std::optional<bool> met;                // absent: the figure is withheld
};

struct ComparedFigure {
  std::string id;
  records::Label label;
  records::Label unit;
  Shown value;
  std::optional<Shown> previous;           // absent: nothing to compare with
  std::optional<std::int64_t> difference;  // absent, too, where one of the two is withheld
  std::optional<std::int64_t> per_mille;   // of the previous value; absent, too, where that is not above 0
  bool new_now = false;                    // before it was 0, and known to be
  bool counts_only = false;                // its records are withheld
  std::optional<FigureTarget> target;
  std::vector<RecordId> records;
  std::vector<RecordId> drafts;
};

struct ComparedReport {
  std::string id;
  std::uint32_t version = 1;
  records::Label label;
  Period period;
  std::optional<Period> before;
  std::vector<ComparedFigure> figures;
};

// `before`: the same report of the period before it; absent: there is none to compare with. `outside`: for
// eyes beyond the unit, or for a file, which goes there.
ComparedReport compare(const Period& period, const PeriodFigures& now,
                       const std::optional<Period>& before_period, const PeriodFigures* before, bool outside);

// Whether figures with a bound are not given to such eyes for these days.
bool keeps_back(const Period& period, bool outside);

// "+12", "-3", "0"; "+1.234" for people.
std::string signed_for_people(std::int64_t difference);
std::string percent_for_people(std::int64_t per_mille);  // "+12,5%"
// What stands in the column of percentages: the percentage, "mới có" / "new" for what was not before, or
// nothing.
std::string change_for_people(const ComparedFigure& figure, bool vietnamese);

}  // namespace gandan::report
