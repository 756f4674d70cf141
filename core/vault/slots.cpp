// The slots of an open vault: what vault.hpp says of them.
#include "vault/files.hpp"
#include "vault/pin_tries.hpp"
#include "vault/vault.hpp"

namespace gandan::vault {
namespace {

constexpr const char* kGeneration = "keys_generation";  // of the key file, when it was last seen
constexpr const char* kSessionSecret = "session_secret";

// What a PIN's count of tries is under: kept inside, so that whoever opens without the PIN can set it back.
std::string tries_name(std::uint32_t slot) { return "pin_tries/" + std::to_string(slot); }

}  // namespace

Result<crypto::Secret<32>> Vault::session_secret() {
  GANDAN_TRY(auto stored, meta(kSessionSecret));
  if (stored) {
    auto out = crypto::Secret<32>::from(*stored);
    crypto::cleanse(*stored);
    return out;
  }
  crypto::Secret<32> fresh;
  random().fill(fresh.data());
  GANDAN_CHECK(set_meta(kSessionSecret, fresh.view()));
  return fresh;
}

// The file first: it is never behind what the vault knows of it, wherever this is cut.
Status Vault::put_slots(const std::function<Status(KeyFile&)>& change) {
  GANDAN_TRY(unlocked_.generation, change_keys(folder_, unlocked_.key.view(), change));
  return set_meta_number(kGeneration, static_cast<std::int64_t>(unlocked_.generation));
}

// The count stands before the slot does: a PIN without one is blocked.
Status Vault::keep_tries(const KeySlot& slot, const Credential& credential) {
  const auto* by = std::get_if<ByPin>(&credential);
  if (by == nullptr) return {};
  const auto key = tries_key(slot.help == PinHelp::keystore ? by->keystore : by->session);
  GANDAN_CHECK(set_meta(tries_name(slot.number), key.view()));
  return forget_tries(folder_, slot.number, key);
}

Result<std::uint32_t> Vault::add_slot(const Credential& credential, const std::string& label) {
  std::uint32_t number = 0;
  const auto add = [&](KeyFile& file) -> Status {
    number = file.last_number + 1;
    GANDAN_TRY(auto slot,
               make_slot(credential, number, label, unlocked_.key.view(), {seams_.random, seams_.clock}));
    for (const auto& other : file.slots) {
      const bool one_holder = other.kind == SlotKind::pin && slot.kind == SlotKind::pin;
      if (one_holder && other.holder == slot.holder) return Code::holder_pin;
      const bool pair = (other.kind == SlotKind::keystore && slot.kind == SlotKind::pin) ||
                        (other.kind == SlotKind::pin && slot.kind == SlotKind::keystore);
      if (pair && other.mark == slot.mark)
        return Error{Code::pin_alone, "this keystore's secret would open the vault without a PIN"};
    }
    GANDAN_CHECK(keep_tries(slot, credential));
    return add_to(file, std::move(slot));
  };
  GANDAN_CHECK(put_slots(add));
  return number;
}

Status Vault::change_slot(std::uint32_t number, const Credential& credential) {
  return put_slots([&](KeyFile& file) -> Status {
    const KeySlot* before = file.find(number);
    if (before == nullptr) return Code::no_slot;
    GANDAN_TRY(auto slot, make_slot(credential, number, before->label, unlocked_.key.view(),
                                    {seams_.random, seams_.clock}));
    if (slot.kind != before->kind || slot.holder != before->holder)
      return Error{Code::no_slot, "a slot of another kind, or another's"};
    GANDAN_CHECK(keep_tries(slot, credential));
    return replace_in(file, std::move(slot));
  });
}

Status Vault::remove_slot(std::uint32_t number) {
  GANDAN_CHECK(put_slots([&](KeyFile& file) { return remove_from(file, number); }));
  GANDAN_CHECK(db_->run("DELETE FROM meta WHERE name = ?", tries_name(number)));
  return drop_tries(folder_, number);
}

Status Vault::change_passphrase(std::string_view old_passphrase, std::string_view new_passphrase) {
  GANDAN_TRY(const auto opened, unlock(folder_, ByPassphrase{old_passphrase}, clock()));
  return change_slot(opened.slot, ByPassphrase{new_passphrase});
}

Status Vault::notice_keys() {
  if (unlocked_.slot == 0) return {};  // the key itself was given: the file said nothing
  const auto generation = static_cast<std::int64_t>(unlocked_.generation);
  GANDAN_TRY(const auto known, meta_number(kGeneration, 0));
  if (generation != known) {
    GANDAN_TRY(auto transaction, storage::Transaction::begin(*db_));
    if (generation < known)
      GANDAN_CHECK(add_finding(Code::keys_older, nullptr, 0, "vault.key is older than this vault", {}));
    GANDAN_CHECK(set_meta_number(kGeneration, generation));
    GANDAN_CHECK(transaction.commit());
  }
  if (unlocked_.kind == SlotKind::pin) return {};
  // What cannot be written now (a full disk) leaves PINs as they were: the vault opens all the same.
  const auto file = read_keys(folder_);
  const auto alone = lock_folder(folder_);
  if (!file || !alone) return {};
  for (const auto& slot : file->slots) {
    if (slot.kind != SlotKind::pin) continue;
    GANDAN_TRY(auto stored, meta(tries_name(slot.number)));
    if (!stored) continue;
    const auto key = crypto::Secret<32>::from(*stored);
    crypto::cleanse(*stored);
    if (key) (void)forget_tries(folder_, slot.number, *key).ok();
  }
  return {};
}

}  // namespace gandan::vault
