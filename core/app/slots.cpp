// Methods keys.list, keys.add, keys.change, keys.remove: the ways to open this vault.
#include "app/count.hpp"
#include "app/dispatch.hpp"
#include "app/locking.hpp"
#include "app/names.hpp"
#include "base/calendar.hpp"
#include "base/text.hpp"
#include "vault/recovery_code.hpp"

namespace gandan::app {
namespace {

// What the request gives for a slot. The texts live here while views of them are used.
struct GivenForSlot {
  std::string kind, passphrase, pin, keystore, recovery, token, token_pin;
  HolderId holder;
  std::optional<crypto::Secret<32>> session;

  ~GivenForSlot() {
    for (std::string* text : {&passphrase, &pin, &keystore, &recovery, &token_pin})
      crypto::cleanse({reinterpret_cast<std::uint8_t*>(text->data()), text->size()});
  }

  vault::Credential credential(Session& s) const {
    if (kind == "keystore") return vault::ByKeystore{as_bytes(keystore)};
    if (kind == "recovery") return vault::ByRecovery{recovery};
    if (kind == "token") return vault::ByToken{s.seams.tokens, token_pin, token};
    if (kind == "pin") {
      vault::ByPin by{pin, holder, as_bytes(keystore), {}};
      if (session) by.session = session->view();
      return by;
    }
    return vault::ByPassphrase{passphrase};
  }
};

void missing(Params& p, std::string_view name) {
  p.fault(name, "required", "Cần có mục này.", "This is needed.");
}

// Reads the parameters that a slot of this kind has.
void read(Params& p, GivenForSlot& given) {
  given.passphrase = p.text_or("passphrase", "");
  given.pin = p.text_or("pin", "");
  given.keystore = keystore_param(p);
  given.token = p.text_or("token", given.token);
  given.token_pin = p.text_or("token_pin", "");
  if (given.kind == "passphrase" && code_points(given.passphrase) < kLeastPassphrase)
    p.fault("passphrase", "too_short", "Cần ít nhất 8 ký tự.", "Needs 8 characters at least.");
  if (given.kind == "pin") check_pin(p, "pin", given.pin);
  if (given.kind == "keystore" && given.keystore.empty()) missing(p, "keystore");
  if (given.kind == "token" && given.token.empty()) missing(p, "token");
  if (given.kind == "token" && given.token_pin.empty()) missing(p, "token_pin");
}

// What is not typed: a fresh recovery code, the session's secret.
Status complete(Session& s, GivenForSlot& given) {
  if (given.kind == "recovery") given.recovery = vault::new_recovery_code(*s.seams.random);
  if (given.kind == "pin" && given.keystore.empty()) {
    GANDAN_TRY(given.session, s.vault->session_secret());
  }
  return {};
}

// Who unlocked with a PIN has the phone in hand, and not the right to change what others open it with.
Status may_change(Session& s, const vault::KeySlot* slot) {
  const auto& by = s.vault->unlocked();
  if (by.kind != vault::SlotKind::pin || by.slot == 0) return {};
  if (slot != nullptr && slot->number == by.slot) return {};
  return Code::own_pin_only;
}

json::object slot_json(const vault::KeySlot& slot) {
  json::object out{{"slot", number(slot.number)}, {"kind", vault::name_of(slot.kind)}, {"label", slot.label}};
  out["made"] = slot.made_ms == 0 ? std::string() : instant_text(slot.made_ms);
  if (slot.kind == vault::SlotKind::pin) {
    out["holder"] = to_text(slot.holder);
    out["with"] = slot.help == vault::PinHelp::keystore ? "keystore" : "session";
  }
  if (slot.kind == vault::SlotKind::token) out["token"] = slot.token_uri;
  return out;
}

json::value slot_answer(const vault::KeySlot& slot, const GivenForSlot& given) {
  json::object out = slot_json(slot);
  if (!given.recovery.empty()) out["code"] = given.recovery;
  return json::value(std::move(out));
}

}  // namespace

Result<json::value> keys_list(Session& s, Params& p) {
  GANDAN_CHECK(p.done());
  GANDAN_TRY(const auto file, vault::read_keys(s.options.folder));
  json::array slots;
  for (const auto& slot : file.slots) {
    json::object row = slot_json(slot);
    row["in_use"] = s.vault != nullptr && s.vault->unlocked().slot == slot.number;
    slots.push_back(std::move(row));
  }
  return json::value(json::object{
      {"locked", s.locked()}, {"slots", std::move(slots)}, {"auto_lock", json::integer(s.auto_lock)}});
}

Result<json::value> keys_add(Session& s, Params& p) {
  GivenForSlot given;
  given.kind = p.text("kind");
  const bool known = given.kind == "passphrase" || given.kind == "keystore" || given.kind == "recovery" ||
                     given.kind == "pin" || given.kind == "token";
  if (!given.kind.empty() && !known)
    p.fault("kind", "choice", "passphrase, keystore, recovery, pin hoặc token.",
            "passphrase, keystore, recovery, pin or token.");
  read(p, given);
  std::string label = p.text_or("label", "");
  const std::string holder = p.text_or("holder", "");
  if (label.size() > vault::kMaxLabelBytes)
    p.fault("label", "too_long", "Tên quá dài.", "The label is too long.");
  if (given.kind == "pin" && holder.empty()) missing(p, "holder");
  GANDAN_CHECK(p.done());
  GANDAN_CHECK(may_change(s, nullptr));
  if (given.kind == "pin") {
    if (!s.vault->in_realm()) return Code::not_enrolled;
    Names names(*s.vault);
    GANDAN_TRY(given.holder, names.find_holder(holder));
    if (label.empty()) label = std::string(cut_text(names.holder_code(given.holder), vault::kMaxLabelBytes));
  }
  GANDAN_CHECK(complete(s, given));
  GANDAN_TRY(const std::uint32_t slot, s.vault->add_slot(given.credential(s), label));
  GANDAN_TRY(const auto file, vault::read_keys(s.options.folder));
  return slot_answer(*file.find(slot), given);
}

Result<json::value> keys_change(Session& s, Params& p) {
  const auto wanted = static_cast<std::uint32_t>(p.integer_or("slot", 0, 1, UINT32_MAX));
  if (!p.has("slot")) missing(p, "slot");
  GANDAN_TRY(const auto file, vault::read_keys(s.options.folder));
  const vault::KeySlot* slot = file.find(wanted);
  GivenForSlot given;
  if (slot != nullptr) {
    given.kind = vault::name_of(slot->kind);
    given.token = slot->token_uri;
  }
  read(p, given);
  GANDAN_CHECK(p.done());
  if (slot == nullptr) return Code::no_slot;
  GANDAN_CHECK(may_change(s, slot));
  given.holder = slot->holder;
  GANDAN_CHECK(complete(s, given));
  GANDAN_CHECK(s.vault->change_slot(wanted, given.credential(s)));
  GANDAN_TRY(const auto changed, vault::read_keys(s.options.folder));
  return slot_answer(*changed.find(wanted), given);
}

Result<json::value> keys_remove(Session& s, Params& p) {
  const auto wanted = static_cast<std::uint32_t>(p.integer_or("slot", 0, 1, UINT32_MAX));
  if (!p.has("slot")) missing(p, "slot");
  GANDAN_CHECK(p.done());
  GANDAN_CHECK(may_change(s, nullptr));
  GANDAN_CHECK(s.vault->remove_slot(wanted));
  return json::value(json::object{{"slot", number(wanted)}});
}

}  // namespace gandan::app
