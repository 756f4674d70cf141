// In force: which rules judge a document, by province and by the document's own day; and the verdicts that no
// rule gives, on what is not here or was not law yet. Private to records.
//
// Threading: as the catalog.
#pragma once

#include "records/loader.hpp"

namespace gandan::records {

// Whether a rule is in force for a document.
class InForce {
 public:
  InForce(const Catalog::State& state, const RecordType& type, const Document& document,
          const JudgeOptions& options);
  bool operator()(const Rule& rule) const { return begun(rule) && !(rule.valid_to && day_ > *rule.valid_to); }
  bool begun(const Rule& rule) const {
    return of_kind(rule) && !(rule.valid_from && day_ < *rule.valid_from);
  }
  // Every rule that begins on a day begins later than the document's: it is judged by nothing, which mostly
  // is a mistyped year. A gate where one of the kind's rules is a gate.
  std::optional<Verdict> no_rules(const Catalog::State& state) const;

 private:
  bool of_kind(const Rule& rule) const {
    return rule.kind == kind_ && (rule.province.empty() || rule.province == province_);
  }
  const std::string& kind_;
  const std::string& province_;
  std::int32_t day_ = 0;
};

// Whether it is the one that was noted: by number, and by what it says.
bool is(const Rule& rule, const RuleVersion& noted);
// A rule that judged the record when it was finalised, and that only another set of rules has.
Verdict not_here(const RuleVersion& rule);
// A form that only another set has, or another one under the same number.
Verdict other_form(const Judgement& then, const RecordType& type);

}  // namespace gandan::records
