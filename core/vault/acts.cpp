#include "vault/acts.hpp"

#include "vault/journal.hpp"
#include "vault/wraps.hpp"

namespace gandan::vault {
namespace {

// Makes, signs and stores; within the caller's transaction.
Result<roster::Statement> issue_now(Vault& vault, roster::Body body, const crypto::Signer* root = nullptr) {
  GANDAN_TRY(const auto* roster, vault.roster());
  // What the ledger has: a head with provisional statements in it may never come to be, when another
  // administrator is faster, and with it this statement.
  const std::uint64_t seen = vault.confirmed_roster_size();
  roster::Statement statement;
  statement.issuer = root != nullptr ? roster::root_id(root->public_key()) : vault.identity().id;
  statement.issuer_previous = roster->last_statement_of(statement.issuer);
  statement.roster_size = seen;
  statement.roster_head = *roster->head(seen);
  statement.nonce = random_id<roster::Nonce>(vault.random());
  statement.body = std::move(body);
  const crypto::KeySigner own(vault.identity().sign);
  GANDAN_CHECK(roster::sign_statement(roster->realm(), statement, root != nullptr ? *root : own));
  GANDAN_CHECK(vault.add_statement(statement, std::nullopt, std::nullopt));
  return statement;
}

Status admit_now(Vault& vault, const Admission& admission, const crypto::Signer* root) {
  const auto& [request, role, unit] = admission;
  GANDAN_TRY(const auto* roster, vault.roster());
  if (roster->unit(unit) == nullptr) return Code::unknown_unit;
  GANDAN_CHECK(issue_now(vault, roster::GrantBody{request.sign_key, request.box_key, role, unit}, root));
  if (role == roster::Role::auditor) return {};  // reads proofs and checkpoints only
  // Earlier epochs' secrets open with the current one.
  GANDAN_TRY(const auto current, current_secret(vault, unit));
  const DeviceId device = roster::device_id(request.sign_key, request.box_key);
  return wrap_for_device(vault, unit, current.epoch, *current.secret, device, request.box_key);
}

// Runs `act` in one transaction.
template <class F>
auto in_transaction(Vault& vault, F act) -> decltype(act()) {
  GANDAN_TRY(auto work, Work::begin(vault));
  auto result = act();
  if (!result) return result;
  GANDAN_CHECK(work.commit());
  return result;
}

}  // namespace

Result<roster::Statement> issue(Vault& vault, roster::Body body, const crypto::Signer* root) {
  return in_transaction(vault, [&] { return issue_now(vault, std::move(body), root); });
}

Result<roster::Statement> issue_within(Vault& vault, roster::Body body, const crypto::Signer* root) {
  return issue_now(vault, std::move(body), root);
}

Result<NewRealm> create_realm(Vault& vault, const SignPublicKey& ledger_key,
                              const std::function<Status(const NewRealm&)>& keep) {
  NewRealm made{{}, crypto::SigningKey::generate(vault.random())};
  GANDAN_TRY(made.card, create_realm(vault, ledger_key, crypto::KeySigner(made.root_key),
                                     [&](const roster::RealmCard& card) {
                                       made.card = card;
                                       return keep ? keep(made) : Status();
                                     }));
  return made;
}

Result<roster::RealmCard> create_realm(Vault& vault, const SignPublicKey& ledger_key,
                                       const crypto::Signer& root,
                                       const std::function<Status(const roster::RealmCard&)>& keep) {
  if (vault.in_realm()) return Error{Code::bad_request, "this vault belongs to a realm already"};
  return in_transaction(vault, [&]() -> Result<roster::RealmCard> {
    roster::RootBody body;
    body.root_key = root.public_key();
    body.nonce = random_id<roster::Nonce>(vault.random());
    body.ledger_key = ledger_key;
    body.top = random_id<UnitId>(vault.random());
    const RealmId realm = roster::realm_id(body.root_key, body.nonce);
    const auto secret = changelog::new_epoch_secret(vault.random());
    body.epoch = changelog::epoch_public(realm, body.top, 1, secret);

    roster::RealmCard card;
    card.address = random_id<roster::RealmAddress>(vault.random());
    card.root.issuer = roster::root_id(body.root_key);
    card.root.nonce = random_id<roster::Nonce>(vault.random());
    card.root.body = body;
    GANDAN_CHECK(roster::sign_statement(realm, card.root, root));

    GANDAN_CHECK(vault.join(card));
    GANDAN_CHECK(vault.add_secret(body.top, 1, secret));
    GANDAN_TRY(const auto granted,
               issue_now(vault,
                         roster::GrantBody{vault.identity().sign.public_key(),
                                           vault.identity().box.public_key(), roster::Role::admin, body.top},
                         &root));
    (void)granted;
    if (keep) GANDAN_CHECK(keep(card));
    return card;
  });
}

Result<UnitId> add_unit(Vault& vault, const UnitId& parent) {
  return in_transaction(vault, [&]() -> Result<UnitId> {
    GANDAN_TRY(const auto* roster, vault.roster());
    if (roster->unit(parent) == nullptr) return Code::unknown_unit;
    const auto unit = random_id<UnitId>(vault.random());
    const auto secret = changelog::new_epoch_secret(vault.random());
    GANDAN_TRY(
        const auto made,
        issue_now(vault,
                  roster::UnitBody{unit, parent, changelog::epoch_public(roster->realm(), unit, 1, secret)},
                  nullptr));
    (void)made;
    GANDAN_CHECK(vault.add_secret(unit, 1, secret));
    GANDAN_CHECK(wrap_for_parent(vault, unit, 1, secret));
    return unit;
  });
}

Result<DeviceId> approve(Vault& vault, const roster::JoinRequest& request, roster::Role role,
                         const UnitId& unit) {
  GANDAN_CHECK(admit_all(vault, {{request, role, unit}}));
  return roster::device_id(request.sign_key, request.box_key);
}

Status admit_all(Vault& vault, const std::vector<Admission>& admissions, const crypto::Signer* root) {
  return in_transaction(vault, [&]() -> Status {
    for (const auto& one : admissions) GANDAN_CHECK(admit_now(vault, one, root));
    return {};
  });
}

Result<KeysReport> revoke(Vault& vault, const DeviceId& device, const UnitId& unit,
                          roster::RevokeReason reason) {
  return in_transaction(vault, [&]() -> Result<KeysReport> {
    GANDAN_TRY([[maybe_unused]] const auto issued,
               issue_now(vault, roster::RevokeBody{device, unit, reason}, nullptr));
    return rotate_due_within(vault, unit);
  });
}

Result<KeysReport> move_unit(Vault& vault, const UnitId& unit, const UnitId& parent) {
  return in_transaction(vault, [&]() -> Result<KeysReport> {
    GANDAN_TRY([[maybe_unused]] const auto issued, issue_now(vault, roster::MoveBody{unit, parent}, nullptr));
    return rotate_due_within(vault, unit);
  });
}

Result<FeedRow> open_feed(Vault& vault, const UnitId& unit) {
  GANDAN_TRY(const auto* roster, vault.roster());
  if (roster->unit(unit) == nullptr) return Code::unknown_unit;
  if (roster->device(vault.identity().id) == nullptr) return Code::not_enrolled;
  if (!roster->may(vault.identity().id, roster::Right::write, unit)) return Code::not_authorized;
  // Any epoch's will do for saving; sealing waits for the current one's.
  if (!vault.keyring().latest(unit)) return Code::no_key;
  GANDAN_TRY(auto existing, vault.own_feed(unit));
  if (existing) return *existing;
  const std::uint32_t incarnation = roster->next_incarnation(vault.identity().id, unit);
  return in_transaction(vault, [&]() -> Result<FeedRow> {
    GANDAN_TRY(const auto opened, issue_now(vault, roster::FeedBody{unit, incarnation}, nullptr));
    (void)opened;
    const FeedId id = roster::feed_id(roster->realm(), vault.identity().id, incarnation, unit);
    return vault.add_feed(*roster->feed(id), true);
  });
}

}  // namespace gandan::vault
