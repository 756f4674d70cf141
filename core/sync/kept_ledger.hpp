// The ledger that this vault keeps, as a file that a server can be given back (protocol/kept_ledger.hpp):
// entries, and the statements and segments that they name, as they came. Nothing is opened.
//
// Threading: as the vault's.
#pragma once

#include "protocol/kept_ledger.hpp"
#include "vault/vault.hpp"

namespace gandan::sync {

struct KeptLedger {
  std::uint64_t first = 0;  // entries [first, size)
  std::uint64_t size = 0;   // of the checkpoint that covers them
  std::uint64_t seen = 0;   // of the newest that this vault has verified: larger where an answer was cut
  std::uint64_t statements = 0;
  std::uint64_t segments = 0;
};
// From that entry on. The file ends with the largest checkpoint, of those whose notes are here, up to which
// everything is here: the newest one, but where an answer was cut. Code::no_ledger: this vault keeps none;
// ledger_incomplete: of an entry up to every checkpoint the body is missing, or nothing lies behind `from`;
// archived: a body from `from` on lies in the server's archive; not_authorized: one is missing, and this
// device is not given all bodies. Memory: 24 bytes per entry.
Result<KeptLedger> export_ledger(vault::Vault& vault, std::uint64_t from,
                                 const protocol::KeptLedgerWriter::Write& write);

}  // namespace gandan::sync
