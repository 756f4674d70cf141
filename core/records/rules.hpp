// Rules: thresholds, deadlines and forms of the law as data (schema/rules/*.json), and the verdicts they
// give. A verdict names rule, version and article, and the values it used. It is computed, never stored in a
// merge.
//
// Threading: plain values; judge() runs on the Catalog's thread.
#pragma once

#include <optional>

#include "records/tree.hpp"
#include "records/type.hpp"

namespace gandan::records {

enum class Severity { info, warning, violation };
const char* to_text(Severity severity);

struct Rule {
  std::string id;  // "l10.art21.two_thirds"; never reused for something else
  std::uint32_t version = 1;
  std::string file;
  Label label;          // what the rule demands, one short sentence
  std::string law;      // "Luật 10/2022/QH15"
  std::string article;  // "Điều 21 khoản 1"
  std::string kind;     // record type
  std::string list;     // judged for each item of this list; empty: once for the record
  Formula applies;      // absent: always
  Formula test;         // true holds, false fails, NULL is unknown
  Severity severity = Severity::violation;
  Label holds;  // sentences with {names}, per outcome
  Label fails;
  Label unknown;
  std::map<std::string, std::int64_t> values;  // figures of the law, by name: {"num": 2, "den": 3}
  std::string unit;                            // of `values`: household, day, working_day
  std::string province;                        // code; empty: everywhere
  std::optional<std::int32_t> valid_from;      // days since 1970, inclusive
  std::optional<std::int32_t> valid_to;        // inclusive
  std::string verified_by;                     // who read the law's text; empty shows as not verified
};

struct Verdict {
  std::string rule;
  std::uint32_t version = 1;
  std::string law;
  std::string article;
  std::string path;                         // "decisions[01h…]" when judged for an item, else empty
  std::optional<bool> holds;                // nothing: unknown
  Severity severity = Severity::violation;  // of a failure
  Label message;
  std::vector<std::pair<std::string, std::string>> used;  // name and value as read, in order of use
  bool verified = false;
};

}  // namespace gandan::records
