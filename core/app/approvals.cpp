#include "app/approvals.hpp"

#include <algorithm>

#include "app/acts.hpp"
#include "app/carried.hpp"
#include "app/files.hpp"
#include "base/text.hpp"
#include "sync/bundle.hpp"
#include "vault/wraps.hpp"

namespace gandan::app {
namespace {

std::optional<roster::Role> role_said(std::string_view text) {
  static constexpr std::pair<std::string_view, roster::Role> kSaid[] = {
      {"quan tri", roster::Role::admin},           {"nguoi quan tri", roster::Role::admin},
      {"administrator", roster::Role::admin},      {"can bo", roster::Role::cadre},
      {"can bo xa", roster::Role::cadre},          {"co quan", roster::Role::office},
      {"co quan tiep nhan", roster::Role::office}, {"giam sat", roster::Role::supervisor},
      {"kiem tra", roster::Role::auditor}};
  const std::string folded = fold(text);
  for (const auto& [said, role] : kSaid)
    if (folded == said) return role;
  return roster::role_from_name(folded);
}

Error wrong(const char* name, const char* code, const char* vi, const char* en) {
  return {Code::bad_request, name, {{name, code, vi, en}}};
}

bool holds(const roster::Roster& roster, const DeviceId& device, roster::Role role, const UnitId& unit) {
  const auto* info = roster.device(device);
  return info != nullptr && std::any_of(info->grants.begin(), info->grants.end(), [&](const auto& grant) {
           return !grant.until && grant.role == role && grant.unit == unit;
         });
}

roster::AdminAct admin_act(const Approval& approval) {
  const auto& [request, role, unit] = approval.admission;
  return {request.sign_key, request.box_key, unit, approval.person};
}

}  // namespace

std::string shown_label(std::string_view label) {
  const auto normal = nfc(label);
  std::string out;
  if (!normal.ok()) return out;
  for (const char c : *normal) out += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : c;
  return out;
}

Result<Approval> judge(Session& s, Names& names, const Wish& wish, const crypto::Signer* root) {
  Approval out;
  GANDAN_TRY(out.admission.request, read_request(wish.request));
  const auto& request = out.admission.request;
  out.device = roster::device_id(request.sign_key, request.box_key);
  out.compared = !wish.code.empty();
  if (out.compared) {
    GANDAN_TRY(const std::string code, comparison_code(request));
    if (!same_code(code, wish.code)) return Code::other_code;
  }

  if (wish.role.empty()) return wrong("role", "required", "Còn thiếu.", "Is missing.");
  if (wish.unit.empty()) return wrong("unit", "required", "Còn thiếu.", "Is missing.");
  if (wish.label.size() > kMaxLabel)
    return wrong("label", "too_long", "Dài quá 64 byte.", "Is longer than 64 bytes.");
  const auto role = role_said(wish.role);
  if (!role)
    return wrong("role", "choice", "Phải là admin, cadre, office, supervisor hoặc auditor.",
                 "Must be admin, cadre, office, supervisor or auditor.");
  out.admission.role = *role;
  GANDAN_TRY(out.admission.unit, names.find_unit(wish.unit));
  out.label = shown_label(wish.label.empty() ? request.label : wish.label);

  GANDAN_TRY(const roster::Roster* roster, s.vault->roster());
  if (root == nullptr && !roster->may(s.vault->identity().id, roster::Right::administer, out.admission.unit))
    return Code::not_authorized;
  if (!wish.person.empty()) {
    if (*role != roster::Role::admin)
      return wrong("person", "role", "Chỉ dùng khi duyệt máy quản trị.",
                   "Is for administrators' devices only.");
    GANDAN_TRY(out.person, names.find_device(wish.person));
  }
  out.proposed = *role == roster::Role::admin &&
                 (!out.person.is_zero() || takes_others(*roster, admin_act(out), out.admission.unit));
  out.already = holds(*roster, out.device, *role, out.admission.unit) &&
                (out.person.is_zero() || roster->person_of(out.device) == roster->person_of(out.person));
  if (!out.already && *role != roster::Role::auditor)
    GANDAN_CHECK(vault::current_secret(*s.vault, out.admission.unit));
  return out;
}

Result<json::array> admit(Session& s, const std::vector<Approval>& approvals, const crypto::Signer* root) {
  std::vector<vault::Admission> fresh;
  for (const auto& approval : approvals)
    if (!approval.already && !approval.proposed) fresh.push_back(approval.admission);
  if (!fresh.empty()) GANDAN_CHECK(vault::admit_all(*s.vault, fresh, root));
  json::array proposals;
  for (const auto& approval : approvals) {
    if (approval.already) continue;
    GANDAN_CHECK(s.vault->set_meta("label/" + to_text(approval.device), as_bytes(approval.label)));
    if (!approval.proposed) continue;
    GANDAN_TRY(auto proposal, propose_act(s, admin_act(approval), root));
    proposals.push_back(std::move(proposal));
  }
  return proposals;
}

Result<Bytes> bundle_for(Session& s, const UnitId& unit, const std::vector<DeviceId>& devices, bool records) {
  if (!records) return sync::export_enrolment(*s.vault, unit, devices);
  sync::ExportOptions options;
  options.readers = devices;
  options.everything = true;
  options.unit = unit;
  options.attachments = false;
  options.renewals = true;      // where there is a lease, it begins with one
  options.quarantined = false;  // else the new device would offer it to a server that refuses it
  return sync::export_bundle(*s.vault, options);
}

json::object approval_json(const Approval& approval, Names& names) {
  const std::string id = to_text(approval.device);
  return json::object{{"device", id},
                      {"short", short_id(id)},
                      {"label", approval.label},
                      {"role", roster::role_name(approval.admission.role)},
                      {"unit", to_text(approval.admission.unit)},
                      {"unit_name", names.unit_name(approval.admission.unit)},
                      {"compared", approval.compared},
                      {"already", approval.already}};
}

Result<std::string> request_in(const std::string& file) {
  GANDAN_TRY(const Bytes content, read_file(file, kMaxCarriedText));
  return std::string(as_text(content));
}

Result<std::string> chosen_request(const std::optional<std::string>& text,
                                   const std::optional<std::string>& file) {
  if (text.has_value() == file.has_value())
    return wrong("request", "choose_one", "Đưa đơn bằng request (chữ) hoặc request_file (tệp).",
                 "Give the request as text (request) or as a file (request_file).");
  return file ? request_in(*file) : Result<std::string>(*text);
}

}  // namespace gandan::app
