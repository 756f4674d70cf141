// From sheets to the form's model. Private to xlsform.
//
// Threading: pure function.
#pragma once

#include "xlsform/model.hpp"

namespace gandan::xlsform {

// Code::not_an_xlsform when there is no survey with types and names.
Result<std::unique_ptr<Form>> read_form(const office::Workbook& workbook, Findings& findings);

// A label, hint or message in both languages; a missing one is filled from the other and reported once per
// column (no column at all) or per row.
class Labels {
 public:
  Labels(const Form& form, Findings& findings) : form_(form), findings_(findings) {}
  records::Label read(const std::map<std::string, std::string>& cells, const Table& table, std::uint32_t row,
                      const std::string& key);

 private:
  const Form& form_;
  Findings& findings_;
  std::set<std::string> told_;
};

}  // namespace gandan::xlsform
