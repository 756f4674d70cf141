#include "vault/feed_map.hpp"

#include "ledger/entry.hpp"

namespace gandan::vault {
namespace {

// As the index has it: leaf_map.
constexpr std::string_view kMaps = "SELECT idx, entry FROM leaf WHERE substr(entry, 2, 1) = x'03' AND ";

Result<LoggedMap> one_map(Result<storage::Statement> query) {
  GANDAN_TRY(auto row, std::move(query));
  GANDAN_TRY(const bool present, row.step());
  if (!present) return LoggedMap{};
  const auto entry = ledger::parse_entry(row.blob(1));
  if (!entry.ok() || entry->type != ledger::EntryType::feed_map) return LoggedMap{};
  return LoggedMap{static_cast<std::uint64_t>(row.integer(0)), entry->receipt_ms, entry->hash};
}

}  // namespace

Result<LoggedMap> newest_map(Vault& vault) {
  return one_map(vault.db().query(std::string(kMaps) + "idx > 0 ORDER BY idx DESC LIMIT 1"));
}

Result<LoggedMap> map_at(Vault& vault, std::uint64_t index) {
  return one_map(vault.db().query(std::string(kMaps) + "idx = ?", index));
}

Result<LoggedMap> last_map_below(Vault& vault, std::uint64_t index) {
  return one_map(
      vault.db().query(std::string(kMaps) + "idx > 0 AND idx < ? ORDER BY idx DESC LIMIT 1", index));
}

Result<std::vector<MapPart>> map_parts(Vault& vault) {
  std::vector<MapPart> out;
  GANDAN_TRY(auto rows, vault.db().query("SELECT map, sum(length(lines)), max(count) FROM map_lines "
                                         "GROUP BY map ORDER BY map"));
  for (;;) {
    GANDAN_TRY(const bool more, rows.step());
    if (!more) return out;
    out.push_back({static_cast<std::uint64_t>(rows.integer(0)),
                   static_cast<std::uint64_t>(rows.integer(1)) / ledger::kFeedLineBytes,
                   static_cast<std::uint64_t>(rows.integer(2))});
  }
}

Status keep_map_lines(Vault& vault, std::uint64_t index, std::uint64_t count, std::uint64_t first,
                      ByteView lines) {
  return vault.db().run("INSERT OR REPLACE INTO map_lines (map, first, count, lines) VALUES (?, ?, ?, ?)",
                        index, first, count, lines);
}

Status drop_map_lines_before(Vault& vault, std::uint64_t index) {
  return vault.db().run("DELETE FROM map_lines WHERE map < ?", index);
}

Result<Bytes> map_lines(Vault& vault, std::uint64_t index) {
  Bytes out;
  GANDAN_TRY(auto rows, vault.db().query("SELECT lines FROM map_lines WHERE map = ? ORDER BY first", index));
  for (;;) {
    GANDAN_TRY(const bool more, rows.step());
    if (!more) return out;
    append(out, rows.blob(0));
  }
}

}  // namespace gandan::vault
