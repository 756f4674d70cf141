// What stands in no ledger, a server that was restored may have lost: wraps, entries of the key box, chunks.
// It then goes on with the next series of numbers (protocol/series.hpp). A device that meets it
//
//   wraps    sends those that it made and that still serve, and, of units that it administers, those that
//   lead
//            to their parents and into their past; a server that has one takes it as a repetition
//   keys     asks for all entries, and sends what did not come back
//   chunks   asks which are there, in its next requests, and sends the others
//
// Threading: as the vault's.
#pragma once

#include <set>

#include "vault/attachments.hpp"

namespace gandan::vault {

// At the end of an answer that had all. True: the series is a new one, and there is more to say. The first
// server that a vault meets is new, and has lost nothing of it. The server's word costs a phone what it has
// to send, so it is believed once a day.
Result<bool> notice_series(Vault& vault, std::uint64_t series);
// After a later answer that had all: true where keys are to be sent that it did not show.
Result<bool> send_keys_not_shown(Vault& vault);

// Of the chunks of which it is not known any more whether the server has them.
struct DoubtedChunks {
  std::vector<ChunkName> chunks;
  bool more = false;
};
Result<DoubtedChunks> doubted_chunks(Vault& vault, std::size_t limit);
Status chunks_told(Vault& vault, const std::vector<ChunkName>& asked, const std::set<Hash>& missing);

}  // namespace gandan::vault
