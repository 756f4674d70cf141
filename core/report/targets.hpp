// What a unit is to reach, beside what a period's report counted. A target is a record of the unit
// (schema/records/target.json); here it is a number of one figure and one period.
//
// It is compared with the report of just its period: a year's target is not divided by quarters. What is
// withheld is withheld from the comparison, too: neither the share reached nor whether it was.
//
// Threading: pure functions.
#pragma once

#include "report/comparison.hpp"

namespace gandan::report {

struct Target {
  std::string figure;
  Period period;
  std::int64_t value = 0;
  bool at_most = false;  // a ceiling, else a floor
  RecordId record;       // that says so
};

// "2026" and "q3": the year and a choice of the form's `part` (year, h1, h2, q1 … q4, m01 … m12).
std::optional<Period> target_period(std::int64_t year, std::string_view part);

// Puts those of the report's period beside its figures. Of several for one figure the last in the list holds,
// and the others are named.
void set_targets(ComparedReport& report, const std::vector<Target>& targets);

// In words what a reader has to know: figures with several targets, and targets of longer periods that this
// one lies in.
std::vector<records::Label> about_targets(const ComparedReport& report, const std::vector<Target>& targets);

bool has_targets(const ComparedReport& report);
// "400", "không quá 5" / "at most 5".
std::string target_for_people(const FigureTarget& target, bool vietnamese);
// "87,5%"; of a ceiling "trong mức", "vượt mức" / "within", "above"; empty where it is not given.
std::string reached_for_people(const FigureTarget& target, bool vietnamese);
// "đạt", "chưa đạt", "trong mức", "vượt mức"; empty where it is not given.
std::string outcome_for_people(const FigureTarget& target);

}  // namespace gandan::report
