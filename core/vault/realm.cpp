// What a vault knows of its realm: statements in their order, wraps, secrets; and memory that follows the
// disk.
#include "vault/vault.hpp"

namespace gandan::vault {

Result<Work> Work::begin(Vault& vault) {
  GANDAN_TRY(auto transaction, storage::Transaction::begin(vault.db()));
  return Work(vault, std::move(transaction));
}

Work::~Work() {
  if (vault_ != nullptr) vault_->take_back();
}

Status Work::commit() {
  auto* vault = std::exchange(vault_, nullptr);
  const auto committed = transaction_.commit();
  if (committed.ok())
    vault->before_.reset();
  else
    vault->take_back();
  return committed;
}

void Vault::remember() {
  if (before_) return;
  before_.emplace();
  before_->realm = realm_;
  if (keyring_ == nullptr) return;
  before_->keyring = std::make_unique<changelog::Keyring>(keyring_->realm());
  keyring_->for_each([&](const UnitId& unit, std::uint32_t epoch, const changelog::EpochSecret& secret) {
    before_->keyring->add(unit, epoch, secret);
  });
}

void Vault::take_back() {
  if (!before_) return;
  realm_ = std::move(before_->realm);
  keyring_ = std::move(before_->keyring);
  before_.reset();
  ++roster_order_;
}

Status OrderedRoster::apply(const roster::Statement& statement, std::optional<std::uint64_t> ledger_index,
                            roster::Signatures signatures) {
  const bool starts = !roster.has_value();
  if (starts) {
    GANDAN_TRY(roster, roster::Roster::start(statement));
  } else {
    GANDAN_CHECK(roster->apply(statement, ledger_index, signatures));
  }
  const bool authority = !std::holds_alternative<roster::FeedBody>(statement.body);
  const Hash hash = roster::statement_hash(roster->realm(), statement);
  if (!ledger_index) {
    provisional.push_back(hash);
    provisional_authority += authority ? 1 : 0;
    return {};
  }
  logged_end = *ledger_index + 1;
  confirmed += authority ? 1 : 0;
  if (const auto was = std::find(provisional.begin(), provisional.end(), hash); was != provisional.end()) {
    provisional.erase(was);
    provisional_authority -= authority ? 1 : 0;
  }
  return {};
}

bool OrderedRoster::comes_next(const roster::Statement& statement, const Hash& hash) const {
  if (provisional.empty() || provisional.front() == hash) return true;
  return provisional_authority == 0 &&
         std::find(provisional.begin(), provisional.end(), statement.issuer_previous) == provisional.end();
}

// Statements in the ledger's order, then what is not in the ledger yet in the order in which it came. One of
// these that no longer fits (another administrator was first) stays stored and says nothing. What is in the
// vault was verified when it came, and the vault's pages are authenticated; `added`, the ledger's latest, is
// verified here.
Result<OrderedRoster> Vault::replay(const roster::Statement* added, std::uint64_t added_index) {
  OrderedRoster out;
  const auto apply_added = [&]() -> Status {
    const auto* statement = std::exchange(added, nullptr);
    if (statement == nullptr) return {};
    return out.apply(*statement, added_index, roster::Signatures::verify);
  };
  GANDAN_TRY(auto rows, db_->query("SELECT bytes, ledger_index FROM statement "
                                   "ORDER BY ledger_index IS NULL, ledger_index, position"));
  for (;;) {
    GANDAN_TRY(const bool more, rows.step());
    if (!more) break;
    GANDAN_TRY(const auto statement, roster::decode_statement(rows.blob(0)));
    std::optional<std::uint64_t> index;
    if (!rows.is_null(1)) index = static_cast<std::uint64_t>(rows.integer(1));
    if (!index) {
      GANDAN_CHECK(apply_added());
      // The one that was added lies here too, where it was provisional until now.
      if (out.roster && out.roster->knows(roster::statement_hash(out.roster->realm(), statement))) continue;
    }
    const auto applied = out.apply(statement, index, roster::Signatures::verified_before);
    if (!applied && index) return Error{Code::vault_damaged, "a logged statement does not apply"};
  }
  GANDAN_CHECK(apply_added());
  return out;
}

Status Vault::load_roster() {
  GANDAN_TRY(realm_, replay(nullptr, 0));
  if (!realm_.roster) return {};
  GANDAN_TRY(keyring_, load_keyring(realm_.roster->realm()));
  return {};
}

Result<std::unique_ptr<changelog::Keyring>> Vault::load_keyring(const RealmId& realm) {
  auto keyring = std::make_unique<changelog::Keyring>(realm);
  GANDAN_TRY(auto secrets, db_->query("SELECT unit, epoch, secret FROM epoch_secret"));
  for (;;) {
    GANDAN_TRY(const bool more, secrets.step());
    if (!more) return keyring;
    GANDAN_TRY(const auto secret, changelog::EpochSecret::from(secrets.blob(2)));
    keyring->add(UnitId::from(secrets.blob(0)), static_cast<std::uint32_t>(secrets.integer(1)), secret);
  }
}

Result<const roster::Roster*> Vault::roster() const {
  if (!realm_.roster) return Code::not_enrolled;
  return &*realm_.roster;
}

Result<roster::RealmAddress> Vault::address() {
  GANDAN_TRY(const auto bytes, meta("address"));
  if (!bytes || bytes->size() != roster::RealmAddress::size) return Code::not_enrolled;
  return roster::RealmAddress::from(*bytes);
}

Result<roster::RealmCard> Vault::card() {
  GANDAN_TRY(const auto realm_address, address());
  GANDAN_TRY(auto rows, db_->query("SELECT bytes FROM statement "
                                   "ORDER BY ledger_index IS NULL, ledger_index, position LIMIT 1"));
  GANDAN_TRY(const bool present, rows.step());
  if (!present) return Code::not_enrolled;
  GANDAN_TRY(auto root, roster::decode_statement(rows.blob(0)));
  return roster::RealmCard{std::move(root), realm_address};
}

Status Vault::join(const roster::RealmCard& card) {
  const auto* body = std::get_if<roster::RootBody>(&card.root.body);
  if (body == nullptr) return Code::bad_statement;
  if (!db_->in_transaction()) {
    GANDAN_TRY(auto work, Work::begin(*this));
    GANDAN_CHECK(join(card));
    return work.commit();
  }
  const RealmId realm = roster::realm_id(body->root_key, body->nonce);
  if (realm_.roster) {
    if (realm_.roster->fingerprint() != roster::statement_hash(realm, card.root)) return Code::wrong_realm;
    return {};
  }
  GANDAN_CHECK(set_meta("address", card.address.view()));
  return add_statement(card.root, std::nullopt, std::nullopt);
}

Status Vault::add_statement(const roster::Statement& statement, std::optional<std::uint64_t> ledger_index,
                            std::optional<std::int64_t> receipt_ms) {
  if (db_->in_transaction()) return take_statement(statement, ledger_index, receipt_ms);
  GANDAN_TRY(auto work, Work::begin(*this));
  GANDAN_CHECK(take_statement(statement, ledger_index, receipt_ms));
  return work.commit();
}

Status Vault::take_statement(const roster::Statement& statement, std::optional<std::uint64_t> ledger_index,
                             std::optional<std::int64_t> receipt_ms) {
  remember();
  const auto keep = [&](const Hash& hash) {
    return db_->run(
        "INSERT INTO statement (hash, bytes, ledger_index, receipt_ms) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (hash) DO UPDATE SET ledger_index = excluded.ledger_index, receipt_ms = "
        "excluded.receipt_ms",
        hash, roster::encode_statement(statement), ledger_index, receipt_ms);
  };
  if (!realm_.roster) {
    GANDAN_CHECK(realm_.apply(statement, ledger_index, roster::Signatures::verify));
    GANDAN_TRY(keyring_, load_keyring(realm_.roster->realm()));
    return keep(realm_.roster->fingerprint());
  }
  const Hash hash = roster::statement_hash(realm_.roster->realm(), statement);
  {
    GANDAN_TRY(auto known, db_->query("SELECT ledger_index, receipt_ms FROM statement WHERE hash = ?", hash));
    GANDAN_TRY(const bool present, known.step());
    if (present && !ledger_index) return {};
    if (present && !known.is_null(0)) {
      const bool same = static_cast<std::uint64_t>(known.integer(0)) == *ledger_index &&
                        (!receipt_ms || known.integer(1) == *receipt_ms);
      return same ? Status() : Status(Error{Code::receipt_changed, "a statement"});
    }
  }
  if (ledger_index && *ledger_index < realm_.logged_end)
    return Error{Code::bad_statement, "it stands before what the ledger showed already"};

  if (!ledger_index || realm_.comes_next(statement, hash)) {
    const auto applied = realm_.apply(statement, ledger_index, roster::Signatures::verify);
    if (applied) return keep(hash);
    if (!ledger_index || realm_.provisional.empty()) return applied;
  }
  // The ledger has it, so others accepted it: what is provisional here may stand in its way.
  GANDAN_TRY(realm_, replay(&statement, *ledger_index));
  ++roster_order_;
  return keep(hash);
}

Status Vault::add_secret(const UnitId& unit, std::uint32_t epoch, const crypto::Secret<32>& secret) {
  if (!keyring_) return Code::not_enrolled;
  remember();
  keyring_->add(unit, epoch, secret);
  return db_->run("INSERT OR IGNORE INTO epoch_secret (unit, epoch, secret) VALUES (?, ?, ?)", unit,
                  static_cast<std::int64_t>(epoch), secret.view());
}

Status Vault::add_wrap(const protocol::Wrap& wrap, WrapState state) {
  const Bytes bytes = protocol::encode_wrap(wrap);
  return db_->run("INSERT INTO wrap (bytes, to_send) VALUES (?, ?) ON CONFLICT (bytes) DO NOTHING",
                  ByteView(bytes), static_cast<std::int64_t>(state));
}

Result<bool> Vault::forget_overtaken_secrets() {
  if (!keyring_) return false;
  std::vector<std::pair<UnitId, std::uint32_t>> overtaken;
  keyring_->for_each([&](const UnitId& unit, std::uint32_t epoch, const changelog::EpochSecret& secret) {
    const auto known = epoch_known(unit, epoch);
    const auto commitment = changelog::epoch_commitment(keyring_->realm(), unit, epoch, secret);
    if (!known || known->commitment != commitment) overtaken.emplace_back(unit, epoch);
  });
  if (overtaken.empty()) return false;
  remember();
  for (const auto& [unit, epoch] : overtaken) {
    keyring_->remove(unit, epoch);
    GANDAN_CHECK(db_->run("DELETE FROM epoch_secret WHERE unit = ? AND epoch = ?", unit,
                          static_cast<std::int64_t>(epoch)));
    GANDAN_CHECK(set_meta(kOvertaken + to_text(unit), as_bytes("1")));
  }
  return true;
}

std::optional<roster::EpochPublic> Vault::epoch_known(const UnitId& unit, std::uint32_t epoch) const {
  const auto* info = realm_.roster->unit(unit);
  if (info == nullptr) return std::nullopt;
  for (const auto& known : info->epochs)
    if (known.number == epoch) return known;
  return std::nullopt;
}

Result<bool> Vault::open_wraps() {
  if (!keyring_) return false;
  std::vector<protocol::Wrap> wraps;
  {
    GANDAN_TRY(auto rows, db_->query("SELECT bytes FROM wrap"));
    for (;;) {
      GANDAN_TRY(const bool more, rows.step());
      if (!more) break;
      GANDAN_TRY(auto wrap, protocol::decode_wrap(rows.blob(0)));
      if (keyring_->secret(wrap.unit, wrap.epoch) == nullptr) wraps.push_back(std::move(wrap));
    }
  }
  if (wraps.empty()) return false;
  const auto lookup = [this](const UnitId& unit, std::uint32_t epoch) { return epoch_known(unit, epoch); };
  remember();
  const auto learned = keyring_->add_wraps(wraps, identity_->id, identity_->box, lookup);
  for (const auto& [unit, epoch] : learned)
    GANDAN_CHECK(db_->run("INSERT OR IGNORE INTO epoch_secret (unit, epoch, secret) VALUES (?, ?, ?)", unit,
                          static_cast<std::int64_t>(epoch), keyring_->secret(unit, epoch)->view()));
  // What could have opened and did not is nobody's secret; kept, it would be tried again for ever.
  for (const auto& wrap : wraps) {
    const bool for_us =
        wrap.kind == protocol::WrapKind::device
            ? equal(wrap.recipient.view(), identity_->id.view())
            : keyring_->secret(UnitId::from(wrap.recipient.view()), wrap.recipient_epoch) != nullptr;
    if (!for_us || !lookup(wrap.unit, wrap.epoch) || keyring_->secret(wrap.unit, wrap.epoch) != nullptr)
      continue;
    const Bytes bytes = protocol::encode_wrap(wrap);
    GANDAN_CHECK(db_->run("DELETE FROM wrap WHERE bytes = ?", ByteView(bytes)));
  }
  return !learned.empty();
}

}  // namespace gandan::vault
