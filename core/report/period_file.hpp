// A period's report on its way to paper and to spreadsheets: what a file of it says, whatever its format. The
// same values, the same bytes: no clock is read here.
//
// Threading: pure functions.
#pragma once

#include <map>

#include "office/sheets.hpp"
#include "report/comparison.hpp"
#include "report/page.hpp"

namespace gandan::report {

struct PeriodFile {
  ComparedReport report;
  PaperTexts paper;
  HeadForm form = HeadForm::state;
  std::string superior;              // the agency above; may be empty
  std::string organisation;          // who issues it
  std::string number;                // empty: dots and the symbol
  std::string place;                 // empty: dots
  std::optional<std::int32_t> date;  // of the date line; absent: dots to write on
  std::string unit;                  // whose records; empty: of all that the device reads
  std::int32_t as_of = 0;
  // What it was made from.
  std::uint64_t ledger_size = 0;
  std::string ledger_root;  // hexadecimal
  bool unsent = false;      // with what no checkpoint covers: it cannot be made again from one
  std::string forms;        // which forms and rules
  std::vector<std::string> notes;
  std::map<RecordId, std::int32_t> days;  // of the records behind the figures, as far as they have one
};

// A report (báo cáo) ready to be gone on with, signed and sent.
Page period_page(const PeriodFile& file);
// Three sheets with typed cells: the figures, the records behind them, what it was made from.
office::Workbook period_workbook(const PeriodFile& file);
// The figures, and below them what they were made from.
std::string period_csv(const PeriodFile& file);

}  // namespace gandan::report
