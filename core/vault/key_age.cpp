#include "vault/key_age.hpp"

#include <algorithm>
#include <cstdlib>

#include "base/calendar.hpp"

namespace gandan::vault {
namespace {

using Epochs = std::map<UnitId, std::uint32_t>;  // the highest of each unit

void begin(const roster::Body& body, Epochs& epochs) {
  const auto begun = [&](const UnitId& unit, std::uint32_t number) {
    auto& highest = epochs[unit];
    highest = std::max(highest, number);
  };
  if (const auto* root = std::get_if<roster::RootBody>(&body)) begun(root->top, root->epoch.number);
  if (const auto* unit = std::get_if<roster::UnitBody>(&body)) begun(unit->unit, unit->epoch.number);
  if (const auto* epoch = std::get_if<roster::EpochBody>(&body)) begun(epoch->unit, epoch->epoch.number);
}

Result<Epochs> begun_before(Vault& vault, std::int64_t time_ms) {
  Epochs out;
  GANDAN_TRY(auto rows, vault.db().query("SELECT bytes FROM statement WHERE receipt_ms < ?", time_ms));
  for (;;) {
    GANDAN_TRY(const bool more, rows.step());
    if (!more) return out;
    GANDAN_TRY(const auto statement, roster::decode_statement(rows.blob(0)));
    begin(statement.body, out);
  }
}

std::size_t depth(const roster::Roster& roster, UnitId unit) {
  std::size_t out = 0;
  for (; !unit.is_zero(); unit = roster.unit(unit)->parent()) ++out;
  return out;
}

}  // namespace

Result<std::vector<UnitId>> units_with_keys_before(Vault& vault, const UnitId& unit, std::int64_t time_ms) {
  GANDAN_TRY(const auto epochs, begun_before(vault, time_ms));
  GANDAN_TRY(const auto* roster, vault.roster());
  std::vector<std::pair<std::size_t, UnitId>> found;
  for (const auto& [id, info] : roster->units()) {
    const auto begun = epochs.find(id);
    if (begun == epochs.end() || begun->second < info.epochs.back().number || !roster->within(id, unit) ||
        !roster->may(vault.identity().id, roster::Right::administer, id))
      continue;
    found.emplace_back(depth(*roster, id), id);
  }
  std::sort(found.begin(), found.end());
  std::vector<UnitId> out;
  for (const auto& [level, id] : found) out.push_back(id);
  return out;
}

Result<std::size_t> units_with_old_keys(Vault& vault) {
  if (!vault.in_realm()) return std::size_t{0};
  GANDAN_TRY(const auto* roster, vault.roster());
  const UnitId top = roster->root().top;
  const auto& units = roster->units();
  if (std::none_of(units.begin(), units.end(), [&](const auto& unit) {
        return roster->may(vault.identity().id, roster::Right::administer, unit.first);
      }))
    return std::size_t{0};
  const std::int64_t now = vault.clock().wall_ms();
  const std::string asked = std::to_string(now / kDayMs) + "/" + std::to_string(roster->size()) + "/";
  GANDAN_TRY(const auto kept, vault.meta("old_keys"));
  if (kept && kept->size() > asked.size() && std::equal(asked.begin(), asked.end(), kept->begin()))
    return static_cast<std::size_t>(
        std::strtoull(std::string(kept->begin(), kept->end()).c_str() + asked.size(), nullptr, 10));
  GANDAN_TRY(const auto old, units_with_keys_before(vault, top, now - kOldKeysDays * kDayMs));
  GANDAN_CHECK(vault.set_meta("old_keys", as_bytes(asked + std::to_string(old.size()))));
  return old.size();
}

}  // namespace gandan::vault
