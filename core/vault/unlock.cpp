#include "vault/unlock.hpp"

#include "crypto/kdf.hpp"
#include "crypto/seal/siv.hpp"
#include "vault/files.hpp"
#include "vault/pin_tries.hpp"
#include "vault/recovery_code.hpp"

namespace gandan::vault {
namespace {

constexpr std::string_view kSlotDomain = "gandan/key-slot/v1";
constexpr std::string_view kMarkDomain = "gandan/secret-mark/v1";
constexpr std::string_view kPassphrasePurpose = "gandan vault key";
constexpr std::size_t kPinSecretBytes = 32;

std::string key_file_path(const std::string& folder) { return folder + "/vault.key"; }

crypto::SivKey slot_key(const KeySlot& slot, ByteView secret) {
  return crypto::hkdf_sha256<crypto::SivKey::size>(secret, slot.salt.view(), as_bytes(kSlotDomain));
}

Bytes wrap(const KeySlot& slot, ByteView secret, ByteView page_key) {
  return crypto::siv_seal(slot_key(slot, secret), {as_bytes(kSlotDomain), slot_header(slot)}, page_key);
}

// Absent: the secret is another one, or the slot was changed.
std::optional<PageKey> unwrap(const KeySlot& slot, ByteView secret) {
  auto opened =
      crypto::siv_open(slot_key(slot, secret), {as_bytes(kSlotDomain), slot_header(slot)}, slot.sealed);
  if (!opened) return std::nullopt;
  auto key = PageKey::from(*opened);
  crypto::cleanse(*opened);
  if (!key) return std::nullopt;
  return std::move(*key);
}

// scrypt(PIN) ‖ the second secret.
Result<crypto::SecretBytes> pin_secret(const KeySlot& slot, std::string_view pin, ByteView second) {
  crypto::ScryptParams params = slot.scrypt;
  params.salt = to_bytes(slot.salt.view());
  GANDAN_TRY(const auto stretched, crypto::scrypt(pin, params, kPinSecretBytes));
  crypto::SecretBytes out(stretched.size() + second.size());
  std::copy(stretched.view().begin(), stretched.view().end(), out.data().begin());
  std::copy(second.begin(), second.end(), out.data().begin() + static_cast<std::ptrdiff_t>(stretched.size()));
  return out;
}

ByteView second_of(const ByPin& by, PinHelp help) {
  return help == PinHelp::keystore ? by.keystore : by.session;
}

// Tries all slots of one kind; `open` gives a key, nothing, or an error that ends it.
template <class Open>
Result<Unlocked> first_of(const KeyFile& file, SlotKind kind, Code wrong, Open open) {
  bool any = false;
  for (const auto& slot : file.slots) {
    if (slot.kind != kind) continue;
    any = true;
    GANDAN_TRY(std::optional<PageKey> key, open(slot));
    if (!key) continue;
    Unlocked out;
    out.key = std::move(*key);
    out.slot = slot.number;
    out.kind = kind;
    out.holder = slot.holder;
    return out;
  }
  return Error{any ? wrong : Code::no_slot, name_of(kind)};
}

using MaybeKey = Result<std::optional<PageKey>>;

class Opener {
 public:
  Opener(const std::string& folder, const KeyFile& file, Clock& clock)
      : folder_(folder), file_(file), clock_(clock) {}

  Result<Unlocked> operator()(const ByPassphrase& by) const {
    if (by.passphrase.empty()) return Error{Code::wrong_passphrase, "an empty passphrase"};
    return first_of(file_, SlotKind::passphrase, Code::wrong_passphrase,
                    [&](const KeySlot& slot) -> MaybeKey {
                      auto key = crypto::open_with_passphrase(slot.sealed, by.passphrase, kPassphrasePurpose);
                      if (key && key->size() == kPageKeyBytes) return MaybeKey(*PageKey::from(key->view()));
                      if (key) return Error{Code::vault_damaged, "vault.key holds no key"};
                      if (key.error().code == Code::wrong_passphrase) return MaybeKey(std::nullopt);
                      if (key.error().code == Code::newer_format) return Code::vault_newer;
                      return Error{Code::vault_damaged, "vault.key is damaged"};
                    });
  }
  Result<Unlocked> operator()(const ByKeystore& by) const {
    return first_of(file_, SlotKind::keystore, Code::wrong_keystore,
                    [&](const KeySlot& slot) -> MaybeKey { return unwrap(slot, by.secret); });
  }
  Result<Unlocked> operator()(const ByRecovery& by) const {
    GANDAN_TRY(const auto digits, read_recovery_code(by.code));
    return first_of(file_, SlotKind::recovery, Code::wrong_recovery,
                    [&](const KeySlot& slot) -> MaybeKey { return unwrap(slot, digits.view()); });
  }
  Result<Unlocked> operator()(const ByPin& by) const {
    GANDAN_TRY(const auto alone, lock_folder(folder_));
    return first_of(file_, SlotKind::pin, Code::no_slot, [&](const KeySlot& slot) -> MaybeKey {
      if (slot.holder != by.holder) return MaybeKey(std::nullopt);
      const ByteView second = second_of(by, slot.help);
      if (second.empty()) return Code::pin_alone;
      if (mark_of(second) != slot.mark) return Code::wrong_keystore;
      const auto key = tries_key(second);
      GANDAN_CHECK(count_try(folder_, slot.number, key, clock_.wall_ms()));
      GANDAN_TRY(const auto secret, pin_secret(slot, by.pin, second));
      auto opened = unwrap(slot, secret.view());
      if (!opened) return Code::wrong_pin;
      GANDAN_CHECK(forget_tries(folder_, slot.number, key));
      return MaybeKey(std::move(opened));
    });
  }
  Result<Unlocked> operator()(const ByToken& by) const {
    if (by.tokens == nullptr) return Code::token_none;
    // Where several tokens or keys have a slot, the one that is there serves. A wrong PIN ends it: each
    // further try would bring a token nearer to locking itself.
    std::optional<Error> absent;
    const auto next = [&](const Error& error) -> MaybeKey {
      if (error.code != Code::token_missing && error.code != Code::token_key) return error;
      if (!absent) absent = error;
      return MaybeKey(std::nullopt);
    };
    auto out = first_of(file_, SlotKind::token, Code::token_key, [&](const KeySlot& slot) -> MaybeKey {
      const auto token = by.tokens->open(slot.token_uri, by.pin);
      if (!token) return next(token.error());
      const auto secret = (*token)->open(slot.token_sealed);
      if (!secret) return next(secret.error());
      return unwrap(slot, secret->view());
    });
    if (!out && out.error().code == Code::token_key && absent) return *absent;
    return out;
  }

 private:
  const std::string& folder_;
  const KeyFile& file_;
  Clock& clock_;
};

struct Maker {
  KeySlot& slot;
  ByteView page_key;
  SlotSeams seam;

  Status operator()(const ByPassphrase& by) {
    slot.kind = SlotKind::passphrase;
    slot.salt = {};
    if (by.passphrase.empty()) return Error{Code::wrong_passphrase, "an empty passphrase"};
    GANDAN_TRY(slot.sealed, crypto::seal_with_passphrase(page_key, by.passphrase, kPassphrasePurpose,
                                                         crypto::ScryptParams::fresh(seam.random)));
    return {};
  }
  Status operator()(const ByKeystore& by) {
    slot.kind = SlotKind::keystore;
    if (by.secret.size() != kPinSecretBytes)
      return Error{Code::wrong_keystore, "a keystore's secret has 32 bytes"};
    slot.mark = mark_of(by.secret);
    slot.sealed = wrap(slot, by.secret, page_key);
    return {};
  }
  Status operator()(const ByRecovery& by) {
    slot.kind = SlotKind::recovery;
    GANDAN_TRY(const auto digits, read_recovery_code(by.code));
    slot.sealed = wrap(slot, digits.view(), page_key);
    return {};
  }
  Status operator()(const ByPin& by) {
    slot.kind = SlotKind::pin;
    slot.holder = by.holder;
    slot.help = by.keystore.empty() ? PinHelp::session : PinHelp::keystore;
    const ByteView second = second_of(by, slot.help);
    if (second.size() != kPinSecretBytes) return Code::pin_alone;
    slot.mark = mark_of(second);
    slot.scrypt = {};
    GANDAN_TRY(const auto secret, pin_secret(slot, by.pin, second));
    slot.sealed = wrap(slot, secret.view(), page_key);
    return {};
  }
  Status operator()(const ByToken& by) {
    slot.kind = SlotKind::token;
    if (by.tokens == nullptr) return Code::token_none;
    if (by.uri.size() > crypto::token_uri_max) return Error{Code::too_large, "the token's address"};
    GANDAN_TRY(const auto token, by.tokens->open(by.uri, by.pin));
    crypto::Secret<kPinSecretBytes> secret;
    seam.random.fill(secret.data());
    slot.token_uri = by.uri;
    GANDAN_TRY(slot.token_sealed, token->seal(secret.view(), seam.random));
    if (slot.token_sealed.size() > crypto::token_sealed_max)
      return Error{Code::too_large, "what the token sealed"};
    // A key that seals and cannot open would be found out when it is needed.
    GANDAN_TRY(const auto again, token->open(slot.token_sealed));
    if (!crypto::constant_time_equal(again.view(), secret.view())) return Code::token_key;
    slot.sealed = wrap(slot, secret.view(), page_key);
    return {};
  }
};

}  // namespace

SecretMark mark_of(ByteView secret) {
  return SecretMark::from(crypto::hkdf_sha256<32>(secret, {}, as_bytes(kMarkDomain)).view());
}

Result<KeyFile> read_keys(const std::string& folder) {
  const auto bytes = read_file(key_file_path(folder), kKeyFileMax);
  if (!bytes && bytes.error().code == Code::not_found) return KeyFile();
  if (!bytes && bytes.error().code == Code::too_large)
    return Error{Code::vault_damaged, "vault.key: too large"};
  if (!bytes) return bytes.error();
  return decode_key_file(*bytes);
}

Result<Unlocked> unlock(const std::string& folder, const Credential& credential, Clock& clock) {
  if (!exists(key_file_path(folder)))
    return Error{exists(folder + "/vault.db") ? Code::vault_damaged : Code::vault_missing, "no vault.key"};
  GANDAN_TRY(const KeyFile file, read_keys(folder));
  GANDAN_TRY(auto out, std::visit(Opener(folder, file, clock), credential));
  if (!is_authentic(file, out.key.view())) return Code::keys_changed;
  out.generation = file.generation;
  return out;
}

Result<KeySlot> make_slot(const Credential& credential, std::uint32_t number, std::string label,
                          ByteView page_key, SlotSeams seam) {
  if (page_key.size() != kPageKeyBytes) return Code::bad_key;
  if (label.size() > kMaxLabelBytes) return Error{Code::too_large, "label"};
  KeySlot slot;
  slot.number = number;
  slot.label = std::move(label);
  slot.made_ms = seam.clock.wall_ms();
  slot.salt = random_id<SlotSalt>(seam.random);
  GANDAN_CHECK(std::visit(Maker{slot, page_key, seam}, credential));
  return slot;
}

Bytes first_key_file(KeySlot slot, ByteView page_key) {
  KeyFile file;
  file.generation = 1;
  (void)add_to(file, std::move(slot)).ok();
  return encode_key_file(file, page_key);
}

Result<std::uint64_t> change_keys(const std::string& folder, ByteView page_key,
                                  const std::function<Status(KeyFile&)>& change) {
  GANDAN_TRY(const auto alone, lock_folder(folder));
  GANDAN_TRY(KeyFile file, read_keys(folder));
  if (!is_authentic(file, page_key)) return Code::keys_changed;
  GANDAN_CHECK(change(file));
  ++file.generation;
  GANDAN_CHECK(write_file_atomically(key_file_path(folder), encode_key_file(file, page_key)));
  return file.generation;
}

Status add_to(KeyFile& file, KeySlot slot) {
  std::size_t passphrases = slot.kind == SlotKind::passphrase ? 1 : 0;
  for (const auto& other : file.slots) passphrases += other.kind == SlotKind::passphrase ? 1 : 0;
  if (file.slots.size() >= kMaxSlots || passphrases > kMaxPassphrases) return Code::too_many_slots;
  if (slot.number != file.last_number + 1) return Code::internal;
  file.last_number = slot.number;
  file.slots.push_back(std::move(slot));
  return {};
}

Status replace_in(KeyFile& file, KeySlot slot) {
  for (auto& before : file.slots) {
    if (before.number != slot.number) continue;
    before = std::move(slot);
    return {};
  }
  return Code::no_slot;
}

Status remove_from(KeyFile& file, std::uint32_t number) {
  const KeySlot* slot = file.find(number);
  if (slot == nullptr) return Code::no_slot;
  std::size_t others = 0;
  for (const auto& other : file.slots)
    others += other.number != number && other.kind != SlotKind::pin ? 1 : 0;
  if (others == 0) return Code::last_slot;
  file.slots.erase(file.slots.begin() + (slot - file.slots.data()));
  return {};
}

}  // namespace gandan::vault
