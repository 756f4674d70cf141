#include "vault/uploads.hpp"

#include "base/text.hpp"
#include "changelog/blob.hpp"

namespace gandan::vault {
namespace {

struct Row {
  Upload upload;
  Bytes key;
};

Result<Row> find_row(Vault& vault, const UploadId& id) {
  GANDAN_TRY(auto row, vault.db().query(
                           "SELECT record, unit, name, media_type, size, about, key, "
                           "(SELECT count(*) FROM upload_chunk WHERE upload = id) FROM upload WHERE id = ?",
                           id));
  GANDAN_TRY(const bool present, row.step());
  if (!present) return Code::upload_gone;
  Row out;
  Upload& upload = out.upload;
  upload.id = id;
  upload.record = RecordId::from(row.blob(0));
  upload.unit = UnitId::from(row.blob(1));
  upload.name = std::string(row.text(2));
  upload.media_type = std::string(row.text(3));
  upload.size = static_cast<std::uint64_t>(row.integer(4));
  upload.about = std::string(row.text(5));
  out.key = to_bytes(row.blob(6));
  const auto chunks = static_cast<std::uint64_t>(row.integer(7));
  upload.received = std::min(chunks * changelog::kBlobChunkBytes, upload.size);
  return out;
}

// An empty file is whole once it has its one chunk.
Result<bool> is_whole(Vault& vault, const Upload& upload) {
  GANDAN_TRY(const auto chunks,
             vault.db().integer("SELECT count(*) FROM upload_chunk WHERE upload = ?", upload.id));
  return static_cast<std::uint64_t>(chunks.value_or(0)) == changelog::blob_chunk_count(upload.size);
}

}  // namespace

Result<UploadId> begin_upload(Vault& vault, const Upload& wanted) {
  if (wanted.size > kMaxAttachmentBytes) return Code::attachment_too_large;
  GANDAN_CHECK(sweep_uploads(vault));
  GANDAN_TRY(const auto* roster, vault.roster());
  GANDAN_TRY(const std::string name, nfc(wanted.name));  // iPhones and Macs name files in NFD
  const auto key = changelog::BlobKey::generate(roster->realm(), vault.random());
  const auto id = random_id<UploadId>(vault.random());
  GANDAN_TRY(auto transaction, storage::Transaction::begin(vault.db()));
  GANDAN_CHECK(vault.db().run(
      "DELETE FROM upload WHERE id IN (SELECT id FROM upload ORDER BY touched_ms DESC LIMIT -1 OFFSET ?)",
      kMaxUploads - 1));
  GANDAN_CHECK(vault.db().run("INSERT INTO upload VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", id, wanted.record,
                              wanted.unit, name, wanted.media_type, static_cast<std::int64_t>(wanted.size),
                              key.key(), wanted.about, vault.clock().wall_ms()));
  GANDAN_CHECK(transaction.commit());
  return id;
}

Result<Upload> find_upload(Vault& vault, const UploadId& id) {
  GANDAN_TRY(Row row, find_row(vault, id));
  return std::move(row.upload);
}

Result<std::uint64_t> add_piece(Vault& vault, const UploadId& id, std::uint64_t offset, ByteView bytes) {
  GANDAN_TRY(const Row row, find_row(vault, id));
  const Upload& upload = row.upload;
  GANDAN_TRY(const bool whole, is_whole(vault, upload));
  const bool again = whole && upload.size == 0 && offset == 0 && bytes.empty();  // an empty file's, once more
  if (again) return upload.received;
  if (offset != upload.received || whole) return Error{Code::wrong_offset, std::to_string(upload.received)};
  const std::uint64_t left = upload.size - offset;
  const bool fits = bytes.size() == left ||
                    (bytes.size() < left && !bytes.empty() && bytes.size() % changelog::kBlobChunkBytes == 0);
  if (!fits) return Error{Code::bad_request, "a piece is whole chunks of 131072 bytes, or all that is left"};
  GANDAN_TRY(const auto* roster, vault.roster());
  GANDAN_TRY(const auto key, changelog::BlobKey::from(roster->realm(), row.key));
  GANDAN_TRY(auto transaction, storage::Transaction::begin(vault.db()));
  std::uint64_t number = offset / changelog::kBlobChunkBytes;
  do {
    const ByteView plain = bytes.first(changelog::blob_chunk_size(upload.size, number));
    GANDAN_TRY(const auto chunk, key.seal_chunk(number, upload.size, plain));
    GANDAN_CHECK(vault.db().run("INSERT INTO upload_chunk VALUES (?, ?, ?, ?)", id,
                                static_cast<std::int64_t>(number), chunk.name, ByteView(chunk.bytes)));
    bytes = bytes.subspan(plain.size());
    offset += plain.size();
    ++number;
  } while (!bytes.empty());
  GANDAN_CHECK(vault.db().run("UPDATE upload SET touched_ms = ? WHERE id = ?", vault.clock().wall_ms(), id));
  GANDAN_CHECK(transaction.commit());
  return offset;
}

Result<changelog::BlobRef> keep_upload(Vault& vault, const UploadId& id) {
  GANDAN_TRY(Row row, find_row(vault, id));
  const Upload& upload = row.upload;
  GANDAN_TRY(const bool whole, is_whole(vault, upload));
  if (!whole) return Error{Code::wrong_offset, std::to_string(upload.received)};
  changelog::BlobRef ref{upload.name, upload.media_type, upload.size, std::move(row.key), {}};
  {
    GANDAN_TRY(auto hashes,
               vault.db().query("SELECT hash FROM upload_chunk WHERE upload = ? ORDER BY number", id));
    for (;;) {
      GANDAN_TRY(const bool more, hashes.step());
      if (!more) break;
      ref.chunks.push_back(Hash::from(hashes.blob(0)));
    }
  }
  GANDAN_CHECK(
      vault.db().run("INSERT INTO chunk (hash, unit, data, state) SELECT hash, ?, data, 0 FROM upload_chunk "
                     "WHERE upload = ? "
                     "ON CONFLICT (hash) DO NOTHING",
                     upload.unit, id));
  return ref;
}

Status unkeep_upload(Vault& vault, const UploadId& id) {
  return vault.db().run("DELETE FROM chunk WHERE hash IN (SELECT hash FROM upload_chunk WHERE upload = ?)",
                        id);
}

Status drop_upload(Vault& vault, const UploadId& id) {
  return vault.db().run("DELETE FROM upload WHERE id = ?", id);
}

Status sweep_uploads(Vault& vault) {
  return vault.db().run("DELETE FROM upload WHERE touched_ms < ?", vault.clock().wall_ms() - kUploadAge);
}

}  // namespace gandan::vault
