// Statement: a signed sentence about the realm: it makes a unit, grants or revokes a role, starts an epoch,
// opens a feed, issues a set of forms, or proposes and approves what no person may do alone. Statements name
// handles and keys, never names of people or places.
//
//   signed:  "gandan/statement/v1" ‖ realm ‖ the encoding without the signature
//   hash:    "gandan/statement-hash/v1" ‖ realm ‖ the whole encoding
//
// Every statement names its issuer's previous one and the roster head the issuer had seen, so that neither a
// server nor an issuer can drop one from the middle. The ledger's order is the only order. Bytes:
// schema/wire/statement.md.
//
// Threading: plain values and pure functions.
#pragma once

#include <variant>
#include <vector>

#include "base/ids.hpp"
#include "base/result.hpp"
#include "base/seams.hpp"
#include "crypto/signer.hpp"

namespace gandan::roster {

using Nonce = FixedBytes<16, struct NonceTag>;

enum class Role : std::uint8_t { admin = 1, cadre = 2, office = 3, supervisor = 4, auditor = 5 };
std::string_view role_name(Role role);  // "admin", "cadre", …
std::optional<Role> role_from_name(std::string_view name);

// What everybody may know of a generation of a unit's content key.
struct EpochPublic {
  std::uint32_t number = 1;  // dense from 1
  Hash commitment;           // of the secret: every unwrap is checked against it
  BoxPublicKey box_key;      // derived from the secret; children wrap their secrets for it
};

// The first statement, signed by the root key. Its hash is the realm's fingerprint: a verifier needs no more.
struct RootBody {
  SignPublicKey root_key;
  Nonce nonce;
  SignPublicKey ledger_key;  // the server's: it signs checkpoints
  UnitId top;                // the province
  EpochPublic epoch;
};
struct UnitBody {
  UnitId unit;
  UnitId parent;
  EpochPublic epoch;
};
struct GrantBody {
  SignPublicKey sign_key;
  BoxPublicKey box_key;
  Role role = Role::cadre;
  UnitId unit;
};
enum class RevokeReason : std::uint8_t { left = 1, lost = 2, replaced = 3, misuse = 4 };
struct RevokeBody {
  DeviceId device;
  UnitId unit;  // the role's unit; all roles of the device there end
  RevokeReason reason = RevokeReason::left;
};
// Starts the unit's next epoch. One whose issuer had not seen the epoch before came too late: it takes its
// place and changes nothing.
struct EpochBody {
  UnitId unit;
  EpochPublic epoch;
};
// A device opens its next incarnation in a unit. Not authority: it does not advance the roster head.
struct FeedBody {
  UnitId unit;
  std::uint32_t incarnation = 0;  // dense from 0 per device and unit
};
// The realm's next set of forms, rules, print templates and calendars: files that every device may read, as
// chunks named by their SHA-256. `hash` covers the whole (schema/wire/record.md).
constexpr std::size_t kSchemaChunkBytes = 128 * 1024;  // each but the last
constexpr std::size_t kMaxSchemaChunks = 20;
struct SchemaBody {
  std::uint32_t number = 1;  // dense from 1
  Hash hash;
  std::uint64_t size = 0;    // bytes of all chunks, at least 1
  std::vector<Hash> chunks;  // as many as the size wants
};
// The unit and all below it lie under another parent from here on. For administrators of both parents.
struct MoveBody {
  UnitId unit;
  UnitId parent;
};
// A segment of a device that was removed counts all the same: an administrator looked at it.
struct AcceptBody {
  FeedId feed;
  std::uint64_t sequence = 0;
  Hash hash;  // of the segment
};
// What one person must not do alone. The root is replaced by it, too, and by recovery (below).
enum class EraseReason : std::uint8_t { person = 1, retention = 2, order = 3, wrong_person = 4 };
std::string_view erase_reason_name(EraseReason reason);  // "person", "retention", …
std::optional<EraseReason> erase_reason_from_name(std::string_view name);
// The personal data of a record is erased.
struct EraseAct {
  RecordId record;
  EraseReason reason = EraseReason::person;
};
// A device becomes an administrator's. `person` names another device of the same administrator, zero when it
// is the first: devices of one person approve as one.
struct AdminAct {
  SignPublicKey sign_key;
  BoxPublicKey box_key;
  UnitId unit;
  DeviceId person;
};
// So many persons say yes to what follows: 1 to kMaxPersons.
constexpr std::uint8_t kMaxPersons = 7;
struct ThresholdAct {
  std::uint8_t persons = 1;
};
// The root key is another one from here on.
struct RootKeyAct {
  SignPublicKey root_key;
};
// Any `needed` of these keys, which persons keep apart, replace the root key when it is lost or stolen.
constexpr std::size_t kMaxRecoveryKeys = 12;
struct RecoveryAct {
  std::uint8_t needed = 1;
  std::vector<SignPublicKey> keys;  // different ones, ascending
};
// What the realm asks of every device from here on, for those that are out of reach. The last one holds.
constexpr std::uint16_t kMaxLeaseDays = 3650;
struct PolicyAct {
  std::uint16_t lease_days = 0;  // without contact, after which a device locks until it is renewed; 0: never
  bool wipe = false;             // one that was removed wipes itself when it learns of that
};
// The order is the tag on the wire (from 1); appended to, never reordered.
using Act = std::variant<EraseAct, AdminAct, RevokeBody, AcceptBody, ThresholdAct, RootKeyAct, RecoveryAct,
                         PolicyAct>;

// In effect when enough persons approved it, from the last approval on. Who proposes approves.
struct ProposeBody {
  Act act;
};
struct ApproveBody {
  Hash proposal;  // of the statement that proposes it
};
struct WithdrawBody {
  Hash proposal;
};
// A new root key by the keepers of recovery keys, signed as its issuer by the new key itself. Each signs
//   "gandan/root-recovery/v1" ‖ realm ‖ hash of the proposal that named the keys ‖ the old root key ‖ the new
struct RecoverySignature {
  std::uint8_t key = 0;  // its place among the keys
  Signature signature;
};
struct RecoverBody {
  SignPublicKey root_key;
  Hash keys;                                  // the proposal that named the recovery keys
  std::vector<RecoverySignature> signatures;  // ascending by key
};
// A record's personal data has to be kept: no erasure takes effect that was proposed before the hold was
// lifted. Why stands in the record, where the server does not read it.
struct HoldBody {
  RecordId record;
};
struct LiftBody {
  Hash hold;  // of the statement that holds
};
// The order is the type tag on the wire (from 1); appended to, never reordered.
using Body =
    std::variant<RootBody, UnitBody, GrantBody, RevokeBody, EpochBody, FeedBody, SchemaBody, MoveBody,
                 AcceptBody, ProposeBody, ApproveBody, WithdrawBody, RecoverBody, HoldBody, LiftBody>;

// What a keeper of a recovery key signs.
Bytes recovery_message(const RealmId& realm, const Hash& keys, const SignPublicKey& old_root,
                       const SignPublicKey& new_root);

// Whether it can end what somebody may do: where such a statement stands in the ledger decides what was
// before. An approval or a proposal can, for it may be the last that a removal waits for.
bool ends_authority(const Body& body);

// Copied and destroyed in statement.cpp: a variant of many structures costs every file that does so a second
// to compile.
struct Statement {
  Statement();
  Statement(const Statement& other);
  Statement(Statement&& other) noexcept;
  Statement& operator=(const Statement& other);
  Statement& operator=(Statement&& other) noexcept;
  ~Statement();

  DeviceId issuer;                // root: root_id(root key)
  Hash issuer_previous;           // hash of the issuer's statement before this one; zero for its first
  std::uint64_t roster_size = 0;  // authority statements the issuer had seen
  Hash roster_head;               // the roster's hash chain there; zero for 0
  Nonce nonce;
  Body body;
  Signature signature;
};

constexpr std::size_t kMaxStatementBytes = 1024;

RealmId realm_id(const SignPublicKey& root_key, const Nonce& nonce);
DeviceId device_id(const SignPublicKey& sign_key, const BoxPublicKey& box_key);
DeviceId root_id(const SignPublicKey& root_key);
FeedId feed_id(const RealmId& realm, const DeviceId& device, std::uint32_t incarnation, const UnitId& unit);
// The feed that the statement opens; nothing where it is of another kind.
std::optional<FeedId> opened_feed(const RealmId& realm, const Statement& statement);
std::string ledger_origin(const RealmId& realm);  // the first line of the realm's checkpoints

Bytes encode_statement(const Statement& statement);
Result<Statement> decode_statement(ByteView bytes);
Hash statement_hash(const RealmId& realm, const Statement& statement);

void sign_statement(const RealmId& realm, Statement& statement, const crypto::SigningKey& key);
Status sign_statement(const RealmId& realm, Statement& statement, const crypto::Signer& signer);  // its error
bool verify_statement(const RealmId& realm, const Statement& statement, const SignPublicKey& key);

// What an administrator hands to the server: the root statement and the realm's address on it.
// The address is a capability: whoever does not know it learns nothing, not even that the realm exists.
using RealmAddress = FixedBytes<16, struct RealmAddressTag>;
struct RealmCard {
  Statement root;
  RealmAddress address;
};
Bytes encode_card(const RealmCard& card);
Result<RealmCard> decode_card(ByteView bytes);  // checks the root's signature

// What a device asks for: its public keys, signed by itself. `device request` prints it, `device approve`
// takes it.
struct JoinRequest {
  SignPublicKey sign_key;
  BoxPublicKey box_key;
  std::string label;  // neutral, for the administrator; at most 64 bytes; goes into no statement
  Signature signature;
};
JoinRequest make_join_request(const crypto::SigningKey& key, const BoxPublicKey& box_key, std::string label);
Bytes encode_join_request(const JoinRequest& request);
Result<JoinRequest> decode_join_request(ByteView bytes);  // checks its signature

}  // namespace gandan::roster
