// The fingerprint of whatever root statement a file brings, so that mutations get behind the comparison with
// the realm's.
#pragma once

#include "roster/roster.hpp"

namespace gandan::test {

inline std::optional<Hash> fingerprint_in(ByteView root) {
  const auto statement = roster::decode_statement(root);
  const auto* body = statement.ok() ? std::get_if<roster::RootBody>(&statement->body) : nullptr;
  if (body == nullptr) return std::nullopt;
  return roster::statement_hash(roster::realm_id(body->root_key, body->nonce), *statement);
}

}  // namespace gandan::test
