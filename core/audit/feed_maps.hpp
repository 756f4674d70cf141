// Feed maps against what a vault holds (ledger/feed_map.hpp). Private to this folder.
//
//   made       a device that reads the whole tree makes each map again from its own statements and segments
//   fetched    another one holds the lines that it fetched against the ledger's entry, and those of the feeds
//              that it reads against its segments
//
// Threading: as the vault's. Making maps takes 4 bytes of memory per ledger entry.
#pragma once

#include "audit/audit.hpp"
#include "vault/feed_map.hpp"

namespace gandan::audit {

// The map's lines, as the ledger's entry names them. Code::no_map: they can neither be made here, since
// something before the map is not here, nor were they fetched; bad_map: the entry names others.
Result<ledger::FeedMap> feed_map(vault::Vault& vault, const roster::Roster& roster,
                                 const vault::LoggedMap& logged);

struct MapReport {
  std::uint64_t checked = 0;
  std::vector<Finding> findings;  // bad_map; withheld: a map names a segment that is not here
};
// All maps below `size` that can be checked here. Precondition: the ledger's entries are here up to there.
Result<MapReport> check_maps(vault::Vault& vault, const roster::Roster& roster, std::uint64_t size);

}  // namespace gandan::audit
