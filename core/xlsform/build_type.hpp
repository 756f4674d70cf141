// TypeBuilder: from the form's model to a record type's JSON, with every column that could not come along
// listed. Private to xlsform.
//
// Threading: one thread.
#pragma once

#include <functional>

#include "base/json.hpp"
#include "xlsform/export_rows.hpp"
#include "xlsform/read_form.hpp"
#include "xlsform/to_sql.hpp"
#include "xlsform/xlsform.hpp"

namespace gandan::xlsform {

class TypeBuilder {
 public:
  TypeBuilder(Form& form, const ImportOptions& options, Findings& findings);

  const std::string& kind() const { return kind_; }
  std::uint32_t version() const { return version_; }
  void translate();  // once, before build
  json::object build();
  std::size_t questions() const { return questions_; }
  // Leaves out what the catalog refuses, at a path of the built type. False: nothing of ours is there.
  bool drop(const std::string& path, const std::string& column, const FieldError& fault);
  // Compares the standard columns with what a type with our own columns would be exported as.
  bool drop_overtaken(const std::vector<ExportRow>& rows);
  void finish();  // reports what was used by nothing

 private:
  // The expression columns of a question, translated; empty: there is none.
  using Columns = std::map<std::string, std::string>;

  void report(Effect effect, const Question& q, const std::string& key, const std::string& code,
              const std::string& vi, const std::string& en);
  void report_problems(const Question& q, const std::string& key, const std::vector<Problem>& problems);
  void setting(Effect effect, const std::string& key, const std::string& code, const std::string& vi,
               const std::string& en);
  std::optional<XPath> parse(const Question& q, const std::string& key);

  // build_columns.cpp
  void prepare(Question& q);
  void prepare_filter(Question& q);
  void translate_calculations();
  bool translate_calculation(Question& q);
  void translate_columns(Question& q);
  void translate_condition(Question& q, const std::string& key);
  void translate_required(Question& q);
  void translate_constraint(Question& q);
  void translate_default(Question& q);
  void translate_filter(Question& q);
  std::optional<std::string> static_default(Question& q, const std::string& text);
  bool take_exact(Question& q, const std::string& key);
  // build_report.cpp
  void report_other_columns(Question& q);
  void report_unknown_heads();
  void retranslate(Question& q, const std::string& column);
  // build_type.cpp
  void read_settings();
  void make_title();
  void make_date();
  json::array fields(Question& parent, const std::string& prefix);
  json::object field(Question& q, const std::string& path);
  json::object lists();
  void prepare_lists();
  static Question* find_given(Question& here, const std::string& given);
  Question* first_question(Question& parent, const std::function<bool(const Question&)>& wanted);
  std::string field_path(const Question& q) const;

  Form& form_;
  const ImportOptions& options_;
  Findings& findings_;
  Labels labels_;
  std::string kind_;
  std::uint32_t version_ = 1;
  records::Label label_;
  records::Label hint_;
  std::string title_;
  bool exact_title_ = false;
  std::string date_;
  std::size_t questions_ = 0;
  std::map<const Question*, Columns> columns_;
  std::map<const Question*, std::set<std::string>> exact_;  // columns that came from ours
  std::map<const Question*, records::Label> label_of_;
  std::map<const Question*, records::Label> hint_of_;
  std::map<const Question*, records::Label> message_of_;
  std::map<std::string, Question*> by_path_;
  std::set<std::string> names_;  // of all questions, as expressions may call them
};

json::object label_json(const records::Label& label);
bool says_yes(const std::string& text);
bool says_no(const std::string& text);

}  // namespace gandan::xlsform
