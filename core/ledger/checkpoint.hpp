// Checkpoint: a signed tree head, C2SP tlog-checkpoint.
//
//   example.org/realm-name         origin, and the name of the log's key
//   20852163                       size
//   CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=      root
//                                  (empty line, then the signatures: see note.hpp)
//
// The log promises never to sign two that are not consistent. Whoever holds two such notes holds the
// evidence.
//
// Threading: plain values and pure functions.
#pragma once

#include "ledger/note.hpp"

namespace gandan::ledger {

struct Checkpoint {
  std::string origin;
  std::uint64_t size = 0;  // at most kMaxTreeSize
  Hash root;               // empty_root() when the size is 0
  friend bool operator==(const Checkpoint& a, const Checkpoint& b) {
    return a.origin == b.origin && a.size == b.size && a.root == b.root;
  }
};

std::string checkpoint_text(const Checkpoint& checkpoint);  // three lines, what is signed
// Extension lines are accepted and ignored; we never write any. Code::bad_checkpoint.
Result<Checkpoint> parse_checkpoint_text(std::string_view text);

// A note signed by the log under its origin. Precondition: valid_key_name(origin).
std::string sign_checkpoint(const Checkpoint& checkpoint, const crypto::SigningKey& key);

// The content of a note that the log signed: its key's name must be the origin.
// Code::malformed, Code::bad_signature, Code::bad_checkpoint.
Result<Checkpoint> open_checkpoint(std::string_view note, const NoteKey& log);

// Adds a witness's line to a note. The witness must have opened it and checked that it continues the last one
// that it cosigned: that check is the whole point of a witness.
Result<std::string> cosign_checkpoint(std::string_view note, std::string_view witness,
                                      const crypto::SigningKey& key, std::int64_t time_s);
// The note with the signatures of these keys alone, in their order: what is kept and passed on of a note that
// anybody may have added lines to. Code::malformed.
Result<std::string> signed_only_by(std::string_view note, std::span<const NoteKey> keys);
// The note with the signatures of both. Code::malformed, too_large; bad_checkpoint: not the same text.
Result<std::string> with_signatures_of(std::string_view note, std::string_view other);
// Which of the witnesses (keys of type cosignature) signed the note. Code::malformed, Code::bad_signature.
Result<std::vector<VerifiedSignature>> cosignatures(std::string_view note,
                                                    std::span<const NoteKey> witnesses);

}  // namespace gandan::ledger
