// Segment: the envelope in which ops travel, as everybody sees it who has no key: the server, an auditor.
// It opens nothing; changelog/segment_content does.
//
//   signed:  "gandan/segment/v1" ‖ realm ‖ full header ‖ previous segment's hash ‖ SHA-256(ciphertext)
//   hash:    "gandan/segment-hash/v1" ‖ realm ‖ the signed message ‖ signature
//
// The full header holds the feed, the sequence number, the roster head and the checkpoint that the author had
// seen. On the wire a segment travels in a run of consecutive segments of one feed; what the receiver can
// derive (feed, sequence, previous hash) or knows by its size (roster head, checkpoint root) is signed but
// not sent. Bytes: schema/wire/segment.md.
//
// Threading: plain values and pure functions.
#pragma once

#include <optional>

#include "base/ids.hpp"
#include "base/result.hpp"
#include "crypto/sign.hpp"

namespace gandan::protocol {

constexpr std::uint8_t kSegmentVersion = 1;
constexpr std::uint8_t kBareVersion = 2;  // in a run: the ciphertext's hash in its place
constexpr std::size_t kMaxOpsPerSegment = 256;
constexpr std::size_t kMaxSealedBytes = 64 * 1024;   // of ciphertext
constexpr std::size_t kMinSealedBytes = 16 + 2;      // the tag and the least plaintext
constexpr std::size_t kMaxOpenedBytes = 256 * 1024;  // of the columns, after inflating

struct SegmentHeader {
  FeedId feed;
  std::uint64_t sequence = 0;         // dense from 0 within the feed
  std::uint32_t epoch = 0;            // of the feed's unit
  std::uint64_t roster_size = 0;      // authority statements the author had seen
  Hash roster_head;                   // the roster's hash chain at that size
  std::uint64_t checkpoint_size = 0;  // the ledger the author had seen; 0: none
  Hash checkpoint_root;               // its root; zero when the size is 0
  std::uint8_t dictionary = 0;        // 0: none. Others are reserved for dictionaries of schema versions
  std::uint32_t op_count = 0;         // 1 … kMaxOpsPerSegment
  std::uint32_t opened_bytes = 0;  // the columns' size, rounded up like the padding, at most kMaxOpenedBytes
  std::optional<Hash> op_root;     // Merkle root of the salted op leaves; present when op_count > 1
};

struct Segment {
  SegmentHeader header;
  Hash previous;  // hash of the segment before it; zero for the first
  Bytes ciphertext;
  Signature signature;
  std::optional<Hash> bare = {};  // SHA-256 of a ciphertext that is not here: a server's archive has it
};

// What a ledger or a proof needs of a segment without its ciphertext.
struct SegmentStub {
  SegmentHeader header;
  Hash previous;
  Hash ciphertext_hash;
  Signature signature;
};

Bytes full_header(const SegmentHeader& header);  // canonical: what is signed, and the associated data
Bytes signed_message(const RealmId& realm, const SegmentHeader& header, const Hash& previous,
                     const Hash& ciphertext);
Hash segment_hash(const RealmId& realm, const Segment& segment);
// Sizes and counts only: Code::too_large, truncated or malformed.
Status check_bounds(const SegmentHeader& header);
Status check_bounds(const Segment& segment);
bool verify_segment(const RealmId& realm, const Segment& segment, const crypto::Verifier& author);

// The part of a segment that is sent inside a run, at most kMaxInRunBytes. Decoding checks bounds and leaves
// feed, sequence, previous, roster_head and checkpoint_root for the receiver to fill in.
constexpr std::size_t kMaxInRunBytes = kMaxSealedBytes + 160;
Bytes encode_in_run(const Segment& segment);
Result<Segment> decode_in_run(ByteView bytes);
// A segment, or one that is bare: without its ciphertext it has the same hash, and its signature holds.
// Whoever receives segments to keep them for others takes none of these (decode_in_run).
Result<Segment> decode_kept_in_run(ByteView bytes);
bool is_bare_in_run(ByteView bytes);
Bytes encode_bare_in_run(const SegmentStub& stub);
// Its header alone, of bytes that were decoded before.
Result<SegmentHeader> header_in_run(ByteView bytes);

SegmentStub stub_of(const Segment& segment);
Hash segment_hash(const RealmId& realm, const SegmentStub& stub);
bool verify_segment(const RealmId& realm, const SegmentStub& stub, const crypto::Verifier& author);
Bytes encode_stub(const SegmentStub& stub);
Result<SegmentStub> decode_stub(ByteView bytes);

}  // namespace gandan::protocol
