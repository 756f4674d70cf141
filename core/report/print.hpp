// Printing: minutes and other documents for A4 (Decree 30/2020/NĐ-CP, annex I). What stands on the page is
// data (schema/reports/*.json, "print"); this fills it in.
//
// Threading: one thread at a time per Catalog.
#pragma once

#include "records/catalog.hpp"
#include "report/page.hpp"

namespace gandan::report {

struct PrintInput {
  const records::Document* document = nullptr;  // with its calculations
  records::LinkSource links;
  std::vector<records::Verdict> verdicts;  // of this document
  std::string report;        // id of the template; empty: the kind's first, or a sheet of its form
  std::string superior;      // the agency above, left head: "UBND XÃ CHIẾN THẮNG"; may be empty
  std::string organisation;  // who issues it: "THÔN KHÒN NƯA"; empty: the template's own
  std::string number;        // Số: "05/BB-CĐDC" that was assigned; empty leaves dots to write on
  std::string said_number;   // by who prints: stands before the assigned one and the record's own
  std::string place;         // of the date line: "Chiến Thắng"
  std::vector<std::string> signed_by;  // a line for each signature bound to what is printed
  std::string warning;  // boxed above the title, e.g. that two people finalised it; may be empty
  std::string footer;   // record id and version, for tracing; may be empty
};

// A kind without a template prints as a sheet of its form. Code::not_found when `report` is not a template of
// the kind; Code::unknown_kind; Code::bad_schema when the template is faulty.
Result<Page> print(const records::Catalog& catalog, const PrintInput& input);
// The symbol of document numbers in the kind's template, "BB-CĐDC"; empty when there is none.
std::string symbol_of(const records::Catalog& catalog, std::string_view kind, std::string_view report = {});
// Every print template of the catalog compiles against its record type.
Status check_templates(const records::Catalog& catalog);

}  // namespace gandan::report
