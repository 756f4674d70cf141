#include "app/names.hpp"

#include <algorithm>

#include "base/calendar.hpp"
#include "base/text.hpp"

namespace gandan::app {
namespace {

constexpr std::size_t kLeastEnd = 4;  // characters of an id that a person may give instead of all 26

bool ends_with(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}
bool names_id(std::string_view id, std::string_view text) {
  return text.size() >= kLeastEnd && ends_with(id, id_ending(text));
}

// The one that matched; `none` or Code::ambiguous otherwise.
template <class Id>
Result<Id> only(const std::set<Id>& found, Code none, std::string_view text) {
  if (found.size() == 1) return *found.begin();
  return Error{found.empty() ? none : Code::ambiguous, std::string(text)};
}

}  // namespace

std::string bare_place(std::string_view name) {
  std::string_view out = name;
  for (const std::string_view word : {"UBND ", "Ủy ban nhân dân ", "Uỷ ban nhân dân ", "Xã ", "xã ", "XÃ ",
                                      "Phường ", "phường ", "PHƯỜNG ", "Tỉnh ", "tỉnh ", "TỈNH "})
    if (out.size() > word.size() && out.substr(0, word.size()) == word) out.remove_prefix(word.size());
  return std::string(!out.empty() && out[0] >= '0' && out[0] <= '9' ? name : out);
}

std::string field_text(const std::string& document, std::string_view name) {
  const auto parsed = json::parse(document);
  if (!parsed.ok() || !parsed->is_object()) return {};
  const json::object* fields = json::find_object(parsed->get_object(), "fields");
  if (fields == nullptr) return {};
  const json::array* codes = json::find_array(*fields, name);
  if (codes != nullptr && codes->size() == 1 && codes->front().is_string()) {
    const auto& code = codes->front().get_string();
    return std::string(code.data(), code.size());
  }
  return json::find_text(*fields, name).value_or("");
}

const Names::Unit& Names::unit(const UnitId& id) {
  const auto known = units_.find(id);
  if (known != units_.end()) return known->second;
  Unit out;
  const auto rows = vault::records_of(vault_, id, kUnitProfile);
  if (rows.ok() && !rows->empty()) {
    const vault::RecordRow& profile = profile_of(id, *rows);
    const std::string& document = profile.document;
    out = {field_text(document, "name_vi"),    field_text(document, "kind"),
           field_text(document, "code"),       field_text(document, "province"),
           field_text(document, "place_name"), field_text(document, "valid_from"),
           field_text(document, "valid_to"),   profile.id};
    if (out.place.empty()) out.place = bare_place(out.name);
  }
  return units_[id] = std::move(out);
}

std::string Names::unit_name(const UnitId& id) {
  const Unit& found = unit(id);
  return found.name.empty() ? short_id(to_text(id)) : found.name;
}

json::object Names::unit_json(const UnitId& id) {
  const Unit& found = unit(id);
  return json::object{{"id", to_text(id)}, {"name", found.name}, {"code", found.code}};
}

std::string Names::holder_code(const HolderId& id) {
  if (id.is_zero()) return {};
  const auto known = holders_.find(id);
  if (known != holders_.end()) return known->second;
  const auto row = vault::find(vault_, RecordId::from(id.view()));
  std::string code = row.ok() ? field_text(row->document, "code") : std::string{};
  if (code.empty()) code = short_id(to_text(id));
  return holders_[id] = std::move(code);
}

json::object Names::author(const changelog::OpEntry& op) {
  json::object out{{"holder", op.holder.is_zero() ? std::string{} : to_text(op.holder)},
                   {"holder_code", holder_code(op.holder)}};
  const auto roster = vault_.roster();
  const roster::FeedInfo* feed = roster.ok() ? (*roster)->feed(op.stamp.feed) : nullptr;
  if (feed != nullptr) {
    const std::string device = to_text(feed->device);
    std::string_view role;
    UnitId of = feed->unit;
    if (const auto* info = (*roster)->device(feed->device))
      for (const auto& grant : info->grants)
        if ((*roster)->within(feed->unit, grant.unit)) {
          role = roster::role_name(grant.role);
          of = grant.unit;
        }
    out["device"] = device;
    out["device_short"] = short_id(device);
    out["role"] = role;
    out["role_unit"] = to_text(of);
    out["role_unit_name"] = unit_name(of);
    out["unit"] = to_text(feed->unit);
    out["unit_name"] = unit_name(feed->unit);
  }
  out["at"] = instant_text(changelog::hlc_ms(op.stamp.hlc));
  out["suspect"] = op.suspect;
  return out;
}

Result<UnitId> Names::find_unit(std::string_view text) {
  GANDAN_TRY(const roster::Roster* roster, vault_.roster());
  const std::string folded = fold(text);
  std::set<UnitId> by_id, by_name;
  for (const auto& [id, info] : roster->units()) {
    if (names_id(to_text(id), text)) by_id.insert(id);
    const Unit& about = unit(id);
    if ((!about.code.empty() && same_text(about.code, text)) ||
        (!about.name.empty() && fold(about.name) == folded))
      by_name.insert(id);
  }
  if (by_id.empty() && by_name.empty()) return unknown_unit(text);
  return only(by_name.empty() ? by_id : by_name, Code::unknown_unit, text);
}

Error Names::unknown_unit(std::string_view text) {
  Error out{Code::unknown_unit, std::string(text)};
  vault::ListFilter filter;
  filter.kind = kVillage;
  filter.limit = 100'000;
  const auto rows = vault::list(vault_, filter);
  if (!rows.ok()) return out;
  for (const auto& row : *rows) {
    if (fold(field_text(row.document, "name")) != fold(text) &&
        !same_text(field_text(row.document, "code"), text))
      continue;
    const std::string within = unit_name(row.unit);
    out.fields.push_back({"unit", "village", "Đây là một thôn; việc của thôn ghi ở " + within + ".",
                          "This is a village; what belongs to it is recorded in " + within + "."});
  }
  return out;
}

std::optional<UnitId> Names::unit_with_code(std::string_view code) {
  const auto roster = vault_.roster();
  if (!roster.ok()) return std::nullopt;
  for (const auto& [id, info] : (*roster)->units())
    if (same_text(unit(id).code, code)) return id;
  return std::nullopt;
}

Result<UnitId> Names::unit_or_own(const std::optional<std::string>& text) {
  if (text) return find_unit(*text);
  GANDAN_TRY(const roster::Roster* roster, vault_.roster());
  const auto* own = roster->device(vault_.identity().id);
  if (own == nullptr) return Code::not_enrolled;
  std::set<UnitId> units;
  for (const auto& grant : own->grants)
    if (!grant.until && roster->may(own->id, roster::Right::write, grant.unit)) units.insert(grant.unit);
  if (units.size() == 1) return *units.begin();
  return units.empty() ? Error{Code::not_authorized} : Error{Code::which_unit};
}

Result<DeviceId> Names::find_device(std::string_view text) {
  GANDAN_TRY(const roster::Roster* roster, vault_.roster());
  std::set<DeviceId> found;
  for (const auto& [id, info] : roster->devices())
    if (names_id(to_text(id), text) || same_text(device_label(id), text)) found.insert(id);
  return only(found, Code::unknown_device, text);
}

Result<HolderId> Names::find_holder(std::string_view text) {
  vault::ListFilter filter;
  filter.kind = kHolder;
  filter.limit = 100'000;
  GANDAN_TRY(const auto rows, vault::list(vault_, filter));
  std::set<HolderId> found;
  for (const auto& row : rows)
    if (names_id(to_text(row.id), text) || same_text(field_text(row.document, "code"), text))
      found.insert(HolderId::from(row.id.view()));
  return only(found, Code::not_found, text);
}

std::string Names::device_label(const DeviceId& id) {
  const auto stored = vault_.meta("label/" + to_text(id));
  return stored.ok() && *stored ? std::string(as_text(**stored)) : std::string{};
}

std::string Names::province() {
  const auto roster = vault_.roster();
  if (!roster.ok()) return {};
  if (province_) return *province_;
  std::string& found = province_.emplace(unit((*roster)->root().top).code);
  const auto* device = (*roster)->device(vault_.identity().id);
  if (!found.empty() || device == nullptr) return found;
  for (const auto& grant : device->grants) {
    const Unit& own = unit(grant.unit);
    if (found.empty()) found = own.province;
    if (found.empty() && own.code.find('.') != std::string::npos)
      found = own.code.substr(0, own.code.find('.'));
  }
  return found;
}

const vault::RecordRow& Names::profile_of(const UnitId& id, const std::vector<vault::RecordRow>& rows) const {
  const auto roster = vault_.roster();
  const auto by_admin = [&](const vault::RecordRow& row) {
    const auto* maker = roster.ok() ? (*roster)->founder(row.id) : nullptr;
    const auto* device = maker == nullptr ? nullptr : (*roster)->device(maker->device);
    return device != nullptr &&
           std::any_of(device->grants.begin(), device->grants.end(), [&](const roster::GrantInfo& grant) {
             return grant.role == roster::Role::admin && (*roster)->within(id, grant.unit);
           });
  };
  const auto found = std::find_if(rows.begin(), rows.end(), by_admin);
  return found == rows.end() ? rows.front() : *found;
}

}  // namespace gandan::app
