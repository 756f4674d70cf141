// Methods device.held, device.accept, device.refuse: what a device handed over after it had lost its right to
// write there: it was removed, or the unit moved to where it has no role. It counts when it is accepted, by a
// statement; why, and why not, a record of the unit says (late_work).
#include <algorithm>

#include "app/acts.hpp"
#include "app/count.hpp"
#include "app/dispatch.hpp"
#include "base/calendar.hpp"
#include "vault/journal.hpp"
#include "vault/quarantine.hpp"

namespace gandan::app {
namespace {

constexpr std::string_view kLateWork = "late_work";

// What one such device left in one unit.
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

// By unit. Code::not_found: nothing of it is kept apart.
Result<std::map<UnitId, Held>> held_of(vault::Vault& vault, const DeviceId& device) {
  GANDAN_TRY(auto all, held_by_device(vault));
  std::map<UnitId, Held> out;
  for (auto& [key, one] : all)
    if (key.first == device) out.emplace(key.second, std::move(one));
  if (out.empty())
    return Error{Code::not_found,
                 "nothing of that device is kept apart",
                 {{"device", "nothing_held", "Không có phần nộp muộn nào của máy này ở đây.",
                   "There is no late work of this device here."}}};
  return out;
}

Status note_decision(Session& s, const UnitId& unit, const DeviceId& device, const Held& held,
                     const char* decision, const std::string& reason) {
  json::array segments;
  for (const auto& segment : held.segments)
    segments.push_back(json::object{{"hash", to_hex(segment.hash.view())}});
  const json::object patch{{"device", short_id(to_text(device))},
                           {"decision", decision},
                           {"reason", reason},
                           {"decided_on", date_text(local_days(s.vault->clock().wall_ms()))},
                           {"changes", number(held.changes)},
                           {"segments", std::move(segments)}};
  GANDAN_CHECK(save_new(s, unit, kLateWork, patch));
  return {};
}

// The newest decision that names all of it, where that is a refusal.
Result<std::optional<json::object>> refusal_of(Documents& documents, vault::Vault& vault, const UnitId& unit,
                                               const Held& held) {
  GANDAN_TRY(const auto rows, vault::records_of(vault, unit, kLateWork));
  std::optional<json::object> out;
  for (const auto& row : rows) {  // in the order in which they came
    GANDAN_TRY(const auto loaded, documents.load(row.id));
    const auto* items = loaded->document.tree.list("segments");
    std::set<std::string> named;
    if (items != nullptr)
      for (const auto& item : *items)
        if (const auto* value = item.tree.value("hash"))
          if (const auto* text = std::get_if<std::string>(value)) named.insert(*text);
    const bool all = std::all_of(held.segments.begin(), held.segments.end(), [&](const auto& segment) {
      return named.count(to_hex(segment.hash.view())) != 0;
    });
    if (!all || loaded->view.deleted || field_text(row.document, "decision") == "proposed") continue;
    out.reset();
    if (field_text(row.document, "decision") == "refused")
      out = json::object{{"record", to_text(row.id)}, {"reason", field_text(row.document, "reason")}};
  }
  return out;
}

}  // namespace

Result<json::value> device_held(Session& s, Params& p) {
  GANDAN_CHECK(p.done());
  GANDAN_TRY(const auto held, held_by_device(*s.vault));
  GANDAN_TRY(const roster::Roster* roster, s.vault->roster());
  Documents documents(s);
  Names& names = documents.names();
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
    rows.push_back(json::object{
        {"device", id},
        {"short", short_id(id)},
        {"label", names.device_label(key.first)},
        {"removed", !has_role(*roster, key.first)},
        {"may_decide", roster->may(s.vault->identity().id, roster::Right::administer, key.second)},
        {"unit", names.unit_json(key.second)},
        {"segments", number(one.segments.size())},
        {"changes", number(one.changes)},
        {"records", std::move(records)},
        {"first", at(one, one.first)},
        {"last", at(one, one.last)}});
    GANDAN_TRY(const auto refusal, refusal_of(documents, *s.vault, key.second, one));
    if (refusal) rows.back().get_object()["refused"] = *refusal;
  }
  return json::value(json::object{{"held", std::move(rows)}});
}

Result<json::value> device_accept(Session& s, Params& p) {
  const std::string device_text = p.text("device");
  const std::string reason = p.optional_sentence("reason");
  GANDAN_CHECK(p.done());
  Names names(*s.vault);
  GANDAN_TRY(const DeviceId device, names.find_device(device_text));
  GANDAN_TRY(const auto held, held_of(*s.vault, device));
  std::vector<vault::Quarantined> chosen;
  std::uint64_t changes = 0;
  for (const auto& [unit, one] : held) {
    chosen.insert(chosen.end(), one.segments.begin(), one.segments.end());
    changes += one.changes;
  }
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
  if (!reason.empty())
    for (const auto& [unit, one] : held)
      GANDAN_CHECK(note_decision(s, unit, device, one, proposed.empty() ? "accepted" : "proposed", reason));
  const std::string id = to_text(device);
  return json::value(json::object{{"device", id},
                                  {"short", short_id(id)},
                                  {"segments", number(chosen.size() + proposed.size())},
                                  {"changes", number(changes)},
                                  {"proposals", std::move(proposals)}});
}

// It stays where it is, apart; the reason stands in the unit's records. Accepting it later is possible.
Result<json::value> device_refuse(Session& s, Params& p) {
  const std::string device_text = p.text("device");
  const std::string reason = p.sentence("reason");
  GANDAN_CHECK(p.done());
  Names names(*s.vault);
  GANDAN_TRY(const DeviceId device, names.find_device(device_text));
  GANDAN_TRY(const auto held, held_of(*s.vault, device));
  GANDAN_TRY(const roster::Roster* roster, s.vault->roster());
  std::uint64_t segments = 0, changes = 0;
  for (const auto& [unit, one] : held)
    if (!roster->may(s.vault->identity().id, roster::Right::administer, unit)) return Code::not_authorized;
  for (const auto& [unit, one] : held) {
    GANDAN_CHECK(note_decision(s, unit, device, one, "refused", reason));
    segments += one.segments.size();
    changes += one.changes;
  }
  const std::string id = to_text(device);
  return json::value(json::object{
      {"device", id}, {"short", short_id(id)}, {"segments", number(segments)}, {"changes", number(changes)}});
}

}  // namespace gandan::app
