#include "sync/feed_map.hpp"

#include "protocol/maps.hpp"

namespace gandan::sync {

Result<std::optional<protocol::MapWanted>> map_wanted(vault::Vault& vault) {
  using Wanted = std::optional<protocol::MapWanted>;
  const Wanted nothing;
  GANDAN_TRY(const auto* roster, vault.roster());
  const auto& self = vault.identity().id;
  if (!protocol::may_see_maps(*roster, self) || protocol::makes_maps(*roster, self)) return nothing;
  GANDAN_TRY(const auto newest, vault::newest_map(vault));
  if (newest.index == 0) return nothing;
  GANDAN_TRY(const auto parts, vault::map_parts(vault));
  if (parts.empty()) return Wanted(protocol::MapWanted{});
  const auto& last = parts.back();
  if (last.here < last.count) return Wanted(protocol::MapWanted{last.index, last.here});
  if (last.index >= newest.index) return nothing;
  GANDAN_TRY(const auto had, vault::map_at(vault, last.index));
  if (had.index != 0 && newest.receipt_ms - had.receipt_ms < kMapEveryMs) return nothing;
  return Wanted(protocol::MapWanted{});
}

Status take_map_lines(vault::Vault& vault, const std::optional<protocol::MapWanted>& asked,
                      const protocol::MapLines& part) {
  const Error not_asked{Code::bad_proof, "lines of a feed map that were not asked for"};
  if (!asked || part.index < asked->index) return not_asked;
  GANDAN_TRY(const auto logged, vault::map_at(vault, part.index));
  if (logged.index == 0) return Error{Code::bad_proof, "lines of a feed map that the ledger has not"};
  std::uint64_t here = 0;
  GANDAN_TRY(const auto parts, vault::map_parts(vault));
  for (const auto& known : parts) {
    if (known.index > part.index) return not_asked;
    if (known.index != part.index) continue;
    here = known.here;
    if (known.count != part.count) return Error{Code::bad_proof, "lines of two feed maps"};
  }
  if (part.first != here) return Error{Code::bad_proof, "lines of a feed map out of their order"};
  GANDAN_CHECK(vault::keep_map_lines(vault, part.index, part.count, part.first, part.lines));
  here += part.lines.size() / ledger::kFeedLineBytes;
  if (here < part.count) return {};
  return vault::drop_map_lines_before(vault, part.index);
}

}  // namespace gandan::sync
