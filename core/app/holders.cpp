// Methods holder.add, holder.list, holder.use: the people who share a device, by neutral codes.
#include <algorithm>

#include "app/dispatch.hpp"
#include "app/documents.hpp"
#include "base/text.hpp"

namespace gandan::app {

Result<json::value> holder_add(Session& s, Params& p) {
  const std::string code = p.text("code");
  const auto role = p.optional_text("role");
  const auto display = p.optional_text("display");
  const auto unit_text = p.optional_text("unit");
  const bool use = p.flag("use");
  GANDAN_CHECK(p.done());
  Documents documents(s);
  GANDAN_TRY(const UnitId unit, documents.names().unit_or_own(unit_text));
  GANDAN_TRY(const auto others, vault::records_of(*s.vault, unit, kHolder));
  for (const auto& row : others)
    if (fold(field_text(row.document, "code")) == fold(code)) return Error{Code::holder_code_taken, code};
  json::object patch{{"code", code}};
  if (role) patch["role"] = *role;
  if (display) patch["display"] = *display;
  GANDAN_TRY(const RecordId id, save_new(s, unit, kHolder, patch));
  if (use) GANDAN_CHECK(s.vault->set_meta("holder", id.view()));
  return json::value(
      json::object{{"holder", to_text(id)}, {"code", code}, {"unit", to_text(unit)}, {"in_use", use}});
}

Result<json::value> holder_list(Session& s, Params& p) {
  const auto unit_text = p.optional_text("unit");
  GANDAN_CHECK(p.done());
  Documents documents(s);
  vault::ListFilter filter;
  filter.kind = kHolder;
  if (unit_text) {
    GANDAN_TRY(filter.unit, documents.names().find_unit(*unit_text));
  }
  GANDAN_TRY(auto rows, vault::list(*s.vault, filter));
  // As lists of people are in Vietnam: by the given name, which stands last.
  const auto key = [](const vault::RecordRow& row) {
    return std::pair(name_key(field_text(row.document, "display")),
                     list_key(field_text(row.document, "code")));
  };
  std::sort(rows.begin(), rows.end(), [&](const auto& a, const auto& b) { return key(a) < key(b); });
  const HolderId current = current_holder(*s.vault);
  json::array out;
  for (const auto& row : rows)
    out.push_back(json::object{{"holder", to_text(row.id)},
                               {"code", field_text(row.document, "code")},
                               {"role", field_text(row.document, "role")},
                               {"display", field_text(row.document, "display")},
                               {"unit", to_text(row.unit)},
                               {"unit_name", documents.names().unit_name(row.unit)},
                               {"in_use", HolderId::from(row.id.view()) == current}});
  return json::value(json::object{{"holders", std::move(out)}});
}

// Everything saved from now on bears this holder's name.
Result<json::value> holder_use(Session& s, Params& p) {
  const std::string text = p.text("holder");
  GANDAN_CHECK(p.done());
  Names names(*s.vault);
  GANDAN_TRY(const HolderId holder, names.find_holder(text));
  // Whose name acts bear is shown by a PIN, where there is one; the passphrase is the administrator's of this
  // phone, and may choose.
  const auto& by = s.vault->unlocked();
  if (by.kind == vault::SlotKind::pin && by.holder != holder) return Code::holder_pin;
  GANDAN_CHECK(s.vault->set_meta("holder", holder.view()));
  return json::value(json::object{{"holder", to_text(holder)}, {"code", names.holder_code(holder)}});
}

}  // namespace gandan::app
