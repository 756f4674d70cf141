// Hold: a record whose personal data has to be kept, by the mark @hold. A receiving office or an
// administrator sets it with a reason, and lifts it with one. Where two had not seen each other, one that
// holds is enough.
//
// Threading: pure functions.
#pragma once

#include "changelog/merge.hpp"

namespace gandan::records {

constexpr std::string_view kHoldMark = "@hold";

std::string hold_text(std::string_view reason, bool lift);  // the mark's value
struct Hold {
  std::string reason;
  bool lift = false;
};
std::optional<Hold> read_hold(const changelog::Value& value);
std::vector<std::string> holds_of(const changelog::RecordView& view);  // reasons; empty: it is not held

}  // namespace gandan::records
