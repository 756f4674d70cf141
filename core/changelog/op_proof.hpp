// Disclosure of chosen ops of a segment, and of nothing else.
//
//   two ops or more   the op, its salt and a Merkle path to the signed op root: no key leaves
//   one op            there is no op root: the segment's own key and its ciphertext; the key opens nothing
//   else
//
// A verifier needs the segment's stub, whose signature and place in the ledger it checks first.
// Bytes: schema/wire/segment.md.
//
// Threading: pure functions.
#pragma once

#include <variant>

#include "changelog/segment_content.hpp"

namespace gandan::changelog {

using LeafSalt = FixedBytes<16, struct LeafSaltTag>;

struct MerkleOpProof {
  LeafSalt salt;
  Bytes op;                // canonical, encode_op
  std::vector<Hash> path;  // from the leaf's sibling up, at most 8
};
struct KeyOpProof {
  Bytes key;  // 64 bytes: of this segment alone
  Bytes ciphertext;
};
struct OpProof {
  std::uint32_t index = 0;  // of the op in the segment
  std::variant<MerkleOpProof, KeyOpProof> evidence;
};

// `ops` are the opened segment's. Precondition: index < ops.size().
Result<OpProof> prove_op(const RealmId& realm, const protocol::Segment& segment, std::span<const Op> ops,
                         std::uint32_t index, const FeedKey& key);
// The op, if it is the one at that place of the segment; Code::bad_proof or Code::cannot_open otherwise.
Result<Op> verify_op(const RealmId& realm, const protocol::SegmentStub& stub, const OpProof& proof);

Bytes encode_op_proof(const OpProof& proof);
Result<OpProof> decode_op_proof(ByteView bytes);

// Leaves of the op tree: tagged_hash("gandan/op-leaf/v1", realm, feed ‖ sequence u64be ‖ index u16be ‖ salt ‖
// op). Their first byte, the domain's length, tells them from RFC 6962's inner nodes: they are not hashed
// again.
class OpLeafHasher {
 public:
  OpLeafHasher(const RealmId& realm, const FeedId& feed, std::uint64_t sequence);
  Hash leaf(std::uint16_t index, ByteView salt, ByteView op);  // a canonical op

 private:
  Bytes message_;
  std::size_t prefix_;
  crypto::Sha256 hash_;
};

}  // namespace gandan::changelog
