// evidence.none: somebody is said to have been met, and nothing at all bears it out. One thing is enough:
// minutes on paper, a photo, a position, a signature; and where nobody was met, nothing is asked.
#include "audit/indicators/indicators.hpp"

namespace gandan::audit {

void find_without_evidence(Scope& scope) {
  const auto* about = scope.wants("evidence.none");
  if (about == nullptr) return;
  scope.each(*about, [&](const Fact& fact) {
    if (fact.met && !fact.any_file && !fact.position && !fact.in_writing && !fact.any_signature)
      scope.add(*about, fact, {});
  });
}

}  // namespace gandan::audit
