#include "vault/bring_again.hpp"

#include "vault/key_box.hpp"
#include "vault/wraps.hpp"

namespace gandan::vault {
namespace {

constexpr std::string_view kSeries = "server_series";
constexpr std::string_view kKeysDoubted = "keys_doubted";
constexpr std::string_view kChunksDoubted = "chunks_doubted";
constexpr std::string_view kNoticed = "series_noticed_ms";
constexpr std::int64_t kNoticeMs = std::int64_t{24} * 3'600'000;
constexpr int kDoubted = 2;  // a chunk's state, beside 0 and 1

// Whoever may not write in a unit brings nothing to it.
Status doubt_chunks(Vault& vault) {
  GANDAN_TRY(const auto* roster, vault.roster());
  std::vector<UnitId> others;
  {
    GANDAN_TRY(auto rows, vault.db().query("SELECT DISTINCT unit FROM chunk WHERE state = 1"));
    for (;;) {
      GANDAN_TRY(const bool more, rows.step());
      if (!more) break;
      const auto unit = UnitId::from(rows.blob(0));
      if (!roster->may(vault.identity().id, roster::Right::write, unit)) others.push_back(unit);
    }
  }
  GANDAN_CHECK(vault.db().run("UPDATE chunk SET state = ? WHERE state = 1", kDoubted));
  for (const auto& unit : others)
    GANDAN_CHECK(vault.db().run("UPDATE chunk SET state = 1 WHERE state = ? AND unit = ?", kDoubted, unit));
  return vault.set_meta_number(kChunksDoubted, 1);
}

}  // namespace

Result<bool> notice_series(Vault& vault, std::uint64_t series) {
  const auto met = static_cast<std::int64_t>(series);
  GANDAN_TRY(auto known, vault.meta_number(kSeries, -1));
  if (known < 0) {
    GANDAN_TRY(const auto synced, vault.meta_number("last_sync", 0));
    known = synced != 0 ? 0 : met;
    if (known == met) GANDAN_CHECK(vault.set_meta_number(kSeries, met));
  }
  if (met <= known) return false;
  GANDAN_TRY(const auto noticed, vault.meta_number(kNoticed, 0));
  const std::int64_t now = vault.clock().wall_ms();
  if (noticed != 0 && now >= noticed && now - noticed < kNoticeMs) return false;
  GANDAN_TRY(auto work, Work::begin(vault));
  GANDAN_CHECK(say_wraps_again(vault));
  GANDAN_CHECK(doubt_keys(vault));
  GANDAN_CHECK(vault.set_meta_number(kKeysDoubted, 1));
  GANDAN_CHECK(doubt_chunks(vault));
  // What others bring again has numbers behind the cursors; what was there before them is asked for once
  // more.
  GANDAN_CHECK(vault.set_meta_number("wraps_next", 0));
  GANDAN_CHECK(vault.set_meta_number("keys_next", 0));
  GANDAN_CHECK(vault.set_meta_number(kSeries, met));
  GANDAN_CHECK(vault.set_meta_number(kNoticed, now));
  GANDAN_CHECK(work.commit());
  return true;
}

Result<bool> send_keys_not_shown(Vault& vault) {
  GANDAN_TRY(const auto doubted, vault.meta_number(kKeysDoubted, 0));
  if (doubted == 0) return false;
  GANDAN_TRY(auto work, Work::begin(vault));
  GANDAN_TRY(const bool some, believe_keys_lost(vault));
  GANDAN_CHECK(vault.set_meta_number(kKeysDoubted, 0));
  GANDAN_CHECK(work.commit());
  return some;
}

Result<DoubtedChunks> doubted_chunks(Vault& vault, std::size_t limit) {
  DoubtedChunks out;
  GANDAN_TRY(const auto doubted, vault.meta_number(kChunksDoubted, 0));
  if (doubted == 0) return out;
  GANDAN_TRY(auto rows,
             vault.db().query("SELECT hash, unit FROM chunk WHERE state = ? LIMIT ?", kDoubted, limit + 1));
  for (;;) {
    GANDAN_TRY(const bool more, rows.step());
    if (!more) break;
    if (out.chunks.size() == limit) {
      out.more = true;
      break;
    }
    out.chunks.push_back({Hash::from(rows.blob(0)), UnitId::from(rows.blob(1))});
  }
  return out;
}

Status chunks_told(Vault& vault, const std::vector<ChunkName>& asked, const std::set<Hash>& missing) {
  for (const auto& chunk : asked)
    GANDAN_CHECK(vault.db().run("UPDATE chunk SET state = ? WHERE hash = ? AND state = ?",
                                missing.count(chunk.hash) == 0 ? 1 : 0, chunk.hash, kDoubted));
  GANDAN_TRY(const auto left, vault.db().integer("SELECT 1 FROM chunk WHERE state = ? LIMIT 1", kDoubted));
  return left ? Status() : vault.set_meta_number(kChunksDoubted, 0);
}

}  // namespace gandan::vault
