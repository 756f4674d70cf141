#include "audit/log_prover.hpp"

namespace gandan::audit {

Result<Bytes> prove_log(vault::Vault& vault, const LogScope& scope,
                        const std::function<bool(const RecordId&)>& wanted, std::size_t most) {
  GANDAN_TRY(const auto* roster, vault.roster());
  if (roster->unit(scope.unit) == nullptr) return Code::unknown_unit;
  LogAsk ask;
  ask.most = most;
  ask.from_ms = scope.from_ms;
  ask.covers = [&](const UnitId& unit) { return unit == scope.unit; };
  ask.shows = [&](const changelog::Op& op, std::uint64_t) {
    const std::int64_t written = changelog::hlc_ms(op.stamp.hlc);
    return op.holder == scope.holder && written >= scope.from_ms && written < scope.until_ms &&
           wanted(op.record);
  };
  const auto fits = [&](const vault::LoggedMap& map) { return map.receipt_ms >= scope.until_ms; };
  const auto make = [&](const Stand& stand, const LeafTree& tree, const vault::LoggedMap& logged,
                        const ledger::FeedMap& map) -> Result<Bytes> {
    LogFile file;
    GANDAN_TRY(static_cast<LogParts&>(file), LogProver(vault, *roster, tree, ask).prove(stand, logged, map));
    file.scope = scope;
    Bytes proof = encode_log_file(file);
    if (proof.size() > most) return Code::log_too_large;
    // Nobody is handed a file that does not hold.
    GANDAN_TRY(const auto report, verify_log(proof, roster->fingerprint()));
    if (report.witnesses.size() < stand.witnesses.size())
      return Error{Code::internal, "a witness that the file does not show"};
    return proof;
  };
  return prove_under_stands(vault, *roster, fits, make);
}

}  // namespace gandan::audit
