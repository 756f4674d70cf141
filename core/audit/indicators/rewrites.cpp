// rewrite.final, rewrite.asked: facts that were signed and say something else since. Facts are what happened
// (when, where, who was met, how it ended), not the words about it. Who mends a slip in the hour after
// signing rewrites nothing, and a correction that was asked for and accepted, or answered in words, is what a
// question is for.
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

}  // namespace

void find_rewrites(Scope& scope, const records::Catalog& catalog) {
  const auto* unasked = scope.wants("rewrite.final");
  const auto* asked = scope.wants("rewrite.asked");
  for (const auto& fact : scope.facts) {
    if (!fact.finalized || !scope.in_period(fact)) continue;
    for (const auto& rewrite : fact.rewrites) {
      const auto* about = rewrite.asked_ms ? asked : unasked;
      if (about == nullptr || rewrite.settled || !scope.of_kind(*about, fact)) continue;
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
