#include "audit/proof_parts.hpp"

#include <algorithm>

#include "ledger/proof.hpp"
#include "protocol/witness.hpp"
#include "vault/witness.hpp"

namespace gandan::audit {
namespace {

// The feed that an acceptance, a hold or an erasure speaks of, done or proposed: without its opening a
// reader's roster refuses the statement, whatever it is that is proven.
std::optional<FeedId> feed_about(const roster::Roster& roster, const roster::Body& body) {
  const auto* accept = std::get_if<roster::AcceptBody>(&body);
  const auto founder = [&roster](const RecordId& record) -> std::optional<FeedId> {
    const auto* of = roster.founder(record);
    return of == nullptr ? std::nullopt : std::optional<FeedId>(of->id);
  };
  if (const auto* hold = std::get_if<roster::HoldBody>(&body)) return founder(hold->record);
  if (const auto* proposed = std::get_if<roster::ProposeBody>(&body)) {
    accept = std::get_if<roster::AcceptBody>(&proposed->act);
    if (const auto* erase = std::get_if<roster::EraseAct>(&proposed->act)) return founder(erase->record);
  }
  if (accept == nullptr) return std::nullopt;
  return accept->feed;
}

// The roster's size from which the device may cosign: a reader finds the witness in the file's own
// statements.
std::uint64_t witness_since(const roster::Roster& roster, const DeviceId& device) {
  const auto* known = roster.device(device);
  std::uint64_t since = 0;
  for (const auto& grant : known->grants)
    if (grant.unit == roster.root().top && !grant.until) since = std::max(since, grant.origin.from);
  return since;
}

// What witnesses cosigned and this vault holds, most witnesses first, then the largest; those of one
// checkpoint in one note. Only who may witness now counts, and nobody else's line is passed on.
Result<std::vector<Stand>> cosigned_stands(vault::Vault& vault, const roster::Roster& roster) {
  std::map<std::pair<std::uint64_t, Hash>, Stand> by_checkpoint;
  GANDAN_TRY(const auto all, vault::cosigned(vault));
  for (const auto& one : all) {
    if (!protocol::may_witness(roster, one.witness)) continue;
    const ledger::NoteKey keys[] = {protocol::log_key(roster),
                                    protocol::witness_key(one.witness, roster.device(one.witness)->sign_key)};
    GANDAN_TRY(auto note, ledger::signed_only_by(one.note, keys));
    auto& stand = by_checkpoint[{one.size, one.root}];
    if (!stand.note.empty()) {
      GANDAN_TRY(note, ledger::with_signatures_of(stand.note, note));
    }
    stand.size = one.size;
    stand.root = one.root;
    stand.note = std::move(note);
    stand.witnesses.push_back(one.witness);
  }
  std::vector<Stand> out;
  for (auto& [checkpoint, stand] : by_checkpoint) out.push_back(std::move(stand));
  std::sort(out.begin(), out.end(), [](const Stand& a, const Stand& b) {
    return a.witnesses.size() != b.witnesses.size() ? a.witnesses.size() > b.witnesses.size()
                                                    : a.size > b.size;
  });
  return out;
}

}  // namespace

Result<Place> place_in(const LeafTree& tree, std::uint64_t index, std::int64_t receipt_ms) {
  if (index >= tree.size() || receipt_ms < 0)
    return Error{Code::not_in_ledger, "ledger entry " + std::to_string(index)};
  GANDAN_TRY(auto proof, ledger::inclusion_proof(index, tree.size(), tree));
  return Place{index, static_cast<std::uint64_t>(receipt_ms), std::move(proof.path)};
}

Result<NamedCheckpoint> named_in(vault::Vault& vault, const LeafTree& tree, std::uint64_t size) {
  if (size > tree.size()) return Error{Code::not_in_ledger, "a named checkpoint beyond the last one"};
  NamedCheckpoint named;
  named.size = size;
  GANDAN_TRY(auto row, vault.db().query("SELECT entry FROM leaf WHERE idx = ?", size - 1));
  GANDAN_TRY(const bool present, row.step());
  if (!present || row.blob(0).size() != named.last.size) return Error{Code::not_in_ledger, "ledger entry"};
  named.last = decltype(named.last)::from(row.blob(0));
  GANDAN_TRY(auto inclusion, ledger::inclusion_proof(size - 1, size, tree));
  GANDAN_TRY(auto consistency, ledger::consistency_proof(size, tree.size(), tree));
  named.inclusion = std::move(inclusion.path);
  named.consistency = std::move(consistency.path);
  return named;
}

// Every authority statement up to the largest roster that a segment names or a witness needs, the acceptances
// of those that came after their authors were removed, the openings of the feeds and of those that such
// statements speak of, and before each of these all of its issuer: so that a reader's roster accepts one
// after the other, as ours did.
Result<ProofStatements> proof_statements(vault::Vault& vault, const roster::Roster& roster,
                                         const LeafTree& tree, const StatementsWanted& asked) {
  struct Item {
    Bytes bytes;
    std::optional<std::uint64_t> index;
    std::int64_t receipt_ms = 0;
    Hash previous;
    std::uint64_t number = 0;  // among authority statements, from 1; 0: a feed opening
    bool revocation = false;
    bool wanted = false;
    std::optional<FeedId> about;  // whose opening a reader's roster must know before it
  };
  std::vector<Item> items;
  std::map<Hash, std::size_t> by_hash;
  std::map<FeedId, std::size_t> openings;
  std::uint64_t authority = asked.roster_size;  // statements up to here are wanted
  for (const auto& witness : asked.witnesses) authority = std::max(authority, witness_since(roster, witness));

  GANDAN_TRY(auto rows, vault.db().query("SELECT bytes, ledger_index, receipt_ms FROM statement "
                                         "ORDER BY ledger_index IS NULL, ledger_index, position"));
  std::uint64_t number = 0;
  for (;;) {
    GANDAN_TRY(const bool more, rows.step());
    if (!more) break;
    GANDAN_TRY(const auto statement, roster::decode_statement(rows.blob(0)));
    const Hash hash = roster::statement_hash(roster.realm(), statement);
    if (!roster.knows(hash)) continue;  // provisional, and not in force
    Item item;
    item.bytes = to_bytes(rows.blob(0));
    if (!rows.is_null(1)) item.index = static_cast<std::uint64_t>(rows.integer(1));
    item.receipt_ms = rows.integer(2);
    item.previous = statement.issuer_previous;
    item.revocation = roster::ends_authority(statement.body);
    const auto* accept = std::get_if<roster::AcceptBody>(&statement.body);
    if (const auto* effect = roster.effect_of(statement)) accept = std::get_if<roster::AcceptBody>(effect);
    if (accept != nullptr) item.wanted = asked.shows(accept->feed, accept->sequence);
    item.about = feed_about(roster, statement.body);
    if (const auto feed = roster::opened_feed(roster.realm(), statement)) {
      item.wanted = asked.feeds.count(*feed) != 0;
      openings[*feed] = items.size();
    } else {
      item.number = ++number;
      if (item.index && *item.index < asked.below_index) authority = std::max(authority, number);
    }
    by_hash[hash] = items.size();
    items.push_back(std::move(item));
  }

  // From the last to the first: what a statement needs lies before it, except that a late authority statement
  // in an issuer's chain asks for all authority statements before it, hence once more.
  for (std::uint64_t before = 0; before != authority;) {
    before = authority;
    for (std::size_t i = items.size(); i-- > 0;) {
      auto& item = items[i];
      item.wanted |= item.number != 0 && item.number <= authority;
      if (!item.wanted) continue;
      authority = std::max(authority, item.number);
      if (const auto previous = by_hash.find(item.previous); previous != by_hash.end())
        items[previous->second].wanted = true;
      if (!item.about) continue;
      if (const auto opening = openings.find(*item.about); opening != openings.end())
        items[opening->second].wanted = true;
    }
  }

  ProofStatements out;
  for (auto& item : items) {
    if (!item.wanted) continue;
    if (item.number == 1) {
      out.root = std::move(item.bytes);
      continue;
    }
    ProofStatement statement{std::move(item.bytes), std::nullopt};
    if (item.revocation) {
      if (!item.index) return Error{Code::not_received, "a revocation"};
      GANDAN_TRY(statement.place, place_in(tree, *item.index, item.receipt_ms));
    }
    out.statements.push_back(std::move(statement));
  }
  return out;
}

Result<std::vector<Stand>> stands(vault::Vault& vault, const roster::Roster& roster) {
  GANDAN_TRY(auto seen, vault.checkpoint());
  if (seen.size == 0) return Error{Code::not_received, "no ledger was seen yet"};
  GANDAN_TRY(auto out, cosigned_stands(vault, roster));
  out.erase(std::remove_if(out.begin(), out.end(), [&](const Stand& one) { return one.size > seen.size; }),
            out.end());
  out.push_back({seen.size, seen.root, std::move(seen.note), {}});
  return out;
}

Result<LeafTree> tree_under(vault::Vault& vault, const Stand& stand) {
  auto tree = LeafTree::load(vault.db(), stand.size);
  if (!tree && tree.error().code == Code::not_found) return Error{Code::no_ledger, tree.error().detail};
  if (!tree) return tree.error();
  if (tree->root() != stand.root)
    return Error{Code::ledger_rewritten,
                 "the entries that are here do not give the signed root: see audit.verify"};
  return tree;
}

}  // namespace gandan::audit
