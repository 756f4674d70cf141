#include "ledger/note.hpp"

#include "crypto/hash.hpp"
#include "ledger/text.hpp"

namespace gandan::ledger {
namespace {

constexpr std::string_view kLinePrefix = "\xe2\x80\x94 ";  // em dash, space

std::uint32_t read_u32(ByteView bytes) {
  return static_cast<std::uint32_t>(bytes[0]) << 24 | static_cast<std::uint32_t>(bytes[1]) << 16 |
         static_cast<std::uint32_t>(bytes[2]) << 8 | bytes[3];
}
Bytes u32_bytes(std::uint32_t value) {
  return {static_cast<std::uint8_t>(value >> 24), static_cast<std::uint8_t>(value >> 16),
          static_cast<std::uint8_t>(value >> 8), static_cast<std::uint8_t>(value)};
}

// What a cosignature signs: C2SP tlog-cosignature, "Ed25519 signed message".
std::string cosigned_message(std::string_view text, std::int64_t time_s) {
  return "cosignature/v1\ntime " + std::to_string(time_s) + "\n" + std::string(text);
}

Result<NoteSignature> parse_signature_line(std::string_view line) {
  const Error malformed{Code::malformed, "signature line"};
  if (line.substr(0, kLinePrefix.size()) != kLinePrefix) return malformed;
  line.remove_prefix(kLinePrefix.size());
  const std::size_t space = line.find(' ');
  if (space == std::string_view::npos || !valid_key_name(line.substr(0, space))) return malformed;
  const auto blob = from_base64(line.substr(space + 1));
  if (!blob || blob->size() <= 4) return malformed;
  return NoteSignature{std::string(line.substr(0, space)), read_u32(*blob), {blob->begin() + 4, blob->end()}};
}

Result<VerifiedSignature> verify_signature(std::string_view text, const NoteSignature& signature,
                                           const NoteKey& key) {
  const Error bad{Code::bad_signature, "note signature of " + key.name};
  ByteView bytes = signature.signature;
  VerifiedSignature out;
  std::string message(text);
  if (key.type == KeyType::cosignature) {
    if (bytes.size() != 8 + Signature::size || (bytes[0] & 0x80) != 0) return bad;
    for (const std::uint8_t byte : bytes.first(8)) out.time_s = out.time_s << 8 | byte;
    bytes = bytes.subspan(8);
    message = cosigned_message(text, out.time_s);
  }
  if (bytes.size() != Signature::size) return bad;
  if (!crypto::verify(key.key, as_bytes(message), Signature::from(bytes))) return bad;
  return out;
}

}  // namespace

bool valid_key_name(std::string_view name) {
  return !name.empty() && name.size() <= kMaxKeyName && name.find('+') == std::string_view::npos &&
         is_utf8_without(name, /*newline=*/false, /*spaces=*/false);
}

std::uint32_t key_id(const NoteKey& key) {
  const std::uint8_t rest[] = {'\n', static_cast<std::uint8_t>(key.type)};
  return read_u32(crypto::sha256({as_bytes(key.name), rest, key.key.view()}).view());
}

std::string print_vkey(const NoteKey& key) {
  Bytes material{static_cast<std::uint8_t>(key.type)};
  append(material, key.key.view());
  return key.name + "+" + to_hex(u32_bytes(key_id(key))) + "+" + to_base64(material);
}

Result<NoteKey> parse_vkey(std::string_view text) {
  const Error bad{Code::bad_key, "verifier key"};
  const std::size_t first = text.find('+');
  if (first == std::string_view::npos || text.size() - first < 10 || text[first + 9] != '+') return bad;
  const std::string_view id = text.substr(first + 1, 8);
  const auto material = text.size() <= kMaxKeyName + 64 ? from_base64(text.substr(first + 10)) : std::nullopt;
  if (!material || material->size() != 1 + SignPublicKey::size) return bad;
  if ((*material)[0] != 0x01 && (*material)[0] != 0x04) return bad;
  NoteKey key{std::string(text.substr(0, first)), static_cast<KeyType>((*material)[0]),
              SignPublicKey::from(ByteView(*material).subspan(1))};
  if (!valid_key_name(key.name) || to_hex(u32_bytes(key_id(key))) != id) return bad;
  return key;
}

Result<Note> parse_note(std::string_view bytes) {
  if (bytes.size() > kMaxNoteBytes) return Error{Code::too_large, "note"};
  const std::size_t end = bytes.rfind("\n\n");
  if (end == std::string_view::npos || bytes.back() != '\n' || end + 2 == bytes.size() ||
      !is_utf8_without(bytes, /*newline=*/true, /*spaces=*/true))
    return Error{Code::malformed, "note"};
  Note note{std::string(bytes.substr(0, end + 1)), {}};
  LineReader lines(bytes.substr(end + 2));
  while (auto line = lines.next()) {
    if (note.signatures.size() == kMaxNoteSignatures) return Error{Code::too_large, "note signatures"};
    GANDAN_TRY(note.signatures.emplace_back(), parse_signature_line(*line));
  }
  return note;
}

std::string print_note(const Note& note) {
  std::string out = note.text + "\n";
  for (const NoteSignature& signature : note.signatures) {
    Bytes blob = u32_bytes(signature.key_id);
    append(blob, signature.signature);
    out.append(kLinePrefix).append(signature.name).append(" ").append(to_base64(blob)).append("\n");
  }
  return out;
}

NoteSignature sign_note(std::string_view text, std::string_view name, const crypto::SigningKey& key) {
  const NoteKey signer{std::string(name), KeyType::ed25519, key.public_key()};
  return {signer.name, key_id(signer), to_bytes(key.sign(as_bytes(text)).view())};
}

NoteSignature cosign_note(std::string_view text, std::string_view name, const crypto::SigningKey& key,
                          std::int64_t time_s) {
  const NoteKey signer{std::string(name), KeyType::cosignature, key.public_key()};
  Bytes blob = u32_bytes(static_cast<std::uint32_t>(time_s >> 32));
  append(blob, u32_bytes(static_cast<std::uint32_t>(time_s)));
  append(blob, key.sign(as_bytes(cosigned_message(text, time_s))).view());
  return {signer.name, key_id(signer), std::move(blob)};
}

Result<std::vector<VerifiedSignature>> verify_note(const Note& note, std::span<const NoteKey> known) {
  std::vector<VerifiedSignature> out;
  for (std::size_t k = 0; k < known.size(); ++k) {
    const std::uint32_t id = key_id(known[k]);
    std::optional<VerifiedSignature> found;
    for (const NoteSignature& signature : note.signatures) {
      if (signature.key_id != id || signature.name != known[k].name) continue;
      GANDAN_TRY(const VerifiedSignature verified, verify_signature(note.text, signature, known[k]));
      found = {k, std::max(found ? found->time_s : 0, verified.time_s)};
    }
    if (found) out.push_back(*found);
  }
  return out;
}

}  // namespace gandan::ledger
