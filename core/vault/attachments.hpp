// Attachments: files as encrypted chunks, named by the hash of their ciphertext. The op that names them
// carries the key. They are sent after the log.
//
// Threading: as the vault's.
#pragma once

#include "vault/vault.hpp"

namespace gandan::vault {

constexpr std::uint64_t kMaxAttachmentBytes = 32ull << 20;

// Encrypts and keeps a file's content. Code::attachment_too_large.
Result<changelog::BlobRef> keep_attachment(Vault& vault, const UnitId& unit, std::string name,
                                           std::string media_type, ByteView content);
// The content. Code::not_found while a chunk has not arrived, Code::cannot_open when one was changed.
Result<Bytes> read_attachment(Vault& vault, const changelog::BlobRef& blob);
// At most `length` bytes from `offset` on, opening the chunks that hold them and no others; nothing beyond
// the end.
Result<Bytes> read_attachment_part(Vault& vault, const changelog::BlobRef& blob, std::uint64_t offset,
                                   std::size_t length);

struct BlobStatus {
  std::size_t chunks = 0;
  std::size_t here = 0;
  std::size_t on_server = 0;
};
Result<BlobStatus> blob_status(Vault& vault, const changelog::BlobRef& blob);

struct ChunkName {
  Hash hash;
  UnitId unit;
};
Result<std::vector<ChunkName>> chunks_to_send(Vault& vault, std::size_t limit);
// Chunks that records name and that are not here.
Result<std::vector<ChunkName>> chunks_wanted(Vault& vault, std::size_t limit);
Result<Bytes> chunk_data(Vault& vault, const Hash& hash);
Status chunk_sent(Vault& vault, const Hash& hash);
Status keep_chunk(Vault& vault, const UnitId& unit, ByteView data, bool on_server);
bool have_chunk(Vault& vault, const Hash& hash);

}  // namespace gandan::vault
