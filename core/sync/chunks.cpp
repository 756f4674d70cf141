#include "sync/chunks.hpp"

#include <set>

#include "changelog/blob.hpp"
#include "sync/request.hpp"
#include "vault/attachments.hpp"

namespace gandan::sync {
namespace {
constexpr std::size_t kMostChunks = 100'000;  // names in memory at a time
}

Status exchange_chunks(vault::Vault& vault, Transport& transport, const Options& options, Progress progress,
                       Report& report) {
  GANDAN_TRY(const auto address, vault.address());
  GANDAN_TRY(const auto bearer, token(vault));
  const auto go_on = [&] {
    progress.chunks_sent = report.chunks_sent;
    progress.chunks_received = report.chunks_received;
    return !options.progress || options.progress(progress);
  };
  GANDAN_TRY(const auto* roster, vault.roster());
  GANDAN_TRY(const auto names, vault::chunks_to_send(vault, kMostChunks));
  for (const auto& [hash, unit] : names) {
    // What is carried for a unit in which this device may not write waits for somebody who may.
    if (!roster->may(vault.identity().id, roster::Right::write, unit)) continue;
    GANDAN_TRY(const auto data, vault::chunk_data(vault, hash));
    GANDAN_CHECK(transport.put_chunk(address, hash, unit, bearer, data));
    GANDAN_CHECK(vault::chunk_sent(vault, hash));
    report.bytes_sent += data.size();
    ++report.chunks_sent;
    if (!go_on()) return Code::cancelled;
  }
  // A chunk whose sender has not come by yet stays wanted; asking once per sync is enough.
  GANDAN_TRY(const auto wanted, vault::chunks_wanted(vault, kMostChunks));
  for (const auto& [hash, unit] : wanted) {
    if (!options.fetch_attachments && !roster->is_schema_chunk(hash)) continue;  // forms are wanted anyway
    const auto data = transport.get_chunk(address, hash, bearer);
    if (!data && data.error().code == Code::not_found) {
      ++report.chunks_missing;
      continue;
    }
    if (!data) return data.error();
    if (changelog::blob_chunk_name(*data) != hash)
      return Error{Code::cannot_open, "a chunk is not what it is named"};
    GANDAN_CHECK(vault::keep_chunk(vault, unit, *data, true));
    report.bytes_received += data->size();
    ++report.chunks_received;
    if (!go_on()) return Code::cancelled;
  }
  return {};
}

}  // namespace gandan::sync
