// Signed notes, checkpoints, verifier keys and proofs as text, from whoever hands them over.
#include <cstdlib>

#include "ledger/proof.hpp"
#include "support/heap_meter.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gandan;
  using namespace gandan::ledger;
  // The key that signed the corpus.
  static const NoteKey log{"gandan-ledger/abc", KeyType::ed25519,
                           crypto::SigningKey::from_seed(Bytes(32, 1))->public_key()};
  static const NoteKey witness{"witness.example/w", KeyType::cosignature,
                               crypto::SigningKey::from_seed(Bytes(32, 2))->public_key()};
  static const bool warm = crypto::verify(log.key, {}, {});
  (void)warm;
  const ByteView in(data, size);
  const auto text = as_text(in);
  const test::HeapCeiling ceiling;
  if (const auto note = parse_note(text)) {
    if (print_note(*note) != text) std::abort();
  }
  if (const auto checkpoint = parse_checkpoint_text(text)) {
    const auto again = checkpoint_text(*checkpoint);
    if (text.substr(0, again.size()) != again) std::abort();
  }
  if (const auto checkpoint = open_checkpoint(text, log)) {
    if (checkpoint->origin != log.name) std::abort();
  }
  (void)cosignatures(text, {&witness, 1}).ok();
  if (const auto key = parse_vkey(text)) {
    if (print_vkey(*key) != text) std::abort();
  }
  if (const auto proof = parse_ledger_proof(text)) {
    if (print_ledger_proof(*proof) != text) std::abort();
    (void)verify_ledger_proof(*proof, Hash{}, log).ok();
  }
  if (const auto proof = decode_inclusion_proof(in)) {
    if (!equal(encode_proof(*proof), in)) std::abort();
    for (const std::uint64_t tree : {proof->index + 1, proof->index * 2, kMaxTreeSize})
      (void)verify_inclusion(Hash{}, proof->index, tree, Hash{}, proof->path).ok();
  }
  if (const auto proof = decode_consistency_proof(in)) {
    if (!equal(encode_proof(*proof), in)) std::abort();
    for (const std::uint64_t old : {1u, 3u, 300u, 1000u})
      (void)verify_consistency(old, Hash{}, 1000, Hash{}, proof->path).ok();
  }
  return 0;
}
