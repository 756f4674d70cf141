// Audit: what a supervisor does alone and offline.
//
//   verify        every feed (signatures, chains, authority) and the ledger (tree, receipts, named checkpoints), from
//                 the bytes in the vault, trusting nothing that was computed when they arrived
//   prove         a file that shows a record's ops to a stranger: who wrote what, in which segment, received when
//   verify_proof  the stranger's side: needs the file and the realm's fingerprint, no vault, no network
//
// Threading: as the vault's; verify_proof is a pure function.
#pragma once

#include "vault/vault.hpp"

namespace gandan::audit {

struct Finding {
  Code code;
  std::string subject;  // feed and sequence, or ledger index, in words
  std::string detail;
};
struct VerifyReport {
  std::uint64_t feeds = 0;
  std::uint64_t segments = 0;
  std::uint64_t statements = 0;
  std::uint64_t ledger_size = 0;     // of the last verified checkpoint
  std::uint64_t ledger_entries = 0;  // that are here
  std::uint64_t unseen_entries = 0;  // ledger entries whose segment is not here: other units', or withheld
  bool whole_ledger = false;         // every entry is here, and the root was recomputed from them
  std::vector<Finding> findings;     // empty: everything held
};
Result<VerifyReport> verify(vault::Vault& vault);

// Code::not_found; Code::not_in_ledger when the record's ops are not under a checkpoint yet; Code::bad_request when
// this vault does not keep the ledger (sync as a supervisor).
Result<Bytes> prove(vault::Vault& vault, const RecordId& record);

struct ProvenOp {
  std::string path;
  changelog::Value value;
  std::int64_t written_ms = 0;     // the device's own word
  std::int64_t not_before_ms = 0;  // receipt of the last entry of the checkpoint that the segment names; 0: none named
  std::int64_t not_after_ms = 0;   // receipt of the segment
  DeviceId device;
  UnitId unit;
  roster::Role role;
  std::uint64_t sequence = 0;
  std::uint64_t ledger_index = 0;
};
struct ProofReport {
  RecordId record;
  Hash fingerprint;  // of the realm
  std::uint64_t ledger_size = 0;
  std::vector<ProvenOp> ops;
};
// Code::bad_proof, bad_signature, wrong_realm, malformed …: the first thing that does not hold.
Result<ProofReport> verify_proof(ByteView proof, const Hash& fingerprint);

}  // namespace gandan::audit
