#include "vault/key_box.hpp"

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

// The unit's epoch if entries may be made under it now.
enum class Ready { yes, no, after_the_ledger };
Result<Ready> ready(Vault& vault, const UnitId& unit, CurrentSecret& current) {
  GANDAN_TRY(const auto* roster, vault.roster());
  if (!roster->may(vault.identity().id, roster::Right::write, unit)) return Ready::no;
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

}  // namespace

Result<std::optional<NamedKey>> key_to_write(Vault& vault, const RecordId& record) {
  GANDAN_TRY(auto row, vault.db().query("SELECT key, secret FROM record_key "
                                        "WHERE record = ? AND secret IS NOT NULL ORDER BY key LIMIT 1",
                                        record));
  GANDAN_TRY(const bool present, row.step());
  if (!present) return std::optional<NamedKey>();
  GANDAN_TRY(auto key, named_key(row, 0, 1));
  return std::optional<NamedKey>(std::move(key));
}

Result<std::optional<RecordKey>> find_key(Vault& vault, const RecordId& record, const KeyId& key) {
  GANDAN_TRY(auto row, vault.db().query("SELECT key, secret FROM record_key "
                                        "WHERE record = ? AND key = ? AND secret IS NOT NULL",
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
      "INSERT INTO record_key (record, key, unit, secret, entry, to_send) VALUES (?, ?, ?, ?, NULL, 1)",
      record, key.id, unit, key.key.view());
}

Result<KeysToSend> keys_to_send(Vault& vault, std::size_t limit, const std::set<FeedId>& cut) {
  KeysToSend out;
  std::map<UnitId, std::pair<Ready, CurrentSecret>> units;
  std::map<FeedId, std::optional<RecordId>> unsettled_of;
  if (!vault.in_realm()) return out;
  GANDAN_TRY(const auto* roster, vault.roster());
  GANDAN_TRY(auto rows, vault.db().query("SELECT record, key, unit, secret FROM record_key "
                                         "WHERE to_send = 1 AND secret IS NOT NULL ORDER BY record, key"));
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

Status keep_entry(Vault& vault, const protocol::RecordKeyEntry& entry) {
  const Bytes bytes = protocol::encode_record_key(entry);
  return vault.db().run(
      "INSERT INTO record_key (record, key, unit, secret, entry, to_send) VALUES (?, ?, ?, NULL, ?, 0) "
      "ON CONFLICT (record, key) DO UPDATE SET unit = excluded.unit, entry = excluded.entry "
      "WHERE secret IS NULL",
      entry.record, entry.key, entry.unit, ByteView(bytes));
}

Status drop_unsent_key(Vault& vault, const RecordId& record, const KeyId& key) {
  return vault.db().run("DELETE FROM record_key WHERE record = ? AND key = ? AND to_send = 1", record, key);
}

Result<bool> erase_keys(Vault& vault) {
  if (!vault.in_realm()) return false;
  GANDAN_TRY(const auto* roster, vault.roster());
  bool some = false;
  for (const auto& proposal : roster->proposals()) {
    const auto* erasure = std::get_if<roster::EraseAct>(&proposal.act);
    if (erasure == nullptr || roster->erased(erasure->record) == nullptr) continue;
    GANDAN_TRY(const auto here,
               vault.db().integer("SELECT count(*) FROM record_key WHERE record = ?", erasure->record));
    if (here.value_or(0) == 0) continue;
    GANDAN_CHECK(vault.db().run("DELETE FROM record_key WHERE record = ?", erasure->record));
    some = true;
  }
  if (some) GANDAN_CHECK(vault.set_meta_number(kLogToForget, 1));
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
    GANDAN_TRY(auto rows, vault.db().query("SELECT entry FROM record_key WHERE secret IS NULL"));
    for (;;) {
      GANDAN_TRY(const bool more, rows.step());
      if (!more) break;
      GANDAN_TRY(auto entry, protocol::decode_record_key(rows.blob(0)));
      closed.push_back(std::move(entry));
    }
  }
  auto& keyring = vault.keyring();
  for (const auto& entry : closed) {
    const auto* secret = keyring.secret(entry.unit, entry.epoch);
    if (secret == nullptr) continue;
    const auto key = changelog::unwrap_record_key(keyring.realm(), entry, *secret);
    if (key.ok())
      GANDAN_CHECK(
          vault.db().run("UPDATE record_key SET secret = ?, entry = NULL "
                         "WHERE record = ? AND key = ?",
                         key->view(), entry.record, entry.key));
    else
      GANDAN_CHECK(vault.db().run("DELETE FROM record_key WHERE record = ? AND key = ? AND secret IS NULL",
                                  entry.record, entry.key));
  }
  return {};
}

}  // namespace gandan::vault
