// The rows of a record type as an XLSForm's survey. Private to xlsform.
//
// Threading: pure function.
#pragma once

#include <map>

#include "records/type.hpp"
#include "xlsform/findings.hpp"

namespace gandan::xlsform {

struct ExportRow {
  std::string path;                          // of the field; empty: an end of a group or list
  std::map<std::string, std::string> cells;  // by key, e.g. "label::vi", "constraint", "gandan::link"
};
struct ExportRows {
  std::vector<ExportRow> rows;
  std::map<std::string, std::vector<records::Choice>> lists;
  std::map<std::string, std::string> settings;
  std::vector<Finding> findings;  // rows count from 2: the first is the head
};
ExportRows export_rows(const records::RecordType& type);

}  // namespace gandan::xlsform
