// The form as it was read: questions in their tree, lists of choices, settings; what later steps translate.
// Private to xlsform.
//
// Threading: plain values.
#pragma once

#include <memory>
#include <optional>
#include <set>

#include "records/type.hpp"
#include "xlsform/table.hpp"

namespace gandan::xlsform {

// What a question or an expression is worth.
enum class Value { none, boolean, number, text, date, instant, clock, choice, choices, place, file };

struct Choice {
  std::uint32_t row = 0;  // of the sheet choices; 0: made by or_other
  std::string given;
  std::string code;
  records::Label label;
  std::map<std::string, std::string> columns;  // as written, by key
};
struct ChoiceList {
  std::string given;
  std::string name;
  std::vector<Choice> choices;
  bool used = false;
  std::map<std::string, std::string> columns;  // those that a filter asks for: key as written to our name
  std::map<std::string, const ChoiceList*> column_codes;  // those that hold choices of another list
  const Choice* find(std::string_view given_name) const;
};

struct Question {
  std::uint32_t row = 0;
  std::string given;                       // name as written
  std::string name;                        // ours
  std::string word;                        // the type as written, without its list: "select_one"
  std::optional<records::FieldType> type;  // nothing: left out
  Value value = Value::none;               // of a calculation: found when it is first asked for
  ChoiceList* list = nullptr;
  bool or_other = false;
  bool is_today = false;  // XLSForm's metadata of that name
  std::map<std::string, std::string> cells;
  Question* parent = nullptr;  // nullptr for the form itself
  std::vector<std::unique_ptr<Question>> children;

  bool is_list() const { return type == records::FieldType::repeat; }
  bool is_group() const { return type == records::FieldType::group; }
  bool has_children() const { return is_list() || is_group(); }
  std::string cell(std::string_view key) const;
};
// Whether `one` is asked after `other`; false where one lies in the other.
bool stands_after(const Question& one, const Question& other);

struct Form {
  Table survey;
  Table choices;
  Table settings;
  std::map<std::string, std::string> setting;  // the one row of settings
  std::map<std::string, ChoiceList> lists;     // by name as written
  Question root;
  std::string plain_language;  // of columns that name none
};

}  // namespace gandan::xlsform
