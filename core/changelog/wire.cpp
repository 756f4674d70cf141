// Canonical bytes of values, ops and op proofs: schema/wire/segment.md.
#include "changelog/op.hpp"
#include "changelog/op_proof.hpp"
#include "changelog/wire_value.hpp"

namespace gandan::changelog {

template <class A>
void serialize(A& a, Null&) {
  (void)a;
}
template <class A>
void serialize(A& a, Date& v) {
  a(v.days);
}
template <class A>
void serialize(A& a, Instant& v) {
  a(v.ms);
}
template <class A>
void serialize(A& a, Choices& v) {
  a(v.codes);
}
template <class A>
void serialize(A& a, Position& v) {
  a(v.latitude_e7, v.longitude_e7, v.accuracy_cm);
}
template <class A>
void serialize(A& a, BlobRef& v) {
  a(v.name, v.media_type, v.size, v.key, v.chunks);
}
template <class A>
void serialize(A& a, Sealed& v) {
  a(v.bytes);
}
template <class A>
void serialize(A& a, Personal& v) {
  a(v.bytes);
}
template <class A>
void serialize(A& a, Mark& v) {
  a(v.seen, v.content, v.reason);
}
template <class A>
void serialize(A& a, MerkleOpProof& p) {
  a(p.salt, p.op, p.path);
}
template <class A>
void serialize(A& a, KeyOpProof& p) {
  a(p.key, p.ciphertext);
}

namespace {

constexpr std::uint8_t kProofVersion = 1;

template <std::size_t I = 0>
void read_alternative(BoundedReader& a, Value& value, std::uint64_t tag) {
  if constexpr (I < std::variant_size_v<Value>) {
    if (tag == I) {
      a(value.emplace<I>());
    } else {
      read_alternative<I + 1>(a, value, tag);
    }
  } else {
    throw DecodeError{Code::parked};
  }
}

Op read_op(BoundedReader& a) {
  Op op;
  op.record = read_id<RecordId>(a);
  op.path = read_text(a);
  op.value = read_value(a);
  op.stamp.hlc = a.varint();
  op.stamp.feed = read_id<FeedId>(a);
  op.replaces.resize(a.count(1 + FeedId::size));
  for (auto& stamp : op.replaces) {
    stamp.hlc = a.varint();
    stamp.feed = read_id<FeedId>(a);
  }
  const std::uint64_t offset = a.varint();
  if (offset > op.stamp.hlc) throw DecodeError{Code::malformed};
  op.save = op.stamp.hlc - offset;
  a(op.count);
  op.holder = read_id<HolderId>(a);
  return op;
}

}  // namespace

void write_value(CanonicalWriter& a, const Value& value) {
  a.varint(value.index());
  std::visit([&](const auto& v) { a(v); }, value);
}

Value read_value(BoundedReader& a) {
  Value value;
  read_alternative(a, value, a.varint());
  return value;
}

void append_op(Bytes& out, const Op& op) {
  CanonicalWriter a(out);
  a.raw(op.record.view());
  write_text(a, op.path);
  write_value(a, op.value);
  a.varint(op.stamp.hlc);
  a.raw(op.stamp.feed.view());
  a.varint(op.replaces.size());
  for (const auto& stamp : op.replaces) {
    a.varint(stamp.hlc);
    a.raw(stamp.feed.view());
  }
  a.varint(op.stamp.hlc - op.save);
  a.varint(op.count);
  a.raw(op.holder.view());
}

Bytes encode_op(const Op& op) {
  Bytes out;
  out.reserve(160);
  append_op(out, op);
  return out;
}

Result<Op> decode_op(ByteView bytes) {
  try {
    BoundedReader reader(bytes);
    Op op = read_op(reader);
    if (reader.remaining() != 0) return Error{Code::malformed, "trailing bytes"};
    GANDAN_CHECK(check_op(op));
    return op;
  } catch (const DecodeError& error) {
    return Error{error.code};
  }
}

Bytes encode_op_proof(const OpProof& proof) {
  Bytes out;
  CanonicalWriter a(out);
  a(kProofVersion, static_cast<std::uint8_t>(proof.evidence.index()), proof.index);
  std::visit([&](const auto& evidence) { a(evidence); }, proof.evidence);
  return out;
}

Result<OpProof> decode_op_proof(ByteView bytes) {
  try {
    BoundedReader a(bytes);
    OpProof proof;
    std::uint8_t version = 0;
    std::uint8_t kind = 0;
    a(version, kind, proof.index);
    if (version != kProofVersion || kind > 1) return Error{Code::newer_format, "op proof"};
    if (kind == 0) {
      a(proof.evidence.emplace<MerkleOpProof>());
    } else {
      a(proof.evidence.emplace<KeyOpProof>());
    }
    if (a.remaining() != 0) return Error{Code::malformed, "trailing bytes"};
    return proof;
  } catch (const DecodeError& error) {
    return Error{error.code};
  }
}

}  // namespace gandan::changelog
