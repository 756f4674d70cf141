// Methods vault.lock, vault.unlock, vault.auto_lock.
#include "app/locking.hpp"

#include <algorithm>

#include "app/dispatch.hpp"
#include "app/schema_sets.hpp"
#include "app/stepped_sync.hpp"
#include "base/text.hpp"
#include "vault/files.hpp"
#include "vault/uploads.hpp"

namespace gandan::app {
namespace {

constexpr const char* kAutoLock = "auto_lock_s";
constexpr std::int64_t kLeastAutoLock = 10;     // seconds
constexpr std::int64_t kMostAutoLock = 86'400;  // seconds
constexpr std::size_t kLeastPin = 6;            // digits
constexpr std::size_t kMostPin = 12;

void wipe(std::string& text) {
  crypto::cleanse({reinterpret_cast<std::uint8_t*>(text.data()), text.size()});
  text.clear();
}
void wipe(Key& key) {
  for (std::string* text :
       {&key.passphrase, &key.raw_key, &key.keystore, &key.recovery, &key.pin, &key.token_pin})
    wipe(*text);
}

Result<std::unique_ptr<vault::Vault>> open_with(Session& s, const Key& key) {
  const auto& folder = s.options.folder;
  const vault::Seams seams{*s.seams.clock, *s.seams.random};
  const auto open = [&](const vault::Credential& by) {
    return vault::Vault::open(folder, by, *s.projector, seams);
  };
  if (!key.raw_key.empty()) {
    if (key.raw_key.size() != 32) return Error{Code::bad_key, "a raw key has 32 bytes"};
    auto opened = vault::Vault::open_raw(folder, as_bytes(key.raw_key), *s.projector, seams);
    if (opened.ok() || opened.error().code != Code::vault_missing || !s.options.create) return opened;
    return vault::Vault::create_raw(folder, as_bytes(key.raw_key), *s.projector, seams);
  }
  if (!key.pin.empty()) {
    GANDAN_TRY(const auto file, vault::read_keys(folder));
    GANDAN_TRY(const auto slot, find_pin(file, key.holder));
    vault::ByPin by{key.pin, slot.holder, as_bytes(key.keystore), {}};
    if (s.session_secret) by.session = s.session_secret->view();
    return open(by);
  }
  if (!key.recovery.empty()) return open(vault::ByRecovery{key.recovery});
  if (!key.token_pin.empty()) return open(vault::ByToken{s.seams.tokens, key.token_pin, {}});
  if (!key.keystore.empty()) return open(vault::ByKeystore{as_bytes(key.keystore)});
  GANDAN_TRY(std::string passphrase, nfc(key.passphrase));
  if (passphrase.empty()) return Error{Code::wrong_passphrase, "empty"};
  auto opened = open(vault::ByPassphrase{passphrase});
  if (!opened.ok() && opened.error().code == Code::vault_missing && s.options.create) {
    if (code_points(passphrase) < kLeastPassphrase) return Code::short_passphrase;
    opened = vault::Vault::create(folder, passphrase, *s.projector, seams);
  }
  wipe(passphrase);
  return opened;
}

}  // namespace

Status unlock(Session& s, const Key& key) {
  GANDAN_TRY(s.vault, open_with(s, key));
  GANDAN_TRY(s.auto_lock, s.vault->meta_number(kAutoLock, s.options.auto_lock));
  s.used_ms = s.seams.clock->monotonic_ms();
  wipe(s.options);
  const auto& by = s.vault->unlocked();
  // A PIN shows who is there; everything saved from now on bears that name.
  if (by.kind == vault::SlotKind::pin) GANDAN_CHECK(s.vault->set_meta("holder", by.holder.view()));
  // What cannot be made anew now (a full disk) waits for the next opening: records can be read all the same.
  (void)use_schemas(s).ok();
  (void)vault::sweep_uploads(*s.vault).ok();
  return {};
}

void lock(Session& s) {
  if (s.vault == nullptr) return;
  const auto file = vault::read_keys(s.options.folder);
  const bool goes_by_it =
      file.ok() && std::any_of(file->slots.begin(), file->slots.end(), [](const auto& slot) {
        return slot.kind == vault::SlotKind::pin && slot.help == vault::PinHelp::session;
      });
  s.session_secret.reset();
  if (goes_by_it) {
    auto secret = s.vault->session_secret();
    if (secret.ok()) s.session_secret = std::move(*secret);
  }
  if (s.stepped != nullptr) s.stepped->steps.reset();
  s.vault.reset();
}

std::optional<std::int64_t> lock_due_ms(Session& s) {
  if (s.vault == nullptr || s.auto_lock == 0) return std::nullopt;
  const std::int64_t passed = s.seams.clock->monotonic_ms() - s.used_ms;
  return std::max<std::int64_t>(0, s.auto_lock * 1000 - passed);
}

void lock_if_idle(Session& s) {
  const auto due = lock_due_ms(s);
  if (due && *due == 0) lock(s);
}

Result<vault::KeySlot> find_pin(const vault::KeyFile& file, std::string_view holder) {
  const std::string ending = id_ending(holder);
  const vault::KeySlot* found = nullptr;
  for (const auto& slot : file.slots) {
    if (slot.kind != vault::SlotKind::pin) continue;
    const std::string id = to_text(slot.holder);
    const bool ends =
        ending.size() <= id.size() && id.compare(id.size() - ending.size(), ending.size(), ending) == 0;
    if (slot.label != holder && (ending.empty() || !ends)) continue;
    if (found != nullptr) return Code::ambiguous;
    found = &slot;
  }
  if (found == nullptr) return Error{Code::no_slot, "no PIN of this person"};
  return *found;
}

void check_pin(Params& p, std::string_view name, std::string_view pin) {
  const bool digits = std::all_of(pin.begin(), pin.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (!digits || pin.size() < kLeastPin || pin.size() > kMostPin) {
    p.fault(name, "type", "Mã PIN gồm 6 đến 12 chữ số.", "A PIN has 6 to 12 digits.");
    return;
  }
  bool same = true, up = true, down = true;
  for (std::size_t i = 1; i < pin.size(); ++i) {
    same &= pin[i] == pin[i - 1];
    up &= pin[i] == pin[i - 1] + 1;
    down &= pin[i] == pin[i - 1] - 1;
  }
  if (same || up || down)
    p.fault(name, "too_easy", "Mã PIN này ai cũng thử đầu tiên; hãy chọn mã khác.",
            "Everybody tries this PIN first; choose another one.");
}

std::string keystore_param(Params& p) {
  const auto text = p.optional_text("keystore");
  if (!text) return {};
  const auto bytes = from_hex(*text);
  if (!bytes || bytes->size() != 32) {
    p.fault("keystore", "type", "Phải là 64 chữ số thập lục phân.", "Must be 64 hexadecimal digits.");
    return {};
  }
  return std::string(as_text(*bytes));
}

Result<json::value> vault_lock(Session& s, Params& p) {
  const bool if_idle = p.flag("if_idle");
  GANDAN_CHECK(p.done());
  if (!if_idle) lock(s);
  json::object out{{"locked", s.locked()}};
  const auto due = lock_due_ms(s);
  if (due) out["after_ms"] = json::integer(*due);
  return json::value(std::move(out));
}

Result<json::value> vault_unlock(Session& s, Params& p) {
  Key key;
  key.passphrase = p.text_or("passphrase", "");
  key.recovery = p.text_or("recovery", "");
  key.pin = p.text_or("pin", "");
  key.holder = p.text_or("holder", "");
  key.token_pin = p.text_or("token_pin", "");
  key.keystore = keystore_param(p);
  if (!key.pin.empty() && key.holder.empty())
    p.fault("holder", "required", "Cần nêu mã PIN của ai.", "Say whose PIN it is.");
  GANDAN_CHECK(p.done());
  if (!s.locked())
    return json::value(json::object{{"unlocked", false}, {"holder", to_text(current_holder(*s.vault))}});
  auto opened = unlock(s, key);
  wipe(key);
  if (!opened) {
    s.vault.reset();
    return opened.error();
  }
  json::object out{{"unlocked", true}, {"holder", to_text(current_holder(*s.vault))}};
  const auto due = lock_due_ms(s);
  if (due) out["after_ms"] = json::integer(*due);
  return json::value(std::move(out));
}

Result<json::value> vault_auto_lock(Session& s, Params& p) {
  const std::int64_t seconds = p.integer_or("seconds", 0, 0, kMostAutoLock);
  if (seconds != 0 && seconds < kLeastAutoLock)
    p.fault("seconds", "range", "Ít nhất 10 giây; 0 là không tự khoá.", "At least 10 seconds; 0 for never.");
  GANDAN_CHECK(p.done());
  GANDAN_CHECK(s.vault->set_meta_number(kAutoLock, seconds));
  s.auto_lock = seconds;
  return json::value(json::object{{"seconds", json::integer(seconds)}});
}

}  // namespace gandan::app
