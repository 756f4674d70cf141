// What the ledger had under a checkpoint: of a record, the ops that lie below its size. Two devices that read
// the same units find the same there, whatever each has written since, so that what is made of it can be made
// again.
//
// A save counts as a whole: when its last op lies below. A segment that an administrator accepted later
// counts with the place that it had in the ledger.
//
// Threading: as the vault's while it loads; a plain value then.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <vector>

#include "vault/vault.hpp"

namespace gandan::vault {

class Logged {
 public:
  // Of the ledger's first `size` entries.
  static Result<Logged> load(Vault& vault, std::uint64_t size);

  std::uint64_t size() const { return size_; }
  // When the last of them was received, of statements and of these units' segments; absent: of all that this
  // device has. 0: none is here. Others' segments would tell devices apart that read the same of these units.
  std::int64_t received_ms(const std::function<bool(const UnitId&)>& of_unit = {}) const;
  // Whether this device has and can read all that lies there of these units: what did not arrive yet, waits
  // for a key or for a newer program is missing in `of`.
  bool whole(const std::function<bool(const UnitId&)>& of_unit) const;
  bool has(const changelog::OpEntry& op) const;
  // The record as far as it lies there; empty where nothing of it does.
  changelog::RecordState of(const RecordId& record, const changelog::RecordState& state) const;

 private:
  struct Segment {
    changelog::Hlc last = 0;  // its last op's
    bool below = false;
  };
  Status find_gaps(Vault& vault);

  std::uint64_t size_ = 0;
  std::int64_t statements_ms_ = 0;
  std::map<UnitId, std::int64_t> segments_ms_;
  std::set<UnitId> gaps_;
  std::map<FeedId, std::vector<Segment>> feeds_;  // by stamps
};

// The root that a checkpoint of that size had, if this device verified one. Code::not_found.
Result<Hash> root_at(Vault& vault, std::uint64_t size);

}  // namespace gandan::vault
