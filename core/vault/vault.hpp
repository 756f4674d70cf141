// Vault: everything one device holds, in one folder: `vault.db` (SQLite, every page encrypted), `vault.key`
// (the pages' key, wrapped for each way to open the vault; absent when the shell keeps the key itself) and,
// where there are PINs, `vault.tries`.
//
//   saves ──> pending ──seal──> segments <──ingest── others' segments       one transaction each,
//                \________________  |  ________________/                    projections included
//                                 records, documents, search
//
// This header is the vault itself: its lifecycle, identity, roster and keys. What it has in memory of its
// realm follows its disk: what a transaction changed is taken back when the transaction is (Work). What is
// done with it stands beside:
//   acts.hpp         statements this device issues: units, grants, revocations, feed openings
//   quarantine.hpp   what came after its author was removed
//   wraps.hpp        secrets given to members, parents, later epochs
//   rotation.hpp     new epochs of units' keys
//   journal.hpp      saves, sealing, projections
//   ingest.hpp       what comes from a server or a bundle
//   queries.hpp      lists, search, history, status
//   attachments.hpp  encrypted chunks
//   key_box.hpp      keys of personal fields
//   lease.hpp        how long it works without contact
//   wipe.hpp         what is left when its device was removed
//   unlock.hpp       passphrases, PINs, tokens: from what somebody has to the pages' key
//
// Threading: a Vault and everything beside it belong to one thread at a time. A second process that opens the
// same folder gets Code::vault_locked.
#pragma once

#include <deque>
#include <memory>

#include "base/seams.hpp"
#include "changelog/keyring.hpp"
#include "changelog/merge.hpp"
#include "crypto/seal/hpke.hpp"
#include "crypto/sign.hpp"
#include "roster/roster.hpp"
#include "storage/database.hpp"
#include "vault/unlock.hpp"

namespace gandan::vault {

// Says where a vault's file lies, so that a copy of it, and one that was put back from a backup, says
// something else. Absent: nothing here tells them apart.
using PlaceOf = std::optional<std::int64_t> (*)(const std::string& path);
std::optional<std::int64_t> birth_of(const std::string& path);  // when the file was made, in ns

struct Seams {
  Clock& clock;
  Random& random;
  PlaceOf place_of = birth_of;  // may be nullptr
};

// What a record says, as far as the vault must know it: for lists and search. Made from a record's state
// alone, so that it can be rebuilt byte-equal. The app gives the one that knows the record types.
struct Projection {
  std::string kind;
  std::string title;
  std::string date;                                     // of the event, YYYY-MM-DD, or empty
  std::string document;                                 // JSON
  std::string search;                                   // text in which the record is found
  std::vector<std::pair<std::string, RecordId>> links;  // path of the field, the record it names
};
class Projector {
 public:
  virtual ~Projector() = default;
  virtual Projection project(const RecordId& id, const UnitId& unit, const changelog::RecordState& state,
                             const changelog::RecordView& view) const = 0;
};

enum class SegmentState : int {
  applied = 0,
  waiting = 1,         // an earlier segment of its feed is missing
  no_key = 2,          // its epoch's secret is not here (yet)
  parked = 3,          // needs a newer program
  unopenable = 4,      // authentic, and does not open or holds nonsense: recorded against its author
  quarantined = 5,     // its author was not authorised
  unknown_record = 6,  // writes in a record that no feed known here made (yet)
  archived = 7,        // bare: its ciphertext lies in the server's archive, and comes as a bundle
};

// Names of single values: units of whose epoch this device had made one that never came to be.
inline const std::string kOvertaken = "overtaken/";
// Unit and device of a grant that was said again behind another copy's statements, perhaps of a later epoch.
inline const std::string kGrantedAgain = "granted_again/";

struct Identity {
  crypto::SigningKey sign;
  crypto::BoxKey box;
  DeviceId id;
};

struct FeedRow {
  std::int64_t number = 0;
  FeedId id;
  DeviceId device;
  UnitId unit;
  bool own = false;  // written here now
  std::uint64_t next = 0;
  Hash head;
  std::uint64_t sent_next = 0;
  Hash sent_head;
  std::uint64_t id_counter = 0;
  // Of a feed of this device: from here on another copy of this vault wrote it (restore.cpp).
  std::optional<std::uint64_t> fork;
};

// The roster, and which of its statements the ledger has: first those, in its order, then what is
// provisional, in the order in which it came.
struct OrderedRoster {
  std::optional<roster::Roster> roster;  // absent: the vault belongs to no realm yet
  std::uint64_t confirmed = 0;           // roster size after the last authority statement that the ledger has
  std::uint64_t logged_end = 0;          // ledger index after the last statement that it has
  std::deque<Hash> provisional;          // what is in force and it has not
  std::size_t provisional_authority = 0;  // how many of these are more than openings of feeds

  Status apply(const roster::Statement& statement, std::optional<std::uint64_t> ledger_index,
               roster::Signatures signatures);
  // Whether the ledger's next statement may be applied as the roster stands: what is provisional neither
  // changes its order nor carries it.
  bool comes_next(const roster::Statement& statement, const Hash& hash) const;
};

// A wrap's way to the server: this device made it, and no answer took it; it came by hand; this device made
// it, and a server said that it took it.
enum class WrapState { kept = 0, to_send = 1, carried = 2, sent = 3 };

class Vault {
 public:
  static bool is_in(const std::string& folder);  // whole, damaged, or what is left of a wiped one
  // Makes the folder, fresh device keys and an empty database. Code::vault_exists when there is one.
  static Result<std::unique_ptr<Vault>> create(const std::string& folder, std::string_view passphrase,
                                               const Projector& projector, Seams seams);
  // Code::wrong_passphrase, vault_locked, vault_newer, vault_damaged, vault_missing. Nothing is changed on
  // error. What wiped itself (wipe.hpp) is neither opened nor made again: Code::vault_wiped.
  static Result<std::unique_ptr<Vault>> open(const std::string& folder, std::string_view passphrase,
                                             const Projector& projector, Seams seams);
  // The same with the 32-byte database key kept by the shell (keystore, keychain).
  static Result<std::unique_ptr<Vault>> create_raw(const std::string& folder, ByteView key,
                                                   const Projector& projector, Seams seams);
  static Result<std::unique_ptr<Vault>> open_raw(const std::string& folder, ByteView key,
                                                 const Projector& projector, Seams seams);
  ~Vault();

  // With any of the ways that unlock.hpp knows; its errors, too.
  static Result<std::unique_ptr<Vault>> open(const std::string& folder, const Credential& credential,
                                             const Projector& projector, Seams seams);

  // How it was opened, with the pages' key: for changes of its slots (slots.cpp).
  const Unlocked& unlocked() const { return unlocked_; }
  // Slots are added, changed and removed by whoever has the vault open; the pages stay as they are. The file
  // is replaced atomically. Code::too_many_slots, no_slot, last_slot, keys_changed, vault_locked, disk_….
  Result<std::uint32_t> add_slot(const Credential& credential, const std::string& label);
  Status change_slot(std::uint32_t number, const Credential& credential);
  Status remove_slot(std::uint32_t number);
  // The slot that opens with the old passphrase gets the new one. Code::wrong_passphrase.
  Status change_passphrase(std::string_view old_passphrase, std::string_view new_passphrase);
  // What PINs of this vault may go by besides a keystore's secret; made when it is first asked for.
  Result<crypto::Secret<32>> session_secret();

  const Identity& identity() const { return *identity_; }
  storage::Database& db() { return *db_; }
  Clock& clock() { return seams_.clock; }
  Random& random() { return seams_.random; }
  const Projector& projector() const { return projector_; }
  const std::string& folder() const { return folder_; }

  // Code::not_enrolled before the realm is known.
  Result<const roster::Roster*> roster() const;
  bool in_realm() const { return realm_.roster.has_value(); }
  // The largest roster that nobody's order can change any more: what statements and segments of ours name,
  // where it suffices. At least the root statement's.
  std::uint64_t confirmed_roster_size() const { return std::max<std::uint64_t>(realm_.confirmed, 1); }
  // Grows whenever statements that were in force changed their order: verdicts must be found again.
  std::uint64_t roster_order() const { return roster_order_; }
  Result<roster::RealmAddress> address();
  Result<roster::RealmCard> card();  // the root statement and that address
  // Takes a realm's card: this vault belongs to that realm from now on. Code::wrong_realm when it has
  // another.
  Status join(const roster::RealmCard& card);

  changelog::Keyring& keyring() { return *keyring_; }

  // Statements: stored and applied. With a ledger index they are final, and what is provisional comes after
  // them: where that is another order than the one in force, the roster is made anew.
  Status add_statement(const roster::Statement& statement, std::optional<std::uint64_t> ledger_index,
                       std::optional<std::int64_t> receipt_ms);
  // Wraps: kept here, opened by open_wraps as far as the keys allow. What is for this device and does not
  // open is thrown away.
  Status add_wrap(const protocol::Wrap& wrap, WrapState state);
  Result<bool> open_wraps();  // true: a new secret was learned; it may open segments (Ingest)
  Status add_secret(const UnitId& unit, std::uint32_t epoch, const crypto::Secret<32>& secret);
  // Throws away secrets of epochs that never came to be: another administrator's were first. What was sealed
  // with them must have been unsealed, or judged again, before. True: there were some.
  Result<bool> forget_overtaken_secrets();

  // Single values. Absent: nothing.
  Result<std::optional<Bytes>> meta(std::string_view name);
  Status set_meta(std::string_view name, ByteView value);
  Result<std::int64_t> meta_number(std::string_view name, std::int64_t otherwise);
  Status set_meta_number(std::string_view name, std::int64_t value);

  // Feeds.
  Result<std::optional<FeedRow>> feed(const FeedId& id);
  Result<std::optional<FeedRow>> feed_by_number(std::int64_t number);
  Result<std::optional<FeedRow>> own_feed(const UnitId& unit);  // the incarnation written now
  Result<FeedRow> add_feed(const roster::FeedInfo& info, bool own);
  Status update_feed(const FeedRow& feed);

  // The highest ledger state this device has verified.
  struct SeenCheckpoint {
    std::uint64_t size = 0;
    Hash root;
    std::string note;
  };
  Result<SeenCheckpoint> checkpoint();
  Status set_checkpoint(const SeenCheckpoint& checkpoint);

  // A finding for supervisors and the status page.
  Status add_finding(Code code, const FeedId* feed, std::uint64_t sequence, std::string_view detail,
                     ByteView evidence);

 private:
  friend class Work;
  Vault(std::string folder, const Projector& projector, Seams seams);
  enum class Opening { with_right_key, with_raw_key };
  static Status refuse_wiped(const std::string& folder);  // Code::vault_wiped
  static Status make(const std::string& folder, ByteView key, ByteView key_file, const Projector& projector,
                     Seams seams);
  static Result<std::unique_ptr<Vault>> start(const std::string& folder, Unlocked unlocked, Opening how,
                                              const Projector& projector, Seams seams);
  Status load_identity(bool create);
  // A vault that lies elsewhere than before is a copy: its feeds are the other's, its next save opens new
  // ones.
  Status notice_place();
  // Whether the key file is older than this vault knows it; and PINs get their tries back after an opening
  // without one.
  Status notice_keys();
  Status put_slots(const std::function<Status(KeyFile&)>& change);
  Status keep_tries(const KeySlot& slot, const Credential& credential);
  Result<OrderedRoster> replay(const roster::Statement* added, std::uint64_t added_index);
  Status load_roster();
  Result<std::unique_ptr<changelog::Keyring>> load_keyring(const RealmId& realm);
  Status take_statement(const roster::Statement& statement, std::optional<std::uint64_t> ledger_index,
                        std::optional<std::int64_t> receipt_ms);
  std::optional<roster::EpochPublic> epoch_known(const UnitId& unit, std::uint32_t epoch) const;
  void remember();   // before memory changes: what to go back to
  void take_back();  // to what was remembered

  std::string folder_;
  const Projector& projector_;
  Seams seams_;
  std::unique_ptr<storage::Database> db_;
  std::unique_ptr<Identity> identity_;
  Unlocked unlocked_;

  struct Memory {
    OrderedRoster realm;
    std::unique_ptr<changelog::Keyring> keyring;
  };
  OrderedRoster realm_;
  std::unique_ptr<changelog::Keyring> keyring_;  // there when realm_.roster is
  std::uint64_t roster_order_ = 0;
  std::optional<Memory> before_;  // since the transaction's first change
};

// One transaction over a vault. What is not committed is on the disk no more, nor in memory.
class Work {
 public:
  static Result<Work> begin(Vault& vault);
  Work(Work&& other) noexcept
      : vault_(std::exchange(other.vault_, nullptr)), transaction_(std::move(other.transaction_)) {}
  Work& operator=(Work&&) = delete;
  ~Work();
  Status commit();

 private:
  Work(Vault& vault, storage::Transaction transaction)
      : vault_(&vault), transaction_(std::move(transaction)) {}
  Vault* vault_;
  storage::Transaction transaction_;
};

}  // namespace gandan::vault
