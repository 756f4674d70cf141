// Fetching a feed map's lines: by a supervisor who does not read the whole tree, and once a day at most. Who
// reads all of it has what every line says.
//
// Threading: as the vault's.
#pragma once

#include "protocol/messages.hpp"
#include "vault/feed_map.hpp"

namespace gandan::sync {

constexpr std::int64_t kMapEveryMs =
    std::int64_t{24} * 3'600'000;  // between the receipts of two that are fetched

// Absent: nothing is wanted.
Result<std::optional<protocol::MapWanted>> map_wanted(vault::Vault& vault);
// Code::bad_proof: what was not asked for, or of no map that the ledger has. Whether the lines give what its
// entry names is asked where they are used (audit): wrong ones are kept as they are, and not asked for again.
Status take_map_lines(vault::Vault& vault, const std::optional<protocol::MapWanted>& asked,
                      const protocol::MapLines& part);

}  // namespace gandan::sync
