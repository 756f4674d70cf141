// Lease: what a notebook says and does when its device had no contact for too long, and when it was removed.
//
// Threading: as the Session's.
#pragma once

#include "app/session.hpp"

namespace gandan::app {

// Code::lease_over.
Status within_lease(Session& session);
// {"days", "contact", "ends", "over", "soon", "vi", "en"}; nothing: no lease binds this device.
Result<std::optional<json::object>> lease_json(Session& session);
// {"by", "by_short", "received_at", "wipes", "vi", "en"}; nothing: it holds a role, or never did.
Result<std::optional<json::object>> removed_json(Session& session);

// Where the ledger has this device's removal, and the realm says so: what was not sent goes into a file in
// the vault's folder, then the vault wipes itself, and the notebook has none. Code::vault_wiped says that it
// did; what could not be written (disk_full, …) leaves the vault as it is, and the next contact or opening
// tries again. Nothing to do: ok.
Status wipe_if_due(Session& session);

}  // namespace gandan::app
