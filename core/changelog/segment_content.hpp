// Segment content: ops into a sealed, signed segment and back.
//
//   ops ── columns ── stored or zstd ── PADMÉ ── AES-256-SIV (AD = full header, previous hash) ── Ed25519
//
// Opening checks everything: the tag, the padding, the declared size before inflating, the columns, each op
// (check_op), the order of stamps and the op root. The author's signature is protocol::verify_segment's
// business: a caller checks it, and the chain, before it opens. Bytes: schema/wire/segment.md.
//
// Threading: a SegmentCodec belongs to one thread at a time; keep one, its contexts are costly to make.
#pragma once

#include <memory>

#include "changelog/keyring.hpp"
#include "changelog/op.hpp"
#include "protocol/segment.hpp"

namespace gandan::changelog {

class SegmentCodec {
 public:
  SegmentCodec();
  ~SegmentCodec();
  SegmentCodec(SegmentCodec&&) noexcept;
  SegmentCodec& operator=(SegmentCodec&&) noexcept;

  // `header`: feed, sequence, epoch, roster and checkpoint are the caller's, the rest is filled in here.
  // `previous` is zero for sequence 0. Code::bad_request when feed or epoch differ from the key's or there
  // are no ops, Code::too_large beyond a bound (cut_segments avoids that), and check_op's and check_order's
  // errors.
  Result<protocol::Segment> seal(const RealmId& realm, protocol::SegmentHeader header, const Hash& previous,
                                 std::span<const Op> ops, const FeedKey& key,
                                 const crypto::SigningKey& author);

  // The ops in the order of the segment. Code::cannot_open: wrong key or changed bytes. Code::parked: it
  // needs a dictionary or a format this version does not have. Anything else: its author made it wrong.
  Result<std::vector<Op>> open(const RealmId& realm, const protocol::Segment& segment, const FeedKey& key);

  // The same with the segment's own key, as a proof discloses it for a segment of one op: there is no op root
  // to check.
  Result<std::vector<Op>> open_with(const protocol::SegmentHeader& header, const Hash& previous,
                                    ByteView ciphertext, const crypto::SivKey& key);

 private:
  struct Contexts;
  std::unique_ptr<Contexts> contexts_;
};

// With a codec of their own: for one segment.
Result<protocol::Segment> seal_segment(const RealmId& realm, const protocol::SegmentHeader& header,
                                       const Hash& previous, std::span<const Op> ops, const FeedKey& key,
                                       const crypto::SigningKey& author);
Result<std::vector<Op>> open_segment(const RealmId& realm, const protocol::Segment& segment,
                                     const FeedKey& key);

// Per stamp feed, HLC values strictly increase: what a version vector (Seen) rests on.
Status check_order(std::span<const Op> ops);

// Cuts pending ops of one feed into segments that seal() accepts: the length of each, in order. A save is
// split only when it does not fit into a segment alone.
std::vector<std::size_t> cut_segments(std::span<const Op> ops);

}  // namespace gandan::changelog
