// Methods unit.move, unit.rotate, device.held, device.accept: units that change their place, keys that
// change, and what came after its author was removed.
#include <algorithm>

#include "app/acts.hpp"
#include "app/dispatch.hpp"
#include "app/names.hpp"
#include "app/session.hpp"
#include "base/calendar.hpp"
#include "vault/acts.hpp"
#include "vault/journal.hpp"
#include "vault/quarantine.hpp"

namespace gandan::app {
namespace {

json::value number(std::uint64_t n) { return json::integer(static_cast<std::int64_t>(n)); }

// What one removed device left in one unit.
struct Held {
  std::vector<vault::Quarantined> segments;
  std::uint64_t changes = 0;
  changelog::Hlc first = 0, last = 0;
  std::map<RecordId, std::vector<changelog::Op>> records;
};

Result<std::map<std::pair<DeviceId, UnitId>, Held>> held_by_device(vault::Vault& vault) {
  std::map<std::pair<DeviceId, UnitId>, Held> out;
  GANDAN_TRY(auto segments, vault::quarantined(vault));
  for (auto& segment : segments) {
    auto& held = out[{segment.device, segment.unit}];
    for (const auto& op : segment.ops) {
      if (held.changes++ == 0) held.first = op.stamp.hlc;
      held.first = std::min(held.first, op.stamp.hlc);
      held.last = std::max(held.last, op.stamp.hlc);
      held.records[op.record].push_back(op);
    }
    held.segments.push_back(std::move(segment));
  }
  return out;
}

// What the record would be if its changes counted.
Result<json::object> record_json(Session& s, const RecordId& id, const UnitId& unit,
                                 const std::vector<changelog::Op>& ops) {
  GANDAN_TRY(auto state, vault::load_state(*s.vault, id));
  for (const auto& op : ops) state.add(op, false);
  const auto shown = s.projector->project(id, unit, state, changelog::view(state));
  return json::object{{"id", to_text(id)}, {"kind", shown.kind}, {"title", shown.title}};
}

}  // namespace

Result<json::value> unit_move(Session& s, Params& p) {
  const std::string unit_text = p.text("unit");
  const std::string parent_text = p.text("parent");
  GANDAN_CHECK(p.done());
  Names names(*s.vault);
  GANDAN_TRY(const UnitId unit, names.find_unit(unit_text));
  GANDAN_TRY(const UnitId parent, names.find_unit(parent_text));
  GANDAN_TRY(const roster::Roster* roster, s.vault->roster());
  if (unit == roster->root().top)
    p.fault("unit", "top", "Đơn vị đứng đầu cả hệ thống thì không chuyển được.",
            "The unit at the top of the realm cannot be moved.");
  else if (roster->within(parent, unit))
    p.fault("parent", "inside", "Đơn vị không thể nằm trong chính nó.", "A unit cannot lie inside itself.");
  else if (roster->unit(unit)->parent() == parent &&
           roster->may(s.vault->identity().id, roster::Right::administer, parent))
    p.fault("parent", "already", "Đơn vị đang thuộc nơi này rồi.", "The unit lies there already.");
  GANDAN_CHECK(p.done());
  GANDAN_TRY(const auto keys, vault::move_unit(*s.vault, unit, parent));
  return json::value(json::object{{"unit", names.unit_json(unit)},
                                  {"parent", names.unit_json(parent)},
                                  {"rotated", number(keys.rotated)},
                                  {"waiting", number(keys.waiting)}});
}

Result<json::value> unit_rotate(Session& s, Params& p) {
  const std::string unit_text = p.text("unit");
  GANDAN_CHECK(p.done());
  Names names(*s.vault);
  GANDAN_TRY(const UnitId unit, names.find_unit(unit_text));
  GANDAN_CHECK(vault::rotate(*s.vault, unit));
  GANDAN_TRY(const roster::Roster* roster, s.vault->roster());
  return json::value(json::object{{"unit", names.unit_json(unit)},
                                  {"epoch", number(roster->unit(unit)->epochs.back().number)}});
}

Result<json::value> device_held(Session& s, Params& p) {
  GANDAN_CHECK(p.done());
  GANDAN_TRY(const auto held, held_by_device(*s.vault));
  Names names(*s.vault);
  json::array rows;
  const auto at = [](const Held& one, changelog::Hlc hlc) {
    return one.changes == 0 ? std::string() : instant_text(changelog::hlc_ms(hlc));
  };
  for (const auto& [key, one] : held) {
    const std::string id = to_text(key.first);
    json::array records;
    for (const auto& [record, ops] : one.records) {
      GANDAN_TRY(auto shown, record_json(s, record, key.second, ops));
      records.push_back(std::move(shown));
    }
    rows.push_back(json::object{{"device", id},
                                {"short", short_id(id)},
                                {"label", names.device_label(key.first)},
                                {"unit", names.unit_json(key.second)},
                                {"segments", number(one.segments.size())},
                                {"changes", number(one.changes)},
                                {"records", std::move(records)},
                                {"first", at(one, one.first)},
                                {"last", at(one, one.last)}});
  }
  return json::value(json::object{{"held", std::move(rows)}});
}

Result<json::value> device_accept(Session& s, Params& p) {
  const std::string device_text = p.text("device");
  GANDAN_CHECK(p.done());
  Names names(*s.vault);
  GANDAN_TRY(const DeviceId device, names.find_device(device_text));
  GANDAN_TRY(const auto held, held_by_device(*s.vault));
  std::vector<vault::Quarantined> chosen;
  std::uint64_t changes = 0;
  for (const auto& [key, one] : held) {
    if (key.first != device) continue;
    chosen.insert(chosen.end(), one.segments.begin(), one.segments.end());
    changes += one.changes;
  }
  if (chosen.empty()) return Error{Code::not_found, "nothing of that device is kept apart"};
  GANDAN_TRY(const roster::Roster* roster, s.vault->roster());
  const auto waits = [&](const vault::Quarantined& one) {
    return takes_others(*roster, roster::AcceptBody{one.feed, one.sequence, one.hash}, one.unit);
  };
  const auto alone = std::stable_partition(chosen.begin(), chosen.end(), waits);
  const std::vector<vault::Quarantined> proposed(chosen.begin(), alone);
  chosen.erase(chosen.begin(), alone);
  GANDAN_CHECK(vault::accept(*s.vault, chosen));
  json::array proposals;
  for (const auto& one : proposed) {
    GANDAN_TRY(auto proposal, propose_act(s, roster::AcceptBody{one.feed, one.sequence, one.hash}));
    proposals.push_back(std::move(proposal));
  }
  const std::string id = to_text(device);
  return json::value(json::object{{"device", id},
                                  {"short", short_id(id)},
                                  {"segments", number(chosen.size() + proposed.size())},
                                  {"changes", number(changes)},
                                  {"proposals", std::move(proposals)}});
}

}  // namespace gandan::app
