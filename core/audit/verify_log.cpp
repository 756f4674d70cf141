// The stranger's side of a person's log: log_check.hpp, up to a map of behind the period, and of what is
// disclosed only that person's changes of that period.
#include "audit/log_check.hpp"

namespace gandan::audit {
namespace {

Status is_of(const LogScope& scope, const std::vector<Proven>& ops) {
  for (const auto& one : ops) {
    if (one.op.holder != scope.holder) return bad_proof("a change of another person");
    if (one.op.written_ms < scope.from_ms || one.op.written_ms >= scope.until_ms)
      return bad_proof("a change from outside the period");
  }
  return {};
}

}  // namespace

Result<LogReport> verify_log(ByteView proof, const Hash& fingerprint) {
  if (proof.size() > kMaxProofBytes) return Error{Code::too_large, "proof file"};
  LogCheck check(fingerprint);
  GANDAN_TRY(const auto file,
             decode_log_file(proof, [&check](ByteView root) { return check.base().take_root(root); }));
  GANDAN_CHECK(check.begin(file));
  const LogScope& scope = file.scope;
  if (check.base().roster().unit(scope.unit) == nullptr) return Error{Code::unknown_unit, "the log's unit"};
  if (scope.from_ms < 0 || scope.from_ms >= scope.until_ms) return bad_proof("the period");
  GANDAN_CHECK(check.take_map(file, {scope.unit}));
  if (check.map_ms() < scope.until_ms) return Code::log_map_early;
  GANDAN_CHECK(check.take_feeds(file, scope.from_ms,
                                [&](const std::vector<Proven>& ops) { return is_of(scope, ops); }));
  LogReport report;
  GANDAN_TRY(static_cast<LogShown&>(report), check.finish());
  report.scope = scope;
  return report;
}

}  // namespace gandan::audit
