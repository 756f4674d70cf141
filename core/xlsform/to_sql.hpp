// From XPath to the expression language of record types (SQLite's, records/expression.hpp), with the same
// meaning.
//
// Where the two differ, and what is done about it:
//   an empty answer   '' or NaN in XPath, NULL here. A comparison with NULL is neither true nor false; where
//   that
//                     would show, the translation says IS, IS NOT or coalesce(). `Null` says where it would.
//   fractions         there are none here: a number is an integer over a positive whole divisor until int(),
//                     round(), floor() or ceiling() makes it whole, or a comparison multiplies both sides.
//   text and number   choices are texts here: ${x} = 1 becomes x = '1'.
//   names             ${x} becomes the name by which x is known where the expression stands: in a group
//                     group__x, over a list list__x__sum.
// What has no translation is a problem, never a guess.
//
// Private to xlsform. Threading: plain calls on one thread.
#pragma once

#include "xlsform/model.hpp"
#include "xlsform/xpath.hpp"

namespace gandan::xlsform {

struct Problem {
  Effect effect = Effect::left_out;
  std::string code;
  std::string vi;
  std::string en;
};

// What a condition may give where XPath says false, or true: NULL, when the reader takes NULL for that.
enum class Null { as_false, as_true, never };

struct Sql {
  std::string text;
  Value type = Value::none;
  bool reads_clock = false;
};

class ToSql {
 public:
  // `context`: whose column the expression is. `filter`: of a choice_filter, the list whose columns it may
  // name.
  ToSql(Form& form, Question& context, ChoiceList* filter = nullptr)
      : form_(form), context_(context), filter_(filter) {}

  // Nothing when it cannot be translated. `own_known`: the question's own answer is there (a constraint).
  std::optional<Sql> condition(const XPath& x, Null empties, bool own_known = false);
  std::optional<Sql> value(const XPath& x);
  // "concat('Họp ', ${village})" as a title: "Họp {village}". Nothing when it is not made of texts and
  // answers.
  std::optional<std::string> title(const XPath& x);
  const std::vector<Problem>& problems() const { return problems_; }
  // What a question is called in its own expressions: with the groups around it, within its list.
  static std::string own_name(const Question& question);

 private:
  enum Rank { kOr = 1, kAnd, kNot, kEqual, kOrder, kAdd, kMultiply, kConcat, kUnary, kAtom };
  struct Term {
    bool ok = false;
    std::string sql;
    int rank = kAtom;
    Value type = Value::none;
    bool nullable = true;                // NULL where XPath has '' or NaN
    bool nan = false;                    // … and it is NaN, which equals nothing, not even itself
    bool empty_text = false;             // may be '' as well
    bool positive = false;               // never negative
    std::int64_t divisor = 1;            // of a number: it is sql / (divisor * by)
    std::string by;                      // a divisor that is no literal; empty: none
    std::optional<std::int64_t> number;  // a literal: number / divisor
    std::optional<std::string> literal;  // a text literal
    Question* question = nullptr;        // a plain answer
    bool column = false;                 // a column of the filter's choices
  };
  // Where a path leads: a question, and whether through a list that the expression does not stand in.
  struct Target {
    Question* question = nullptr;
    const XPath* predicate = nullptr;  // of the last step
  };

  // to_sql.cpp
  Term test(const XPath& x, Null empties);
  Term negated(const XPath& x, Null empties);
  Term joined(const XPath& x, Null empties);
  Term compare(const XPath& x, Null empties);
  Term compare_empty(Term left, bool equal);
  std::optional<Term> compare_choice(const XPath& x, const Term& left, const Term& right, bool equal,
                                     Null empties);
  Term compare_numbers(const XPath& x, Term left, Term right, const std::string& op, Null empties);
  Term compare_texts(const XPath& x, Term left, Term right, const std::string& op, Null empties);
  Term with_null(Term term, bool when_null, Null empties);
  Term is_filled(Term term, Null empties);
  // to_sql_values.cpp
  Term term(const XPath& x);
  Term arithmetic(const XPath& x);
  Term worked_out(const XPath& x);
  Term add(const XPath& x, Term left, Term right);
  Term add_days(const XPath& x, Term date, Term days, bool minus);
  Term days_between(const XPath& x, Term later, Term earlier);
  Term divide(const XPath& x, Term left, Term right);
  Term as_number(const XPath& x, Term term);
  Term as_text(const XPath& x, Term term);
  Term as_date(const XPath& x, Term term);
  Term whole(const XPath& x, Term term);
  Term scaled(const XPath& x, Term term, std::int64_t factor);
  Term rounded(Term term, const std::string& how);
  // to_sql_names.cpp
  Term reference(const XPath& x, Question& target);
  Term named(const XPath& x);
  Term aggregate(const XPath& x, const std::string& function);
  std::optional<Target> target_of(const XPath& x, bool quiet = false);
  Question* find(const XPath& x, const std::string& given, bool quiet);
  Term filter_column(const XPath& x, const std::string& key);
  Value type_of(Question& question);
  static std::vector<Question*> lists_around(const Question& question);
  static std::string name_below(const Question& question, const Question* list);
  static bool has_name(const Question& here, const Question* list, const std::string& name);
  // to_sql_functions.cpp
  Term call(const XPath& x);
  Term if_else(const XPath& x);
  Term concat(const XPath& x);
  Term substr(const XPath& x);
  Term format_date(const XPath& x);
  Term choice_name(const XPath& x);
  Term selected(const XPath& x);
  Term regex(const XPath& x, Null empties);
  Term search(const XPath& x, Null empties);
  bool is_test(const XPath& x);

  Term fail(const XPath& x, const std::string& code, const std::string& vi, const std::string& en);
  void note(const XPath& x, const std::string& code, const std::string& vi, const std::string& en);
  static std::string wrap(const Term& term, int rank);
  static Term make(std::string sql, int rank, Value type, bool nullable);
  static std::string quoted(const std::string& text);

  Form& form_;
  Question& context_;
  ChoiceList* filter_;
  bool own_known_ = false;
  bool clock_ = false;
  std::vector<Problem> problems_;
};

// An XPath as a person wrote it, on one line, for messages.
std::string shown(const XPath& x);

}  // namespace gandan::xlsform
