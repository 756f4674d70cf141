// C2SP tlog-proof: an inclusion proof and its checkpoint as one text.
#include "ledger/proof.hpp"
#include "ledger/text.hpp"

namespace gandan::ledger {
namespace {

constexpr std::string_view kMagic = "c2sp.org/tlog-proof@v1";
constexpr std::size_t kMaxPath = 62;

// The rest of a line that starts with a word and a space.
std::optional<std::string_view> after(std::string_view word, std::string_view line) {
  if (line.substr(0, word.size()) != word) return std::nullopt;
  return line.substr(word.size());
}

}  // namespace

std::string print_ledger_proof(const LedgerProof& proof) {
  std::string out = std::string(kMagic) + "\n";
  if (!proof.extra.empty()) out += "extra " + to_base64(proof.extra) + "\n";
  out += "index " + std::to_string(proof.inclusion.index) + "\n";
  for (const Hash& hash : proof.inclusion.path) out += to_base64(hash.view()) + "\n";
  return out + "\n" + proof.checkpoint;
}

Result<LedgerProof> parse_ledger_proof(std::string_view text) {
  const Error malformed{Code::malformed, "ledger proof"};
  if (text.size() > kMaxNoteBytes + 2 * kMaxProofExtra) return Error{Code::too_large, "ledger proof"};
  LedgerProof out;
  LineReader lines(text);
  if (lines.next() != kMagic) return malformed;
  auto line = lines.next();
  if (!line) return malformed;
  if (const auto extra = after("extra ", *line)) {
    auto bytes = from_base64(*extra);
    if (!bytes || bytes->empty() || bytes->size() > kMaxProofExtra) return malformed;
    out.extra = std::move(*bytes);
    line = lines.next();
    if (!line) return malformed;
  }
  const auto index_text = after("index ", *line);
  const auto index = index_text ? parse_decimal(*index_text, kMaxTreeSize) : std::nullopt;
  if (!index) return malformed;
  out.inclusion.index = *index;
  for (line = lines.next(); line && !line->empty(); line = lines.next()) {
    const auto hash = parse_hash(*line);
    if (!hash || out.inclusion.path.size() == kMaxPath) return malformed;
    out.inclusion.path.push_back(*hash);
  }
  if (!line) return malformed;
  out.checkpoint = std::string(lines.rest());
  GANDAN_CHECK(parse_note(out.checkpoint));
  return out;
}

Result<Checkpoint> verify_ledger_proof(const LedgerProof& proof, const Hash& leaf, const NoteKey& log) {
  GANDAN_TRY(const Checkpoint checkpoint, open_checkpoint(proof.checkpoint, log));
  GANDAN_CHECK(
      verify_inclusion(leaf, proof.inclusion.index, checkpoint.size, checkpoint.root, proof.inclusion.path));
  return checkpoint;
}

}  // namespace gandan::ledger
