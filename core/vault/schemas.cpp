#include "vault/schemas.hpp"

#include "changelog/blob.hpp"
#include "records/schema_set.hpp"
#include "vault/acts.hpp"
#include "vault/attachments.hpp"

namespace gandan::vault {

Result<roster::SchemaBody> issue_schema(Vault& vault, ByteView set) {
  GANDAN_TRY(const auto* roster, vault.roster());
  const UnitId top = roster->root().top;
  if (!roster->may(vault.identity().id, roster::Right::administer, top)) return Code::not_authorized;
  roster::SchemaBody body;
  body.number = static_cast<std::uint32_t>(roster->schemas().size() + 1);
  body.hash = records::schema_set_hash(roster->realm(), set);
  body.size = set.size();
  std::vector<ByteView> chunks;
  for (; !set.empty(); set = set.subspan(chunks.back().size()))
    chunks.push_back(set.first(std::min(set.size(), roster::kSchemaChunkBytes)));
  if (chunks.size() > roster::kMaxSchemaChunks) return Error{Code::too_large, "schema set"};
  for (const auto& chunk : chunks) body.chunks.push_back(changelog::blob_chunk_name(chunk));
  GANDAN_TRY(auto work, Work::begin(vault));
  for (const auto& chunk : chunks) GANDAN_CHECK(keep_chunk(vault, top, chunk, false));
  GANDAN_TRY(const auto issued, issue_within(vault, body));
  (void)issued;
  GANDAN_CHECK(work.commit());
  return body;
}

Result<std::optional<Bytes>> schema_bytes(Vault& vault, const roster::SchemaBody& schema) {
  GANDAN_TRY(const auto* roster, vault.roster());
  Bytes out;
  for (const auto& name : schema.chunks) {
    if (!have_chunk(vault, name)) return std::optional<Bytes>();
    GANDAN_TRY(const Bytes data, chunk_data(vault, name));
    append(out, data);
  }
  if (out.size() != schema.size || records::schema_set_hash(roster->realm(), out) != schema.hash)
    return Error{Code::schema_changed, std::to_string(schema.number)};
  return std::optional<Bytes>(std::move(out));
}

Status want_schema_chunks(Vault& vault) {
  if (!vault.in_realm()) return {};
  GANDAN_TRY(const auto* roster, vault.roster());
  for (const auto* list : {&roster->schemas(), &roster->overtaken_schemas()})
    for (const auto& schema : *list)
      for (const auto& name : schema.body.chunks)
        if (!have_chunk(vault, name))
          GANDAN_CHECK(vault.db().run("INSERT OR IGNORE INTO wanted_chunk (hash, unit) VALUES (?, ?)", name,
                                      roster->root().top));
  return {};
}

}  // namespace gandan::vault
