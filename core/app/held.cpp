// Methods device.held, device.accept, device.refuse: what a device handed over after it had lost its right to
// write there: it was removed, or the unit moved to where it has no role. It counts when it is accepted, by a
// statement; why, and why not, a record of the unit says (late_work).
#include <algorithm>

#include "app/acts.hpp"
#include "app/count.hpp"
#include "app/dispatch.hpp"
#include "app/late.hpp"
#include "base/calendar.hpp"

namespace gandan::app {
namespace {

constexpr std::string_view kLateWork = "late_work";
constexpr std::int64_t kMostUpTo = 1'000'000;

// By unit, in that one where it is named. Code::not_found: nothing of it is kept apart.
Result<std::map<UnitId, Late>> held_of(const LateWork& all, const DeviceId& device,
                                       const std::optional<UnitId>& unit = std::nullopt) {
  std::map<UnitId, Late> out;
  for (const auto& [key, one] : all)
    if (key.first == device && (!unit || key.second == *unit)) out.emplace(key.second, one);
  if (out.empty())
    return Error{Code::not_found,
                 "nothing of that device is kept apart",
                 {{"device", "nothing_held", "Không có phần nộp muộn nào của máy này ở đây.",
                   "There is no late work of this device here."}}};
  return out;
}

Status note_decision(Session& s, const UnitId& unit, const DeviceId& device, const Late& held,
                     const char* decision, const std::string& reason) {
  json::array segments;
  for (const auto& part : held.parts)
    segments.push_back(json::object{{"hash", to_hex(part.segment.hash.view())}});
  const json::object patch{{"device", short_id(to_text(device))},
                           {"decision", decision},
                           {"reason", reason},
                           {"decided_on", date_text(local_days(s.vault->clock().wall_ms()))},
                           {"changes", number(held.changes())},
                           {"segments", std::move(segments)}};
  GANDAN_CHECK(save_new(s, unit, kLateWork, patch));
  return {};
}

// The newest decision that names all of it, where that is a refusal.
Result<std::optional<json::object>> refusal_of(Documents& documents, vault::Vault& vault, const UnitId& unit,
                                               const Late& held) {
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
    const bool all = std::all_of(held.parts.begin(), held.parts.end(), [&](const auto& part) {
      return named.count(to_hex(part.segment.hash.view())) != 0;
    });
    if (!all || loaded->view.deleted || field_text(row.document, "decision") == "proposed") continue;
    out.reset();
    if (field_text(row.document, "decision") == "refused")
      out = json::object{{"record", to_text(row.id)}, {"reason", field_text(row.document, "reason")}};
  }
  return out;
}

json::array parts_json(const Late& held) {
  json::array out;
  for (const auto& part : held.parts) {
    std::set<RecordId> records;
    for (const auto& op : part.segment.ops) records.insert(op.record);
    out.push_back(json::object{{"part", number(out.size() + 1)},
                               {"changes", number(part.segment.ops.size())},
                               {"records", number(records.size())},
                               {"first", moment_of(part.first)},
                               {"last", moment_of(part.last)},
                               {"joined", part.joined}});
  }
  return out;
}

// The first `count` parts. A later one may go on with what an earlier one began, says what its author had
// seen by then, and reaches the ledger behind it alone: so nobody takes one without those before it.
Status keep_first(Params& p, std::map<UnitId, Late>& held, std::size_t count) {
  auto& parts = held.begin()->second.parts;
  if (held.size() > 1)
    p.fault("unit", "required", "Máy này có phần nộp muộn ở nhiều đơn vị: chọn một.",
            "This device has late work in several units: name one.");
  else if (count > parts.size())
    p.fault("up_to", "range", "Không có nhiều phần đến thế.", "There are not so many parts.");
  else if (count < parts.size() && parts[count - 1].joined)
    p.fault("up_to", "inside_save", "Lần lưu cuối của phần này còn tiếp ở phần sau: hãy nhận cả phần sau.",
            "The last save of this part goes on in the next one: take that, too.");
  GANDAN_CHECK(p.done());
  parts.resize(count);
  return {};
}

}  // namespace

Result<json::value> device_held(Session& s, Params& p) {
  GANDAN_CHECK(p.done());
  GANDAN_TRY(const auto held, late_work(*s.vault));
  GANDAN_TRY(const roster::Roster* roster, s.vault->roster());
  Documents documents(s);
  Names& names = documents.names();
  json::array rows;
  for (const auto& [key, one] : held) {
    const std::string id = to_text(key.first);
    json::array records;
    const auto changed = one.records(one.parts.size());
    for (const auto& [record, ops] : changed) {
      GANDAN_TRY(auto shown, late_record_json(s, record, key.second, ops));
      records.push_back(std::move(shown));
    }
    rows.push_back(json::object{
        {"device", id},
        {"short", short_id(id)},
        {"label", names.device_label(key.first)},
        {"removed", !has_role(*roster, key.first)},
        {"may_decide", roster->may(s.vault->identity().id, roster::Right::administer, key.second)},
        {"unit", names.unit_json(key.second)},
        {"segments", number(one.parts.size())},
        {"parts", parts_json(one)},
        {"changes", number(one.changes())},
        {"records", std::move(records)},
        {"first", moment_of(one.first())},
        {"last", moment_of(one.last())}});
    GANDAN_TRY(const auto removal, removal_json(s, key.first, key.second));
    if (removal) rows.back().get_object()["removal"] = *removal;
    GANDAN_TRY(const auto refusal, refusal_of(documents, *s.vault, key.second, one));
    if (refusal) rows.back().get_object()["refused"] = *refusal;
  }
  return json::value(json::object{{"held", std::move(rows)}});
}

Result<json::value> device_accept(Session& s, Params& p) {
  const std::string device_text = p.text("device");
  const std::string reason = p.optional_sentence("reason");
  const auto unit_text = p.optional_text("unit");
  const bool some = p.has("up_to");
  const auto up_to = p.integer_or("up_to", 1, 1, kMostUpTo);
  GANDAN_CHECK(p.done());
  Names names(*s.vault);
  GANDAN_TRY(const DeviceId device, names.find_device(device_text));
  std::optional<UnitId> unit;
  if (unit_text) {
    GANDAN_TRY(unit, names.find_unit(*unit_text));
  }
  GANDAN_TRY(const auto late, late_work(*s.vault));
  GANDAN_TRY(auto held, held_of(late, device, unit));
  if (some) GANDAN_CHECK(keep_first(p, held, static_cast<std::size_t>(up_to)));
  std::vector<vault::Quarantined> chosen;
  std::uint64_t changes = 0;
  for (const auto& [in, one] : held) {
    for (const auto& part : one.parts) chosen.push_back(part.segment);
    changes += one.changes();
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
    GANDAN_TRY(auto proposal,
               propose_act(s, roster::AcceptBody{one.feed, one.sequence, one.hash}, nullptr, &late));
    proposals.push_back(std::move(proposal));
  }
  if (!reason.empty())
    for (const auto& [in, one] : held)
      GANDAN_CHECK(note_decision(s, in, device, one, proposed.empty() ? "accepted" : "proposed", reason));
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
  GANDAN_TRY(const auto late, late_work(*s.vault));
  GANDAN_TRY(const auto held, held_of(late, device));
  GANDAN_TRY(const roster::Roster* roster, s.vault->roster());
  std::uint64_t segments = 0, changes = 0;
  for (const auto& [unit, one] : held)
    if (!roster->may(s.vault->identity().id, roster::Right::administer, unit)) return Code::not_authorized;
  for (const auto& [unit, one] : held) {
    GANDAN_CHECK(note_decision(s, unit, device, one, "refused", reason));
    segments += one.parts.size();
    changes += one.changes();
  }
  const std::string id = to_text(device);
  return json::value(json::object{
      {"device", id}, {"short", short_id(id)}, {"segments", number(segments)}, {"changes", number(changes)}});
}

}  // namespace gandan::app
