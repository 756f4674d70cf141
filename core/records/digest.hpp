// Digest: what a rule or a calendar says, in sixteen hexadecimal digits. Records name by it what judged them,
// for a number alone may have been given twice (schema/wire/record.md, @judged).
//
// Threading: pure functions.
#pragma once

#include "base/json.hpp"

namespace gandan::records {

// Of the row's members in the order of their names, at every depth, but for remarks ("#…") and `without`. 64
// bits: whoever grinds a second row under one digest needs as many tries, and stands in the ledger with both.
std::string digest_of(const json::object& row, const std::vector<std::string_view>& without = {});

}  // namespace gandan::records
