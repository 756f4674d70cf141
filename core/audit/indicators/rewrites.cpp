// rewrite.final, rewrite.asked: facts that were signed and say something else since. Facts are what happened
// (when, where, who was met, how it ended), not the words about it. Who mends a slip in the hour after
// signing rewrites nothing, and a correction that was asked for and accepted, or answered in words, is what a
// question is for. Nor does who went on with a draft and could not know that somebody else had signed it
// meanwhile: programs want a reason for a change of what they know to be signed, and the ledger says what a
// device had seen.
//
// Asked is who can be shown to have had the question, whatever the clocks say: questions and corrections
// cross. Who signs the change says with it what of the record was on that device; of a change that was not
// signed, its segment names the ledger that the device knew. Where neither says anything, nobody is asked.
#include "audit/indicators/indicators.hpp"
#include "base/calendar.hpp"

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

enum class Heard { no, yes, unproven };

// What the ledger says of whether a device had one op when it wrote another.
Heard heard_by_ledger(const Scope& scope, const changelog::Stamp& question, const changelog::Stamp& change) {
  const auto& feeds = scope.ledger.feeds();
  const auto asker = feeds.find(question.feed), changer = feeds.find(change.feed);
  if (asker == feeds.end() || changer == feeds.end()) return Heard::unproven;
  if (asker->second.device == changer->second.device) return question < change ? Heard::yes : Heard::no;
  const auto asked = scope.ledger.of(question), changed = scope.ledger.of(change);
  if (!asked.index || changed.checkpoint == 0) return Heard::unproven;
  if (*asked.index >= changed.checkpoint) return Heard::no;
  return changed.waited ? Heard::unproven : Heard::yes;  // what waited may be older than what it names
}

Heard heard(const Scope& scope, const AskedOf& question, const changelog::Stamp& change) {
  if (question.seen == false) return Heard::no;
  const auto ledger = heard_by_ledger(scope, question.at, change);
  if (ledger == Heard::yes) return ledger;
  // Seen by the time of signing: before the change, where the clocks do not speak against it.
  if (question.seen == true) return question.at < change ? Heard::yes : Heard::no;
  return ledger == Heard::unproven && change < question.at ? Heard::no : ledger;
}

struct LastAsked {
  Heard heard = Heard::no;
  std::optional<std::int64_t> ms;  // of the last question that was heard
};
LastAsked last_asked(const Scope& scope, const Rewrite& rewrite) {
  LastAsked out;
  for (const auto& question : rewrite.questions) {
    const auto one = heard(scope, question, rewrite.at);
    if (one == Heard::yes) out = {one, changelog::hlc_ms(question.at.hlc)};
    if (one == Heard::unproven && out.heard == Heard::no) out.heard = one;
  }
  return out;
}

}  // namespace

void find_rewrites(Scope& scope, const records::Catalog& catalog) {
  const auto* unasked = scope.wants("rewrite.final");
  const auto* asked = scope.wants("rewrite.asked");
  for (const auto& fact : scope.facts) {
    if (!fact.finalized || !scope.in_period(fact)) continue;
    for (const auto& rewrite : fact.rewrites) {
      if (rewrite.settled) continue;
      const auto question = last_asked(scope, rewrite);
      const auto* about = question.ms ? asked : unasked;
      if (about == nullptr || question.heard == Heard::unproven || !scope.of_kind(*about, fact)) continue;
      if (!rewrite.reasoned && could_not_know(scope, fact, rewrite)) continue;
      // Nobody can accept what has only just come.
      const auto came = scope.ledger.of(rewrite.at).received_ms;
      if (question.ms && came && scope.now_ms - *came < scope.value(*about, "days") * kDayMs) continue;
      if (!question.ms &&
          rewrite.changed_ms - fact.first_signed_ms <= scope.value(*about, "minutes") * 60'000)
        continue;
      scope.add(*about, fact,
                {{"signed", said_time(fact.first_signed_ms)},
                 {"asked", said_time(question.ms)},
                 {"changed", said_time(rewrite.changed_ms)},
                 {"fields", labels_of(catalog, fact.kind, rewrite.paths)}});
    }
  }
}

}  // namespace gandan::audit
