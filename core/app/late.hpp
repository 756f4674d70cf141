// Late: what devices handed over after they had lost their right to write there, in parts, for who decides
// whether it counts (held.cpp) and who approves that it does (acts.cpp).
//
// Threading: as the vault's.
#pragma once

#include "app/documents.hpp"
#include "vault/quarantine.hpp"

namespace gandan::app {

// One segment.
struct LatePart {
  vault::Quarantined segment;
  changelog::Hlc first = 0, last = 0;  // of its changes; zeros where it does not open here
  bool joined = false;                 // its last save goes on in the next part
};

// What one device left in one unit: by incarnation and place, so that the first parts are the first of each
// of its feeds.
struct Late {
  std::vector<LatePart> parts;
  std::uint64_t changes() const;
  changelog::Hlc first() const, last() const;
  // Of the first `count` parts.
  std::map<RecordId, std::vector<changelog::Op>> records(std::size_t count) const;
};

using LateWork = std::map<std::pair<DeviceId, UnitId>, Late>;
Result<LateWork> late_work(vault::Vault& vault);

// Nothing where there is no such moment.
std::string moment_of(changelog::Hlc hlc);

// {"id", "kind", "title"} of a record as it would be if these changes counted.
Result<json::object> late_record_json(Session& s, const RecordId& id, const UnitId& unit,
                                      const std::vector<changelog::Op>& ops);
// {"reason", "by", "at"} of how the device lost its role there; nothing where it has it still, and only the
// unit moved.
Result<std::optional<json::object>> removal_json(Session& s, const DeviceId& device, const UnitId& unit);

// What an acceptance that is proposed would let count, as this device has it: the member "late" of a
// proposal.
Result<json::object> late_json(Session& s, const LateWork& all, const roster::AcceptBody& accept);

}  // namespace gandan::app
