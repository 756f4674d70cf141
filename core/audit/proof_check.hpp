// ProofCheck: what both proof files rest on, checked in order: root statement, checkpoint, statements, named
// checkpoints, then segment by segment, so that nothing is looked at before what vouches for it. Private to
// this folder; the stranger's side needs no vault.
//
// Threading: belongs to one thread.
#pragma once

#include "audit/audit.hpp"
#include "audit/proof.hpp"
#include "changelog/op_proof.hpp"
#include "ledger/checkpoint.hpp"
#include "ledger/entry.hpp"

namespace gandan::audit {

inline Error bad_proof(std::string detail) { return Error{Code::bad_proof, std::move(detail)}; }

struct Proven {
  changelog::Stamp stamp;
  std::vector<changelog::Stamp> replaces;
  ProvenOp op;
};
// By their stamps, and each that another one replaces marked.
std::vector<ProvenOp> in_order(std::vector<Proven> ops);

class ProofCheck {
 public:
  explicit ProofCheck(const Hash& fingerprint) : fingerprint_(fingerprint) {}

  // For decode_proof_file: the root statement, before anything behind it.
  Status take_root(ByteView bytes);
  // Everything up to the segments.
  Status begin(std::string_view note, std::span<const ProofStatement> statements,
               std::span<const NamedCheckpoint> named);
  Status finish() const;  // no named checkpoint is left over

  const Hash& fingerprint() const { return fingerprint_; }
  const roster::Roster& roster() const { return *roster_; }
  const ledger::Checkpoint& checkpoint() const { return checkpoint_; }
  std::vector<protocol::Cosignature> witnesses() const { return witnesses_; }
  Status in_ledger(ledger::EntryType type, const Hash& hash, const Place& place) const;
  // That a ledger of this size and root is the beginning of the file's; when its last entry was received. The
  // file shows it as a named checkpoint.
  Result<std::int64_t> stood_at(std::uint64_t size, const Hash& root);
  // Whether the ledger's first `size` entries can have given a roster of that size, as far as the file shows
  // places.
  bool roster_fits(std::uint64_t roster_size, std::uint64_t size) const;

  struct Segment {
    protocol::SegmentStub stub;
    Hash hash;
    const roster::FeedInfo* feed = nullptr;
  };
  // Its feed is opened, its author signed it and named a roster that was, and it stands in the ledger.
  Result<Segment> take_segment(ByteView stub, const Place& place) const;
  // Of a segment of which something is shown: its author might write there, by which role; and between which
  // moments.
  Result<ProvenOp> common_of(const Segment& segment, const Place& place);
  Result<std::vector<Proven>> take_ops(const Segment& segment, std::span<const ProofOp> ops,
                                       const ProvenOp& common) const;

 private:
  struct Named {
    const NamedCheckpoint* proof = nullptr;
    bool used = false;
  };
  Status take_statement(const ProofStatement& item);
  Status take_named(const NamedCheckpoint& item);
  Result<std::pair<roster::Role, bool>> role(const roster::FeedInfo& feed, const protocol::SegmentStub& stub,
                                             std::uint64_t index) const;
  Result<std::int64_t> not_before(const protocol::SegmentHeader& header, const Place& place);
  Result<Proven> take_op(const roster::FeedInfo& feed, const protocol::SegmentStub& stub,
                         const changelog::OpProof& proof, const ProvenOp& common) const;

  const Hash fingerprint_;
  std::optional<roster::Roster> roster_;
  ledger::Checkpoint checkpoint_;
  std::vector<protocol::Cosignature> witnesses_;
  std::map<std::uint64_t, Named> named_;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> placed_;  // statements: number, ledger index
};

}  // namespace gandan::audit
