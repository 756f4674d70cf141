// Methods device.request, device.read_request, device.approve, device.approve_many, realm.card, realm.join: how a
// device comes into a realm.
//
//   device    device.request ──> join request ──> administrator    device.approve, with the code that the device's
//                 │                                     │          person reads out
//                 └── comparison code, read aloud ──────┘
//   device    bundle.import <── bundle                   everything, without a network
//             realm.join    <── realm.card               or the card alone: the first sync brings the rest
#include "app/carried.hpp"
#include "app/dispatch.hpp"
#include "app/envelope.hpp"
#include "app/files.hpp"
#include "app/names.hpp"
#include "app/rows.hpp"
#include "app/session.hpp"
#include "base/text.hpp"
#include "sync/bundle.hpp"
#include "vault/acts.hpp"

namespace gandan::app {
namespace {

constexpr std::size_t kMaxLabel = 64;
constexpr std::size_t kMaxCardFile = 4096;
constexpr std::size_t kMostApprovals = 2000;

// As another program wrote it: shown, and used for nothing else.
std::string shown_label(const roster::JoinRequest& request) {
  const auto label = nfc(request.label);
  std::string out;
  if (!label.ok()) return out;
  for (const char c : *label) out += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : c;
  return out;
}

// What a person calls a role: its code, or its name in a table.
std::optional<roster::Role> role_said(std::string_view text) {
  if (const auto role = roster::role_from_name(text)) return role;
  static constexpr std::pair<std::string_view, roster::Role> kSaid[] = {
      {"quan tri", roster::Role::admin},
      {"nguoi quan tri", roster::Role::admin},
      {"administrator", roster::Role::admin},
      {"can bo", roster::Role::cadre},
      {"can bo xa", roster::Role::cadre},
      {"co quan", roster::Role::office},
      {"co quan tiep nhan", roster::Role::office},
      {"giam sat", roster::Role::supervisor},
      {"kiem tra", roster::Role::auditor},
      {"kiem toan", roster::Role::auditor}};
  const std::string folded = fold(text);
  for (const auto& [said, role] : kSaid)
    if (folded == said || folded == roster::role_name(role)) return role;
  return std::nullopt;
}

// One device that is to be approved.
struct Wish {
  std::string request;  // text
  std::string role;
  std::string unit;
  std::string code;  // as it was read out; empty: not known
  bool unchecked = false;
  std::optional<std::string> out;  // file, or folder, for its bundle
  bool out_is_folder = false;
  bool records = true;
};

Error bad_role() {
  return {Code::bad_request,
          "role",
          {{"role", "choice", "Phải là admin, cadre, office, supervisor hoặc auditor.",
            "Must be admin, cadre, office, supervisor or auditor."}}};
}
Error missing(const char* name) {
  return {Code::bad_request, name, {{name, "required", "Còn thiếu.", "Is missing."}}};
}

bool holds(const roster::Roster& roster, const DeviceId& device, roster::Role role, const UnitId& unit) {
  const auto* info = roster.device(device);
  return info != nullptr &&
         std::any_of(info->grants.begin(), info->grants.end(), [&](const roster::GrantInfo& grant) {
           return !grant.until && grant.role == role && grant.unit == unit;
         });
}

// With the unit's records the device knows its names, villages and rolls before it ever meets a server.
Result<Bytes> bundle_for(Session& s, const UnitId& unit, bool records) {
  if (!records) return sync::export_enrolment(*s.vault);
  sync::ExportOptions options;
  options.everything = true;
  options.unit = unit;
  options.attachments = false;
  options.quarantined = false;  // else the new device would offer it to a server that refuses it
  return sync::export_bundle(*s.vault, options);
}

Result<json::object> approve(Session& s, Names& names, const Wish& wish) {
  GANDAN_TRY(const auto request, read_request(wish.request));
  if (!wish.code.empty()) {
    GANDAN_TRY(const std::string code, comparison_code(request));
    if (!same_code(code, wish.code)) return Code::other_code;
  }
  if (wish.role.empty()) return missing("role");
  if (wish.unit.empty()) return missing("unit");
  const auto role = role_said(wish.role);
  if (!role) return bad_role();
  GANDAN_TRY(const UnitId unit, names.find_unit(wish.unit));

  const std::string id = to_text(roster::device_id(request.sign_key, request.box_key));
  std::optional<std::string> path = wish.out;
  if (path && wish.out_is_folder) *path += "/" + short_id(id) + ".bundle";
  ReservedFile file(path.value_or(""));
  if (path) GANDAN_CHECK(file.reserve());
  GANDAN_TRY(const roster::Roster* roster, s.vault->roster());
  const bool already = holds(*roster, roster::device_id(request.sign_key, request.box_key), *role, unit);
  if (!already) {
    GANDAN_TRY(const DeviceId device, vault::approve(*s.vault, request, *role, unit));
    const std::string label = shown_label(request);
    GANDAN_CHECK(s.vault->set_meta("label/" + to_text(device), as_bytes(label)));
  }
  if (path) {
    GANDAN_TRY(const Bytes bundle, bundle_for(s, unit, wish.records));
    GANDAN_CHECK(file.fill(bundle));
  }
  return json::object{{"device", id},
                      {"short", short_id(id)},
                      {"label", shown_label(request)},
                      {"role", roster::role_name(*role)},
                      {"unit", to_text(unit)},
                      {"unit_name", names.unit_name(unit)},
                      {"already", already},
                      {"file", path.value_or("")}};
}

Result<std::string> request_in(const std::string& path) {
  GANDAN_TRY(const Bytes content, read_file(path, kMaxCarriedText));
  return std::string(as_text(content));
}

// Of a request's text and its file, exactly one.
Result<std::string> chosen_request(const std::optional<std::string>& text, const std::optional<std::string>& file) {
  if (text.has_value() == file.has_value())
    return Error{Code::bad_request,
                 "request",
                 {{"request", "choose_one", "Đưa đơn bằng request (chữ) hoặc request_file (tệp).",
                   "Give the request as text (request) or as a file (request_file)."}}};
  return file ? request_in(*file) : Result<std::string>(*text);
}

// --- many at once

struct ListRow {
  std::int64_t number = 0;  // as a person counts: in the file, or from 1 in the array
  Result<Wish> wish;
};

// The list's columns, as a form has them: read by the reader of all tables (rows.hpp).
records::Field list_form() {
  const auto column = [](const char* name, const char* vi, const char* en) {
    records::Field out;
    out.name = name;
    out.path = std::string("requests[].") + name;
    out.label = {vi, en};
    return out;
  };
  records::Field out;
  out.name = out.path = "requests";
  out.type = records::FieldType::repeat;
  out.children = {column("request", "Đơn", "Request"), column("role", "Vai trò", "Role"),
                  column("unit", "Đơn vị", "Unit"), column("code", "Mã đối chiếu", "Comparison code"),
                  column("label", "Máy", "Device")};
  return out;
}

std::string text_of(const json::object& item, std::string_view name) {
  return std::string(json::find_text(item, name).value_or(std::string()));
}

Result<std::vector<ListRow>> rows_of_file(Session& s, const std::string& path, const Wish& common) {
  GANDAN_TRY(const auto table, read_table(s.seams.spreadsheets, path));
  auto items = numbered_items(list_form(), table);
  if (!items.ok()) return Error{Code::bad_table, file_name(path), items.error().fields};
  const std::string folder = path.substr(0, path.size() - file_name(path).size());
  std::vector<ListRow> out;
  for (const auto& [number, item] : *items) {
    Wish wish = common;
    const std::string request = text_of(item, "request");
    if (auto role = text_of(item, "role"); !role.empty()) wish.role = std::move(role);
    if (auto unit = text_of(item, "unit"); !unit.empty()) wish.unit = std::move(unit);
    wish.code = text_of(item, "code");
    Result<std::string> text = request;
    if (request.empty())
      text = missing("request");
    else if (!is_request_text(request))
      text = request_in(request.front() == '/' ? request : folder + request);
    if (text.ok()) wish.request = *text;
    out.push_back({number, text.ok() ? Result<Wish>(std::move(wish)) : Result<Wish>(text.error())});
  }
  return out;
}

Result<Wish> wish_of(const json::value& row, const Wish& common) {
  if (!row.is_object()) return Error{Code::bad_request, "each of requests is an object"};
  Params p(row.get_object());
  Wish out = common;
  const auto text = p.optional_text("request");
  const auto file = p.optional_path("request_file");
  out.role = p.text_or("role", common.role);
  out.unit = p.text_or("unit", common.unit);
  out.code = p.text_or("code", "");
  out.unchecked = p.flag_or("unchecked", common.unchecked);
  GANDAN_CHECK(p.done());
  GANDAN_TRY(out.request, chosen_request(text, file));
  return out;
}

}  // namespace

Result<json::value> device_request(Session& s, Params& p) {
  const std::string label = p.text("label");
  const auto file = p.optional_path("file");
  if (label.size() > kMaxLabel) p.fault("label", "too_long", "Dài quá 64 byte.", "Is longer than 64 bytes.");
  GANDAN_CHECK(p.done());
  const auto& identity = s.vault->identity();
  const auto request = roster::make_join_request(identity.sign, identity.box.public_key(), label);
  const std::string text = request_text(request);
  GANDAN_TRY(const std::string code, comparison_code(request));
  if (file) GANDAN_CHECK(write_file(*file, as_bytes(text), false));
  const std::string id = to_text(identity.id);
  return json::value(json::object{{"device", id},
                                  {"short", short_id(id)},
                                  {"request", text},
                                  {"code", code},
                                  {"file", file.value_or("")}});
}

Result<json::value> device_read_request(Session&, Params& p) {
  const auto text = p.optional_text("request");
  const auto file = p.optional_path("request_file");
  GANDAN_CHECK(p.done());
  GANDAN_TRY(const std::string body, chosen_request(text, file));
  GANDAN_TRY(const auto request, read_request(body));
  GANDAN_TRY(const std::string code, comparison_code(request));
  const std::string id = to_text(roster::device_id(request.sign_key, request.box_key));
  return json::value(
      json::object{{"device", id}, {"short", short_id(id)}, {"label", shown_label(request)}, {"code", code}});
}

Result<json::value> device_approve(Session& s, Params& p) {
  Wish wish;
  const auto text = p.optional_text("request");
  const auto file = p.optional_path("request_file");
  wish.role = p.text("role");
  wish.unit = p.text("unit");
  wish.code = p.text_or("code", "");
  wish.unchecked = p.flag("unchecked");
  wish.out = p.optional_path("out");
  wish.records = p.flag_or("records", true);
  if (!wish.role.empty() && !role_said(wish.role))
    p.fault("role", "choice", "Phải là admin, cadre, office, supervisor hoặc auditor.",
            "Must be admin, cadre, office, supervisor or auditor.");
  GANDAN_CHECK(p.done());
  GANDAN_TRY(wish.request, chosen_request(text, file));
  Names names(*s.vault);
  GANDAN_TRY(auto out, approve(s, names, wish));
  return json::value(std::move(out));
}

// Each row is a whole act: what stops one stops no other, and a list that was sent again approves what is missing.
Result<json::value> device_approve_many(Session& s, Params& p) {
  const json::value* given = p.any("requests");
  const auto list = p.optional_path("list_file");
  Wish common;
  common.role = p.text_or("role", "");
  common.unit = p.text_or("unit", "");
  common.unchecked = p.flag("unchecked");
  common.out = p.optional_path("out_folder");
  common.out_is_folder = true;
  common.records = p.flag_or("records", true);
  if ((given != nullptr) == list.has_value() || (given != nullptr && !given->is_array()))
    p.fault("requests", "choose_one", "Đưa các đơn bằng requests (mảng) hoặc list_file (bảng).",
            "Give the requests as an array (requests) or as a table (list_file).");
  GANDAN_CHECK(p.done());
  std::vector<ListRow> rows;
  if (list) {
    GANDAN_TRY(rows, rows_of_file(s, *list, common));
  } else {
    for (const auto& row : given->get_array())
      rows.push_back({static_cast<std::int64_t>(rows.size()) + 1, wish_of(row, common)});
  }
  if (rows.size() > kMostApprovals) return Error{Code::too_large, "more than 2000 requests"};

  Names names(*s.vault);
  std::int64_t approved = 0, already = 0, refused = 0;
  bool stopped = false;
  json::array done;
  for (const auto& row : rows) {
    Result<json::object> answer = Code::cancelled;
    if (!stopped) answer = row.wish.ok() ? approve(s, names, *row.wish) : row.wish.error();
    json::object said{{"row", row.number}};
    if (answer.ok()) {
      ++(*json::find_bool(*answer, "already") ? already : approved);
      for (auto& member : *answer) said[member.key()] = std::move(member.value());
    } else {
      ++refused;
      said["error"] = error_json(answer.error());
    }
    done.push_back(std::move(said));
    if (!stopped) stopped = !s.progress(json::object{{"approved", approved}, {"refused", refused}});
  }
  return json::value(json::object{
      {"approved", approved}, {"already", already}, {"refused", refused}, {"rows", std::move(done)}});
}

Result<json::value> realm_card(Session& s, Params& p) {
  const auto file = p.optional_path("file");
  GANDAN_CHECK(p.done());
  GANDAN_TRY(const auto card, s.vault->card());
  GANDAN_TRY(const roster::Roster* roster, s.vault->roster());
  if (file) GANDAN_CHECK(write_file(*file, roster::encode_card(card), false));
  return json::value(json::object{{"card", card_text(card)},
                                  {"fingerprint", to_hex(roster->fingerprint().view())},
                                  {"file", file.value_or("")}});
}

Result<json::value> realm_join(Session& s, Params& p) {
  const auto text = p.optional_text("card");
  const auto file = p.optional_path("card_file");
  const auto root = p.optional_text("root");
  std::optional<Hash> expected;
  if (root) {
    const auto bytes = from_hex(*root);
    if (bytes && bytes->size() == Hash::size)
      expected = Hash::from(*bytes);
    else
      p.fault("root", "type", "Phải là 64 chữ số thập lục phân.", "Must be 64 hexadecimal digits.");
  }
  if (text.has_value() == file.has_value())
    p.fault("card", "choose_one", "Đưa thẻ bằng card (chữ) hoặc card_file (tệp).",
            "Give the card as text (card) or as a file (card_file).");
  GANDAN_CHECK(p.done());
  Bytes content = to_bytes(as_bytes(text.value_or("")));
  if (file) {
    GANDAN_TRY(content, read_file(*file, kMaxCardFile));
  }
  GANDAN_TRY(const auto card, read_card(content));
  GANDAN_TRY(const auto fresh, roster::Roster::start(card.root));
  if (expected && fresh.fingerprint() != *expected) return Code::wrong_realm;
  const bool joined = !s.vault->in_realm();
  GANDAN_CHECK(s.vault->join(card));
  return json::value(json::object{{"joined", joined},
                                  {"fingerprint", to_hex(fresh.fingerprint().view())},
                                  {"device", to_text(s.vault->identity().id)}});
}

}  // namespace gandan::app
