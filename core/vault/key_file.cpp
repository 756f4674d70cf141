#include "vault/key_file.hpp"

#include "base/codec.hpp"
#include "base/text.hpp"
#include "crypto/kdf.hpp"

namespace gandan::vault {
namespace {

constexpr std::array<std::uint8_t, 8> kMagic = {0x89, 'G', 'D', 'S', '\r', '\n', 0x1a, '\n'};
constexpr std::array<std::uint8_t, 8> kPassphraseMagic = {0x89, 'G', 'D', 'P', '\r', '\n', 0x1a, '\n'};
constexpr std::uint8_t kVersion = 1;
constexpr std::string_view kMacDomain = "gandan/key-file-mac/v1";
constexpr std::size_t kWrappedBytes = kPageKeyBytes + 16;  // AES-SIV
constexpr std::size_t kPassphraseFileMax = 512;            // bytes

// Encoding and decoding in one: which fields there are follows from the kind.
template <class A>
void header_fields(A& a, KeySlot& s) {
  a(s.number, s.kind, s.made_ms, s.label);
  if (s.kind != SlotKind::passphrase) a(s.salt);
  switch (s.kind) {
    case SlotKind::passphrase:
    case SlotKind::recovery:
      return;
    case SlotKind::keystore:
      a(s.mark);
      return;
    case SlotKind::pin:
      a(s.holder, s.help, s.mark, s.scrypt.n, s.scrypt.r, s.scrypt.p);
      return;
    case SlotKind::token:
      a(s.token_uri, s.token_sealed);
      return;
  }
}

struct Body {
  KeyFile file;
  template <class A>
  void save(A& a) const {
    a(file.generation, file.last_number, static_cast<std::uint64_t>(file.slots.size()));
    for (KeySlot slot : file.slots) {
      header_fields(a, slot);
      a(slot.sealed);
    }
  }
  template <class A>
  void load(A& a) {
    std::uint64_t count = 0;
    a(file.generation, file.last_number, count);
    if (count > kMaxSlots) throw DecodeError{Code::too_large};
    for (std::uint64_t i = 0; i < count; ++i) {
      KeySlot& slot = file.slots.emplace_back();
      header_fields(a, slot);
      a(slot.sealed);
    }
  }
};

Bytes signed_part(const KeyFile& file) {
  Bytes out(kMagic.begin(), kMagic.end());
  out.push_back(kVersion);
  append(out, encode(Body{file}));
  return out;
}

bool sound(const KeySlot& slot) {
  if (slot.number == 0 || slot.label.size() > kMaxLabelBytes || !valid_utf8(slot.label)) return false;
  switch (slot.kind) {
    case SlotKind::passphrase:
      return slot.sealed.size() <= kPassphraseFileMax;
    case SlotKind::keystore:
    case SlotKind::recovery:
      break;
    case SlotKind::pin: {
      const bool known = slot.help == PinHelp::keystore || slot.help == PinHelp::session;
      if (!known || !crypto::validate(slot.scrypt).ok()) return false;
      break;
    }
    case SlotKind::token:
      if (slot.token_uri.size() > 512 || slot.token_sealed.size() > 1024 || !valid_utf8(slot.token_uri))
        return false;
      break;
    default:
      return false;
  }
  return slot.sealed.size() == kWrappedBytes;
}

// The file of a program before slots: one passphrase.
KeyFile of_passphrase(ByteView bytes) {
  KeyFile out;
  out.last_number = 1;
  KeySlot& slot = out.slots.emplace_back();
  slot.number = 1;
  slot.sealed = to_bytes(bytes);
  return out;
}

Error damaged(const char* why) { return Error{Code::vault_damaged, std::string("vault.key: ") + why}; }

}  // namespace

const char* name_of(SlotKind kind) {
  switch (kind) {
    case SlotKind::passphrase:
      return "passphrase";
    case SlotKind::keystore:
      return "keystore";
    case SlotKind::recovery:
      return "recovery";
    case SlotKind::pin:
      return "pin";
    case SlotKind::token:
      return "token";
  }
  return "";
}

const KeySlot* KeyFile::find(std::uint32_t number) const {
  for (const auto& slot : slots)
    if (slot.number == number) return &slot;
  return nullptr;
}

Bytes slot_header(const KeySlot& slot) {
  KeySlot copy = slot;
  Bytes out;
  CanonicalWriter writer(out);
  header_fields(writer, copy);
  return out;
}

namespace {
Hash mac_of(const KeyFile& file, ByteView page_key) {
  const auto key = crypto::hkdf_sha256<32>(page_key, {}, as_bytes(kMacDomain));
  return crypto::hmac_sha256(key.view(), signed_part(file));
}
}  // namespace

Bytes encode_key_file(const KeyFile& file, ByteView page_key) {
  Bytes out = signed_part(file);
  append(out, mac_of(file, page_key).view());
  append(out, crypto::sha256(out).view());
  return out;
}

Result<KeyFile> decode_key_file(ByteView bytes) {
  if (bytes.size() > kKeyFileMax) return damaged("too large");
  if (bytes.size() >= kPassphraseMagic.size() &&
      equal(bytes.first(kPassphraseMagic.size()), kPassphraseMagic))
    return bytes.size() <= kPassphraseFileMax ? Result<KeyFile>(of_passphrase(bytes)) : damaged("too large");
  if (bytes.size() < kMagic.size() + 1 + 2 * Hash::size) return damaged("cut");
  if (!equal(bytes.first(kMagic.size()), kMagic)) return damaged("something else");
  // No defence against people: it tells damage from a change by somebody who has not the key.
  const ByteView summed = bytes.first(bytes.size() - Hash::size);
  if (!equal(crypto::sha256(summed).view(), bytes.last(Hash::size))) return damaged("checksum");
  if (bytes[kMagic.size()] != kVersion) return Code::vault_newer;
  const std::size_t head = kMagic.size() + 1;
  auto body = decode<Body>(summed.subspan(head, summed.size() - head - Hash::size));
  if (!body) return damaged("malformed");
  KeyFile file = std::move(body->file);
  file.mac = Hash::from(summed.last(Hash::size));
  if (file.generation == 0 || file.slots.empty()) return damaged("malformed");
  std::uint32_t before = 0;
  std::size_t passphrases = 0;
  for (const auto& slot : file.slots) {
    passphrases += slot.kind == SlotKind::passphrase ? 1 : 0;
    if (!sound(slot) || slot.number <= before || slot.number > file.last_number) return damaged("malformed");
    before = slot.number;
  }
  if (passphrases > kMaxPassphrases) return damaged("malformed");
  return file;
}

bool is_authentic(const KeyFile& file, ByteView page_key) {
  return file.generation == 0 || crypto::constant_time_equal(mac_of(file, page_key).view(), file.mac.view());
}

}  // namespace gandan::vault
