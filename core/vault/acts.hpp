// Acts: the statements this device issues. Each is signed, stored and in force here at once; the ledger's
// order decides for everybody when it arrives there.
//
// Threading: as the vault's.
#pragma once

#include <functional>

#include "vault/rotation.hpp"

namespace gandan::vault {

// Signs a statement with this device's key, or the root's, on the roster as it is known here.
Result<roster::Statement> issue(Vault& vault, roster::Body body, const crypto::Signer* root = nullptr);

// The same within the caller's transaction.
Result<roster::Statement> issue_within(Vault& vault, roster::Body body, const crypto::Signer* root = nullptr);

struct NewRealm {
  roster::RealmCard card;
  crypto::SigningKey root_key;  // to be sealed under a passphrase and kept apart from the vault
};
// Founds a realm: root statement with the server's ledger key, the top unit with its first epoch, and this
// device as its administrator. `keep` puts card and root key where they last; it runs before the realm is on
// this disk, so that no realm is without its root. Code::bad_request when the vault belongs to a realm
// already; `keep`'s error.
Result<NewRealm> create_realm(Vault& vault, const SignPublicKey& ledger_key,
                              const std::function<Status(const NewRealm&)>& keep = {});
// The same with a root key that lies elsewhere, e.g. in a token: `keep` gets the card.
Result<roster::RealmCard> create_realm(Vault& vault, const SignPublicKey& ledger_key,
                                       const crypto::Signer& root,
                                       const std::function<Status(const roster::RealmCard&)>& keep = {});

// A new unit below `parent` with its first epoch; its secret is wrapped for the parent's epoch.
Result<UnitId> add_unit(Vault& vault, const UnitId& parent);

// Gives a device a role in a unit, and the unit's secrets.
struct Admission {
  roster::JoinRequest request;
  roster::Role role = roster::Role::cadre;
  UnitId unit;
};
Result<DeviceId> approve(Vault& vault, const roster::JoinRequest& request, roster::Role role,
                         const UnitId& unit);
// One statement for each; all of them or none. Signed by the root's key where it is given.
Status admit_all(Vault& vault, const std::vector<Admission>& admissions,
                 const crypto::Signer* root = nullptr);
// Ends the device's roles in the unit and rotates what it could read there and below. Units whose current
// secret is not here are rotated when it comes (mend_keys).
Result<KeysReport> revoke(Vault& vault, const DeviceId& device, const UnitId& unit,
                          roster::RevokeReason reason);
// Puts the unit, with all below it, under another parent, and rotates it: who reads by the old parent reads
// nothing that is sealed from here on; who reads by the new one reads all, for history goes along.
Result<KeysReport> move_unit(Vault& vault, const UnitId& unit, const UnitId& parent);

// This device's feed in the unit, opened (a logged statement) when it is the first.
// Code::not_enrolled, not_authorized, unknown_unit, no_key.
Result<FeedRow> open_feed(Vault& vault, const UnitId& unit);

}  // namespace gandan::vault
