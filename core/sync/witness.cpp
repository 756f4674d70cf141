#include "sync/witness.hpp"

#include <algorithm>
#include <set>

#include "protocol/witness.hpp"

namespace gandan::sync {
namespace {

constexpr std::size_t kMaxToCarry = 8;  // notes in a bundle

// What the ledger's key signed, without lines that may be anybody's.
Result<vault::CarriedCheckpoint> open(const roster::Roster& roster, std::string_view note) {
  GANDAN_TRY(const auto checkpoint, ledger::open_checkpoint(note, protocol::log_key(roster)));
  return vault::CarriedCheckpoint{checkpoint.size, checkpoint.root, std::string(note)};
}

Status keep_cosignatures(vault::Vault& vault, const vault::CarriedCheckpoint& checkpoint) {
  GANDAN_TRY(const auto* roster, vault.roster());
  GANDAN_TRY(const auto signatures, protocol::cosignatures(*roster, checkpoint.note));
  for (const auto& one : signatures) {
    const auto* device = roster->device(one.witness);
    const ledger::NoteKey keys[] = {protocol::log_key(*roster),
                                    protocol::witness_key(one.witness, device->sign_key)};
    GANDAN_TRY(auto note, ledger::signed_only_by(checkpoint.note, keys));
    GANDAN_CHECK(vault::keep_cosigned(
        vault, {one.witness, checkpoint.size, checkpoint.root, one.time_s, std::move(note), false}));
  }
  return {};
}

bool leads_to(const vault::CarriedCheckpoint& from, const vault::CarriedCheckpoint& to,
              const ledger::ConsistencyProof& proof) {
  if (from.size == to.size && from.root == to.root) return true;
  return ledger::verify_consistency(from.size, from.root, to.size, to.root, proof.path).ok();
}

Error split_view(const vault::CarriedCheckpoint& one, const vault::CarriedCheckpoint& other) {
  return Error{Code::split_view, one.size == other.size
                                     ? "two roots of " + std::to_string(one.size) + " entries"
                                     : "nothing leads from " +
                                           std::to_string(std::min(one.size, other.size)) + " entries to " +
                                           std::to_string(std::max(one.size, other.size))};
}

}  // namespace

Result<protocol::Witness> build_witness(vault::Vault& vault) {
  protocol::Witness out;
  GANDAN_TRY(auto own, vault::cosigned_by(vault, vault.identity().id));
  if (own.to_send) out.cosigned = std::move(own.note);
  std::set<std::uint64_t> sizes;
  GANDAN_TRY(const auto carried, vault::carried_checkpoints(vault));
  for (const auto& one : carried) sizes.insert(one.size);
  GANDAN_TRY(const auto evidence, vault::split_views(vault));
  for (const auto& one : evidence)
    if (!one.convicts() && sizes.size() + 2 <= protocol::kMaxAskedSizes)
      sizes.insert({one.first.size, one.second.size});
  out.sizes.assign(sizes.begin(), sizes.end());
  return out;
}

Status take_witnessed(vault::Vault& vault, const protocol::Witness& asked,
                      const vault::CarriedCheckpoint& latest, const protocol::Witnessed& witnessed,
                      std::optional<Contradiction>& contradiction) {
  GANDAN_TRY(const auto* roster, vault.roster());
  const auto contradicts = [&](const vault::CarriedCheckpoint& other) {
    contradiction = Contradiction{other, latest};
    return split_view(other, latest);
  };
  for (const auto& one : witnessed.cosigned) {
    GANDAN_TRY(const auto checkpoint, open(*roster, one.note));
    if (!leads_to(checkpoint, latest, one.consistency)) return contradicts(checkpoint);
    GANDAN_CHECK(keep_cosignatures(vault, checkpoint));
  }
  const auto shown = [&](const vault::CarriedCheckpoint& one) {
    const auto at = std::find(asked.sizes.begin(), asked.sizes.end(), one.size);
    const auto place = static_cast<std::size_t>(at - asked.sizes.begin());
    return place < witnessed.proofs.size() && leads_to(one, latest, witnessed.proofs[place]);
  };
  GANDAN_TRY(const auto evidence, vault::split_views(vault));
  for (const auto& one : evidence)
    if (!one.convicts() && shown(one.first) && shown(one.second))
      GANDAN_CHECK(vault::drop_split_view(vault, one));
  GANDAN_TRY(const auto carried, vault::carried_checkpoints(vault));
  for (const auto& one : carried) {
    if (!shown(one)) return contradicts(one);
    // A line that is wrong is its carrier's fault, not the server's.
    if (const auto kept = keep_cosignatures(vault, one); !kept && kept.error().code != Code::bad_signature)
      return kept;
    GANDAN_CHECK(vault::drop_carried_checkpoint(vault, one.size));
  }
  return {};
}

Result<bool> cosign(vault::Vault& vault) {
  GANDAN_TRY(const auto* roster, vault.roster());
  const auto& identity = vault.identity();
  if (!protocol::may_witness(*roster, identity.id)) return false;
  GANDAN_TRY(const auto evidence, vault::split_views(vault));
  if (!evidence.empty()) return false;
  GANDAN_TRY(const auto seen, vault.checkpoint());
  GANDAN_TRY(const auto last, vault::cosigned_by(vault, identity.id));
  if (seen.size <= last.size) return false;
  const auto log = protocol::log_key(*roster);
  const auto own = protocol::witness_key(identity.id, identity.sign.public_key());
  GANDAN_TRY(const auto note, ledger::signed_only_by(seen.note, {&log, 1}));
  const std::int64_t time_s = std::max(last.time_s, vault.clock().wall_ms() / 1000);
  GANDAN_TRY(auto signed_note, ledger::cosign_checkpoint(note, own.name, identity.sign, time_s));
  GANDAN_CHECK(vault::keep_cosigned(
      vault, {identity.id, seen.size, seen.root, time_s, std::move(signed_note), /*to_send=*/true}));
  return true;
}

Result<bool> take_checkpoint(vault::Vault& vault, std::string_view note) {
  GANDAN_TRY(const auto* roster, vault.roster());
  if (note.size() > protocol::kMaxCheckpointNote) return false;
  const auto opened = open(*roster, note);
  if (!opened || !protocol::cosignatures(*roster, note)) return false;
  if (opened->size == 0) return true;
  GANDAN_TRY(const auto seen, vault.checkpoint());
  GANDAN_TRY(const auto cosigned, vault::cosigned(vault));
  GANDAN_TRY(auto here, vault::carried_checkpoints(vault));
  if (seen.size != 0) here.push_back({seen.size, seen.root, seen.note});
  for (const auto& one : cosigned) here.push_back({one.size, one.root, one.note});
  for (const auto& one : here)
    if (one.size == opened->size && one.root != opened->root) {
      GANDAN_CHECK(keep_contradiction(vault, {one, *opened}));
      return true;
    }
  if (opened->size == seen.size) {
    GANDAN_CHECK(keep_cosignatures(vault, *opened));
    return true;
  }
  GANDAN_TRY(const auto evidence, vault::split_views(vault));
  for (const auto& one : evidence)  // it was asked about before
    for (const auto* each : {&one.first, &one.second})
      if (each->size == opened->size && each->root == opened->root) return true;
  GANDAN_CHECK(vault::carry_checkpoint(vault, *opened));
  return true;
}

// What accuses comes first, for there is room for some only.
Result<std::vector<std::string>> checkpoints_to_carry(vault::Vault& vault) {
  GANDAN_TRY(const auto* roster, vault.roster());
  GANDAN_TRY(const auto seen, vault.checkpoint());
  GANDAN_TRY(const auto evidence, vault::split_views(vault));
  GANDAN_TRY(const auto cosigned, vault::cosigned(vault));
  GANDAN_TRY(const auto carried, vault::carried_checkpoints(vault));
  std::vector<vault::CarriedCheckpoint> out;
  const auto add = [&](const vault::CarriedCheckpoint& one) -> Status {
    for (auto& known : out) {
      if (known.size != one.size || known.root != one.root) continue;
      GANDAN_TRY(known.note, ledger::with_signatures_of(known.note, one.note));
      return {};
    }
    if (out.size() < kMaxToCarry) out.push_back(one);
    return {};
  };
  if (!evidence.empty()) {
    GANDAN_CHECK(add(evidence.front().first));
    GANDAN_CHECK(add(evidence.front().second));
  }
  if (seen.size != 0 && open(*roster, seen.note)) {
    const auto log = protocol::log_key(*roster);
    GANDAN_TRY(auto note, ledger::signed_only_by(seen.note, {&log, 1}));
    GANDAN_CHECK(add({seen.size, seen.root, std::move(note)}));
  }
  for (const auto& one : cosigned) GANDAN_CHECK(add({one.size, one.root, one.note}));
  for (const auto& one : carried) GANDAN_CHECK(add(one));
  std::vector<std::string> notes;
  for (auto& one : out)
    if (one.note.size() <= protocol::kMaxCheckpointNote) notes.push_back(std::move(one.note));
  return notes;
}

Status keep_contradiction(vault::Vault& vault, const Contradiction& contradiction) {
  GANDAN_TRY(const bool fresh, vault::keep_split_view(vault, contradiction.one, contradiction.other));
  if (!fresh) return {};
  return vault.add_finding(Code::split_view, nullptr, 0,
                           split_view(contradiction.one, contradiction.other).detail, {});
}

}  // namespace gandan::sync
