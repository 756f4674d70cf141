#include "changelog/blob.hpp"

#include "crypto/kdf.hpp"

namespace gandan::changelog {
namespace {

// domain ‖ realm ‖ index ‖ last ‖ total size
Bytes chunk_data(const RealmId& realm, std::uint64_t index, std::uint64_t total_size) {
  Bytes out = crypto::domain_prefix("gandan/blob-chunk/v1", realm);
  const auto u64be = [&](std::uint64_t v) {
    for (int shift = 56; shift >= 0; shift -= 8) out.push_back(static_cast<std::uint8_t>(v >> shift));
  };
  u64be(index);
  out.push_back(index + 1 == blob_chunk_count(total_size) ? 1 : 0);
  u64be(total_size);
  return out;
}

Status check_chunk(std::uint64_t index, std::uint64_t total_size, std::size_t plain) {
  if (total_size > kMaxBlobBytes) return Error{Code::too_large, "blob"};
  if (index >= blob_chunk_count(total_size) || plain != blob_chunk_size(total_size, index)) {
    return Error{Code::bad_request, "chunk"};
  }
  return {};
}

}  // namespace

std::uint64_t blob_chunk_count(std::uint64_t size) {
  return size == 0 ? 1 : (size - 1) / kBlobChunkBytes + 1;
}

std::size_t blob_chunk_size(std::uint64_t size, std::uint64_t index) {
  const std::uint64_t begin = index * kBlobChunkBytes;
  return begin >= size ? 0 : static_cast<std::size_t>(std::min<std::uint64_t>(size - begin, kBlobChunkBytes));
}

BlobKey::BlobKey(const RealmId& realm, crypto::Secret<32> key)
    : realm_(realm),
      key_(std::move(key)),
      siv_(crypto::hkdf_expand<64>(key_.view(), crypto::domain_prefix("gandan/blob/v1", realm))) {}

BlobKey BlobKey::generate(const RealmId& realm, Random& random) {
  crypto::Secret<32> key;
  random.fill(key.data());
  return {realm, std::move(key)};
}

Result<BlobKey> BlobKey::from(const RealmId& realm, ByteView key) {
  GANDAN_TRY(auto secret, crypto::Secret<32>::from(key));
  return BlobKey(realm, std::move(secret));
}

Result<SealedChunk> BlobKey::seal_chunk(std::uint64_t index, std::uint64_t total_size, ByteView plain) const {
  GANDAN_CHECK(check_chunk(index, total_size, plain.size()));
  SealedChunk out;
  out.bytes = crypto::siv_seal(siv_, {chunk_data(realm_, index, total_size)}, plain);
  out.name = blob_chunk_name(out.bytes);
  return out;
}

Result<Bytes> BlobKey::open_chunk(std::uint64_t index, std::uint64_t total_size, const Hash& name,
                                  ByteView sealed) const {
  if (sealed.size() < crypto::siv_overhead) return Error{Code::truncated, "chunk"};
  GANDAN_CHECK(check_chunk(index, total_size, sealed.size() - crypto::siv_overhead));
  if (blob_chunk_name(sealed) != name) return Error{Code::cannot_open, "chunk name"};
  return crypto::siv_open(siv_, {chunk_data(realm_, index, total_size)}, sealed);
}

Result<SealedBlob> seal_blob(const RealmId& realm, std::string name, std::string media_type, ByteView plain,
                             Random& random) {
  const auto key = BlobKey::generate(realm, random);
  SealedBlob out;
  out.ref = {std::move(name), std::move(media_type), plain.size(), to_bytes(key.key()), {}};
  for (std::uint64_t i = 0; i < blob_chunk_count(plain.size()); ++i) {
    const auto begin = static_cast<std::size_t>(i * kBlobChunkBytes);
    GANDAN_TRY(auto chunk,
               key.seal_chunk(i, plain.size(), plain.subspan(begin, blob_chunk_size(plain.size(), i))));
    out.ref.chunks.push_back(chunk.name);
    out.chunks.push_back(std::move(chunk.bytes));
  }
  return out;
}

Result<Bytes> open_blob(const RealmId& realm, const BlobRef& ref, std::span<const Bytes> chunks) {
  GANDAN_TRY(const auto key, BlobKey::from(realm, ref.key));
  if (chunks.size() != ref.chunks.size() || chunks.size() != blob_chunk_count(ref.size)) {
    return Error{Code::truncated, "chunks"};
  }
  Bytes out;
  for (std::size_t i = 0; i < chunks.size(); ++i) {
    GANDAN_TRY(const Bytes plain, key.open_chunk(i, ref.size, ref.chunks[i], chunks[i]));
    append(out, plain);
  }
  return out;
}

}  // namespace gandan::changelog
