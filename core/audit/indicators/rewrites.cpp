// rewrite.final, rewrite.asked: facts that were signed and say something else since. Facts are what happened
// (when, where, who was met, how it ended), not the words about it. Who mends a slip in the hour after
// signing rewrites nothing, and a correction that was asked for and accepted, or answered in words, is what a
// question is for. Nor does who went on with a draft and could not know that somebody else had signed it
// meanwhile: programs want a reason for a change of what they know to be signed, and the ledger says what a
// device had seen.
#include "audit/indicators/indicators.hpp"

namespace gandan::audit {
namespace {

records::Label labels_of(const records::Catalog& catalog, const std::string& kind,
                         const std::vector<std::string>& paths) {
  records::Label out;
  for (const auto& path : paths) {
    const records::Field* field = nullptr;
    for (const auto* type : catalog.versions(kind))
      if (field = type->find(path); field != nullptr) break;
    const std::string between = out.vi.empty() ? "" : ", ";
    out.vi += between + (field == nullptr ? path : field->label.vi);
    out.en += between + (field == nullptr ? path : field->label.en);
  }
  return out;
}

// The finalisation was in no ledger that the change's author had seen, and another device's.
bool could_not_know(const Scope& scope, const Fact& fact, const Rewrite& rewrite) {
  const auto& feeds = scope.ledger.feeds();
  const auto signer = feeds.find(fact.first_signed.feed), changer = feeds.find(rewrite.at.feed);
  if (signer == feeds.end() || changer == feeds.end() || signer->second.device == changer->second.device)
    return false;
  const auto received = scope.ledger.of(fact.first_signed).received_ms;
  const auto seen = scope.ledger.of(rewrite.at).not_before_ms;
  return !received || !seen || *seen < *received;
}

}  // namespace

void find_rewrites(Scope& scope, const records::Catalog& catalog) {
  const auto* unasked = scope.wants("rewrite.final");
  const auto* asked = scope.wants("rewrite.asked");
  for (const auto& fact : scope.facts) {
    if (!fact.finalized || !scope.in_period(fact)) continue;
    for (const auto& rewrite : fact.rewrites) {
      const auto* about = rewrite.asked_ms ? asked : unasked;
      if (about == nullptr || rewrite.settled || !scope.of_kind(*about, fact)) continue;
      if (!rewrite.reasoned && could_not_know(scope, fact, rewrite)) continue;
      if (!rewrite.asked_ms &&
          rewrite.changed_ms - fact.first_signed_ms <= scope.value(*about, "minutes") * 60'000)
        continue;
      scope.add(*about, fact,
                {{"signed", said_time(fact.first_signed_ms)},
                 {"asked", said_time(rewrite.asked_ms)},
                 {"changed", said_time(rewrite.changed_ms)},
                 {"fields", labels_of(catalog, fact.kind, rewrite.paths)}});
    }
  }
}

}  // namespace gandan::audit
