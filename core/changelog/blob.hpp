// Blobs: attachments, encrypted in chunks under a key of their own and named by the hash of their ciphertext.
// The op that names a blob (BlobRef) carries its key; whoever only holds chunks learns their sizes.
//
//   chunk i = AES-256-SIV(key expanded to 64 bytes, AD = domain ‖ realm ‖ i ‖ last ‖ total size; 128 KiB of
//   the file)
//
// A chunk can neither move, nor be left out at the end, nor pass into another file. An empty file has one
// empty chunk. Bytes: schema/wire/blob.md.
//
// Threading: const members may be called from several threads. Streaming: one chunk in memory at a time.
#pragma once

#include "base/seams.hpp"
#include "changelog/value.hpp"
#include "crypto/hash.hpp"
#include "crypto/seal/siv.hpp"

namespace gandan::changelog {

constexpr std::size_t kBlobChunkBytes = 128 * 1024;  // of plaintext; the last chunk may have fewer
constexpr std::size_t kSealedChunkBytes = kBlobChunkBytes + crypto::siv_overhead;
// What a BlobRef of kMaxValueBytes can name: 1000 chunks, 125 MiB.
constexpr std::uint64_t kMaxBlobBytes = std::uint64_t{1000} * kBlobChunkBytes;

std::uint64_t blob_chunk_count(std::uint64_t size);                    // at least 1
std::size_t blob_chunk_size(std::uint64_t size, std::uint64_t index);  // plain bytes of that chunk
inline Hash blob_chunk_name(ByteView sealed) { return crypto::sha256(sealed); }

struct SealedChunk {
  Hash name;
  Bytes bytes;
};

class BlobKey {
 public:
  static BlobKey generate(const RealmId& realm, Random& random);
  static Result<BlobKey> from(const RealmId& realm,
                              ByteView key);  // BlobRef::key; Code::bad_key unless 32 bytes

  ByteView key() const { return key_.view(); }  // for BlobRef::key
  // Code::bad_request when the plaintext has not the size that chunk must have, Code::too_large above
  // kMaxBlobBytes.
  Result<SealedChunk> seal_chunk(std::uint64_t index, std::uint64_t total_size, ByteView plain) const;
  // `name` as BlobRef::chunks has it; Code::cannot_open when anything differs.
  Result<Bytes> open_chunk(std::uint64_t index, std::uint64_t total_size, const Hash& name,
                           ByteView sealed) const;

 private:
  BlobKey(const RealmId& realm, crypto::Secret<32> key);
  RealmId realm_;
  crypto::Secret<32> key_;
  crypto::SivKey siv_;
};

// A whole file at once, for small ones. `name` and `media_type` go into the reference as they are.
struct SealedBlob {
  BlobRef ref;
  std::vector<Bytes> chunks;
};
Result<SealedBlob> seal_blob(const RealmId& realm, std::string name, std::string media_type, ByteView plain,
                             Random& random);
Result<Bytes> open_blob(const RealmId& realm, const BlobRef& ref, std::span<const Bytes> chunks);

}  // namespace gandan::changelog
