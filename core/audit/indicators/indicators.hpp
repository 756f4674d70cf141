// The families of indicators: each looks at the facts of a scope and adds what it found. Private to this
// folder and its tests.
//
// Threading: plain calls on one thread.
#pragma once

#include "audit/indicators/run.hpp"

namespace gandan::audit {

// What was gathered, and where findings go.
class Scope {
 public:
  Scope(const records::Indicators& indicators, const Question& question)
      : indicators_(&indicators), question_(&question) {}

  std::vector<Fact> facts;
  LedgerTimes ledger;
  std::vector<Named> named;  // for each feed the furthest that another one names, see note_named
  std::vector<RecordId> named_in;
  std::map<RecordId, std::string> titles;  // of villages and projects
  std::int64_t now_ms = 0;
  Report report;

  // The last day that counts: of the period, or today.
  std::int32_t as_of() const;
  std::int64_t as_of_ms() const;  // its end
  bool in_period(const Fact& fact) const {
    return fact.day && *fact.day >= question_->from && *fact.day <= question_->until;
  }
  // The indicator, where it is asked for.
  const records::Indicator* wants(std::string_view id) const;
  std::int64_t value(const records::Indicator& about, std::string_view name) const;
  bool of_kind(const records::Indicator& about, const Fact& fact) const;
  // Finalised facts of the indicator's kinds in the period.
  template <class Use>
  void each(const records::Indicator& about, Use use) {
    for (const auto& fact : facts)
      if (fact.finalized && in_period(fact) && of_kind(about, fact)) use(fact);
  }
  // All finalised facts of its kinds until the period's end, by author, in order of their beginning.
  std::map<Author, std::vector<const Fact*>> by_author(const records::Indicator& about) const;

  Found& add(const records::Indicator& about, const Fact& fact, records::SaidValues used);
  Found& add(const records::Indicator& about, const std::vector<const Fact*>& group,
             records::SaidValues used);
  void note_named(const Named& one, const RecordId& record);
  // Whether a part of the log is missing: in its middle, or at an end beyond which other records name it.
  bool is_cut(const FeedId& feed) const;

 private:
  const records::Indicators* indicators_;
  const Question* question_;
  std::map<FeedId, std::size_t> named_at_;
};

// Values in words; the same in both languages where there is one.
records::Label said(std::string text);
records::Label said_day(std::int32_t day);
records::Label said_time(std::optional<std::int64_t> ms);
records::Label said_number(std::int64_t n);

void find_late(Scope& scope);         // late.entry, clock.*
void find_places(Scope& scope);       // place.*
void find_times(Scope& scope);        // time.*
void find_alike_texts(Scope& scope);  // text.alike
void find_same_photos(Scope& scope,
                      vault::Vault* vault);  // photo.same; without a vault by name of chunks alone
void find_without_evidence(Scope& scope);    // evidence.none
void find_rewrites(Scope& scope, const records::Catalog& catalog);       // rewrite.*
Status find_broken_rules(Scope& scope, const Helpers& helpers);          // quorum.missing, signature.missing
void find_promises(Scope& scope);                                        // commitment.*
void find_unvisited(Scope& scope);                                       // household.unvisited
void find_same_outcomes(Scope& scope, const records::Catalog& catalog);  // outcome.same
void find_in_feeds(Scope& scope, const Helpers& helpers,
                   const std::vector<std::pair<FeedId, std::uint64_t>>& forks);  // feed.*

}  // namespace gandan::audit
