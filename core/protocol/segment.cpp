#include "protocol/segment.hpp"

#include "crypto/hash.hpp"

namespace gandan::protocol {

Bytes signed_message(const RealmId& realm, const SegmentHeader& header, const Hash& previous,
                     const Hash& ciphertext) {
  Bytes out = crypto::domain_prefix("gandan/segment/v1", realm);
  append(out, full_header(header));
  append(out, previous.view());
  append(out, ciphertext.view());
  return out;
}

Hash segment_hash(const RealmId& realm, const SegmentStub& stub) {
  return crypto::tagged_hash(
      "gandan/segment-hash/v1", realm,
      {signed_message(realm, stub.header, stub.previous, stub.ciphertext_hash), stub.signature.view()});
}

Hash segment_hash(const RealmId& realm, const Segment& segment) {
  return segment_hash(realm, stub_of(segment));
}

SegmentStub stub_of(const Segment& segment) {
  return {segment.header, segment.previous, segment.bare ? *segment.bare : crypto::sha256(segment.ciphertext),
          segment.signature};
}

Status check_bounds(const SegmentHeader& header) {
  if (header.op_count == 0 || header.op_count > kMaxOpsPerSegment) return Error{Code::too_large, "op count"};
  if (header.opened_bytes == 0 || header.opened_bytes > kMaxOpenedBytes) {
    return Error{Code::too_large, "opened size"};
  }
  if (header.op_root.has_value() != (header.op_count > 1)) return Error{Code::malformed, "op root"};
  return {};
}

Status check_bounds(const Segment& segment) {
  GANDAN_CHECK(check_bounds(segment.header));
  if (segment.bare) return {};
  if (segment.ciphertext.size() < kMinSealedBytes) return Error{Code::truncated, "ciphertext"};
  if (segment.ciphertext.size() > kMaxSealedBytes) return Error{Code::too_large, "ciphertext"};
  return {};
}

bool verify_segment(const RealmId& realm, const Segment& segment, const crypto::Verifier& author) {
  return verify_segment(realm, stub_of(segment), author);
}

bool verify_segment(const RealmId& realm, const SegmentStub& stub, const crypto::Verifier& author) {
  return author.verify(signed_message(realm, stub.header, stub.previous, stub.ciphertext_hash),
                       stub.signature);
}

}  // namespace gandan::protocol
