// Feed maps in a vault that keeps the ledger (ledger/feed_map.hpp): which maps the ledger has, and their
// lines. A device that reads the whole tree makes a map's lines from its own feeds; another one keeps those
// that it fetched, of the last map only, and cannot make them.
//
// Threading: as the vault's. Errors: of the database.
#pragma once

#include "ledger/feed_map.hpp"
#include "vault/vault.hpp"

namespace gandan::vault {

struct LoggedMap {
  std::uint64_t index = 0;  // in the ledger; 0: there is none
  std::int64_t receipt_ms = 0;
  Hash hash;
};
// The newest of the entries that are here.
Result<LoggedMap> newest_map(Vault& vault);
// At that index; index 0 in what comes back: it is no map.
Result<LoggedMap> map_at(Vault& vault, std::uint64_t index);
// The last one below that index.
Result<LoggedMap> last_map_below(Vault& vault, std::uint64_t index);

// What of a map's lines is here.
struct MapPart {
  std::uint64_t index = 0;
  std::uint64_t here = 0;   // lines, from the first on
  std::uint64_t count = 0;  // of all its lines
};
Result<std::vector<MapPart>> map_parts(Vault& vault);  // ascending by index; at most two

Status keep_map_lines(Vault& vault, std::uint64_t index, std::uint64_t count, std::uint64_t first,
                      ByteView lines);
Status drop_map_lines_before(Vault& vault, std::uint64_t index);
// Those that are here, as they came: ledger::FeedMap::parse.
Result<Bytes> map_lines(Vault& vault, std::uint64_t index);

}  // namespace gandan::vault
