// The proof file, as bytes: schema/wire/proof.md. Private to this folder.
//
// Threading: plain values and pure functions.
#pragma once

#include <functional>

#include "base/ids.hpp"
#include "base/result.hpp"

namespace gandan::audit {

// Where an entry stands in the ledger: an inclusion proof under the file's checkpoint.
struct Place {
  std::uint64_t index = 0;
  std::uint64_t receipt_ms = 0;
  std::vector<Hash> path;
  template <class A>
  void serialize(A& a) {
    a(index, receipt_ms, path);
  }
};

struct ProofStatement {
  static constexpr std::size_t wire_min = 150;  // of the least statement
  Bytes bytes;
  std::optional<Place>
      place;  // of a revocation, and of nothing else: what was received before it still counts
  template <class A>
  void serialize(A& a) {
    a(bytes, place);
  }
};

// A ledger that an author had seen, and its last entry.
struct NamedCheckpoint {
  static constexpr std::size_t wire_min = 50;
  std::uint64_t size = 0;
  FixedBytes<42, struct EntryTag> last;  // entry number size-1
  std::vector<Hash> inclusion;           // of it, under the root that the segment signs
  std::vector<Hash> consistency;         // from that root to the file's checkpoint
  template <class A>
  void serialize(A& a) {
    a(size, last, inclusion, consistency);
  }
};

struct ProofOp {
  static constexpr std::size_t wire_min = 60;  // of the least op proof
  Bytes bytes;                                 // changelog::encode_op_proof
  template <class A>
  void serialize(A& a) {
    a(bytes);
  }
};

struct ProofSegment {
  static constexpr std::size_t wire_min = 230;  // of the least stub
  Bytes stub;                                   // protocol::encode_stub
  Place place;
  std::vector<ProofOp> ops;
  template <class A>
  void serialize(A& a) {
    a(stub, place, ops);
  }
};

struct ProofFile {
  Bytes root;                              // the root statement
  std::string checkpoint;                  // a signed note
  std::vector<ProofStatement> statements;  // in the ledger's order, without the root statement
  std::vector<NamedCheckpoint> named;      // ascending by size
  std::vector<ProofSegment> segments;      // ascending by ledger index
  template <class A>
  void serialize(A& a) {
    a(checkpoint, statements, named, segments);
  }
};

Bytes encode_proof_file(const ProofFile& file);
// `accept` sees the root statement before anything behind it is decoded; its error is returned.
// Allocates at most a small multiple of the input.
Result<ProofFile> decode_proof_file(ByteView bytes, const std::function<Status(ByteView root)>& accept);

}  // namespace gandan::audit
