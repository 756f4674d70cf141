// XLSForm's types: which of ours each becomes, and what to do where there is none. Private to xlsform.
//
// Threading: pure functions.
#pragma once

#include "xlsform/model.hpp"

namespace gandan::xlsform {

struct TypeWord {
  enum class What { question, begin, end, unknown };
  What what = What::unknown;
  std::string word;  // in its usual form: "select_one", "begin_repeat"
  std::string list;  // of selects
  bool or_other = false;
  std::optional<records::FieldType> type;  // nothing: there is none of ours
  Value value = Value::none;
  bool metadata = false;
  records::Label note;  // why it is left out, or how it changes; empty: it is taken as it is
};
TypeWord read_type(std::string_view text);

}  // namespace gandan::xlsform
