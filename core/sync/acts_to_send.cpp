#include "sync/acts_to_send.hpp"

#include <map>

namespace gandan::sync {
namespace {

using EpochName = std::pair<UnitId, std::uint32_t>;
using Wraps = std::map<EpochName, std::vector<Bytes>>;  // by the epoch that they say something of

std::optional<EpochName> epoch_started(ByteView bytes) {
  const auto statement = roster::decode_statement(bytes);
  if (!statement) return {};
  if (const auto* epoch = std::get_if<roster::EpochBody>(&statement->body))
    return EpochName{epoch->unit, epoch->epoch.number};
  if (const auto* unit = std::get_if<roster::UnitBody>(&statement->body))
    return EpochName{unit->unit, unit->epoch.number};
  return {};
}

Result<Wraps> own_wraps(vault::Vault& vault) {
  Wraps out;
  GANDAN_TRY(const auto* roster, vault.roster());
  GANDAN_TRY(auto rows, vault.db().query("SELECT bytes FROM wrap WHERE to_send = ? ORDER BY id",
                                         static_cast<std::int64_t>(vault::WrapState::to_send)));
  for (;;) {
    GANDAN_TRY(const bool more, rows.step());
    if (!more) return out;
    GANDAN_TRY(const auto wrap, protocol::decode_wrap(rows.blob(0)));
    if (!may_send(vault, *roster, wrap)) continue;
    const bool of_later = wrap.kind == protocol::WrapKind::next_epoch;
    out[{wrap.unit, of_later ? wrap.recipient_epoch : wrap.epoch}].push_back(to_bytes(rows.blob(0)));
  }
}

void take(std::vector<Bytes>& from, std::size_t count, std::vector<Bytes>& into) {
  const auto end = from.begin() + static_cast<std::ptrdiff_t>(std::min(count, from.size()));
  into.insert(into.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(end));
  from.erase(from.begin(), end);
}

}  // namespace

bool may_send(const vault::Vault& vault, const roster::Roster& roster, const protocol::Wrap& wrap) {
  return roster.may(vault.identity().id, roster::Right::administer, wrap.unit) &&
         protocol::fits(roster, wrap);
}

Result<bool> add_acts(vault::Vault& vault, std::size_t max_statements, std::size_t max_wraps,
                      Request& request) {
  GANDAN_TRY(const auto* roster, vault.roster());
  GANDAN_TRY(auto wraps, own_wraps(vault));
  GANDAN_TRY(auto rows, vault.db().query("SELECT bytes, hash FROM statement WHERE ledger_index IS NULL "
                                         "ORDER BY position"));
  for (;;) {
    GANDAN_TRY(const bool more, rows.step());
    if (!more) break;
    if (!roster->knows(Hash::from(rows.blob(1)))) continue;
    if (request.statements.size() == max_statements) return false;
    if (const auto started = epoch_started(rows.blob(0))) {
      auto& its = wraps[*started];
      const bool fits = request.wraps.size() + its.size() <= max_wraps;
      if (!fits && !request.wraps.empty()) return false;
      take(its, its.size(), request.wraps);
    }
    request.statements.push_back(to_bytes(rows.blob(0)));
  }
  for (auto& [epoch, its] : wraps) {
    take(its, max_wraps - std::min(max_wraps, request.wraps.size()), request.wraps);
    if (!its.empty()) request.more_to_send = true;
  }
  return true;
}

}  // namespace gandan::sync
