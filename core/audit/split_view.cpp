#include "audit/split_view.hpp"

#include "base/codec.hpp"
#include "ledger/checkpoint.hpp"
#include "protocol/witness.hpp"

namespace gandan::audit {
namespace {

constexpr std::string_view kSplitViewMagic = "gandan-split-view\n";
constexpr std::uint8_t kSplitViewVersion = 1;

// The root statement of that fingerprint, as a roster: it names the ledger's key.
Result<roster::Roster> start(ByteView root, const Hash& fingerprint) {
  GANDAN_TRY(const auto statement, roster::decode_statement(root));
  const auto* body = std::get_if<roster::RootBody>(&statement.body);
  if (body == nullptr) return Error{Code::bad_statement, "the first statement is not a root statement"};
  if (roster::statement_hash(roster::realm_id(body->root_key, body->nonce), statement) != fingerprint)
    return Error{Code::wrong_realm, "the root statement has another fingerprint"};
  return roster::Roster::start(statement);
}

}  // namespace

Bytes encode_split_view_file(const SplitViewFile& file) {
  Bytes out = to_bytes(as_bytes(kSplitViewMagic));
  CanonicalWriter writer(out);
  writer(kSplitViewVersion, file.root, file.pairs);
  return out;
}

Result<SplitViewFile> decode_split_view_file(ByteView bytes) {
  if (bytes.size() > kMaxSplitViewBytes) return Error{Code::too_large, "evidence"};
  if (bytes.size() < kSplitViewMagic.size() ||
      as_text(bytes.first(kSplitViewMagic.size())) != kSplitViewMagic)
    return Error{Code::malformed, "not a file of evidence"};
  try {
    BoundedReader reader(bytes.subspan(kSplitViewMagic.size()));
    std::uint8_t version = 0;
    reader(version);
    if (version != kSplitViewVersion) return Error{Code::newer_format, "evidence"};
    SplitViewFile file;
    reader(file.root, file.pairs);
    if (reader.remaining() != 0) return Error{Code::malformed, "trailing bytes"};
    if (file.pairs.empty() || file.pairs.size() > vault::kMaxSplitViews)
      return Error{Code::malformed, "pairs of checkpoints"};
    return file;
  } catch (const DecodeError& error) {
    return Error{error.code, "evidence"};
  }
}

Result<Bytes> split_view_evidence(vault::Vault& vault) {
  GANDAN_TRY(const auto views, vault::split_views(vault));
  if (views.empty()) return Code::no_evidence;
  GANDAN_TRY(const auto card, vault.card());
  SplitViewFile file;
  file.root = roster::encode_statement(card.root);
  for (const auto& view : views) file.pairs.push_back({view.first.note, view.second.note});
  return encode_split_view_file(file);
}

Result<SplitViewReport> verify_split_view(ByteView bytes, const Hash& fingerprint) {
  GANDAN_TRY(const auto file, decode_split_view_file(bytes));
  GANDAN_TRY(const auto roster, start(file.root, fingerprint));
  const auto log = protocol::log_key(roster);
  SplitViewReport report;
  report.fingerprint = fingerprint;
  for (const auto& pair : file.pairs) {
    GANDAN_TRY(const auto first, ledger::open_checkpoint(pair.first, log));
    GANDAN_TRY(const auto second, ledger::open_checkpoint(pair.second, log));
    if (first.size == second.size && first.root == second.root)
      return Error{Code::bad_proof, "one checkpoint twice"};
    report.pairs.push_back({first.size, second.size, first.root, second.root, first.size == second.size});
  }
  return report;
}

}  // namespace gandan::audit
