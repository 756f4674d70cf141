// Methods device.request, device.read_request, device.approve, device.welcome, realm.card, realm.join: how a
// device comes into a realm. Many at once: approve_many.cpp.
//
//   device    device.request ──> join request ──> administrator    device.approve, with the code that the
//   device's
//                 │                                     │          person reads out
//                 └── comparison code, read aloud ──────┘
//   device    bundle.import <── bundle                   everything, without a network
//             realm.join    <── device.welcome           roster and keys, by QR codes, while the roster is
//             small realm.join    <── realm.card               or the card alone: the first sync brings the
//             rest
#include "app/approvals.hpp"
#include "app/carried.hpp"
#include "app/dispatch.hpp"
#include "app/files.hpp"
#include "app/root_keys.hpp"
#include "sync/bundle.hpp"

namespace gandan::app {
namespace {

bool is_member(vault::Vault& vault) {
  const auto roster = vault.roster();
  return roster.ok() && (*roster)->device(vault.identity().id) != nullptr;
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
  return json::value(json::object{
      {"device", id}, {"short", short_id(id)}, {"label", shown_label(request.label)}, {"code", code}});
}

Result<json::value> device_approve(Session& s, Params& p) {
  Wish wish;
  const auto text = p.optional_text("request");
  const auto file = p.optional_path("request_file");
  wish.role = p.text("role");
  wish.unit = p.text("unit");
  wish.code = p.text_or("code", "");
  wish.label = p.text_or("label", "");
  wish.person = p.text_or("person", "");
  const auto out = p.optional_path("out");
  const bool records = p.flag_or("records", true);
  GANDAN_TRY(const auto root, root_given(s, p));
  GANDAN_CHECK(p.done());
  GANDAN_TRY(wish.request, chosen_request(text, file));

  Names names(*s.vault);
  const auto* key = root.signer();
  GANDAN_TRY(const Approval approval, judge(s, names, wish, key));
  ReservedFile place(out.value_or(""));
  if (out) GANDAN_CHECK(place.reserve());
  GANDAN_TRY(auto proposals, admit(s, {approval}, key));
  // Who waits for others' approval gets nothing yet: a welcome or a bundle is made after it.
  const bool waits = !proposals.empty() && *json::find_text(proposals[0].get_object(), "state") == "proposed";
  if (out && !waits) {
    GANDAN_TRY(const Bytes bundle, bundle_for(s, approval.admission.unit, {approval.device}, records));
    GANDAN_CHECK(place.fill(bundle));
  }
  json::object answer = approval_json(approval, names);
  GANDAN_TRY(answer["code"], comparison_code(approval.admission.request));
  answer["file"] = waits ? std::string() : out.value_or("");
  answer["proposals"] = std::move(proposals);
  return json::value(std::move(answer));
}

Result<json::value> device_welcome(Session& s, Params& p) {
  const std::string device_text = p.text("device");
  const auto file = p.optional_path("file");
  GANDAN_CHECK(p.done());
  Names names(*s.vault);
  GANDAN_TRY(const DeviceId device, names.find_device(device_text));
  GANDAN_TRY(const Bytes welcome, sync::export_welcome(*s.vault, device));
  GANDAN_TRY(const auto parts, welcome_texts(welcome));
  std::string all;
  json::array shown;
  for (const auto& part : parts) {
    all += part;
    shown.emplace_back(part);
  }
  if (file) GANDAN_CHECK(write_file(*file, as_bytes(all), false));
  const std::string id = to_text(device);
  return json::value(json::object{{"device", id},
                                  {"short", short_id(id)},
                                  {"label", names.device_label(device)},
                                  {"parts", std::move(shown)},
                                  {"file", file.value_or("")}});
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
  const auto expected = p.optional_hash("root");
  if (text.has_value() == file.has_value())
    p.fault("card", "choose_one", "Đưa thẻ bằng card (chữ) hoặc card_file (tệp).",
            "Give the card as text (card) or as a file (card_file).");
  GANDAN_CHECK(p.done());
  Bytes content = to_bytes(as_bytes(text.value_or("")));
  if (file) {
    GANDAN_TRY(content, read_file(*file, kMaxWelcomeText));
  }

  const bool joined = !s.vault->in_realm();
  if (is_welcome_text(as_text(content))) {
    GANDAN_TRY(const Bytes welcome, read_welcome(as_text(content)));
    GANDAN_TRY(const auto taken, sync::import_bundle(*s.vault, welcome, expected));
    if (!taken.refused.empty()) return taken.refused.front();
  } else {
    GANDAN_TRY(const auto card, read_card(content));
    GANDAN_TRY(const auto fresh, roster::Roster::start(card.root));
    if (expected && fresh.fingerprint() != *expected)
      return Error{Code::wrong_realm, to_hex(fresh.fingerprint().view())};
    GANDAN_CHECK(s.vault->join(card));
  }
  GANDAN_TRY(const roster::Roster* roster, s.vault->roster());
  return json::value(json::object{{"joined", joined},
                                  {"enrolled", is_member(*s.vault)},
                                  {"fingerprint", to_hex(roster->fingerprint().view())},
                                  {"device", to_text(s.vault->identity().id)}});
}

}  // namespace gandan::app
