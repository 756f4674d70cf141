// Proofs of RFC 6962 section 2.1.1 and 2.1.2 (RFC 9162 section 2.1.3 and 2.1.4): that a leaf is in a tree,
// and that a tree continues an earlier one; and the text of C2SP tlog-proof, in which one travels with its
// checkpoint. Bytes: schema/wire/ledger.md.
//
// Threading: plain values and pure functions.
// Errors: the verifiers check the number of hashes before they hash anything, so a hostile proof costs at
// most 63 · 2 hashes. Making a proof fails with Code::bad_request for an index or size outside the tree, and
// with whatever the reader reports.
#pragma once

#include <string>

#include "ledger/checkpoint.hpp"
#include "ledger/tree.hpp"

namespace gandan::ledger {

struct InclusionProof {
  std::uint64_t index = 0;  // of the leaf
  std::vector<Hash> path;   // from the leaf's sibling up; at most 62
  static constexpr std::size_t wire_min = 2;
  template <class A>
  void serialize(A& a) {
    a(index, path);
  }
};

struct ConsistencyProof {
  std::vector<Hash> path;  // at most 63
  template <class A>
  void serialize(A& a) {
    a(path);
  }
};

Bytes encode_proof(const InclusionProof& proof);
Bytes encode_proof(const ConsistencyProof& proof);
Result<InclusionProof> decode_inclusion_proof(ByteView bytes);
Result<ConsistencyProof> decode_consistency_proof(ByteView bytes);

Result<InclusionProof> inclusion_proof(std::uint64_t index, std::uint64_t size, const HashReader& reader);
// Precondition of the RFC relaxed: from size 0, and from a size to itself, the proof is empty.
Result<ConsistencyProof> consistency_proof(std::uint64_t old_size, std::uint64_t new_size,
                                           const HashReader& reader);

// Code::bad_proof unless `leaf` is the hash of leaf number `index` in the tree of that size and root. Size
// and root must come from one checkpoint: with a foreign size a path can still lead to the root.
Status verify_inclusion(const Hash& leaf, std::uint64_t index, std::uint64_t size, const Hash& root,
                        std::span<const Hash> path);

// Several leaves at once: the hashes of the largest subtrees that hold none of them, from left to right.
// Leaves that lie side by side, as what one device pushed mostly does, share all of it. Precondition of both:
// indexes strictly increase. Each costs at most 62 hashes a leaf.
struct IndexedLeaf {
  std::uint64_t index = 0;
  Hash leaf;
};
Result<std::vector<Hash>> batch_inclusion_proof(std::span<const std::uint64_t> indexes, std::uint64_t size,
                                                const HashReader& reader);
// Code::bad_proof as above; no leaves and no hashes hold under every root.
Status verify_batch_inclusion(std::span<const IndexedLeaf> leaves, std::uint64_t size, const Hash& root,
                              std::span<const Hash> path);

// Code::ledger_went_back when the new tree is smaller; Code::ledger_rewritten when one size has two roots;
// Code::bad_proof when the hashes do not connect the two, which also an honest but broken server can cause.
Status verify_consistency(std::uint64_t old_size, const Hash& old_root, std::uint64_t new_size,
                          const Hash& new_root, std::span<const Hash> path);

// An entry's proof for carrying by hand: C2SP tlog-proof. `extra` is not authenticated by anything.
struct LedgerProof {
  Bytes extra;
  InclusionProof inclusion;
  std::string checkpoint;  // the signed note, as the log and the witnesses made it
};
constexpr std::size_t kMaxProofExtra = 64 * 1024;

std::string print_ledger_proof(const LedgerProof& proof);
Result<LedgerProof> parse_ledger_proof(std::string_view text);  // syntax only
// The checkpoint, if the log signed it and the leaf is under it. Cosignatures are the caller's policy.
Result<Checkpoint> verify_ledger_proof(const LedgerProof& proof, const Hash& leaf, const NoteKey& log);

}  // namespace gandan::ledger
