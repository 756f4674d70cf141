#include "audit/log_prover.hpp"
#include "base/calendar.hpp"

namespace gandan::audit {
namespace {

// When the segment was received that an op lies in, or a moment before that. A restored device seals its tail
// again under a later incarnation, so the op may lie there.
Result<std::optional<std::int64_t>> received_no_later(vault::Vault& vault, const changelog::Stamp& stamp) {
  GANDAN_TRY(const auto feed, vault.feed(stamp.feed));
  if (!feed) return std::optional<std::int64_t>();
  return vault.db().integer(
      "SELECT min(receipt_ms) FROM segment JOIN feed ON feed.number = segment.feed "
      "WHERE device = ?1 AND unit = ?2 AND number >= ?3 AND state = 0 AND (number > ?3 OR last_hlc >= ?4)",
      feed->device, feed->unit, feed->number, stamp.hlc);
}

Result<std::int64_t> begin_of(vault::Vault& vault, const ReportScope& scope, const std::set<ShownOp>& shown) {
  std::int64_t out = std::max<std::int64_t>(0, std::int64_t{scope.first} * kDayMs - kLocalOffsetMs);
  for (const auto& op : shown) {
    GANDAN_TRY(const auto received, received_no_later(vault, op.stamp));
    if (received) out = std::min(out, *received);
  }
  return out;
}

}  // namespace

bool operator<(const ShownOp& a, const ShownOp& b) {
  if (a.record != b.record) return a.record < b.record;
  if (a.path != b.path) return a.path < b.path;
  return a.stamp < b.stamp;
}

Result<Bytes> prove_report(vault::Vault& vault, ReportScope scope, std::set<ShownOp> shown,
                           std::size_t most) {
  GANDAN_TRY(const auto* roster, vault.roster());
  for (const auto& unit : scope.units)
    if (roster->unit(unit) == nullptr) return Code::unknown_unit;
  GANDAN_TRY(scope.from_ms, begin_of(vault, scope, shown));
  const auto fits = [&](const vault::LoggedMap& map) { return map.index + 1 >= scope.size; };
  const auto make = [&](const Stand& stand, const LeafTree& tree, const vault::LoggedMap& logged,
                        const ledger::FeedMap& map) -> Result<Bytes> {
    if (stand.size < scope.size) return Error{Code::not_in_ledger, "the report's checkpoint"};
    std::set<ShownOp> left = shown;
    LogAsk ask;
    ask.most = most;
    ask.from_ms = scope.from_ms;
    ask.size = scope.size;
    ask.covers = [&](const UnitId& unit) {
      return std::any_of(scope.units.begin(), scope.units.end(),
                         [&](const UnitId& above) { return roster->within(unit, above, scope.roster_size); });
    };
    ask.shows = [&](const changelog::Op& op, std::uint64_t index) {
      return index < scope.size && left.erase({op.record, op.path, op.stamp}) != 0;
    };
    ReportFile file;
    auto parts = LogProver(vault, *roster, tree, ask).prove(stand, logged, map);
    // Of a report there is more to divide than its period.
    if (!parts && parts.error().code == Code::log_too_large) return Code::report_proof_too_large;
    GANDAN_TRY(static_cast<LogParts&>(file), std::move(parts));
    if (!left.empty()) return Error{Code::not_received, "a change behind the figure"};
    file.scope = scope;
    Bytes proof = encode_report_file(file);
    if (proof.size() > most) return Code::report_proof_too_large;
    // Nobody is handed a file that does not hold.
    GANDAN_TRY(const auto report, verify_report(proof, roster->fingerprint()));
    if (report.witnesses.size() < stand.witnesses.size())
      return Error{Code::internal, "a witness that the file does not show"};
    return proof;
  };
  return prove_under_stands(vault, *roster, fits, make);
}

}  // namespace gandan::audit
