// What every file of a period's report says about itself, in the same words. Private to report.
//
// Threading: pure functions.
#pragma once

#include "report/period_file.hpp"

namespace gandan::report {

constexpr std::string_view kDotted = "……………";

// A line of the origin: its value is a text, a number or a day.
struct Fact {
  std::string name;
  office::Cell::Kind kind = office::Cell::Kind::text;
  std::string value;
  bool on_paper = true;  // a page says the others elsewhere
};
std::vector<Fact> facts_of(const PeriodFile& file);
// What a reader has to know besides: figures withheld, drafts left out, a period that goes on, the file's own
// notes.
std::vector<std::string> notes_of(const PeriodFile& file);

}  // namespace gandan::report
