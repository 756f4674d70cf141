// Hold: a record whose personal data has to be kept, by the mark @hold. A receiving office or an
// administrator sets it with a reason, and lifts it with one; what others write there counts for nothing and
// replaces nothing, as with reviews (workflow.hpp). Where two had not seen each other, one that holds is
// enough.
//
// Threading: pure functions.
#pragma once

#include <functional>

#include "changelog/merge.hpp"

namespace gandan::records {

constexpr std::string_view kHoldMark = "@hold";

std::string hold_text(std::string_view reason, bool lift);  // the mark's value
struct Hold {
  std::string reason;
  bool lift = false;
};
std::optional<Hold> read_hold(const changelog::Value& value);
// Reasons; empty: it is not held.
std::vector<std::string> holds_of(const changelog::RecordState& state,
                                  const std::function<bool(const changelog::OpEntry&)>& had_right);

}  // namespace gandan::records
