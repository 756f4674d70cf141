#include "roster/statement.hpp"

#include "crypto/hash.hpp"

namespace gandan::roster {

// In wire.cpp.
Bytes unsigned_bytes(const Statement& statement);
Bytes join_message(const JoinRequest& request);

namespace {

constexpr std::string_view kEraseReasons[] = {"", "person", "retention", "order", "wrong_person"};
constexpr std::string_view kRoleNames[] = {"", "admin", "cadre", "office", "supervisor", "auditor"};

Bytes u32be(std::uint32_t n) {
  return {static_cast<std::uint8_t>(n >> 24), static_cast<std::uint8_t>(n >> 16),
          static_cast<std::uint8_t>(n >> 8), static_cast<std::uint8_t>(n)};
}

Bytes signed_bytes(const RealmId& realm, const Statement& statement) {
  Bytes out = crypto::domain_prefix("gandan/statement/v1", realm);
  append(out, unsigned_bytes(statement));
  return out;
}

}  // namespace

Statement::Statement() = default;
Statement::Statement(const Statement& other) = default;
Statement::Statement(Statement&& other) noexcept = default;
Statement& Statement::operator=(const Statement& other) = default;
Statement& Statement::operator=(Statement&& other) noexcept = default;
Statement::~Statement() = default;

std::string_view role_name(Role role) {
  const auto n = static_cast<std::size_t>(role);
  return n < std::size(kRoleNames) ? kRoleNames[n] : std::string_view();
}

std::optional<Role> role_from_name(std::string_view name) {
  for (std::size_t n = 1; n < std::size(kRoleNames); ++n)
    if (kRoleNames[n] == name) return static_cast<Role>(n);
  return std::nullopt;
}

std::string_view erase_reason_name(EraseReason reason) {
  const auto n = static_cast<std::size_t>(reason);
  return n < std::size(kEraseReasons) ? kEraseReasons[n] : std::string_view();
}

std::optional<EraseReason> erase_reason_from_name(std::string_view name) {
  for (std::size_t n = 1; n < std::size(kEraseReasons); ++n)
    if (kEraseReasons[n] == name) return static_cast<EraseReason>(n);
  return std::nullopt;
}

bool ends_authority(const Body& body) {
  return std::holds_alternative<RevokeBody>(body) || std::holds_alternative<MoveBody>(body) ||
         std::holds_alternative<ProposeBody>(body) || std::holds_alternative<ApproveBody>(body);
}

Bytes recovery_message(const RealmId& realm, const Hash& keys, const SignPublicKey& old_root,
                       const SignPublicKey& new_root) {
  Bytes out = crypto::domain_prefix("gandan/root-recovery/v1", realm);
  append(out, keys.view());
  append(out, old_root.view());
  append(out, new_root.view());
  return out;
}

// The realm is what these names are made for, so the three below carry a domain and no realm.
RealmId realm_id(const SignPublicKey& root_key, const Nonce& nonce) {
  return RealmId::from(crypto::sha256({as_bytes("gandan/realm/v1"), root_key.view(), nonce.view()}).view());
}

DeviceId device_id(const SignPublicKey& sign_key, const BoxPublicKey& box_key) {
  return DeviceId::from(
      crypto::sha256({as_bytes("gandan/device/v1"), sign_key.view(), box_key.view()}).view());
}

DeviceId root_id(const SignPublicKey& root_key) {
  return DeviceId::from(crypto::sha256({as_bytes("gandan/root/v1"), root_key.view()}).view());
}

FeedId feed_id(const RealmId& realm, const DeviceId& device, std::uint32_t incarnation, const UnitId& unit) {
  return FeedId::from(
      crypto::tagged_hash("gandan/feed-id/v1", realm, {device.view(), u32be(incarnation), unit.view()})
          .view());
}

std::optional<FeedId> opened_feed(const RealmId& realm, const Statement& statement) {
  const auto* body = std::get_if<FeedBody>(&statement.body);
  if (body == nullptr) return std::nullopt;
  return feed_id(realm, statement.issuer, body->incarnation, body->unit);
}

std::string ledger_origin(const RealmId& realm) {
  return "gandan-ledger/" + to_base32(realm.view().first(16));
}

Hash statement_hash(const RealmId& realm, const Statement& statement) {
  return crypto::tagged_hash("gandan/statement-hash/v1", realm, {encode_statement(statement)});
}

void sign_statement(const RealmId& realm, Statement& statement, const crypto::SigningKey& key) {
  statement.signature = key.sign(signed_bytes(realm, statement));
}

Status sign_statement(const RealmId& realm, Statement& statement, const crypto::Signer& signer) {
  GANDAN_TRY(statement.signature, signer.sign(signed_bytes(realm, statement)));
  return {};
}

bool verify_statement(const RealmId& realm, const Statement& statement, const SignPublicKey& key) {
  return crypto::verify(key, signed_bytes(realm, statement), statement.signature);
}

JoinRequest make_join_request(const crypto::SigningKey& key, const BoxPublicKey& box_key, std::string label) {
  JoinRequest request{key.public_key(), box_key, std::move(label), {}};
  request.signature = key.sign(join_message(request));
  return request;
}

}  // namespace gandan::roster
