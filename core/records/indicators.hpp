// Indicators: what a supervisor's audit asks of records, as data (schema/rules/indicators.json): thresholds,
// severity, sentences, by province; and which field of a kind plays which part ("start", "position", …), so
// that no indicator names a form. What each one looks for is audit/indicators; an indicator is a question
// about records, and never a score of persons.
//
// Threading: plain values and pure functions.
#pragma once

#include <functional>
#include <map>
#include <string_view>

#include "base/json.hpp"
#include "records/rules.hpp"

namespace gandan::records {

// Parts that a field can play, by name; several fields of one kind may play the same.
constexpr std::string_view kFieldParts[] = {
    "start",  // when it began, an instant; or a date: the day that counts
    "end",    // when it ended
    "position", "place",
    "subject",   // whom it is about: the code of a household
    "of",        // the record that names it: an affected household, a project, a village
    "project",   // by name or link
    "village",   // a link
    "texts",     // what was said, in the author's words
    "own",       // of these what is the household's alone: its wishes
    "team",      // who went: "team[].name"
    "files",     // "files[].file"
    "outcome",   // a choice
    "nobody",    // "met=nobody": the value that says that nobody was met
    "minutes",   // "minutes=not_written": the value that says that nothing was put in writing
    "watched",   // facts that do not change once they were signed
    "due",       // of a promise: its day
    "closed",    // what says that it is done
    "progress",  // what says how: told to people, notes on the way
    "settled",   // what says that a household needs no visit any more
};

struct FieldPart {
  std::string path;   // "start", "commitments[].due"
  std::string value;  // of "met=nobody"; else empty
};
using KindParts = std::map<std::string, std::vector<FieldPart>, std::less<>>;

struct IndicatorSettings {
  Severity severity = Severity::warning;
  std::map<std::string, std::int64_t, std::less<>> values;
};
struct Indicator {
  std::string id;  // "time.short"; never reused for something else
  std::uint32_t version = 1;
  Label label;  // what is asked, one short sentence
  Label says;   // with {names}
  std::vector<std::string> kinds;
  std::vector<std::string> rules;  // of the law's rules, where it asks those
  IndicatorSettings settings;
  std::map<std::string, IndicatorSettings> provinces;  // by code, whole

  const IndicatorSettings& in(const std::string& province) const;
};
struct Indicators {
  std::vector<Indicator> all;
  std::map<std::string, KindParts, std::less<>> kinds;
};

// What a program's indicator takes and says.
struct KnownIndicator {
  std::string_view id;
  std::vector<std::string_view> values;  // thresholds, all of them wanted
  std::vector<std::string_view> names;   // that its sentence may have
  bool asks_rules = false;
};
const std::vector<KnownIndicator>& known_indicators();

// Adds the rows of one file. Faults by row and column: `fault(where, column, vi, en)`.
using NoteFault = std::function<void(const std::string& where, const std::string& column,
                                     const std::string& vi, const std::string& en)>;
void read_indicators(const json::object& root, Indicators& out, const NoteFault& fault);
// Once all forms and rules are there: that kinds, fields and rules exist, and that nothing sealed or personal
// plays a part.
void check_indicators(const Indicators& indicators,
                      const std::function<std::vector<const RecordType*>(std::string_view)>& versions,
                      const std::vector<Rule>& rules, const NoteFault& fault);

// Values by name, as each language writes them.
using SaidValues = std::map<std::string, Label, std::less<>>;
// "{day}" replaced by its value; a name without one gives "…".
Label fill_names(const Label& says, const SaidValues& values);

}  // namespace gandan::records
