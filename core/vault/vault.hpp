// Vault: everything one device holds, in one folder: `vault.db` (SQLite, every page encrypted) and
// `vault.key` (the database key under a passphrase; absent when the shell keeps the key itself).
//
//   saves ──> pending ──seal──> segments <──ingest── others' segments       one transaction each,
//                \________________  |  ________________/                    projections included
//                                 records, documents, search
//
// This header is the vault itself: its lifecycle, identity, roster and keys. What is done with it stands
// beside:
//   acts.hpp         statements this device issues: units, grants, revocations, feed openings
//   journal.hpp      saves, sealing, projections
//   ingest.hpp       what comes from a server or a bundle
//   queries.hpp      lists, search, history, status
//   attachments.hpp  encrypted chunks
//
// Threading: a Vault and everything beside it belong to one thread at a time. A second process that opens the
// same folder gets Code::vault_locked.
#pragma once

#include <memory>

#include "base/seams.hpp"
#include "changelog/keyring.hpp"
#include "changelog/merge.hpp"
#include "crypto/seal/hpke.hpp"
#include "crypto/sign.hpp"
#include "roster/roster.hpp"
#include "storage/database.hpp"

namespace gandan::vault {

struct Seams {
  Clock& clock;
  Random& random;
};

// What a record says, as far as the vault must know it: for lists and search. Made from a record's state
// alone, so that it can be rebuilt byte-equal. The app gives the one that knows the record types.
struct Projection {
  std::string kind;
  std::string title;
  std::string date;      // of the event, YYYY-MM-DD, or empty
  std::string document;  // JSON
  std::string search;    // text in which the record is found
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
};

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
  bool own = false;
  std::uint64_t next = 0;
  Hash head;
  std::uint64_t sent_next = 0;
  Hash sent_head;
  std::uint64_t id_counter = 0;
};

class Vault {
 public:
  // Makes the folder, fresh device keys and an empty database. Code::vault_exists when there is one.
  static Result<std::unique_ptr<Vault>> create(const std::string& folder, std::string_view passphrase,
                                               const Projector& projector, Seams seams);
  // Code::wrong_passphrase, vault_locked, vault_newer, vault_damaged, vault_missing. Nothing is changed on
  // error.
  static Result<std::unique_ptr<Vault>> open(const std::string& folder, std::string_view passphrase,
                                             const Projector& projector, Seams seams);
  // The same with the 32-byte database key kept by the shell (keystore, keychain).
  static Result<std::unique_ptr<Vault>> create_raw(const std::string& folder, ByteView key,
                                                   const Projector& projector, Seams seams);
  static Result<std::unique_ptr<Vault>> open_raw(const std::string& folder, ByteView key,
                                                 const Projector& projector, Seams seams);
  ~Vault();

  // Replaces vault.key atomically; the pages stay as they are.
  static Status change_passphrase(const std::string& folder, std::string_view old_passphrase,
                                  std::string_view new_passphrase, Random& random);

  const Identity& identity() const { return *identity_; }
  storage::Database& db() { return *db_; }
  Clock& clock() { return seams_.clock; }
  Random& random() { return seams_.random; }
  const Projector& projector() const { return projector_; }
  const std::string& folder() const { return folder_; }

  // Code::not_enrolled before the realm is known.
  Result<const roster::Roster*> roster() const;
  bool in_realm() const { return roster_.has_value(); }
  Result<roster::RealmAddress> address();
  // Takes a realm's card: this vault belongs to that realm from now on. Code::wrong_realm when it has
  // another.
  Status join(const roster::RealmCard& card);

  changelog::Keyring& keyring() { return *keyring_; }

  // Statements: stored and applied. With a ledger index they are final; a new order replays the roster.
  Status add_statement(const roster::Statement& statement, std::optional<std::uint64_t> ledger_index,
                       std::optional<std::int64_t> receipt_ms);
  // Wraps: kept, and opened as far as the keys here allow; new secrets may open segments (Ingest::retry).
  Result<bool> add_wrap(const protocol::Wrap& wrap, bool to_send);  // true: a new secret was learned
  Status add_secret(const UnitId& unit, std::uint32_t epoch, const crypto::Secret<32>& secret);

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
  Vault(std::string folder, const Projector& projector, Seams seams);
  enum class Opening { create, with_right_key, with_raw_key };
  static Result<std::unique_ptr<Vault>> start(const std::string& folder, ByteView key, Opening how,
                                              const Projector& projector, Seams seams);
  Status load_identity(bool create);
  Result<std::optional<roster::Roster>> replay(const roster::Statement* added, std::uint64_t added_index);
  Status load_roster();
  Status load_keyring();
  Status open_wraps(bool* learned);

  std::string folder_;
  const Projector& projector_;
  Seams seams_;
  std::unique_ptr<storage::Database> db_;
  std::unique_ptr<Identity> identity_;
  std::optional<roster::Roster> roster_;
  std::unique_ptr<changelog::Keyring> keyring_;
};

}  // namespace gandan::vault
