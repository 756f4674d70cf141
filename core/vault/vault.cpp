#include "vault/vault.hpp"

#include <filesystem>

#include "base/codec.hpp"
#include "crypto/seal/passphrase.hpp"
#include "sql/vault.hpp"
#include "vault/files.hpp"

namespace gandan::vault {

namespace {

constexpr std::string_view kKeyPurpose = "gandan vault key";
constexpr std::size_t kKeyBytes = 32;

std::string database_path(const std::string& folder) { return folder + "/vault.db"; }
std::string key_path(const std::string& folder) { return folder + "/vault.key"; }

Status check_passphrase(std::string_view passphrase) {
  if (passphrase.empty()) return Error{Code::wrong_passphrase, "an empty passphrase"};
  return {};
}

Result<crypto::SecretBytes> read_key(const std::string& folder, std::string_view passphrase) {
  GANDAN_CHECK(check_passphrase(passphrase));
  auto file = read_file(key_path(folder), 64 * 1024);
  if (!file) {
    if (file.error().code == Code::not_found)
      return Error{exists(database_path(folder)) ? Code::vault_damaged : Code::vault_missing, "no vault.key"};
    return file.error();
  }
  auto key = crypto::open_with_passphrase(*file, passphrase, kKeyPurpose);
  if (!key && key.error().code != Code::wrong_passphrase && key.error().code != Code::newer_format)
    return Error{Code::vault_damaged, "vault.key is damaged"};
  if (!key && key.error().code == Code::newer_format) return Code::vault_newer;
  if (key && key->size() != kKeyBytes) return Error{Code::vault_damaged, "vault.key holds no key"};
  return key;
}

}  // namespace

Vault::Vault(std::string folder, const Projector& projector, Seams seams)
    : folder_(std::move(folder)), projector_(projector), seams_(seams) {}
Vault::~Vault() = default;

Result<std::unique_ptr<Vault>> Vault::create(const std::string& folder, std::string_view passphrase,
                                             const Projector& projector, Seams seams) {
  GANDAN_CHECK(check_passphrase(passphrase));
  if (exists(database_path(folder)) || exists(key_path(folder))) return Code::vault_exists;
  GANDAN_CHECK(make_folder(folder));
  crypto::SecretBytes key(kKeyBytes);
  seams.random.fill(key.data());
  GANDAN_TRY(const auto file, crypto::seal_with_passphrase(key.view(), passphrase, kKeyPurpose,
                                                           crypto::ScryptParams::fresh(seams.random)));
  GANDAN_CHECK(write_file_atomically(key_path(folder), file));
  return start(folder, key.view(), Opening::create, projector, seams);
}

Result<std::unique_ptr<Vault>> Vault::open(const std::string& folder, std::string_view passphrase,
                                           const Projector& projector, Seams seams) {
  GANDAN_TRY(const auto key, read_key(folder, passphrase));
  return start(folder, key.view(), Opening::with_right_key, projector, seams);
}

Result<std::unique_ptr<Vault>> Vault::create_raw(const std::string& folder, ByteView key,
                                                 const Projector& projector, Seams seams) {
  if (key.size() != kKeyBytes) return Code::bad_key;
  if (exists(database_path(folder)) || exists(key_path(folder))) return Code::vault_exists;
  GANDAN_CHECK(make_folder(folder));
  return start(folder, key, Opening::create, projector, seams);
}

Result<std::unique_ptr<Vault>> Vault::open_raw(const std::string& folder, ByteView key,
                                               const Projector& projector, Seams seams) {
  if (key.size() != kKeyBytes) return Code::bad_key;
  return start(folder, key, Opening::with_raw_key, projector, seams);
}

Status Vault::change_passphrase(const std::string& folder, std::string_view old_passphrase,
                                std::string_view new_passphrase, Random& random) {
  GANDAN_CHECK(check_passphrase(new_passphrase));
  GANDAN_TRY(const auto key, read_key(folder, old_passphrase));
  GANDAN_TRY(const auto file, crypto::seal_with_passphrase(key.view(), new_passphrase, kKeyPurpose,
                                                           crypto::ScryptParams::fresh(random)));
  return write_file_atomically(key_path(folder), file);
}

Result<std::unique_ptr<Vault>> Vault::start(const std::string& folder, ByteView key, Opening how,
                                            const Projector& projector, Seams seams) {
  const bool create = how == Opening::create;
  if (!create && !exists(database_path(folder))) return Code::vault_missing;
  std::unique_ptr<Vault> vault(new Vault(folder, projector, seams));
  storage::Options options;
  options.path = database_path(folder);
  options.key = key;
  options.mode = create ? storage::Mode::create : storage::Mode::open;
  auto database = storage::Database::open(options, sql::vault);
  if (!database) {
    // vault.key's passphrase was right, so a page that does not decrypt is a damaged page.
    const Code code = database.error().code;
    const bool damaged = code == Code::wrong_passphrase && how == Opening::with_right_key;
    return Error{damaged ? Code::vault_damaged : code, database.error().detail};
  }
  vault->db_ = std::make_unique<storage::Database>(std::move(*database));
  GANDAN_CHECK(vault->load_identity(create));
  GANDAN_CHECK(vault->load_roster());
  return vault;
}

Status Vault::load_identity(bool create) {
  if (create) {
    auto sign = crypto::SigningKey::generate(seams_.random);
    auto box = crypto::BoxKey::generate(seams_.random);
    GANDAN_CHECK(set_meta("sign_seed", sign.seed().view()));
    GANDAN_CHECK(set_meta("box_seed", box.seed().view()));
  }
  GANDAN_TRY(const auto sign_seed, meta("sign_seed"));
  GANDAN_TRY(const auto box_seed, meta("box_seed"));
  if (!sign_seed || !box_seed) return Error{Code::vault_damaged, "no device keys"};
  GANDAN_TRY(auto sign, crypto::SigningKey::from_seed(*sign_seed));
  GANDAN_TRY(auto box, crypto::BoxKey::from_seed(*box_seed));
  const DeviceId id = roster::device_id(sign.public_key(), box.public_key());
  identity_ = std::make_unique<Identity>(Identity{std::move(sign), std::move(box), id});
  return {};
}

// The roster is what the statements say in the ledger's order, then what is not in the ledger yet in the
// order in which it came. One that no longer fits (another administrator was first) stays stored and
// provisional. What is in the vault was verified when it came, and the vault's pages are authenticated;
// `added` is verified here.
Result<std::optional<roster::Roster>> Vault::replay(const roster::Statement* added,
                                                    std::uint64_t added_index) {
  std::optional<roster::Roster> roster;
  const auto apply_added = [&]() -> Status {
    const auto* statement = std::exchange(added, nullptr);
    return roster ? roster->apply(*statement, added_index) : Status(Code::bad_statement);
  };
  GANDAN_TRY(auto rows, db_->query("SELECT bytes, ledger_index FROM statement "
                                   "ORDER BY ledger_index IS NULL, ledger_index, position"));
  for (;;) {
    GANDAN_TRY(const bool more, rows.step());
    if (!more) break;
    GANDAN_TRY(const auto statement, roster::decode_statement(rows.blob(0)));
    std::optional<std::uint64_t> index;
    if (!rows.is_null(1)) index = static_cast<std::uint64_t>(rows.integer(1));
    if (!roster) {
      GANDAN_TRY(roster, roster::Roster::start(statement));
      continue;
    }
    if (added != nullptr && (!index || added_index < *index)) GANDAN_CHECK(apply_added());
    const auto applied = roster->apply(statement, index, roster::Signatures::verified_before);
    if (!applied && index) return Error{Code::vault_damaged, "a logged statement does not apply"};
  }
  if (added != nullptr) GANDAN_CHECK(apply_added());
  return roster;
}

Status Vault::load_roster() {
  GANDAN_TRY(roster_, replay(nullptr, 0));
  return roster_ ? load_keyring() : Status();
}

Status Vault::load_keyring() {
  keyring_ = std::make_unique<changelog::Keyring>(roster_->realm());
  GANDAN_TRY(auto secrets, db_->query("SELECT unit, epoch, secret FROM epoch_secret"));
  for (;;) {
    GANDAN_TRY(const bool more, secrets.step());
    if (!more) return {};
    GANDAN_TRY(const auto secret, changelog::EpochSecret::from(secrets.blob(2)));
    keyring_->add(UnitId::from(secrets.blob(0)), static_cast<std::uint32_t>(secrets.integer(1)), secret);
  }
}

Result<const roster::Roster*> Vault::roster() const {
  if (!roster_) return Code::not_enrolled;
  return &*roster_;
}

Result<roster::RealmAddress> Vault::address() {
  GANDAN_TRY(const auto bytes, meta("address"));
  if (!bytes || bytes->size() != roster::RealmAddress::size) return Code::not_enrolled;
  return roster::RealmAddress::from(*bytes);
}

Status Vault::join(const roster::RealmCard& card) {
  const auto* body = std::get_if<roster::RootBody>(&card.root.body);
  if (body == nullptr) return Code::bad_statement;
  const RealmId realm = roster::realm_id(body->root_key, body->nonce);
  if (roster_) {
    if (roster_->fingerprint() != roster::statement_hash(realm, card.root)) return Code::wrong_realm;
    return {};
  }
  GANDAN_CHECK(set_meta("address", card.address.view()));
  return add_statement(card.root, std::nullopt, std::nullopt);
}

Status Vault::add_statement(const roster::Statement& statement, std::optional<std::uint64_t> ledger_index,
                            std::optional<std::int64_t> receipt_ms) {
  const Bytes bytes = roster::encode_statement(statement);
  const auto insert = [&](const Hash& hash) {
    return db_->run("INSERT INTO statement (hash, bytes, ledger_index, receipt_ms) VALUES (?, ?, ?, ?)", hash,
                    bytes, ledger_index, receipt_ms);
  };
  if (!roster_) {
    GANDAN_TRY(auto started, roster::Roster::start(statement));
    GANDAN_CHECK(insert(started.fingerprint()));
    roster_ = std::move(started);
    return load_keyring();
  }
  const Hash hash = roster::statement_hash(roster_->realm(), statement);
  std::optional<bool> logged;
  {
    GANDAN_TRY(auto known, db_->query("SELECT ledger_index IS NOT NULL FROM statement WHERE hash = ?", hash));
    GANDAN_TRY(const bool present, known.step());
    if (present) logged = known.integer(0) != 0;
  }
  if (logged) {
    if (*logged || !ledger_index) return {};
    GANDAN_CHECK(db_->run("UPDATE statement SET ledger_index = ?, receipt_ms = ? WHERE hash = ?",
                          ledger_index, receipt_ms, hash));
    if (roster_->knows(hash)) return roster_->apply(statement, ledger_index);
    GANDAN_TRY(roster_, replay(nullptr, 0));
    return {};
  }
  if (const auto applied = roster_->apply(statement, ledger_index); applied)
    return insert(hash);
  else if (!ledger_index)
    return applied;
  // The ledger has it, so others accepted it: what is provisional here may stand in its way. In the ledger's
  // order:
  GANDAN_TRY(auto replayed, replay(&statement, *ledger_index));
  roster_ = std::move(replayed);
  return insert(hash);
}

Status Vault::add_secret(const UnitId& unit, std::uint32_t epoch, const crypto::Secret<32>& secret) {
  if (!keyring_) return Code::not_enrolled;
  keyring_->add(unit, epoch, secret);
  return db_->run("INSERT OR IGNORE INTO epoch_secret (unit, epoch, secret) VALUES (?, ?, ?)", unit,
                  static_cast<std::int64_t>(epoch), secret.view());
}

Result<bool> Vault::add_wrap(const protocol::Wrap& wrap, bool to_send) {
  const Bytes bytes = protocol::encode_wrap(wrap);
  GANDAN_CHECK(db_->run("INSERT INTO wrap (bytes, to_send) VALUES (?, ?) ON CONFLICT (bytes) DO NOTHING",
                        ByteView(bytes), static_cast<std::int64_t>(to_send)));
  bool learned = false;
  GANDAN_CHECK(open_wraps(&learned));
  return learned;
}

Status Vault::open_wraps(bool* learned) {
  if (!keyring_) return {};
  GANDAN_TRY(auto rows, db_->query("SELECT bytes FROM wrap"));
  std::vector<protocol::Wrap> wraps;
  for (;;) {
    GANDAN_TRY(const bool more, rows.step());
    if (!more) break;
    GANDAN_TRY(auto wrap, protocol::decode_wrap(rows.blob(0)));
    if (keyring_->secret(wrap.unit, wrap.epoch) == nullptr) wraps.push_back(std::move(wrap));
  }
  const auto lookup = [this](const UnitId& unit, std::uint32_t epoch) -> std::optional<roster::EpochPublic> {
    const auto* info = roster_->unit(unit);
    if (info == nullptr) return std::nullopt;
    for (const auto& known : info->epochs)
      if (known.number == epoch) return known;
    return std::nullopt;
  };
  for (const auto& [unit, epoch] : keyring_->add_wraps(wraps, identity_->id, identity_->box, lookup)) {
    *learned = true;
    GANDAN_CHECK(db_->run("INSERT OR IGNORE INTO epoch_secret (unit, epoch, secret) VALUES (?, ?, ?)", unit,
                          static_cast<std::int64_t>(epoch), keyring_->secret(unit, epoch)->view()));
  }
  return {};
}

Result<std::optional<Bytes>> Vault::meta(std::string_view name) {
  GANDAN_TRY(auto row, db_->query("SELECT value FROM meta WHERE name = ?", name));
  GANDAN_TRY(const bool present, row.step());
  if (!present) return std::optional<Bytes>();
  return std::optional<Bytes>(to_bytes(row.blob(0)));
}

Status Vault::set_meta(std::string_view name, ByteView value) {
  return db_->run(
      "INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
      name, value);
}

Result<std::int64_t> Vault::meta_number(std::string_view name, std::int64_t otherwise) {
  GANDAN_TRY(const auto bytes, meta(name));
  if (!bytes) return otherwise;
  return decode<std::int64_t>(*bytes);
}

Status Vault::set_meta_number(std::string_view name, std::int64_t value) {
  return set_meta(name, encode(value));
}

namespace {

constexpr std::string_view kFeedColumns =
    "SELECT number, id, device, unit, own, next, head, sent_next, sent_head, id_counter FROM feed ";

FeedRow feed_row(const storage::Statement& row) {
  FeedRow feed;
  feed.number = row.integer(0);
  feed.id = FeedId::from(row.blob(1));
  feed.device = DeviceId::from(row.blob(2));
  feed.unit = UnitId::from(row.blob(3));
  feed.own = row.integer(4) != 0;
  feed.next = static_cast<std::uint64_t>(row.integer(5));
  feed.head = Hash::from(row.blob(6));
  feed.sent_next = static_cast<std::uint64_t>(row.integer(7));
  feed.sent_head = Hash::from(row.blob(8));
  feed.id_counter = static_cast<std::uint64_t>(row.integer(9));
  return feed;
}

Result<std::optional<FeedRow>> first_feed(Result<storage::Statement> rows) {
  if (!rows) return rows.error();
  GANDAN_TRY(const bool present, rows->step());
  if (!present) return std::optional<FeedRow>();
  return std::optional<FeedRow>(feed_row(*rows));
}

std::string feeds_where(std::string_view condition) {
  return std::string(kFeedColumns) + std::string(condition);
}

}  // namespace

Result<std::optional<FeedRow>> Vault::feed(const FeedId& id) {
  static const std::string sql = feeds_where("WHERE id = ?");
  return first_feed(db_->query(sql, id));
}
Result<std::optional<FeedRow>> Vault::feed_by_number(std::int64_t number) {
  static const std::string sql = feeds_where("WHERE number = ?");
  return first_feed(db_->query(sql, number));
}
Result<std::optional<FeedRow>> Vault::own_feed(const UnitId& unit) {
  static const std::string sql = feeds_where("WHERE own = 1 AND unit = ? ORDER BY number DESC LIMIT 1");
  return first_feed(db_->query(sql, unit));
}

Result<FeedRow> Vault::add_feed(const roster::FeedInfo& info, bool own) {
  GANDAN_CHECK(
      db_->run("INSERT INTO feed (id, device, unit, own, head, sent_head) VALUES (?, ?, ?, ?, ?, ?) "
               "ON CONFLICT (id) DO NOTHING",
               info.id, info.device, info.unit, static_cast<std::int64_t>(own), Hash{}, Hash{}));
  GANDAN_TRY(auto row, feed(info.id));
  if (!row) return Code::internal;
  return *row;
}

Status Vault::update_feed(const FeedRow& feed) {
  return db_->run(
      "UPDATE feed SET next = ?, head = ?, sent_next = ?, sent_head = ?, id_counter = ? WHERE number = ?",
      static_cast<std::int64_t>(feed.next), feed.head, static_cast<std::int64_t>(feed.sent_next),
      feed.sent_head, static_cast<std::int64_t>(feed.id_counter), feed.number);
}

namespace {
struct StoredCheckpoint {
  std::uint64_t size = 0;
  Hash root;
  std::string note;
  template <class A>
  void serialize(A& a) {
    a(size, root, note);
  }
};
}  // namespace

Result<Vault::SeenCheckpoint> Vault::checkpoint() {
  GANDAN_TRY(const auto bytes, meta("checkpoint"));
  if (!bytes) return SeenCheckpoint{};
  GANDAN_TRY(auto stored, decode<StoredCheckpoint>(*bytes));
  return SeenCheckpoint{stored.size, stored.root, std::move(stored.note)};
}

Status Vault::set_checkpoint(const SeenCheckpoint& checkpoint) {
  GANDAN_CHECK(
      set_meta("checkpoint", encode(StoredCheckpoint{checkpoint.size, checkpoint.root, checkpoint.note})));
  return db_->run("INSERT OR IGNORE INTO root_seen (size, root) VALUES (?, ?)",
                  static_cast<std::int64_t>(checkpoint.size), checkpoint.root);
}

Status Vault::add_finding(Code code, const FeedId* feed, std::uint64_t sequence, std::string_view detail,
                          ByteView evidence) {
  std::optional<ByteView> feed_bytes;
  if (feed != nullptr) feed_bytes = feed->view();
  return db_->run(
      "INSERT INTO finding (found_ms, code, feed, sequence, detail, evidence) VALUES (?, ?, ?, ?, ?, ?)",
      clock().wall_ms(), info(code).text, feed_bytes, static_cast<std::int64_t>(sequence), detail, evidence);
}

}  // namespace gandan::vault
