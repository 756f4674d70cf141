// Methods filter.save, filter.list, filter.delete.
#include "app/filters.hpp"

#include <algorithm>
#include <map>

#include "app/asked_period.hpp"
#include "app/dispatch.hpp"
#include "app/names.hpp"
#include "base/text.hpp"

namespace gandan::app {
namespace {

constexpr const char* kFiltersMeta = "filters";
constexpr std::size_t kMostFilters = 100;
constexpr std::size_t kMostNameBytes = 200;

// What each method takes of a filter.
struct Filtered {
  std::string_view method;
  std::vector<std::string_view> takes;
};
const std::vector<Filtered>& filtered() {
  static const std::vector<Filtered> all = {
      {"record.list", {"kind", "from", "until", "unit", "state", "deleted", "conflicts", "order"}},
      {"record.table", {"kind", "from", "until", "unit", "state", "deleted", "conflicts", "fields"}},
      {"search", {"text", "kind", "from", "until", "unit", "state", "deleted", "conflicts"}},
      {"audit.run", {"period", "from", "until", "unit", "indicators"}}};
  return all;
}

// By name, as kept: {"name": {…}}.
Result<json::object> kept_filters(vault::Vault& vault) {
  GANDAN_TRY(const auto kept, vault.meta(kFiltersMeta));
  if (!kept) return json::object();
  GANDAN_TRY(const auto parsed, json::parse(as_text(*kept)));
  if (!parsed.is_object()) return Error{Code::vault_damaged, "saved filters"};
  return parsed.get_object();
}

Status keep_filters(vault::Vault& vault, const json::object& filters) {
  return vault.set_meta(kFiltersMeta, as_bytes(json::compact(filters)));
}

std::string filter_name(Params& p) {
  auto name = p.text("name");
  if (name.size() > kMostNameBytes)
    p.fault("name", "too_long", "Tên bộ lọc quá dài.", "The filter's name is too long.");
  return name;
}

void take_text(Params& p, const char* name, json::object& out) {
  if (auto text = p.optional_text(name)) out[name] = std::move(*text);
}
void take_flag(Params& p, const char* name, json::object& out) {
  if (p.flag(name)) out[name] = true;
}
void take_texts(Params& p, const char* name, json::object& out) {
  if (!p.has(name)) return;
  json::array all;
  for (auto& text : p.texts(name, 100)) all.push_back(json::value(std::move(text)));
  out[name] = std::move(all);
}
void take_choice(Params& p, const char* name, std::initializer_list<std::string_view> choices,
                 json::object& out) {
  const auto text = p.optional_text(name);
  if (!text) return;
  if (std::find(choices.begin(), choices.end(), *text) == choices.end())
    p.fault(name, "choice", "Không có lựa chọn này.", "There is no such choice.");
  out[name] = *text;
}
void take_day(Params& p, const char* name, json::object& out) {
  if (auto day = p.optional_date(name); !day.empty()) out[name] = std::move(day);
}

// As list, search and audit will read it, so that what is saved can be used.
json::object read_saved(Params& p) {
  json::object out;
  take_text(p, "kind", out);
  take_text(p, "unit", out);
  take_text(p, "text", out);
  if (p.has("period")) {
    out["period"] = p.text("period");
    if (!report::parse_period(out["period"].get_string().c_str()))
      p.fault("period", "period", "Ghi 2026, 2026-H1 (6 tháng), 2026-Q3 (quý) hoặc 2026-03 (tháng).",
              "Give 2026, 2026-H1 (six months), 2026-Q3 (quarter) or 2026-03 (month).");
  }
  take_day(p, "from", out);
  take_day(p, "until", out);
  take_choice(p, "state", {"draft", "finalized", "withdrawn"}, out);
  take_choice(p, "order", {"newest", "title"}, out);
  take_flag(p, "deleted", out);
  take_flag(p, "conflicts", out);
  take_texts(p, "fields", out);
  take_texts(p, "indicators", out);
  return out;
}

bool is_taken(const Filtered& by, std::string_view name) {
  return std::find(by.takes.begin(), by.takes.end(), name) != by.takes.end();
}

bool fits(const Filtered& by, const json::object& saved) {
  return std::all_of(saved.begin(), saved.end(), [&](const auto& member) {
    return is_taken(by, std::string_view(member.key().data(), member.key().size()));
  });
}

Error no_such_filter(const std::string& name) {
  return Error{
      Code::not_found,
      "filter",
      {{"filter", "unknown", "Không có bộ lọc “" + name + "”.", "There is no filter “" + name + "”."}}};
}

// A period and days are one question asked two ways.
bool is_period(std::string_view name) { return name == "period" || name == "from" || name == "until"; }

}  // namespace

Result<json::object> with_saved_filter(Session& s, std::string_view method, const json::object* params) {
  json::object out = params == nullptr ? json::object() : *params;
  const auto& all = filtered();
  const auto by = std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.method == method; });
  const auto* named = by == all.end() ? nullptr : out.if_contains("filter");
  if (named == nullptr) return out;
  const auto* text = named->if_string();
  if (text == nullptr) return out;  // the handler refuses what it does not know
  GANDAN_TRY(const std::string name, nfc(std::string_view(text->data(), text->size())));
  GANDAN_TRY(const auto filters, kept_filters(*s.vault));
  const auto* saved = filters.if_contains(name);
  if (saved == nullptr || !saved->is_object()) return no_such_filter(name);
  out.erase("filter");
  const bool own_period = std::any_of(out.begin(), out.end(), [](const auto& member) {
    return is_period(std::string_view(member.key().data(), member.key().size()));
  });
  std::vector<FieldError> faults;
  for (const auto& member : saved->get_object()) {
    const std::string key(member.key().data(), member.key().size());
    if (out.contains(key) || (own_period && is_period(key))) continue;
    if (is_taken(*by, key)) {
      out[key] = member.value();
      continue;
    }
    faults.push_back({"filter", "not_taken", "Bộ lọc này có “" + key + "”, ở đây không lọc theo mục ấy được.",
                      "This filter says “" + key + "”, which does not apply here."});
  }
  if (!faults.empty()) return Error{Code::bad_request, "filter", std::move(faults)};
  return out;
}

Result<json::value> filter_save(Session& s, Params& p) {
  const std::string name = filter_name(p);
  json::object saved = read_saved(p);
  if (saved.empty()) p.fault("name", "empty", "Bộ lọc chưa lọc theo mục nào.", "The filter narrows nothing.");
  GANDAN_CHECK(p.done());
  const auto& all = filtered();
  if (std::none_of(all.begin(), all.end(), [&](const auto& one) { return fits(one, saved); }))
    return Error{Code::bad_request,
                 "filter",
                 {{"filter", "mixed", "Các mục này không dùng chung được ở một danh sách nào.",
                   "No list takes all of these together."}}};
  if (const auto kind = json::find_text(saved, "kind"); kind && s.catalog->find(*kind) == nullptr)
    return Error{Code::unknown_kind, *kind};
  if (const auto unit = json::find_text(saved, "unit")) {
    Names names(*s.vault);
    GANDAN_TRY(const UnitId found, names.find_unit(*unit));
    saved["unit"] = to_text(found);  // names and codes may go to another unit
  }
  GANDAN_TRY(auto filters, kept_filters(*s.vault));
  const bool replaced = filters.contains(name);
  if (!replaced && filters.size() >= kMostFilters)
    return Error{
        Code::bad_request,
        "name",
        {{"name", "too_many", "Đã có 100 bộ lọc. Hãy xoá bớt.", "There are 100 filters. Delete some."}}};
  filters[name] = std::move(saved);
  GANDAN_CHECK(keep_filters(*s.vault, filters));
  return json::value(json::object{{"name", name}, {"replaced", replaced}});
}

Result<json::value> filter_list(Session& s, Params& p) {
  GANDAN_CHECK(p.done());
  GANDAN_TRY(const auto filters, kept_filters(*s.vault));
  std::map<std::string, json::object> ordered;
  for (const auto& member : filters) {
    const std::string name(member.key().data(), member.key().size());
    if (!member.value().is_object()) continue;
    json::array lists;
    for (const auto& one : filtered())
      if (fits(one, member.value().get_object())) lists.push_back(json::value(one.method));
    ordered[name] = {{"name", name}, {"params", member.value()}, {"methods", std::move(lists)}};
  }
  json::array out;
  for (auto& [name, row] : ordered) out.push_back(std::move(row));
  return json::value(json::object{{"filters", std::move(out)}});
}

Result<json::value> filter_delete(Session& s, Params& p) {
  const std::string name = filter_name(p);
  GANDAN_CHECK(p.done());
  GANDAN_TRY(auto filters, kept_filters(*s.vault));
  if (!filters.contains(name)) return no_such_filter(name);
  filters.erase(name);
  GANDAN_CHECK(keep_filters(*s.vault, filters));
  return json::value(json::object{{"name", name}});
}

}  // namespace gandan::app
