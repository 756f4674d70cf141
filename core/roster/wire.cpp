// The bytes of statements, cards and join requests: schema/wire/statement.md.
#include "base/codec.hpp"
#include "roster/statement.hpp"

namespace gandan::roster {
namespace {

constexpr std::uint8_t kVersion = 1;

template <class A>
void io(A& a, EpochPublic& e) {
  a(e.number, e.commitment, e.box_key);
}
template <class A>
void io(A& a, RootBody& b) {
  a(b.root_key, b.nonce, b.ledger_key, b.top);
  io(a, b.epoch);
}
template <class A>
void io(A& a, UnitBody& b) {
  a(b.unit, b.parent);
  io(a, b.epoch);
}
template <class A>
void io(A& a, GrantBody& b) {
  a(b.sign_key, b.box_key, b.role, b.unit);
}
template <class A>
void io(A& a, RevokeBody& b) {
  a(b.device, b.unit, b.reason);
}
template <class A>
void io(A& a, EpochBody& b) {
  a(b.unit);
  io(a, b.epoch);
}
template <class A>
void io(A& a, FeedBody& b) {
  a(b.unit, b.incarnation);
}

template <class A>
void io(A& a, MoveBody& b) {
  a(b.unit, b.parent);
}
template <class A>
void io(A& a, AcceptBody& b) {
  a(b.feed, b.sequence, b.hash);
}

template <class A>
void io(A& a, EraseAct& b) {
  a(b.record, b.reason);
}
template <class A>
void io(A& a, AdminAct& b) {
  a(b.sign_key, b.box_key, b.unit, b.person);
}
template <class A>
void io(A& a, ThresholdAct& b) {
  a(b.persons);
}
template <class A>
void io(A& a, PolicyAct& b) {
  a(b.lease_days, b.wipe);
}
template <class A>
void io(A& a, RootKeyAct& b) {
  a(b.root_key);
}
template <class A>
void io(A& a, ApproveBody& b) {
  a(b.proposal);
}
template <class A>
void io(A& a, WithdrawBody& b) {
  a(b.proposal);
}

template <class A>
void io(A& a, HoldBody& b) {
  a(b.record);
}
template <class A>
void io(A& a, LiftBody& b) {
  a(b.hold);
}

void io(CanonicalWriter& a, RecoveryAct& b) {
  a(b.needed);
  a.varint(b.keys.size());
  for (const auto& key : b.keys) a.raw(key.view());
}
void io(BoundedReader& a, RecoveryAct& b) {
  a(b.needed);
  const std::size_t count = a.count(SignPublicKey::size);
  if (count > kMaxRecoveryKeys) throw DecodeError{Code::too_large};
  for (std::size_t i = 0; i < count; ++i) b.keys.push_back(SignPublicKey::from(a.raw(SignPublicKey::size)));
}
void io(CanonicalWriter& a, RecoverBody& b) {
  a(b.root_key, b.keys);
  a.varint(b.signatures.size());
  for (const auto& one : b.signatures) a(one.key, one.signature);
}
void io(BoundedReader& a, RecoverBody& b) {
  a(b.root_key, b.keys);
  const std::size_t count = a.count(1 + Signature::size);
  if (count > kMaxRecoveryKeys) throw DecodeError{Code::too_large};
  b.signatures.resize(count);
  for (auto& one : b.signatures) a(one.key, one.signature);
}

void io(CanonicalWriter& a, SchemaBody& b) {
  a(b.number, b.hash, b.size);
  a.varint(b.chunks.size());
  for (const auto& chunk : b.chunks) a.raw(chunk.view());
}
void io(BoundedReader& a, SchemaBody& b) {
  a(b.number, b.hash, b.size);
  const std::size_t count = a.count(Hash::size);
  if (count > kMaxSchemaChunks) throw DecodeError{Code::too_large};
  for (std::size_t i = 0; i < count; ++i) b.chunks.push_back(Hash::from(a.raw(Hash::size)));
}

void io(CanonicalWriter& a, ProposeBody& b);
void io(BoundedReader& a, ProposeBody& b);

// Of a variant of bodies, the one with that tag (from 1).
template <std::size_t I = 0, class Variant>
void load_tagged(BoundedReader& a, Variant& out, std::uint8_t tag) {
  if constexpr (I < std::variant_size_v<Variant>) {
    if (tag == I + 1) {
      io(a, out.template emplace<I>());
    } else {
      load_tagged<I + 1>(a, out, tag);
    }
  } else {
    throw DecodeError{Code::newer_format};
  }
}
template <class Variant>
void save_untagged(CanonicalWriter& a, const Variant& of) {
  std::visit([&a](const auto& body) { io(a, const_cast<std::decay_t<decltype(body)>&>(body)); }, of);
}

void io(CanonicalWriter& a, ProposeBody& b) {
  a(static_cast<std::uint8_t>(b.act.index() + 1));
  save_untagged(a, b.act);
}
void io(BoundedReader& a, ProposeBody& b) {
  std::uint8_t tag = 0;
  a(tag);
  load_tagged(a, b.act, tag);
}

void check_version(std::uint8_t version) {
  if (version != kVersion) throw DecodeError{Code::newer_format};
}

void check_reason(const RevokeBody& revoke) {
  if (revoke.reason < RevokeReason::left || revoke.reason > RevokeReason::misuse)
    throw DecodeError{Code::newer_format};
}

void save(CanonicalWriter& a, const Statement& s, bool with_signature) {
  a(kVersion, static_cast<std::uint8_t>(s.body.index() + 1), s.issuer, s.issuer_previous, s.roster_size,
    s.roster_head, s.nonce);
  save_untagged(a, s.body);
  if (with_signature) a(s.signature);
}

void load(BoundedReader& a, Statement& s) {
  std::uint8_t version = 0;
  std::uint8_t type = 0;
  a(version);
  check_version(version);
  a(type, s.issuer, s.issuer_previous, s.roster_size, s.roster_head, s.nonce);
  load_tagged(a, s.body, type);
  a(s.signature);
  if (const auto* grant = std::get_if<GrantBody>(&s.body)) {
    if (role_name(grant->role).empty()) throw DecodeError{Code::newer_format};
  }
  if (const auto* revoke = std::get_if<RevokeBody>(&s.body)) check_reason(*revoke);
  if (const auto* proposed = std::get_if<ProposeBody>(&s.body)) {
    if (const auto* revoke = std::get_if<RevokeBody>(&proposed->act)) check_reason(*revoke);
    if (const auto* erase = std::get_if<EraseAct>(&proposed->act))
      if (erase_reason_name(erase->reason).empty()) throw DecodeError{Code::newer_format};
  }
}

// Runs a decoder over all of `in`.
template <class T, class Load>
Result<T> read_all(ByteView in, std::size_t limit, Load&& load_one) {
  if (in.size() > limit) return Code::too_large;
  try {
    BoundedReader reader(in);
    T value{};
    load_one(reader, value);
    if (reader.remaining() != 0) return Error{Code::malformed, "trailing bytes"};
    return value;
  } catch (const DecodeError& error) {
    return Error{error.code};
  }
}

constexpr std::string_view kCardMagic = "gandan-card\n";
constexpr std::string_view kJoinMagic = "gandan-join\n";

void expect(BoundedReader& reader, std::string_view magic) {
  if (as_text(reader.raw(magic.size())) != magic) throw DecodeError{Code::malformed};
}

}  // namespace

Bytes unsigned_bytes(const Statement& statement) {
  Bytes out;
  CanonicalWriter writer(out);
  save(writer, statement, false);
  return out;
}

Bytes encode_statement(const Statement& statement) {
  Bytes out;
  CanonicalWriter writer(out);
  save(writer, statement, true);
  return out;
}

Result<Statement> decode_statement(ByteView bytes) {
  return read_all<Statement>(bytes, kMaxStatementBytes, [](BoundedReader& a, Statement& s) { load(a, s); });
}

Bytes encode_card(const RealmCard& card) {
  Bytes out = to_bytes(as_bytes(kCardMagic));
  CanonicalWriter writer(out);
  writer(kVersion, card.address, encode_statement(card.root));
  return out;
}

Result<RealmCard> decode_card(ByteView bytes) {
  GANDAN_TRY(auto card,
             (read_all<RealmCard>(bytes, 2 * kMaxStatementBytes, [](BoundedReader& a, RealmCard& c) {
               expect(a, kCardMagic);
               std::uint8_t version = 0;
               a(version);
               check_version(version);
               Bytes root;
               a(c.address, root);
               auto statement = decode_statement(root);
               if (!statement) throw DecodeError{statement.error().code};
               c.root = *statement;
             })));
  const auto* root = std::get_if<RootBody>(&card.root.body);
  if (root == nullptr) return Code::bad_statement;
  if (!verify_statement(realm_id(root->root_key, root->nonce), card.root, root->root_key))
    return Code::bad_signature;
  return card;
}

Bytes join_message(const JoinRequest& request) {
  Bytes out = to_bytes(as_bytes(kJoinMagic));
  CanonicalWriter writer(out);
  writer(kVersion, request.sign_key, request.box_key, request.label);
  return out;
}

Bytes encode_join_request(const JoinRequest& request) {
  Bytes out = join_message(request);
  append(out, request.signature.view());
  return out;
}

Result<JoinRequest> decode_join_request(ByteView bytes) {
  GANDAN_TRY(auto request, (read_all<JoinRequest>(bytes, 512, [](BoundedReader& a, JoinRequest& r) {
               expect(a, kJoinMagic);
               std::uint8_t version = 0;
               a(version);
               check_version(version);
               a(r.sign_key, r.box_key, r.label, r.signature);
               if (r.label.size() > 64) throw DecodeError{Code::too_large};
             })));
  if (!crypto::verify(request.sign_key, join_message(request), request.signature)) return Code::bad_signature;
  return request;
}

}  // namespace gandan::roster
