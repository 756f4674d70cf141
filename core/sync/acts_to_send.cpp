#include "sync/acts_to_send.hpp"

#include <algorithm>
#include <map>

namespace gandan::sync {
namespace {

using EpochName = std::pair<UnitId, std::uint32_t>;
using Wraps = std::map<EpochName, std::vector<Bytes>>;  // by the epoch that they say something of

struct Started {
  EpochName epoch;
  bool own;  // by this device
};

std::optional<Started> epoch_started(const DeviceId& self, ByteView bytes) {
  const auto statement = roster::decode_statement(bytes);
  if (!statement) return {};
  const bool own = statement->issuer == self;
  if (const auto* epoch = std::get_if<roster::EpochBody>(&statement->body))
    return Started{{epoch->unit, epoch->epoch.number}, own};
  if (const auto* unit = std::get_if<roster::UnitBody>(&statement->body))
    return Started{{unit->unit, unit->epoch.number}, own};
  return {};
}

// Whether the ledger has the grant in the unit that the wrap is for; an administrator's may be above it, and
// his wrap can wait until the end.
bool is_known(const vault::Vault& vault, const roster::Roster& roster, const protocol::Wrap& wrap) {
  if (wrap.kind != protocol::WrapKind::device) return true;
  const auto& grants = roster.device(DeviceId::from(wrap.recipient.view()))->grants;
  return std::any_of(grants.begin(), grants.end(), [&](const roster::GrantInfo& grant) {
    return !grant.until && grant.unit == wrap.unit && grant.origin.from <= vault.confirmed_roster_size();
  });
}

struct OwnWraps {
  Wraps by_epoch;
  std::vector<Bytes> behind;  // all statements: for whom the ledger does not know yet
};
Result<OwnWraps> own_wraps(vault::Vault& vault) {
  OwnWraps out;
  GANDAN_TRY(const auto* roster, vault.roster());
  GANDAN_TRY(auto rows, vault.db().query("SELECT bytes FROM wrap WHERE to_send = ? ORDER BY id",
                                         static_cast<std::int64_t>(vault::WrapState::to_send)));
  for (;;) {
    GANDAN_TRY(const bool more, rows.step());
    if (!more) return out;
    GANDAN_TRY(const auto wrap, protocol::decode_wrap(rows.blob(0)));
    if (!may_send(vault, *roster, wrap)) continue;
    const bool of_later = wrap.kind == protocol::WrapKind::next_epoch;
    auto& into = is_known(vault, *roster, wrap)
                     ? out.by_epoch[{wrap.unit, of_later ? wrap.recipient_epoch : wrap.epoch}]
                     : out.behind;
    into.push_back(to_bytes(rows.blob(0)));
  }
}

void take(std::vector<Bytes>& from, std::size_t count, std::vector<Bytes>& into) {
  const auto end = from.begin() + static_cast<std::ptrdiff_t>(std::min(count, from.size()));
  into.insert(into.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(end));
  from.erase(from.begin(), end);
}

}  // namespace

bool may_send(const vault::Vault& vault, const roster::Roster& roster, const protocol::Wrap& wrap) {
  return protocol::may_send(roster, vault.identity().id, wrap) && protocol::fits(roster, wrap);
}

Result<bool> add_acts(vault::Vault& vault, bool stranger, std::size_t max_wraps, Request& request) {
  const std::size_t max_statements = stranger ? protocol::kMaxIntroduction : SIZE_MAX;
  GANDAN_TRY(const auto* roster, vault.roster());
  GANDAN_TRY(auto own, own_wraps(vault));
  auto& wraps = own.by_epoch;
  GANDAN_TRY(auto rows, vault.db().query("SELECT bytes, hash FROM statement WHERE ledger_index IS NULL "
                                         "ORDER BY position"));
  for (;;) {
    GANDAN_TRY(const bool more, rows.step());
    if (!more) break;
    if (!roster->knows(Hash::from(rows.blob(1)))) continue;
    if (request.statements.size() == max_statements) return false;
    if (const auto started = epoch_started(vault.identity().id, rows.blob(0))) {
      auto& its = wraps[started->epoch];
      const bool fits = request.wraps.empty() || request.wraps.size() + its.size() <= max_wraps;
      if (!fits && (!stranger || started->own)) return false;
      if (fits) take(its, its.size(), request.wraps);
    }
    request.statements.push_back(to_bytes(rows.blob(0)));
  }
  const auto take_rest = [&](std::vector<Bytes>& its) {
    take(its, max_wraps - std::min(max_wraps, request.wraps.size()), request.wraps);
    if (!its.empty()) request.more_to_send = true;
  };
  for (auto& [epoch, its] : wraps) take_rest(its);
  take_rest(own.behind);
  return true;
}

}  // namespace gandan::sync
