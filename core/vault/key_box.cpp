#include "vault/key_box.hpp"

#include "storage/write_anew.hpp"
#include "vault/ingest.hpp"
#include "vault/journal.hpp"
#include "vault/wraps.hpp"

namespace gandan::vault {
namespace {

using changelog::NamedKey;
using changelog::RecordKey;

constexpr std::string_view kLogToForget = "log_to_forget";

Result<NamedKey> named_key(const storage::Statement& row, int id, int secret) {
  NamedKey out;
  out.id = KeyId::from(row.blob(id));
  GANDAN_TRY(out.key, RecordKey::from(row.blob(secret)));
  return out;
}

// The last epoch of a unit that the ledger has and whose secret is here.
std::optional<CurrentSecret> last_secret(Vault& vault, const roster::UnitInfo& unit) {
  for (auto epoch = unit.epochs.rbegin(); epoch != unit.epochs.rend(); ++epoch) {
    if (epoch->origin.from > vault.confirmed_roster_size()) continue;
    if (const auto* secret = vault.keyring().secret(unit.id, epoch->number))
      return CurrentSecret{epoch->number, secret};
  }
  return std::nullopt;
}

// The unit's epoch if entries may be made under it now.
enum class Ready { yes, no, after_the_ledger };
Result<Ready> ready(Vault& vault, const UnitId& unit, CurrentSecret& current) {
  GANDAN_TRY(const auto* roster, vault.roster());
  if (!roster->may(vault.identity().id, roster::Right::write, unit)) {
    if (roster->wrote_by(vault.identity().id, unit) == nullptr) return Ready::no;
    const auto last = last_secret(vault, *roster->unit(unit));
    if (!last) return Ready::no;
    current = *last;
    return Ready::yes;
  }
  if (roster->rotation_due(unit)) return Ready::no;
  const auto& epoch = roster->unit(unit)->epochs.back();
  if (epoch.origin.from > vault.confirmed_roster_size()) return Ready::after_the_ledger;
  const auto secret = current_secret(vault, unit);
  if (!secret.ok()) return Ready::no;
  current = *secret;
  return Ready::yes;
}

// Of a feed of this device: the id from which on its records may not be what the ledger has of them. Absent:
// all of them stand.
Result<std::optional<RecordId>> unsettled_from(Vault& vault, const FeedId& feed) {
  GANDAN_TRY(auto row,
             vault.db().query("SELECT fork IS NOT NULL, own, "
                              "EXISTS (SELECT 1 FROM pending WHERE pending.feed = number), "
                              "(SELECT max(segment.id_counter) FROM segment WHERE segment.feed = number AND "
                              "(ledger_index IS NOT NULL OR state = ?)) FROM feed WHERE id = ?",
                              static_cast<int>(SegmentState::applied), feed));
  GANDAN_TRY(const bool present, row.step());
  if (!present) return std::optional<RecordId>(changelog::make_record_id(feed, 0));
  const bool goes_on = row.integer(1) != 0 || row.integer(2) != 0;
  if (!goes_on) return std::optional<RecordId>();
  const bool parts = row.integer(0) != 0;
  return std::optional<RecordId>(
      changelog::make_record_id(feed, parts ? 0 : static_cast<std::uint64_t>(row.integer(3))));
}

// A feed that another copy of this vault went on with, and whose ops that only this one has did not move yet.
Result<bool> is_parting(Vault& vault, const FeedId& feed) {
  GANDAN_TRY(const auto found,
             vault.db().integer("SELECT 1 FROM feed WHERE id = ? AND fork IS NOT NULL AND (own = 1 OR "
                                "EXISTS (SELECT 1 FROM pending WHERE pending.feed = number))",
                                feed));
  return found.has_value();
}

// A record's unit follows from its id. Not (yet) known who made it: not misplaced.
bool is_misplaced(const roster::Roster& roster, const protocol::RecordKeyEntry& entry) {
  const auto* maker = roster.founder(entry.record);
  return maker != nullptr && maker->unit != entry.unit;
}

}  // namespace

Result<std::optional<NamedKey>> own_key(Vault& vault, const RecordId& record) {
  GANDAN_TRY(auto row, vault.db().query("SELECT key, secret FROM record_key "
                                        "WHERE record = ? AND made_here = 1 ORDER BY key LIMIT 1",
                                        record));
  GANDAN_TRY(const bool present, row.step());
  if (!present) return std::optional<NamedKey>();
  GANDAN_TRY(auto key, named_key(row, 0, 1));
  return std::optional<NamedKey>(std::move(key));
}

Result<std::optional<NamedKey>> key_to_write(Vault& vault, const UnitId& unit, const RecordId& record) {
  GANDAN_TRY(auto own, own_key(vault, record));
  if (own) return own;
  GANDAN_TRY(const auto state, load_state(vault, record));
  const RealmId realm = vault.keyring().realm();
  const auto present = changelog::view(state);
  for (const auto& [path, field] : present.fields)
    for (const auto* head : field.heads) {
      const auto text = changelog::under_record_key(head->value);
      if (!text) continue;
      GANDAN_TRY(auto key, find_key(vault, record, text->key));
      if (!key) continue;
      const auto opened = changelog::open_personal({realm, unit, record, std::string(path)}, *text, *key);
      if (opened.ok()) return std::optional<NamedKey>(NamedKey{text->key, std::move(*key)});
    }
  return std::optional<NamedKey>();
}

Result<std::optional<RecordKey>> find_key(Vault& vault, const RecordId& record, const KeyId& key) {
  GANDAN_TRY(auto row, vault.db().query("SELECT key, secret FROM record_key WHERE record = ? AND key = ?",
                                        record, key));
  GANDAN_TRY(const bool present, row.step());
  if (!present) return std::optional<RecordKey>();
  GANDAN_TRY(auto found, named_key(row, 0, 1));
  return std::optional<RecordKey>(std::move(found.key));
}

Status keep_new_key(Vault& vault, const UnitId& unit, const RecordId& record, const NamedKey& key) {
  GANDAN_TRY(const auto* roster, vault.roster());
  if (roster->erased(record) != nullptr) return Code::record_erased;
  return vault.db().run(
      "INSERT INTO record_key (record, key, unit, secret, made_here, to_send) VALUES (?, ?, ?, ?, 1, 1)",
      record, key.id, unit, key.key.view());
}

Result<KeysToSend> keys_to_send(Vault& vault, std::size_t limit, const std::set<FeedId>& cut) {
  KeysToSend out;
  std::map<UnitId, std::pair<Ready, CurrentSecret>> units;
  std::map<FeedId, std::optional<RecordId>> unsettled_of;
  if (!vault.in_realm()) return out;
  GANDAN_TRY(const auto* roster, vault.roster());
  GANDAN_TRY(auto rows, vault.db().query("SELECT record, key, unit, secret FROM record_key "
                                         "WHERE to_send > 0 ORDER BY to_send, record, key"));
  for (;;) {
    GANDAN_TRY(const bool more, rows.step());
    if (!more) return out;
    const auto record = RecordId::from(rows.blob(0));
    const auto unit = UnitId::from(rows.blob(2));
    auto known = units.find(unit);
    if (known == units.end()) {
      CurrentSecret current;
      GANDAN_TRY(const Ready state, ready(vault, unit, current));
      known = units.emplace(unit, std::pair{state, current}).first;
    }
    const auto& [state, current] = known->second;
    if (state == Ready::after_the_ledger) out.waiting = true;
    if (state != Ready::yes) continue;
    const auto* maker = roster->founder(record);
    if (maker != nullptr && maker->device == vault.identity().id) {
      if (cut.count(maker->id) != 0) continue;
      auto unsettled = unsettled_of.find(maker->id);
      if (unsettled == unsettled_of.end()) {
        GANDAN_TRY(const auto from, unsettled_from(vault, maker->id));
        unsettled = unsettled_of.emplace(maker->id, from).first;
      }
      if (unsettled->second && !(record < *unsettled->second)) continue;
    }
    if (out.keys.size() == limit) {
      out.more = true;
      return out;
    }
    GANDAN_TRY(const auto key, named_key(rows, 1, 3));
    const auto entry = changelog::wrap_record_key(vault.keyring().realm(), unit, record, key, current.epoch,
                                                  *current.secret);
    out.keys.push_back({record, key.id, protocol::encode_record_key(entry)});
  }
}

Status key_sent(Vault& vault, const RecordId& record, const KeyId& key) {
  return vault.db().run("UPDATE record_key SET to_send = 0 WHERE record = ? AND key = ?", record, key);
}

Status key_not_taken(Vault& vault, const RecordId& record, const KeyId& key) {
  return vault.db().run(
      "UPDATE record_key SET to_send = to_send + 1 WHERE record = ? AND key = ? AND to_send > 0", record,
      key);
}

Result<std::uint64_t> unsent_keys(Vault& vault) {
  GANDAN_TRY(const auto count, vault.db().integer("SELECT count(*) FROM record_key WHERE to_send > 0"));
  return static_cast<std::uint64_t>(count.value_or(0));
}

// to_send: -1.
Status doubt_keys(Vault& vault) {
  return vault.db().run("UPDATE record_key SET to_send = -1 WHERE to_send = 0");
}

Result<bool> believe_keys_lost(Vault& vault) {
  GANDAN_TRY(const auto lost, vault.db().integer("SELECT 1 FROM record_key WHERE to_send < 0 LIMIT 1"));
  if (!lost) return false;
  GANDAN_CHECK(vault.db().run("UPDATE record_key SET to_send = 1 WHERE to_send < 0"));
  return true;
}

Status keep_entry(Vault& vault, const protocol::RecordKeyEntry& entry) {
  GANDAN_TRY(const auto* roster, vault.roster());
  if (roster->erased(entry.record) != nullptr || is_misplaced(*roster, entry)) return {};
  GANDAN_TRY(const auto to_send,
             vault.db().integer("SELECT to_send FROM record_key WHERE record = ? AND key = ?", entry.record,
                                entry.key));
  if (!to_send) {
    const Bytes bytes = protocol::encode_record_key(entry);
    return vault.db().run("INSERT OR IGNORE INTO key_entry (record, entry) VALUES (?, ?)", entry.record,
                          ByteView(bytes));
  }
  const auto* secret = vault.keyring().secret(entry.unit, entry.epoch);
  if (*to_send == 0 || secret == nullptr) return {};
  // Another device's under the name of an own key does not open to it.
  if (!changelog::unwrap_record_key(vault.keyring().realm(), entry, *secret).ok()) return {};
  return key_sent(vault, entry.record, entry.key);
}

Status drop_unsent_key(Vault& vault, const RecordId& record, const KeyId& key) {
  return vault.db().run("DELETE FROM record_key WHERE record = ? AND key = ? AND to_send > 0", record, key);
}

Result<bool> erase_keys(Vault& vault) {
  if (!vault.in_realm()) return false;
  GANDAN_TRY(const auto* roster, vault.roster());
  GANDAN_TRY(const auto fetches_own, vault.meta_number(kOwnTail, 0));
  bool some = false;
  for (const auto& proposal : roster->proposals()) {
    const auto* erasure = std::get_if<roster::EraseAct>(&proposal.act);
    if (erasure == nullptr || roster->erased(erasure->record) == nullptr) continue;
    const auto& record = erasure->record;
    const auto* maker = roster->founder(record);
    bool parting = false;
    if (maker != nullptr && maker->device == vault.identity().id) {
      GANDAN_TRY(parting, is_parting(vault, maker->id));
      parting |= fetches_own != 0;
    }
    const std::string which = parting ? "record = ? AND to_send <= 0" : "record = ?";
    GANDAN_TRY(const auto keys, vault.db().integer("SELECT count(*) FROM record_key WHERE " + which, record));
    GANDAN_TRY(const auto entries,
               vault.db().integer("SELECT count(*) FROM key_entry WHERE record = ?", record));
    if (keys.value_or(0) == 0 && entries.value_or(0) == 0) continue;
    GANDAN_CHECK(vault.db().run("DELETE FROM record_key WHERE " + which, record));
    GANDAN_CHECK(vault.db().run("DELETE FROM key_entry WHERE record = ?", record));
    some = true;
  }
  if (some) {
    GANDAN_CHECK(storage::write_anew(vault.db(), "record_key"));
    GANDAN_CHECK(storage::write_anew(vault.db(), "key_entry"));
    GANDAN_CHECK(vault.set_meta_number(kLogToForget, 1));
  }
  GANDAN_TRY(const auto due, vault.meta_number(kLogToForget, 0));
  return due != 0;
}

Status forget_log(Vault& vault) {
  GANDAN_CHECK(vault.db().checkpoint());
  return vault.set_meta_number(kLogToForget, 0);
}

Status open_entries(Vault& vault) {
  if (!vault.in_realm()) return {};
  std::vector<protocol::RecordKeyEntry> closed;
  {
    GANDAN_TRY(auto rows, vault.db().query("SELECT entry FROM key_entry"));
    for (;;) {
      GANDAN_TRY(const bool more, rows.step());
      if (!more) break;
      GANDAN_TRY(auto entry, protocol::decode_record_key(rows.blob(0)));
      closed.push_back(std::move(entry));
    }
  }
  GANDAN_TRY(const auto* roster, vault.roster());
  const auto& keyring = vault.keyring();
  for (const auto& entry : closed) {
    const auto* secret = keyring.secret(entry.unit, entry.epoch);
    if (secret == nullptr || roster->founder(entry.record) == nullptr) continue;
    const auto key = is_misplaced(*roster, entry)
                         ? Result<RecordKey>(Code::cannot_open)
                         : changelog::unwrap_record_key(keyring.realm(), entry, *secret);
    if (key.ok())
      GANDAN_CHECK(
          vault.db().run("INSERT OR IGNORE INTO record_key (record, key, unit, secret, made_here, to_send) "
                         "VALUES (?, ?, ?, ?, 0, 0)",
                         entry.record, entry.key, entry.unit, key->view()));
    const Bytes bytes = protocol::encode_record_key(entry);
    GANDAN_CHECK(vault.db().run("DELETE FROM key_entry WHERE record = ? AND entry = ?", entry.record,
                                ByteView(bytes)));
  }
  return {};
}

}  // namespace gandan::vault
