#include "ledger/checkpoint.hpp"

#include <algorithm>

#include "ledger/text.hpp"
#include "ledger/tree.hpp"

namespace gandan::ledger {

std::string checkpoint_text(const Checkpoint& checkpoint) {
  return checkpoint.origin + "\n" + std::to_string(checkpoint.size) + "\n" +
         to_base64(checkpoint.root.view()) + "\n";
}

Result<Checkpoint> parse_checkpoint_text(std::string_view text) {
  const auto bad = [](const char* what) { return Error{Code::bad_checkpoint, what}; };
  LineReader lines(text);
  const auto origin = lines.next();
  const auto size_line = lines.next();
  const auto root_line = lines.next();
  if (!origin || origin->empty() || !size_line || !root_line) return bad("three lines");
  const auto size = parse_decimal(*size_line, kMaxTreeSize);
  const auto root = parse_hash(*root_line);
  if (!size) return bad("size");
  if (!root || (*size == 0 && *root != empty_root())) return bad("root");
  while (const auto extension = lines.next())
    if (extension->empty()) return bad("empty line");
  if (!lines.rest().empty()) return bad("unterminated line");
  return Checkpoint{std::string(*origin), *size, *root};
}

std::string sign_checkpoint(const Checkpoint& checkpoint, const crypto::SigningKey& key) {
  Note note{checkpoint_text(checkpoint), {}};
  note.signatures.push_back(sign_note(note.text, checkpoint.origin, key));
  return print_note(note);
}

Result<Checkpoint> open_checkpoint(std::string_view note, const NoteKey& log) {
  GANDAN_TRY(const Note parsed, parse_note(note));
  GANDAN_TRY(const auto signatures, verify_note(parsed, {&log, 1}));
  if (signatures.empty()) return Error{Code::bad_signature, "not signed by the log"};
  GANDAN_TRY(Checkpoint checkpoint, parse_checkpoint_text(parsed.text));
  if (checkpoint.origin != log.name) return Error{Code::bad_checkpoint, "origin"};
  return checkpoint;
}

Result<std::string> cosign_checkpoint(std::string_view note, std::string_view witness,
                                      const crypto::SigningKey& key, std::int64_t time_s) {
  GANDAN_TRY(Note parsed, parse_note(note));
  if (parsed.signatures.size() >= kMaxNoteSignatures) return Error{Code::too_large, "note signatures"};
  parsed.signatures.push_back(cosign_note(parsed.text, witness, key, time_s));
  return print_note(parsed);
}

Result<std::string> signed_only_by(std::string_view note, std::span<const NoteKey> keys) {
  GANDAN_TRY(const Note parsed, parse_note(note));
  Note kept{parsed.text, {}};
  for (const NoteKey& key : keys) {
    const std::uint32_t id = key_id(key);
    const auto signature =
        std::find_if(parsed.signatures.begin(), parsed.signatures.end(),
                     [&](const NoteSignature& one) { return one.key_id == id && one.name == key.name; });
    if (signature != parsed.signatures.end()) kept.signatures.push_back(*signature);
  }
  return print_note(kept);
}

Result<std::string> with_signatures_of(std::string_view note, std::string_view other) {
  GANDAN_TRY(Note sum, parse_note(note));
  GANDAN_TRY(Note more, parse_note(other));
  if (sum.text != more.text) return Error{Code::bad_checkpoint, "two texts"};
  for (auto& signature : more.signatures) {
    const auto same = [&](const NoteSignature& one) {
      return one.key_id == signature.key_id && one.name == signature.name;
    };
    if (std::any_of(sum.signatures.begin(), sum.signatures.end(), same)) continue;
    if (sum.signatures.size() >= kMaxNoteSignatures) return Error{Code::too_large, "note signatures"};
    sum.signatures.push_back(std::move(signature));
  }
  return print_note(sum);
}

Result<std::vector<VerifiedSignature>> cosignatures(std::string_view note,
                                                    std::span<const NoteKey> witnesses) {
  GANDAN_TRY(const Note parsed, parse_note(note));
  return verify_note(parsed, witnesses);
}

}  // namespace gandan::ledger
