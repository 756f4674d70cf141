// Statements and wraps of this device that go with an exchange.
//
// Threading: as the vault's.
#pragma once

#include "sync/request.hpp"

namespace gandan::sync {

// Only an administrator's wraps are taken by a server, and only for whom the roster knows.
bool may_send(const vault::Vault& vault, const roster::Roster& roster, const protocol::Wrap& wrap);

// What is in force here and the ledger has not; one that no longer fits the ledger's order would be refused
// for ever. A statement that starts an epoch goes together with the wraps of its secret, and waits for the
// next exchange where these have no room: were this device lost in between, nobody would have the secret.
// Returns whether all statements go with this one: what may rest on them has to wait otherwise.
Result<bool> add_acts(vault::Vault& vault, std::size_t max_statements, std::size_t max_wraps,
                      Request& request);

}  // namespace gandan::sync
