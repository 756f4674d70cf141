// LogCheck: the stranger's side of whole logs, of whatever they disclose. What it rests on:
//
//   the feed map, whole    every line is a feed of a device, a unit and a number that the statements know: no
//                          feed and no device is left out
//   each feed of the units from before the begin to the head that the map names, without a gap
//
// Private to this folder. Threading: belongs to one thread.
#pragma once

#include "audit/log_proof.hpp"
#include "audit/proof_check.hpp"
#include "ledger/feed_map.hpp"

namespace gandan::audit {

class LogCheck {
 public:
  explicit LogCheck(const Hash& fingerprint) : check_(fingerprint) {}

  ProofCheck& base() { return check_; }
  // Root, checkpoint, witnesses, statements.
  Status begin(const LogParts& parts) {
    return check_.begin(parts.checkpoint, parts.statements, parts.named);
  }
  // The map, and whose each of its lines is.
  Status take_map(const LogParts& parts, const std::set<UnitId>& units);
  std::uint64_t map_index() const { return shown_.map_index; }
  std::int64_t map_ms() const { return shown_.map_ms; }

  // The units' feeds; `on_ops` judges what each segment discloses.
  using OnOps = std::function<Status(const std::vector<Proven>&)>;
  Status take_feeds(const LogParts& parts, std::int64_t from_ms, const OnOps& on_ops);
  // No named checkpoint is left over; what was shown.
  Result<LogShown> finish();

 private:
  Status attribute();
  Status take_feed(const LogFeed& feed, std::int64_t from_ms, const OnOps& on_ops);

  ProofCheck check_;
  LogShown shown_;
  std::set<UnitId> units_;
  ledger::FeedMap map_;
  std::map<FeedId, std::pair<DeviceId, UnitId>> of_units_;
  std::vector<Proven> ops_;
};

}  // namespace gandan::audit
