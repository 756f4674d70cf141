// The stranger's side of a report's figures: log_check.hpp, up to a map that leaves nothing out which the
// report's checkpoint has, and of what is disclosed only what the figures read of the records behind them.
// The figures are counted again from that: recount.hpp.
#include <algorithm>

#include "audit/log_check.hpp"
#include "audit/recount.hpp"
#include "base/calendar.hpp"

namespace gandan::audit {
namespace {

constexpr std::size_t kMaxFigures = 500;

class ReportCheck {
 public:
  explicit ReportCheck(const Hash& fingerprint) : check_(fingerprint) {}

  Result<ReportProof> run(ByteView bytes) {
    if (bytes.size() > kMaxProofBytes) return Error{Code::too_large, "proof file"};
    GANDAN_TRY(const auto file,
               decode_report_file(bytes, [this](ByteView root) { return check_.base().take_root(root); }));
    GANDAN_CHECK(check_.begin(file));
    ReportProof out;
    out.scope = file.scope;
    GANDAN_CHECK(take_scope(out));
    GANDAN_CHECK(check_.take_map(file, out.units));
    // The map itself may be the checkpoint's last entry.
    if (check_.map_index() + 1 < out.scope.size) return Code::log_map_early;
    GANDAN_CHECK(check_.take_feeds(file, out.scope.from_ms,
                                   [&](const std::vector<Proven>& ops) { return take_ops(out.scope, ops); }));
    const auto ops = by_place(ops_);
    for (const auto& figure : out.scope.figures) GANDAN_CHECK(recount(out.scope, figure, ops));
    GANDAN_TRY(static_cast<LogShown&>(out), check_.finish());
    return out;
  }

 private:
  Status take_scope(ReportProof& out) {
    const ReportScope& scope = out.scope;
    const auto& roster = check_.base().roster();
    if (scope.from_ms < 0 || scope.first > scope.last || scope.as_of > scope.last)
      return bad_proof("the period");
    if (scope.from_ms > std::max<std::int64_t>(0, std::int64_t{scope.first} * kDayMs - kLocalOffsetMs))
      return bad_proof("the logs begin behind the period's begin");
    if (scope.units.empty() || scope.figures.empty() || scope.figures.size() > kMaxFigures)
      return bad_proof("a report without a unit or a figure");
    for (const auto& unit : scope.units)
      if (roster.unit(unit) == nullptr) return Error{Code::unknown_unit, "the report's unit"};
    if (!check_.base().roster_fits(scope.roster_size, scope.size))
      return bad_proof("the roster of the report's checkpoint");
    GANDAN_TRY(out.checkpoint_ms, check_.base().stood_at(scope.size, scope.root));
    if (scope.as_of > local_days(out.checkpoint_ms))
      return bad_proof("it is told as of a day that the report's checkpoint has not reached");
    for (const auto& [id, about] : roster.units()) {
      const UnitId& unit = id;
      if (std::any_of(scope.units.begin(), scope.units.end(),
                      [&](const UnitId& above) { return roster.within(unit, above, scope.roster_size); }))
        out.units.insert(unit);
    }
    if (!is_plain(scope.report)) return bad_proof("the report's name");
    std::set<std::string> names;
    for (const auto& figure : scope.figures) {
      GANDAN_CHECK(countable(figure));
      if (!names.insert(figure.id).second) return bad_proof("a figure that stands twice");
      const auto paths = paths_of(figure);
      for (const auto& record : figure.records) claimed_[record].insert(paths.begin(), paths.end());
    }
    return {};
  }

  Status take_ops(const ReportScope& scope, const std::vector<Proven>& ops) {
    for (const auto& one : ops) {
      const auto claimed = claimed_.find(one.op.record);
      if (claimed == claimed_.end()) return bad_proof("a change of a record that no figure names");
      if (claimed->second.count(one.op.path) == 0) return bad_proof("a change that no figure reads");
      if (one.op.ledger_index >= scope.size) return bad_proof("a change from behind the report's checkpoint");
      ops_.push_back(one);
    }
    return {};
  }

  LogCheck check_;
  std::map<RecordId, std::set<std::string>> claimed_;  // what may be disclosed
  std::vector<Proven> ops_;
};

}  // namespace

Result<ReportProof> verify_report(ByteView proof, const Hash& fingerprint) {
  return ReportCheck(fingerprint).run(proof);
}

}  // namespace gandan::audit
