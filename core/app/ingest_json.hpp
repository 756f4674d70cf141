// What came in, for people and programs: counts, what is held and why, what was refused.
//
// Threading: as the vault's.
#pragma once

#include "base/json.hpp"
#include "vault/ingest.hpp"

namespace gandan::app {

json::object ingest_json(const vault::IngestReport& report);
json::array errors_json(const std::vector<Error>& errors);

class Names;
// Devices of whose segments earlier ones are missing here: a bundle was made of what the server had not.
Result<json::array> gaps_json(vault::Vault& vault, Names& names);

// Why segments are kept and not applied, in words.
struct HeldWords {
  const char* state;
  const char* vi;
  const char* en;
};
HeldWords held_words(vault::SegmentState state);

}  // namespace gandan::app
