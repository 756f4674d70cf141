#include "vault/attachments.hpp"

#include "base/text.hpp"
#include "changelog/blob.hpp"

namespace gandan::vault {

Result<changelog::BlobRef> keep_attachment(Vault& vault, const UnitId& unit, std::string name,
                                           std::string media_type, ByteView content) {
  if (content.size() > kMaxAttachmentBytes) return Code::attachment_too_large;
  GANDAN_TRY(name, nfc(name));  // iPhones and Macs name files in NFD
  GANDAN_TRY(const auto* roster, vault.roster());
  GANDAN_TRY(auto blob, changelog::seal_blob(roster->realm(), std::move(name), std::move(media_type), content,
                                             vault.random()));
  GANDAN_TRY(auto transaction, storage::Transaction::begin(vault.db()));
  for (const auto& chunk : blob.chunks) GANDAN_CHECK(keep_chunk(vault, unit, chunk, false));
  GANDAN_CHECK(transaction.commit());
  return std::move(blob.ref);
}

Result<Bytes> read_attachment(Vault& vault, const changelog::BlobRef& blob) {
  GANDAN_TRY(const auto* roster, vault.roster());
  std::vector<Bytes> chunks;
  chunks.reserve(blob.chunks.size());
  for (const auto& name : blob.chunks) {
    GANDAN_TRY(auto data, chunk_data(vault, name));
    chunks.push_back(std::move(data));
  }
  auto content = changelog::open_blob(roster->realm(), blob, chunks);
  // Whatever is wrong with a chunk, its size included: it is not the one that was attached.
  if (!content) return Error{Code::cannot_open, content.error().detail};
  return content;
}

Result<Bytes> read_attachment_part(Vault& vault, const changelog::BlobRef& blob, std::uint64_t offset,
                                   std::size_t length) {
  Bytes out;
  if (offset >= blob.size) return out;
  GANDAN_TRY(const auto* roster, vault.roster());
  GANDAN_TRY(const auto key, changelog::BlobKey::from(roster->realm(), blob.key));
  const std::uint64_t end = offset + std::min<std::uint64_t>(length, blob.size - offset);
  while (offset < end) {
    const std::uint64_t number = offset / changelog::kBlobChunkBytes;
    if (number >= blob.chunks.size()) return Error{Code::cannot_open, "chunks"};
    const Hash& name = blob.chunks[static_cast<std::size_t>(number)];
    GANDAN_TRY(const auto sealed, chunk_data(vault, name));
    const auto plain = key.open_chunk(number, blob.size, name, sealed);
    if (!plain) return Error{Code::cannot_open, plain.error().detail};
    const auto from = static_cast<std::size_t>(offset % changelog::kBlobChunkBytes);
    const auto size = std::min(plain->size() - from, static_cast<std::size_t>(end - offset));
    append(out, ByteView(*plain).subspan(from, size));
    offset += size;
  }
  return out;
}

Result<BlobStatus> blob_status(Vault& vault, const changelog::BlobRef& blob) {
  BlobStatus status;
  status.chunks = blob.chunks.size();
  for (const auto& name : blob.chunks) {
    GANDAN_TRY(auto row, vault.db().query("SELECT state FROM chunk WHERE hash = ?", name));
    GANDAN_TRY(const bool present, row.step());
    if (!present) continue;
    ++status.here;
    if (row.integer(0) == 1) ++status.on_server;
  }
  return status;
}

namespace {
Result<std::vector<ChunkName>> chunk_names(Result<storage::Statement> rows) {
  if (!rows) return rows.error();
  std::vector<ChunkName> out;
  for (;;) {
    GANDAN_TRY(const bool more, rows->step());
    if (!more) return out;
    out.push_back({Hash::from(rows->blob(0)), UnitId::from(rows->blob(1))});
  }
}
}  // namespace

Result<std::vector<ChunkName>> chunks_to_send(Vault& vault, std::size_t limit) {
  return chunk_names(
      vault.db().query("SELECT hash, unit FROM chunk WHERE state = 0 ORDER BY length(data) LIMIT ?", limit));
}

Result<std::vector<ChunkName>> chunks_wanted(Vault& vault, std::size_t limit) {
  return chunk_names(vault.db().query("SELECT hash, unit FROM wanted_chunk LIMIT ?", limit));
}

Result<Bytes> chunk_data(Vault& vault, const Hash& hash) {
  GANDAN_TRY(auto row, vault.db().query("SELECT data FROM chunk WHERE hash = ?", hash));
  GANDAN_TRY(const bool present, row.step());
  if (!present) return Error{Code::not_found, "a part of the attachment has not arrived"};
  return to_bytes(row.blob(0));
}

Status chunk_sent(Vault& vault, const Hash& hash) {
  return vault.db().run("UPDATE chunk SET state = 1 WHERE hash = ?", hash);
}

Status keep_chunk(Vault& vault, const UnitId& unit, ByteView data, bool on_server) {
  if (data.size() > changelog::kSealedChunkBytes) return Code::too_large;
  const Hash hash = changelog::blob_chunk_name(data);
  GANDAN_CHECK(vault.db().run("DELETE FROM wanted_chunk WHERE hash = ?", hash));
  return vault.db().run(
      "INSERT INTO chunk (hash, unit, data, state) VALUES (?, ?, ?, ?) "
      "ON CONFLICT (hash) DO UPDATE SET state = max(state, excluded.state)",
      hash, unit, data, static_cast<std::int64_t>(on_server));
}

bool have_chunk(Vault& vault, const Hash& hash) {
  auto row = vault.db().query("SELECT 1 FROM chunk WHERE hash = ?", hash);
  if (!row) return false;
  const auto present = row->step();
  return present && *present;
}

}  // namespace gandan::vault
