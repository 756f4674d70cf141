// Catalog: all record types, rules and calendars that this device knows, checked and bound when they are
// loaded.
//
//   auto catalog = Catalog::builtin(system_clock());
//   const RecordType* type = (*catalog)->find("community_meeting");
//   auto verdicts = (*catalog)->judge(document, links, {});
//
// The built-in schema is compiled in; Catalog::load takes any set of file texts instead.
//
// Threading: one thread at a time per catalog and everything it gave out.
#pragma once

#include <memory>

#include "base/seams.hpp"
#include "records/expression.hpp"
#include "records/rules.hpp"
#include "records/tree.hpp"
#include "records/type.hpp"

namespace gandan::records {

struct Indicators;  // indicators.hpp

// A file of schema/, by its path there: "records/village.json", "rules/law10.json", "reports/period.json",
// "calendars/vn.json".
struct SchemaFile {
  std::string path;
  std::string text;
};
const std::vector<SchemaFile>& builtin_schema();

struct JudgeOptions {
  std::string province;                // the realm's province code, e.g. "20"
  std::optional<std::int32_t> on_day;  // for validity when the record has no date yet; absent: today
  LinkSource present =
      {};  // the document's links as they are now, where `links` gives what was signed; absent: links
  // As things stood at the end of this day, or of today if that is earlier: later acts are not done yet, and
  // today() is that day.
  std::optional<std::int32_t> as_of = {};
};

class Catalog {
 public:
  struct State;  // private to records
  // Code::bad_schema, with one FieldError per fault: path "records/x.json: field: column".
  static Result<std::unique_ptr<Catalog>> load(const std::vector<SchemaFile>& files, Clock& clock);
  static Result<std::unique_ptr<Catalog>> builtin(Clock& clock) { return load(builtin_schema(), clock); }
  ~Catalog();

  // The newest version, or exactly the one asked for (an old record's); nullptr when unknown.
  const RecordType* find(std::string_view kind, std::uint32_t version = 0) const;
  // For reading: the record's version, else the newest of its kind, else nullptr.
  const RecordType* find_for(const Document& document) const;
  std::vector<const RecordType*> types() const;                          // newest versions, by kind
  std::vector<const RecordType*> versions(std::string_view kind) const;  // the newest first
  const std::vector<Rule>& rules() const;
  const Calendars& calendars() const;
  const Indicators& indicators() const;            // what audits ask, for audit/indicators
  const std::vector<SchemaFile>& reports() const;  // texts of reports/*.json, for report/

  // Adds the calculate fields' values to the document's tree. Faults leave a field empty.
  void calculate(Document& document, const LinkSource& links) const;
  // With `links` as the document is read. Every rule of its kind that is in force or judged it before, in
  // order of the files, items in order of the list.
  std::vector<Verdict> judge(const Document& document, const LinkSource& links,
                             const JudgeOptions& options) const;
  // By what the document would be judged if it were finalised now: the newest calendars, and the rules of its
  // kind that are in force, whether or not they have something to say. So is a rule by which it was judged
  // before (`judged_by`) that only an earlier last day ended since, unless its next version is.
  Judgement judgement_now(const Document& document, const JudgeOptions& options) const;

  // An expression over the names of a kind (and of one of its lists), for reports and queries.
  // `extra` names come from the caller at evaluation. Code::bad_expression when a name is unknown.
  Result<Formula> bind(std::string_view text, const RecordType& type, const std::string& list,
                       const std::vector<std::string>& extra = {}) const;
  // `item` is the element of the list that the formula was bound for, else nullptr. An absent formula gives
  // NULL.
  Result<Scalar> evaluate(const Formula& formula, const Document& document, const Item* item,
                          const LinkSource& links, const std::vector<Scalar>& extra = {}) const;
  // Text templates: "{matter} – {village__name}", formats behind a bar: "{start|time}" (see format.hpp).
  // Names without a value give `missing`. Code::bad_expression when a name is unknown. Templates are kept
  // compiled.
  Result<std::string> fill(std::string_view text_template, const Document& document, const Item* item,
                           const std::string& list, const LinkSource& links, std::string_view language,
                           std::string_view missing = "…") const;

 private:
  friend class Loader;
  Catalog();
  std::unique_ptr<State> state_;
};

// The paths of a record's own fields that a formula reads, ascending, each once. Nothing where it reads
// anything else: items, linked records, calculations, sealed or personal fields, what the record is.
std::optional<std::vector<std::string>> own_paths(const Formula& formula);

}  // namespace gandan::records
