// Counting a report's figure again from the ops that a proof discloses: schema/wire/log_proof.md section 4.
// Of a formula only what a stranger can do by hand: names of fields, and texts joined to one by ||.
//
// Private to this folder. Threading: pure functions.
#pragma once

#include "audit/proof_check.hpp"

namespace gandan::audit {

// project || ' / ' || household
struct JoinedText {
  struct Part {
    bool name = false;  // of a field; else a text
    std::string text;
  };
  std::vector<Part> parts;
};
std::optional<JoinedText> joined_text(std::string_view formula);

// The ops that are disclosed, by record and path.
using OpsByPlace = std::map<std::pair<RecordId, std::string>, std::vector<const Proven*>>;
OpsByPlace by_place(const std::vector<Proven>& ops);

// Whether whoever reads a text sees what is in it, on the line where it stands: UTF-8 without control
// characters, line ends and those that turn the direction. What a proof claims is printed among the words of
// who verifies it.
bool is_plain(std::string_view text);

// The paths that may be disclosed of a figure's records.
std::set<std::string> paths_of(const ClaimedFigure& figure);
// Precondition: countable(figure). Code::proof_other_count where the records do not give the number, or one
// of them is not of the figure: of another kind, not of the period, not finalised, changed behind what was
// signed.
Status recount(const ReportScope& scope, const ClaimedFigure& figure, const OpsByPlace& ops);

}  // namespace gandan::audit
