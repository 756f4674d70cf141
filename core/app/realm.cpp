// Methods realm.create, realm.info, unit.add, unit.list: the realm and its tree of units.
#include <algorithm>

#include "app/count.hpp"
#include "app/dispatch.hpp"
#include "app/documents.hpp"
#include "app/duplicates.hpp"
#include "app/files.hpp"
#include "app/root_keys.hpp"
#include "base/calendar.hpp"
#include "base/text.hpp"
#include "vault/acts.hpp"

namespace gandan::app {
namespace {

// What kinds of units there are is data: the choices of these two forms.
bool is_choice(Session& s, std::string_view form, std::string_view code) {
  const records::RecordType* type = s.catalog->find(form);
  const records::Field* field = type == nullptr ? nullptr : type->find("kind");
  return field != nullptr && field->choice(code) != nullptr;
}

// The record that names a unit, or is a village: `more` holds further fields of its form.
json::object profile(std::string_view form, const std::string& name, std::string_view kind,
                     const std::optional<std::string>& code, const json::object* more) {
  json::object patch = more == nullptr ? json::object{} : *more;
  patch[form == kVillage ? "name" : "name_vi"] = name;
  patch["kind"] = kind;
  if (code) patch["code"] = *code;
  return patch;
}

// In the order of the Vietnamese alphabet, "Thôn 2" before "Thôn 10".
void sort_villages(std::vector<vault::RecordRow>& rows) {
  const auto key = [](const vault::RecordRow& row) {
    return std::pair(list_key(field_text(row.document, "name")), row.number);
  };
  std::sort(rows.begin(), rows.end(), [&](const auto& a, const auto& b) { return key(a) < key(b); });
}

// What a realm that was just founded answers, its top unit named.
Result<json::value> founded(Session& s, const json::object& about, json::object out) {
  GANDAN_TRY(const roster::Roster* roster, s.vault->roster());
  const UnitId top = roster->root().top;
  GANDAN_TRY(const RecordId profile, save_new(s, top, kUnitProfile, about));
  out["realm"] = to_hex(roster->realm().view());
  out["fingerprint"] = to_hex(roster->fingerprint().view());
  out["top"] = to_text(top);
  out["record"] = to_text(profile);
  out["device"] = to_text(s.vault->identity().id);
  return json::value(std::move(out));
}

}  // namespace

Result<json::value> realm_create(Session& s, Params& p) {
  const std::string name = p.text("name");
  const auto code = p.optional_text("code");
  const json::object* more = p.optional_object("fields");
  const std::string ledger_hex = p.text("ledger_key");
  // The root key: on a token, or in a file under a passphrase.
  const auto token_uri = p.optional_text("root_token");
  const std::string token_pin = token_uri ? p.text("token_pin") : std::string();
  const std::string passphrase = token_uri ? std::string() : new_passphrase(p, "root_passphrase");
  const std::string root_file = token_uri ? std::string() : p.path("root_key_file");
  const std::string card_file = p.path("card_file");
  const auto ledger = from_hex(ledger_hex);
  if (!ledger_hex.empty() && (!ledger || ledger->size() != SignPublicKey::size))
    p.fault("ledger_key", "type", "Phải là 64 chữ số thập lục phân, do máy chủ in ra.",
            "Must be 64 hexadecimal digits, as the server prints them.");
  GANDAN_CHECK(p.done());
  if (s.vault->in_realm())
    return Error{Code::bad_request,
                 "this vault belongs to a realm already",
                 {{"", "in_realm", "Sổ này đã thuộc một hệ thống; lập hệ thống mới ở thư mục khác.",
                   "This vault belongs to a realm already; found another one in another folder."}}};
  const json::object about = profile(kUnitProfile, name, "province", code, more);
  GANDAN_CHECK(check_new(s, kUnitProfile, about));

  ReservedFile card(card_file);
  if (token_uri) {
    if (s.seams.tokens == nullptr) return Code::token_none;
    GANDAN_TRY(const auto token, s.seams.tokens->open(*token_uri, token_pin));
    GANDAN_TRY(const auto root, token->signer());
    GANDAN_CHECK(card.reserve());
    GANDAN_TRY(
        [[maybe_unused]] const auto made,
        vault::create_realm(*s.vault, SignPublicKey::from(*ledger), *root,
                            [&](const roster::RealmCard& c) { return card.fill(roster::encode_card(c)); }));
    return founded(s, about, {{"root_token", *token_uri}, {"card_file", card_file}});
  }
  ReservedFile root(root_file);
  GANDAN_CHECK(root.reserve());
  GANDAN_CHECK(card.reserve());
  const auto keep = [&](const vault::NewRealm& realm) -> Status {
    GANDAN_TRY(const Bytes sealed, seal_key(s, realm.root_key, passphrase, kRootKeyPurpose));
    GANDAN_CHECK(root.fill(sealed));
    return card.fill(roster::encode_card(realm.card));
  };
  GANDAN_TRY(const auto realm, vault::create_realm(*s.vault, SignPublicKey::from(*ledger), keep));
  (void)realm;
  return founded(s, about, {{"root_key_file", root_file}, {"card_file", card_file}});
}

Result<json::value> realm_info(Session& s, Params& p) {
  GANDAN_CHECK(p.done());
  GANDAN_TRY(const roster::Roster* roster, s.vault->roster());
  GANDAN_TRY(const auto checkpoint, s.vault->checkpoint());
  Names names(*s.vault);
  const auto* recovery = roster->recovery();
  return json::value(json::object{{"realm", to_hex(roster->realm().view())},
                                  {"fingerprint", to_hex(roster->fingerprint().view())},
                                  {"top", names.unit_json(roster->root().top)},
                                  {"ledger_key", to_hex(roster->root().ledger_key.view())},
                                  {"units", number(roster->units().size())},
                                  {"devices", number(roster->devices().size())},
                                  {"threshold", json::integer(roster->threshold())},
                                  {"lease_days", json::integer(roster->policy().lease_days)},
                                  {"wipe", roster->policy().wipe},
                                  {"root_key", to_hex(roster->root_key().view())},
                                  {"recovery_needed", number(recovery == nullptr ? 0 : recovery->needed)},
                                  {"recovery_keys", number(recovery == nullptr ? 0 : recovery->keys.size())},
                                  {"roster_size", number(roster->size())},
                                  {"ledger_size", number(checkpoint.size)},
                                  {"ledger_root", to_hex(checkpoint.root.view())}});
}

// A village is a record in its commune; every other kind is a unit with keys of its own.
Result<json::value> unit_add(Session& s, Params& p) {
  const std::string parent_text = p.text("parent");
  const std::string kind = p.text("kind");
  const std::string name = p.text("name");
  const auto code = p.optional_text("code");
  const json::object* more = p.optional_object("fields");
  const bool village = is_choice(s, kVillage, kind);
  if (!kind.empty() && !village && !is_choice(s, kUnitProfile, kind))
    p.fault("kind", "choice", "Không có loại đơn vị này; xem mẫu unit_profile và village.",
            "There is no such kind of unit; see the forms unit_profile and village.");
  GANDAN_CHECK(p.done());
  Names names(*s.vault);
  GANDAN_TRY(const UnitId parent, names.find_unit(parent_text));
  const std::string_view form = village ? kVillage : kUnitProfile;
  json::object about = profile(form, name, kind, code, more);
  UnitId unit = parent;
  if (!village) {
    // Its devices may not read what is above it: by whose rules it works it says itself.
    if (const std::string province = names.province();
        !province.empty() && json::find(about, "province") == nullptr)
      about["province"] = province;
    GANDAN_CHECK(check_new(s, form, about));
    if (code && names.unit_with_code(*code)) return Error{Code::unit_code_taken, *code};
    GANDAN_TRY(unit, vault::add_unit(*s.vault, parent));
  }
  GANDAN_TRY(const RecordId record, save_new(s, unit, form, about));
  json::object out{{"kind", kind},
                   {"village", village},
                   {"unit", to_text(unit)},
                   {"parent", to_text(parent)},
                   {"record", to_text(record)}};
  if (village) {
    Documents documents(s);
    GANDAN_TRY(const auto loaded, documents.load(record));
    GANDAN_TRY(out["similar"], similar_records(s, documents, *loaded));
  }
  return json::value(std::move(out));
}

Result<json::value> unit_list(Session& s, Params& p) {
  const bool villages = p.flag("villages");
  GANDAN_CHECK(p.done());
  GANDAN_TRY(const roster::Roster* roster, s.vault->roster());
  Names names(*s.vault);

  // The tree, parents first, brothers and sisters in the order of the Vietnamese alphabet.
  std::map<UnitId, std::vector<UnitId>> children;
  for (const auto& [id, unit] : roster->units()) children[unit.parent()].push_back(id);
  json::array out;
  Status failed;
  const auto walk = [&](const auto& self, const UnitId& id, std::int64_t depth) -> void {
    const auto& unit = *roster->unit(id);
    json::object row = names.unit_json(id);
    const Names::Unit& about = names.unit(id);
    row["kind"] = about.kind;
    if (!about.valid_from.empty()) row["valid_from"] = about.valid_from;
    if (!about.valid_to.empty()) row["valid_to"] = about.valid_to;
    row["parent"] = unit.parent().is_zero() ? std::string{} : to_text(unit.parent());
    row["depth"] = depth;
    row["epoch"] = unit.epochs.back().number;
    row["readable"] = s.vault->keyring().latest(id).has_value();
    if (villages) {
      json::array list;
      auto rows = vault::records_of(*s.vault, id, kVillage);
      if (!rows.ok()) {
        failed = rows.error();
        return;
      }
      sort_villages(*rows);
      for (const auto& village : *rows)
        list.push_back(json::object{{"record", to_text(village.id)},
                                    {"name", field_text(village.document, "name")},
                                    {"kind", field_text(village.document, "kind")},
                                    {"code", field_text(village.document, "code")}});
      row["villages"] = std::move(list);
    }
    out.push_back(std::move(row));
    auto& below = children[id];
    std::sort(below.begin(), below.end(), [&](const UnitId& a, const UnitId& b) {
      return std::pair(list_key(names.unit_name(a)), a) < std::pair(list_key(names.unit_name(b)), b);
    });
    for (const auto& child : below) self(self, child, depth + 1);
  };
  walk(walk, roster->root().top, 0);
  GANDAN_CHECK(failed);
  return json::value(json::object{{"units", std::move(out)}});
}

}  // namespace gandan::app
