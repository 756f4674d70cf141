// Methods device.info, device.list, device.revoke: who may do what, where.
#include <algorithm>

#include "app/acts.hpp"
#include "app/dispatch.hpp"
#include "app/lease.hpp"
#include "app/names.hpp"
#include "app/session.hpp"
#include "vault/acts.hpp"

namespace gandan::app {
namespace {

json::array grants_json(const roster::DeviceInfo& device, Names& names) {
  json::array out;
  for (const auto& grant : device.grants) {
    json::object row{{"role", roster::role_name(grant.role)},
                     {"unit", to_text(grant.unit)},
                     {"unit_name", names.unit_name(grant.unit)},
                     {"active", !grant.until.has_value()}};
    out.push_back(std::move(row));
  }
  return out;
}

json::object device_json(const roster::DeviceInfo& device, const DeviceId& own, Names& names) {
  const std::string id = to_text(device.id);
  return json::object{{"id", id},
                      {"short", short_id(id)},
                      {"label", names.device_label(device.id)},
                      {"own", device.id == own},
                      {"grants", grants_json(device, names)}};
}

std::optional<roster::RevokeReason> reason_from(std::string_view text) {
  if (text == "left") return roster::RevokeReason::left;
  if (text == "lost") return roster::RevokeReason::lost;
  if (text == "replaced") return roster::RevokeReason::replaced;
  if (text == "misuse") return roster::RevokeReason::misuse;
  return std::nullopt;
}

// By a role in the unit itself.
bool administers(const roster::DeviceInfo& device, const UnitId& unit) {
  return std::any_of(device.grants.begin(), device.grants.end(), [&](const roster::GrantInfo& grant) {
    return !grant.until && grant.role == roster::Role::admin && grant.unit == unit;
  });
}

bool is_last_administrator(const roster::Roster& roster, const DeviceId& device) {
  const UnitId& top = roster.root().top;
  std::size_t others = 0;
  for (const auto& [id, info] : roster.devices()) others += id != device && administers(info, top);
  return others == 0 && administers(*roster.device(device), top);
}

// Lower ones first: who ends his own roles needs the upper one to the last. All or none:
// Code::not_authorized.
Result<std::vector<UnitId>> in_order(const roster::Roster& roster, const DeviceId& by,
                                     const std::set<UnitId>& units) {
  const auto depth = [&](const UnitId& unit) {
    std::size_t out = 0;
    for (const auto* at = roster.unit(unit); at != nullptr; at = roster.unit(at->parent())) ++out;
    return out;
  };
  std::vector<UnitId> out(units.begin(), units.end());
  for (const auto& unit : out)
    if (!roster.may(by, roster::Right::administer, unit)) return Code::not_authorized;
  std::stable_sort(out.begin(), out.end(),
                   [&](const UnitId& a, const UnitId& b) { return depth(a) > depth(b); });
  return out;
}

}  // namespace

Result<json::value> device_info(Session& s, Params& p) {
  GANDAN_CHECK(p.done());
  const std::string id = to_text(s.vault->identity().id);
  json::object out{{"id", id},
                   {"short", short_id(id)},
                   {"enrolled", false},
                   {"grants", json::array{}},
                   {"holder", std::string{}},
                   {"holder_code", std::string{}}};
  if (!s.vault->in_realm()) return json::value(std::move(out));
  Names names(*s.vault);
  GANDAN_TRY(const roster::Roster* roster, s.vault->roster());
  if (const auto* device = roster->device(s.vault->identity().id)) {
    out["enrolled"] = true;
    out["grants"] = grants_json(*device, names);
  }
  const HolderId holder = current_holder(*s.vault);
  if (!holder.is_zero()) {
    out["holder"] = to_text(holder);
    out["holder_code"] = names.holder_code(holder);
  }
  GANDAN_TRY(auto lease, lease_json(s));
  if (lease) out["lease"] = std::move(*lease);
  GANDAN_TRY(auto removed, removed_json(s));
  if (removed) out["removed"] = std::move(*removed);
  return json::value(std::move(out));
}

Result<json::value> device_list(Session& s, Params& p) {
  GANDAN_CHECK(p.done());
  GANDAN_TRY(const roster::Roster* roster, s.vault->roster());
  Names names(*s.vault);
  json::array out;
  for (const auto& [id, device] : roster->devices())
    out.push_back(device_json(device, s.vault->identity().id, names));
  return json::value(json::object{{"devices", std::move(out)}});
}

Result<json::value> device_revoke(Session& s, Params& p) {
  const std::string device_text = p.text("device");
  const auto unit_text = p.optional_text("unit");
  const std::string reason_text = p.text_or("reason", "left");
  const auto reason = reason_from(reason_text);
  if (!reason)
    p.fault("reason", "choice", "Phải là left, lost, replaced hoặc misuse.",
            "Must be left, lost, replaced or misuse.");
  GANDAN_CHECK(p.done());
  Names names(*s.vault);
  GANDAN_TRY(const DeviceId device, names.find_device(device_text));
  GANDAN_TRY(const roster::Roster* roster, s.vault->roster());
  std::set<UnitId> units;
  if (unit_text) {
    GANDAN_TRY(const UnitId unit, names.find_unit(*unit_text));
    units.insert(unit);
  } else {
    for (const auto& grant : roster->device(device)->grants)
      if (!grant.until) units.insert(grant.unit);
  }
  if (units.empty()) return Code::already_removed;
  if (units.count(roster->root().top) != 0 && is_last_administrator(*roster, device))
    return Code::last_administrator;
  json::array done, proposals;
  vault::KeysReport keys;
  GANDAN_TRY(const auto ordered, in_order(*roster, s.vault->identity().id, units));
  for (const auto& unit : ordered) {
    const roster::RevokeBody revocation{device, unit, *reason};
    GANDAN_TRY(const roster::Roster* now, s.vault->roster());  // as it is after the unit before
    if (administers(*now->device(device), unit) && takes_others(*now, revocation, unit)) {
      GANDAN_TRY(auto proposal, propose_act(s, revocation));
      proposals.push_back(std::move(proposal));
      continue;
    }
    GANDAN_TRY(const auto changed, vault::revoke(*s.vault, device, unit, *reason));
    keys.add(changed);
    done.push_back(names.unit_json(unit));
  }
  const std::string id = to_text(device);
  return json::value(json::object{{"device", id},
                                  {"short", short_id(id)},
                                  {"label", names.device_label(device)},
                                  {"reason", reason_text},
                                  {"units", std::move(done)},
                                  {"proposals", std::move(proposals)},
                                  {"rotated", json::integer(static_cast<std::int64_t>(keys.rotated))},
                                  {"waiting", json::integer(static_cast<std::int64_t>(keys.waiting))}});
}

}  // namespace gandan::app
