// Schemas: the realm's sets of forms and rules that this device has, by the statements that name them. Their
// files are plain chunks: whoever is enrolled may read them, and their names and hash say what they are.
//
// Threading: as the vault's.
#pragma once

#include "vault/vault.hpp"

namespace gandan::vault {

// Keeps a set's chunks to be sent and signs the statement that names it (records/schema_set.hpp).
// Code::not_authorized unless this device administers the top unit.
Result<roster::SchemaBody> issue_schema(Vault& vault, ByteView set);

// The set's bytes; nothing while a chunk has not arrived. Code::schema_changed when they have another hash.
Result<std::optional<Bytes>> schema_bytes(Vault& vault, const roster::SchemaBody& schema);

// Chunks of schemas that are not here are wanted from now on. Within the caller's transaction.
Status want_schema_chunks(Vault& vault);

}  // namespace gandan::vault
