// Rules: thresholds, forms and deadlines of the law as data (schema/rules/*.json), and the verdicts they
// give. A verdict names rule, version and article, and the values it used. It is computed, never stored in a
// merge.
//
//   a test       an expression: true holds, false fails, NULL is not known yet
//   a deadline   what `done` happened on, against `due` (the last day) and `not_before` (the first allowed
//   day):
//
//        not_before          due
//   ─────────┼────────────────┼──────────> day of `done`        no `done` yet: open until `due`, then overdue
//     early  │    in_time     │  late
//
// A day that lies ahead of the day of judging is not done yet: it is named apart (`ahead`).
//
// Threading: plain values; judge() runs on the Catalog's thread.
#pragma once

#include <array>
#include <optional>

#include "records/tree.hpp"
#include "records/type.hpp"

namespace gandan::records {

enum class Severity { info, warning, violation };
const char* to_text(Severity severity);

enum class DeadlineState { none, unknown, open, overdue, in_time, late, early };  // none: the rule is a test
const char* to_text(DeadlineState state);                                         // "" for none

// What a rule can say. A test says the first three, a deadline the others and `unknown`. Behind any of these
// stand `moved`, `basis` (what the days were counted from), `ahead` and `entry_late`.
enum class Sentence {
  unknown,
  holds,
  fails,
  in_time,
  late,
  early,
  open,
  waiting,
  overdue,
  entry_late,
  moved,
  basis,
  ahead
};
constexpr std::size_t kSentences = 13;
const char* to_text(Sentence sentence);  // the column's name

struct CountSource;  // private to records

// A piece of a sentence; those whose condition holds are said, one behind the other.
struct SentencePart {
  Label text;    // with {names}
  Formula when;  // absent: always
};

// How many items of a list an expression holds for: a name of its own in the rule's expressions. The list may
// be a linked record's ("meeting__decisions"); names of the judged record then begin with outer__.
struct RuleCount {
  std::string name;
  std::string list;
  Formula where;         // absent: every item
  std::string distinct;  // a field of the items: counts its different values (scope.hpp, one_form)
  std::string among;     // "roll__households__code": only those that this field of that list has
  std::shared_ptr<const CountSource> source;
};

struct Rule {
  std::string id;  // "l10.art21.two_thirds"; never reused for something else
  std::uint32_t version = 1;
  std::string digest;  // of what it says, without what may change (digest.hpp)
  std::string file;
  Label label;                               // what the rule demands, one short sentence
  std::string law;                           // "Luật 10/2022/QH15"
  std::string article;                       // "Điều 21 khoản 1"
  std::string kind;                          // record type
  std::string list;                          // judged for each item of this list; empty: once for the record
  Formula applies;                           // absent: always
  Formula test;                              // absent: a deadline
  Formula due;                               // the last day
  bool next_working_day = false;             // a last day that is a day off goes to the next working day
  Formula done;                              // the day of the act, NULL while it is not done
  Formula not_before;                        // the first allowed day
  std::optional<std::int64_t> entry_within;  // days in which the act is to be written down
  std::vector<RuleCount> counts;
  bool gate = false;  // a record that fails it is finalised with a reason only
  Severity severity = Severity::violation;
  std::array<std::vector<SentencePart>, kSentences> sentences;  // empty where the rule cannot say it
  Label row;  // how the list's item is called before the sentence, with {names}; empty: not at all
  std::map<std::string, std::int64_t> values;  // figures of the law, by name: {"num": 2, "den": 3}
  std::string unit;                            // of `values`: household, day, working_day, month
  std::string province;                        // code; empty: everywhere
  std::optional<std::int32_t> valid_from;      // days since 1970, inclusive
  std::optional<std::int32_t> valid_to;        // inclusive
  std::string verified_by;                     // who read the law's text; empty shows as not verified
};

// The verdict on a record of a day before every rule of its kind.
constexpr const char* kNoRules = "@no_rules";

struct Verdict {
  std::string rule;
  std::uint32_t version = 1;
  std::string law;
  std::string article;
  std::string path;                         // "decisions[01h…]" when judged for an item, else empty
  std::optional<bool> holds;                // nothing: unknown, or a deadline that is still open
  Severity severity = Severity::violation;  // of a failure
  Label row;                                // which item of the list, in words; may be empty
  Label message;                            // without it
  std::vector<std::pair<std::string, std::string>> used;  // name and value as read, in order of use
  bool verified = false;  // somebody read the article, and every day of the calendar that was used
  std::vector<std::pair<std::string, std::uint32_t>> calendars;  // that were asked: id and version

  // Of a deadline. Days since 1970.
  DeadlineState state = DeadlineState::none;
  std::optional<std::int32_t> due;
  std::optional<std::int32_t> counted;  // the last day as it was counted, where `due` moved from a day off
  bool unreached = false;               // no calendar says whether the last day is a day off
  std::optional<std::int32_t> done;
  std::optional<std::int32_t> ahead;  // what stands as the day of the act and lies in the future
  std::optional<std::int32_t> not_before;
  std::int64_t days = 0;                   // left, overdue, late or too early
  std::optional<std::int64_t> entered_ms;  // when the act was first written down, by its device's clock
  bool entered_late = false;  // more than `entry_within` days after the act: the act may be in time

  bool gate = false;       // keeps the record from being finalised unless it holds or is open
  std::string overridden;  // the reason that a person gave for going on; empty: nobody did

  // The record was finalised without this rule, or with another calendar: it is shown beside the judgement
  // that was made, and counts nowhere.
  bool apart = false;

  bool stops() const { return gate && holds != true && state != DeadlineState::open; }
  // The message for lists: which item it is about stands before it.
  Label said() const {
    if (row.vi.empty()) return message;
    return {row.vi + ": " + message.vi, row.en + ": " + message.en};
  }
};

}  // namespace gandan::records
