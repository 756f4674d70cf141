// quorum.missing, signature.missing: what the law's own rules say (schema/rules), for records in which that
// is a matter of form and not of outcome: a vote that fell short is honest, a decision that was made of it is
// not.
#include <algorithm>

#include "audit/indicators/indicators.hpp"

namespace gandan::audit {

Status find_broken_rules(Scope& scope, const Helpers& helpers) {
  const auto* quorum = scope.wants("quorum.missing");
  const auto* signatures = scope.wants("signature.missing");
  if (!helpers.judge) return {};
  for (const auto& fact : scope.facts) {
    if (!fact.finalized || !scope.in_period(fact)) continue;
    const auto asks = [&](const records::Indicator* about) {
      return about != nullptr && scope.of_kind(*about, fact);
    };
    if (!asks(quorum) && !asks(signatures)) continue;
    GANDAN_TRY(const auto verdicts, helpers.judge(fact.id));
    for (const auto& verdict : verdicts)
      for (const auto* about : {quorum, signatures}) {
        if (!asks(about) || verdict.apart || verdict.holds.value_or(true)) continue;
        if (std::find(about->rules.begin(), about->rules.end(), verdict.rule) == about->rules.end()) continue;
        auto says = verdict.said();
        if (!verdict.overridden.empty()) {
          says.vi += " Lý do đã ghi khi chốt: " + verdict.overridden;
          says.en += " The reason given when it was signed: " + verdict.overridden;
        }
        scope.add(*about, fact, {{"says", says}});
      }
  }
  return {};
}

}  // namespace gandan::audit
