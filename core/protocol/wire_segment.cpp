// The bytes of segments, stubs (schema/wire/segment.md) and wraps (schema/wire/encoding.md).
#include "base/codec.hpp"
#include "crypto/hash.hpp"
#include "protocol/segment.hpp"
#include "protocol/wrap.hpp"

namespace gandan::protocol {
namespace {

constexpr std::uint8_t kWrapVersion = 1;

// Both forms of a header begin with version and dictionary in one number, and end with sizes.
void write_version(CanonicalWriter& a, const SegmentHeader& h, std::uint8_t version = kSegmentVersion) {
  a.varint(std::uint64_t{8} * h.dictionary + version);
}
// Whether it is bare.
bool read_either_version(BoundedReader& a, SegmentHeader& h) {
  const std::uint64_t mixed = a.varint();
  const auto version = mixed % 8;
  if ((version != kSegmentVersion && version != kBareVersion) || mixed / 8 > 0xff)
    throw DecodeError{Code::newer_format};
  h.dictionary = static_cast<std::uint8_t>(mixed / 8);
  return version == kBareVersion;
}
void read_version(BoundedReader& a, SegmentHeader& h) {
  if (read_either_version(a, h)) throw DecodeError{Code::newer_format};
}
void write_sizes(CanonicalWriter& a, const SegmentHeader& h) {
  a(h.op_count, h.opened_bytes);
  if (h.op_count > 1) a(h.op_root.value_or(Hash{}));
}
void read_sizes(BoundedReader& a, SegmentHeader& h) {
  a(h.op_count, h.opened_bytes);
  if (h.op_count > 1) a(h.op_root.emplace());
}

void write_full(CanonicalWriter& a, const SegmentHeader& h) {
  write_version(a, h);
  a(h.feed, h.sequence, h.epoch, h.roster_size, h.roster_head, h.checkpoint_size, h.checkpoint_root);
  write_sizes(a, h);
}

void write_in_run(CanonicalWriter& a, const SegmentHeader& h, std::uint8_t version) {
  write_version(a, h, version);
  a(h.epoch, h.roster_size, h.checkpoint_size);
  write_sizes(a, h);
}

// Whatever `read` makes of all the bytes.
template <class T, class F>
Result<T> read_all(ByteView bytes, F read) {
  try {
    BoundedReader a(bytes);
    T out;
    read(a, out);
    if (a.remaining() != 0) return Error{Code::malformed, "trailing bytes"};
    return out;
  } catch (const DecodeError& error) {
    return Error{error.code};
  }
}

}  // namespace

Bytes full_header(const SegmentHeader& header) {
  Bytes out;
  out.reserve(160);
  CanonicalWriter a(out);
  write_full(a, header);
  return out;
}

Bytes encode_in_run(const Segment& segment) {
  if (segment.bare) return encode_bare_in_run(stub_of(segment));
  Bytes out;
  out.reserve(128 + segment.ciphertext.size());
  CanonicalWriter a(out);
  write_in_run(a, segment.header, kSegmentVersion);
  a.raw(segment.ciphertext);
  a.raw(segment.signature.view());
  return out;
}

Bytes encode_bare_in_run(const SegmentStub& stub) {
  Bytes out;
  CanonicalWriter a(out);
  write_in_run(a, stub.header, kBareVersion);
  a(stub.ciphertext_hash, stub.signature);
  return out;
}

bool is_bare_in_run(ByteView bytes) { return !bytes.empty() && bytes[0] % 8 == kBareVersion; }

Result<SegmentHeader> header_in_run(ByteView bytes) {
  try {
    BoundedReader a(bytes);
    SegmentHeader out;
    read_either_version(a, out);
    a(out.epoch, out.roster_size, out.checkpoint_size);
    read_sizes(a, out);
    return out;
  } catch (const DecodeError& error) {
    return Error{error.code};
  }
}

Result<Segment> decode_in_run(ByteView bytes) {
  GANDAN_TRY(auto segment, read_all<Segment>(bytes, [](BoundedReader& a, Segment& s) {
               read_version(a, s.header);
               a(s.header.epoch, s.header.roster_size, s.header.checkpoint_size);
               read_sizes(a, s.header);
               if (a.remaining() < kMinSealedBytes + Signature::size) throw DecodeError{Code::truncated};
               if (a.remaining() > kMaxSealedBytes + Signature::size) throw DecodeError{Code::too_large};
               s.ciphertext = to_bytes(a.raw(a.remaining() - Signature::size));
               a(s.signature);
             }));
  GANDAN_CHECK(check_bounds(segment));
  return segment;
}

Result<Segment> decode_kept_in_run(ByteView bytes) {
  if (!is_bare_in_run(bytes)) return decode_in_run(bytes);
  GANDAN_TRY(auto segment, read_all<Segment>(bytes, [](BoundedReader& a, Segment& s) {
               read_either_version(a, s.header);
               a(s.header.epoch, s.header.roster_size, s.header.checkpoint_size);
               read_sizes(a, s.header);
               a(s.bare.emplace(), s.signature);
             }));
  GANDAN_CHECK(check_bounds(segment));
  return segment;
}

Bytes encode_stub(const SegmentStub& stub) {
  Bytes out;
  CanonicalWriter a(out);
  write_full(a, stub.header);
  a(stub.previous, stub.ciphertext_hash, stub.signature);
  return out;
}

Result<SegmentStub> decode_stub(ByteView bytes) {
  GANDAN_TRY(auto stub, read_all<SegmentStub>(bytes, [](BoundedReader& a, SegmentStub& s) {
               auto& h = s.header;
               read_version(a, h);
               a(h.feed, h.sequence, h.epoch, h.roster_size, h.roster_head, h.checkpoint_size,
                 h.checkpoint_root);
               read_sizes(a, h);
               a(s.previous, s.ciphertext_hash, s.signature);
             }));
  GANDAN_CHECK(check_bounds(stub.header));
  return stub;
}

Bytes wrap_info(const RealmId& realm, const Wrap& wrap) {
  Bytes out = crypto::domain_prefix("gandan/wrap/v1", realm);
  CanonicalWriter a(out);
  a(wrap.unit, wrap.epoch, wrap.kind, wrap.recipient, wrap.recipient_epoch);
  return out;
}

Bytes encode_wrap(const Wrap& wrap) {
  Bytes out;
  CanonicalWriter a(out);
  a(kWrapVersion, wrap.unit, wrap.epoch, wrap.kind, wrap.recipient, wrap.recipient_epoch, wrap.enc);
  a.raw(wrap.ct);
  return out;
}

Result<Wrap> decode_wrap(ByteView bytes) {
  return read_all<Wrap>(bytes, [](BoundedReader& a, Wrap& w) {
    if (a.varint() != kWrapVersion) throw DecodeError{Code::newer_format};
    a(w.unit, w.epoch, w.kind, w.recipient, w.recipient_epoch, w.enc);
    if (w.kind != WrapKind::device && w.kind != WrapKind::parent && w.kind != WrapKind::next_epoch) {
      throw DecodeError{Code::newer_format};
    }
    if ((w.kind == WrapKind::device) != (w.recipient_epoch == 0)) throw DecodeError{Code::malformed};
    w.ct = to_bytes(a.raw(kWrapCiphertextBytes));
  });
}

}  // namespace gandan::protocol
