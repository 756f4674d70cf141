// The key file (vault.key): the key of the database's pages, wrapped once for each way to open the vault.
// Each way is a slot. Slots come and go; the pages stay as they are. Bytes: schema/wire/keys.md.
//
//   passphrase ──scrypt──────────────────┐
//   recovery code ───────────────────────┤
//   platform keystore's secret ──────────┼─> slot's key ──AES-SIV──> key of the pages
//   PIN ──scrypt─> ‖ a second secret ────┤
//   token's AES or RSA key ─> a secret ──┘
//
// Threading: plain values; functions, any thread.
#pragma once

#include "base/ids.hpp"
#include "base/result.hpp"
#include "crypto/seal/passphrase.hpp"

namespace gandan::vault {

enum class SlotKind : std::uint8_t { passphrase = 1, keystore = 2, recovery = 3, pin = 4, token = 5 };
const char* name_of(SlotKind kind);  // "passphrase", …

// What a PIN needs beside itself.
enum class PinHelp : std::uint8_t {
  keystore = 1,  // the secret in the platform's keystore
  session = 2,   // what lies in the database, and in memory since it was opened without a PIN
};

constexpr std::size_t kMaxSlots = 32;
constexpr std::size_t kMaxPassphrases = 4;  // opening tries one after the other, 0.1 s each
constexpr std::size_t kMaxLabelBytes = 64;
constexpr std::size_t kKeyFileMax = 64 * 1024;  // bytes
constexpr std::size_t kPageKeyBytes = 32;

using SecretMark = FixedBytes<8, struct SecretMarkTag>;  // tells two secrets apart, and nothing of them
using SlotSalt = FixedBytes<16, struct SlotSaltTag>;

// Which of these a slot has follows from its kind; the others stay empty.
struct KeySlot {
  std::uint32_t number = 0;  // from 1, never given twice in one vault
  SlotKind kind = SlotKind::passphrase;
  std::int64_t made_ms = 0;
  std::string label;                 // in clear: neutral; of a PIN, the holder's code
  SlotSalt salt;                     // all but passphrase
  HolderId holder;                   // pin
  PinHelp help = PinHelp::keystore;  // pin
  SecretMark mark;                   // keystore, pin: of the keystore's secret, or the second one
  crypto::ScryptParams scrypt;       // pin; its salt is the slot's
  std::string token_uri;             // token
  Bytes token_sealed;                // token
  // passphrase: a whole passphrase file (crypto.md section 4); the others: the wrapped key, 48 bytes
  Bytes sealed;

  static constexpr std::size_t wire_min = 4;
};

struct KeyFile {
  std::uint64_t generation = 0;  // grows with each change; 0: of a program before slots, one passphrase
  std::uint32_t last_number = 0;
  std::vector<KeySlot> slots;  // by number
  Hash mac;                    // under the pages' key, of all before it; zero in generation 0

  const KeySlot* find(std::uint32_t number) const;
};

// All of a slot but the sealed key: what its sealing binds.
Bytes slot_header(const KeySlot& slot);

// Signs with the pages' key and adds the checksum.
Bytes encode_key_file(const KeyFile& file, ByteView page_key);
// Code::vault_damaged for what is cut or damaged or no key file, Code::vault_newer for a later version.
// Whether somebody with the key wrote it, is_authentic tells, once a slot gave the key.
Result<KeyFile> decode_key_file(ByteView bytes);
bool is_authentic(const KeyFile& file, ByteView page_key);

}  // namespace gandan::vault
