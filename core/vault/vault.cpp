#include "vault/vault.hpp"

#include <filesystem>

#include "base/codec.hpp"
#include "sql/vault.hpp"
#include "vault/files.hpp"
#include "vault/wipe.hpp"

namespace gandan::vault {

namespace {

std::string database_path(const std::string& folder) { return folder + "/vault.db"; }
std::string key_path(const std::string& folder) { return folder + "/vault.key"; }
// What is being made stands beside until it is whole.
std::string draft_path(const std::string& folder) { return folder + "/vault.db.new"; }

Unlocked of_raw_key(ByteView key) {
  Unlocked out;
  std::copy(key.begin(), key.end(), out.key.data().begin());
  return out;
}

}  // namespace

Vault::Vault(std::string folder, const Projector& projector, Seams seams)
    : folder_(std::move(folder)), projector_(projector), seams_(seams) {}
Vault::~Vault() = default;

bool Vault::is_in(const std::string& folder) {
  return exists(database_path(folder)) || exists(key_path(folder)) || exists(folder + "/vault.wiped");
}

// Where a vault wiped itself, nothing is opened and nothing is made: what is left there is handed over first.
Status Vault::refuse_wiped(const std::string& folder) {
  GANDAN_TRY(const auto wiped, read_wiped(folder));
  if (!wiped) return {};
  GANDAN_CHECK(finish_wipe(folder));
  return wiped_error(folder, *wiped);
}

Result<std::unique_ptr<Vault>> Vault::create(const std::string& folder, std::string_view passphrase,
                                             const Projector& projector, Seams seams) {
  GANDAN_CHECK(refuse_wiped(folder));
  Unlocked unlocked;
  seams.random.fill(unlocked.key.data());
  const ByteView key = unlocked.key.view();
  GANDAN_TRY(auto slot, make_slot(ByPassphrase{passphrase}, 1, {}, key, {seams.random, seams.clock}));
  unlocked.slot = slot.number;
  unlocked.generation = 1;
  GANDAN_CHECK(make(folder, key, first_key_file(std::move(slot), key), projector, seams));
  return start(folder, std::move(unlocked), Opening::with_right_key, projector, seams);
}

Result<std::unique_ptr<Vault>> Vault::open(const std::string& folder, std::string_view passphrase,
                                           const Projector& projector, Seams seams) {
  return open(folder, ByPassphrase{passphrase}, projector, seams);
}

Result<std::unique_ptr<Vault>> Vault::open(const std::string& folder, const Credential& credential,
                                           const Projector& projector, Seams seams) {
  GANDAN_CHECK(refuse_wiped(folder));
  if (!exists(database_path(folder))) {
    const bool lost = exists(key_path(folder)) && !exists(draft_path(folder));
    return lost ? Error{Code::vault_damaged, "no vault.db"} : Error{Code::vault_missing};
  }
  GANDAN_TRY(auto unlocked, unlock(folder, credential, seams.clock));
  return start(folder, std::move(unlocked), Opening::with_right_key, projector, seams);
}

Result<std::unique_ptr<Vault>> Vault::create_raw(const std::string& folder, ByteView key,
                                                 const Projector& projector, Seams seams) {
  if (key.size() != kPageKeyBytes) return Code::bad_key;
  GANDAN_CHECK(refuse_wiped(folder));
  GANDAN_CHECK(make(folder, key, {}, projector, seams));
  return start(folder, of_raw_key(key), Opening::with_raw_key, projector, seams);
}

Result<std::unique_ptr<Vault>> Vault::open_raw(const std::string& folder, ByteView key,
                                               const Projector& projector, Seams seams) {
  if (key.size() != kPageKeyBytes) return Code::bad_key;
  GANDAN_CHECK(refuse_wiped(folder));
  return start(folder, of_raw_key(key), Opening::with_raw_key, projector, seams);
}

// A vault is there from the moment its database has its name: what a kill or a full disk leaves before that
// is not a vault, and the next try begins anew.
Status Vault::make(const std::string& folder, ByteView key, ByteView key_file, const Projector& projector,
                   Seams seams) {
  GANDAN_CHECK(make_folder(folder));
  GANDAN_TRY(const auto alone, lock_folder(folder));
  const std::string draft = draft_path(folder);
  // A key without its database may be all that is left of one that was moved away: it is not overwritten.
  if (exists(database_path(folder)) || (exists(key_path(folder)) && !exists(draft)))
    return Code::vault_exists;
  if (!key_file.empty()) GANDAN_CHECK(remove_file(key_path(folder)));
  for (const char* part : {"-journal", "-wal", "-shm", ""}) GANDAN_CHECK(remove_file(draft + part));
  GANDAN_CHECK(make_private_file(draft));
  {
    Vault vault(folder, projector, seams);
    storage::Options options;
    options.path = draft;
    options.key = key;
    options.mode = storage::Mode::open_or_create;
    GANDAN_TRY(auto database, storage::Database::open(options, sql::vault));
    vault.db_ = std::make_unique<storage::Database>(std::move(database));
    GANDAN_CHECK(vault.load_identity(true));
  }
  if (!key_file.empty()) GANDAN_CHECK(write_file_atomically(key_path(folder), key_file));
  return move_file(draft, database_path(folder));
}

Result<std::unique_ptr<Vault>> Vault::start(const std::string& folder, Unlocked unlocked, Opening how,
                                            const Projector& projector, Seams seams) {
  if (!exists(database_path(folder))) return Code::vault_missing;
  std::unique_ptr<Vault> vault(new Vault(folder, projector, seams));
  vault->unlocked_ = std::move(unlocked);
  storage::Options options;
  options.path = database_path(folder);
  options.key = vault->unlocked_.key.view();
  options.mode = storage::Mode::open;
  auto database = storage::Database::open(options, sql::vault);
  if (!database) {
    // vault.key gave this key, so a page that does not decrypt is a damaged page.
    const Code code = database.error().code;
    const bool damaged = code == Code::wrong_passphrase && how == Opening::with_right_key;
    return Error{damaged ? Code::vault_damaged : code, database.error().detail};
  }
  vault->db_ = std::make_unique<storage::Database>(std::move(*database));
  GANDAN_CHECK(vault->load_identity(false));
  GANDAN_CHECK(vault->load_roster());
  GANDAN_CHECK(vault->notice_place());
  GANDAN_CHECK(vault->notice_keys());
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

Status Vault::notice_place() {
  const auto place = seams_.place_of == nullptr ? std::nullopt : seams_.place_of(database_path(folder_));
  if (!place) return {};
  GANDAN_TRY(const auto before, meta_number("place", *place + 1));
  if (before == *place) return {};
  GANDAN_TRY(const auto known, meta("place"));
  GANDAN_TRY(auto transaction, storage::Transaction::begin(*db_));
  if (known) GANDAN_CHECK(db_->run("UPDATE feed SET own = 0 WHERE own = 1"));
  GANDAN_CHECK(set_meta_number("place", *place));
  return transaction.commit();
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
    "SELECT number, id, device, unit, own, next, head, sent_next, sent_head, id_counter, fork FROM feed ";

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
  if (!row.is_null(10)) feed.fork = static_cast<std::uint64_t>(row.integer(10));
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
      "UPDATE feed SET own = ?, next = ?, head = ?, sent_next = ?, sent_head = ?, id_counter = ?, fork = ? "
      "WHERE number = ?",
      static_cast<std::int64_t>(feed.own), static_cast<std::int64_t>(feed.next), feed.head,
      static_cast<std::int64_t>(feed.sent_next), feed.sent_head, static_cast<std::int64_t>(feed.id_counter),
      feed.fork, feed.number);
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
