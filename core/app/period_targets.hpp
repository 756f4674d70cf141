// The targets of a unit (schema/records/target.json), as a period's report reads them.
//
// Threading: as the vault's. For one request.
#pragma once

#include "app/documents.hpp"
#include "report/targets.hpp"

namespace gandan::app {

struct UnitTargets {
  // Those that are finalised by somebody who had the right, in the order in which they were; of one figure
  // and period the last holds.
  std::vector<report::Target> targets;
  // In words: drafts and such without the right, which are not used.
  std::vector<records::Label> left_out;
};
// Of that unit alone, not of those below it. What lies in `documents` counts: under a checkpoint, what the
// ledger had there. Only those that matter for the period: its own, and longer ones that it lies in.
Result<UnitTargets> targets_of(Session& session, Documents& documents, const UnitId& unit,
                               const report::Period& period);

// The unit whose targets a report without a unit is held against: the one that all others this device reads
// lie in. Nothing where there is none.
Result<std::optional<UnitId>> whole_unit(Session& session, std::uint64_t roster_size);

}  // namespace gandan::app
