// Evidence that the server signed two ledgers, as a file for a stranger: the realm's root statement, which
// names the ledger's key, and pairs of checkpoints that this key signed. Bytes: schema/wire/split_view.md.
//
// Threading: evidence as the vault's; the rest are pure functions.
#pragma once

#include "vault/witness.hpp"

namespace gandan::audit {

constexpr std::size_t kMaxSplitViewBytes = 512 * 1024;

struct NotePair {
  static constexpr std::size_t wire_min = 2;
  std::string first, second;  // notes
  template <class A>
  void serialize(A& a) {
    a(first, second);
  }
};
struct SplitViewFile {
  Bytes root;  // the root statement
  std::vector<NotePair> pairs;
};
Bytes encode_split_view_file(const SplitViewFile& file);
Result<SplitViewFile> decode_split_view_file(ByteView bytes);

// All that this vault holds. Code::no_evidence.
Result<Bytes> split_view_evidence(vault::Vault& vault);

struct SplitViewReport {
  Hash fingerprint;
  struct Pair {
    std::uint64_t first_size = 0, second_size = 0;
    Hash first_root, second_root;
    // One size and two roots: two ledgers, whoever looks. Otherwise the server owes a proof of consistency
    // (RFC 6962 section 2.1.2) from the smaller to the larger, and convicts itself by not giving one.
    bool convicts = false;
  };
  std::vector<Pair> pairs;  // at least one
};
// With the realm's fingerprint alone. Code::wrong_realm, bad_signature, bad_checkpoint, malformed …: the
// first thing that does not hold; bad_proof when two checkpoints are the same.
Result<SplitViewReport> verify_split_view(ByteView file, const Hash& fingerprint);

}  // namespace gandan::audit
