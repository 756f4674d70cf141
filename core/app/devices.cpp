// Methods device.info, device.request, device.approve, device.list, device.revoke: who may do what, where.
#include "app/dispatch.hpp"
#include "app/files.hpp"
#include "app/names.hpp"
#include "app/session.hpp"
#include "base/text.hpp"
#include "sync/bundle.hpp"
#include "vault/acts.hpp"

namespace gandan::app {
namespace {

// The text form of a join request: small enough for a message, a printed page or a QR code.
constexpr std::string_view kRequestHeader = "gandan-join-request v1";
constexpr std::size_t kMaxRequestText = 4096;
constexpr std::size_t kLineWidth = 64;
constexpr std::size_t kMaxLabel = 64;

std::string request_text(const roster::JoinRequest& request) {
  const std::string body = to_base64(roster::encode_join_request(request));
  std::string out = std::string(kRequestHeader) + "\n";
  for (std::size_t at = 0; at < body.size(); at += kLineWidth) out += body.substr(at, kLineWidth) + "\n";
  return out;
}

Result<roster::JoinRequest> read_request(std::string_view text) {
  if (text.size() > kMaxRequestText) return Code::too_large;
  if (text.substr(0, kRequestHeader.size()) != kRequestHeader)
    return Error{Code::malformed, "not a join request"};
  std::string body;
  for (const char c : text.substr(kRequestHeader.size()))
    if (c != '\n' && c != '\r' && c != ' ' && c != '\t') body += c;
  const auto bytes = from_base64(body);
  if (!bytes) return Error{Code::malformed, "not base64"};
  return roster::decode_join_request(*bytes);
}

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

bool administers_top(const roster::Roster& roster, const roster::DeviceInfo& device) {
  return std::any_of(device.grants.begin(), device.grants.end(), [&](const roster::GrantInfo& grant) {
    return !grant.until && grant.role == roster::Role::admin && grant.unit == roster.root().top;
  });
}

bool is_last_administrator(const roster::Roster& roster, const DeviceId& device) {
  std::size_t others = 0;
  for (const auto& [id, info] : roster.devices()) others += id != device && administers_top(roster, info);
  return others == 0 && administers_top(roster, *roster.device(device));
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
  return json::value(std::move(out));
}

Result<json::value> device_request(Session& s, Params& p) {
  const std::string label = p.text("label");
  const auto file = p.optional_path("file");
  if (label.size() > kMaxLabel) p.fault("label", "too_long", "Dài quá 64 byte.", "Is longer than 64 bytes.");
  GANDAN_CHECK(p.done());
  const auto& identity = s.vault->identity();
  const std::string text =
      request_text(roster::make_join_request(identity.sign, identity.box.public_key(), label));
  if (file) GANDAN_CHECK(write_file(*file, as_bytes(text), false));
  const std::string id = to_text(identity.id);
  return json::value(
      json::object{{"device", id}, {"short", short_id(id)}, {"request", text}, {"file", file.value_or("")}});
}

Result<json::value> device_approve(Session& s, Params& p) {
  const auto text = p.optional_text("request");
  const auto file = p.optional_path("request_file");
  const std::string role_text = p.text("role");
  const std::string unit_text = p.text("unit");
  const auto out = p.optional_path("out");
  const bool records = p.flag_or("records", true);
  const auto role = roster::role_from_name(role_text);
  if (!role_text.empty() && !role)
    p.fault("role", "choice", "Phải là admin, cadre, office, supervisor hoặc auditor.",
            "Must be admin, cadre, office, supervisor or auditor.");
  if (text.has_value() == file.has_value())
    p.fault("request", "choose_one", "Đưa đơn bằng request (chữ) hoặc request_file (tệp).",
            "Give the request as text (request) or as a file (request_file).");
  GANDAN_CHECK(p.done());
  std::string request_body = text.value_or("");
  if (file) {
    GANDAN_TRY(const Bytes content, read_file(*file, kMaxRequestText));
    request_body = std::string(as_text(content));
  }
  GANDAN_TRY(const auto request, read_request(request_body));
  Names names(*s.vault);
  GANDAN_TRY(const UnitId unit, names.find_unit(unit_text));
  GANDAN_TRY(const DeviceId device, vault::approve(*s.vault, request, *role, unit));
  const auto label = nfc(request.label);  // another program may have written it
  GANDAN_CHECK(s.vault->set_meta("label/" + to_text(device), as_bytes(label.ok() ? *label : std::string{})));
  if (out) {
    sync::ExportOptions everything;
    everything.everything = true;
    everything.unit = unit;
    everything.attachments = false;
    everything.quarantined = false;  // else the new device would offer it to a server that refuses it
    // With the unit's records the device knows its names, villages and rolls before it ever meets a server.
    GANDAN_TRY(const Bytes bundle,
               records ? sync::export_bundle(*s.vault, everything) : sync::export_enrolment(*s.vault));
    GANDAN_CHECK(write_file(*out, bundle, false));
  }
  const std::string id = to_text(device);
  return json::value(json::object{{"device", id},
                                  {"short", short_id(id)},
                                  {"label", request.label},
                                  {"role", role_text},
                                  {"unit", to_text(unit)},
                                  {"unit_name", names.unit_name(unit)},
                                  {"file", out.value_or("")}});
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
  if (units.empty()) return Error{Code::unknown_device, "holds no role any more"};
  if (units.count(roster->root().top) != 0 && is_last_administrator(*roster, device))
    return Code::last_administrator;
  json::array done;
  vault::KeysReport keys;
  for (const auto& unit : units) {
    GANDAN_TRY(const auto changed, vault::revoke(*s.vault, device, unit, *reason));
    keys.add(changed);
    done.push_back(names.unit_json(unit));
  }
  const std::string id = to_text(device);
  return json::value(json::object{{"device", id},
                                  {"short", short_id(id)},
                                  {"reason", reason_text},
                                  {"units", std::move(done)},
                                  {"rotated", json::integer(static_cast<std::int64_t>(keys.rotated))},
                                  {"waiting", json::integer(static_cast<std::int64_t>(keys.waiting))}});
}

}  // namespace gandan::app
