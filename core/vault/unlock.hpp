// Unlocking: from what a person or a platform has to the key of the vault's pages, and the changes of a
// vault's slots (key_file.hpp).
//
// A PIN of six digits protects nothing by itself: a million tries at 0.1 s are a day of one core. So its slot
// always needs a second secret of 32 bytes that is not in the file.
//
// Threading: functions; any thread. One process changes the slots of a folder at a time: Code::vault_locked.
#pragma once

#include <functional>
#include <variant>

#include "base/seams.hpp"
#include "crypto/token.hpp"
#include "vault/key_file.hpp"

namespace gandan::vault {

// Texts are UTF-8 in NFC. Views must outlive the call.
struct ByPassphrase {
  std::string_view passphrase;
};
struct ByKeystore {
  ByteView secret;  // 32 bytes that the platform's keystore holds
};
struct ByRecovery {
  std::string_view code;
};
struct ByPin {
  std::string_view pin;
  HolderId holder;
  ByteView keystore;  // empty: not at hand
  ByteView session;   // the vault's session secret; empty: it was not opened since the program started
};
struct ByToken {
  const crypto::Tokens* tokens = nullptr;  // null: Code::token_none
  std::string_view pin;                    // the token's
  std::string uri;                         // of a new slot; opening goes by the slot's
};
using Credential = std::variant<ByPassphrase, ByKeystore, ByRecovery, ByPin, ByToken>;

using PageKey = crypto::Secret<kPageKeyBytes>;
struct Unlocked {
  PageKey key;
  std::uint32_t slot = 0;  // 0: the key itself was given
  SlotKind kind = SlotKind::passphrase;
  HolderId holder;               // of a PIN
  std::uint64_t generation = 0;  // of the file
};

// Code::wrong_passphrase, wrong_keystore, wrong_recovery, wrong_pin, pin_wait, pin_blocked, pin_alone,
// token_…; no_slot where there is no such slot; keys_changed, vault_damaged, vault_newer, vault_missing.
Result<Unlocked> unlock(const std::string& folder, const Credential& credential, Clock& clock);

// The slots as the file has them, whether or not the vault is open. No file: none (the shell keeps the key).
// Until somebody opened the vault, nothing says that they are the ones that its owners wrote.
Result<KeyFile> read_keys(const std::string& folder);

struct SlotSeams {
  Random& random;
  Clock& clock;
};
// A slot for the pages' key; it is bound to its number. Not yet in a file. Code::wrong_passphrase for an
// empty one, wrong_keystore unless 32 bytes, pin_alone, token_….
Result<KeySlot> make_slot(const Credential& credential, std::uint32_t number, std::string label,
                          ByteView page_key, SlotSeams seam);
// A new vault's file, with slot 1.
Bytes first_key_file(KeySlot slot, ByteView page_key);

// Changes the file as `change` says, whole or not at all, and returns its generation. Code::keys_changed when
// the file is not one that who has the key wrote; `change`'s error.
Result<std::uint64_t> change_keys(const std::string& folder, ByteView page_key,
                                  const std::function<Status(KeyFile&)>& change);
Status add_to(KeyFile& file, KeySlot slot);      // its number is the file's next one; Code::too_many_slots
Status replace_in(KeyFile& file, KeySlot slot);  // the one of its number; Code::no_slot
// Code::no_slot, last_slot: a PIN can be blocked, so one way without remains.
Status remove_from(KeyFile& file, std::uint32_t number);

// Whether a keystore's secret and another slot's second secret are one and the same.
SecretMark mark_of(ByteView secret);

}  // namespace gandan::vault
