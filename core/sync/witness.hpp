// Witnessing: that everybody is shown one ledger. A witness cosigns what it verified, everybody keeps what
// was cosigned, and checkpoints go from hand to hand with bundles:
//
//   bundle ── checkpoint ──> same size, other root: evidence        else carried until the next sync
//   request ── own cosignature, sizes of what is carried ──> server
//   answer  ── cosigned checkpoints, and what was carried, each with its way to the new checkpoint ──> kept
//
// A note counts when the ledger's key in the realm's card signed it, so nobody else can accuse the server. An
// honest server can lead from every checkpoint that it ever signed to its newest; one that does not, when it
// is asked, has signed two ledgers, or must show one day that it has not: ledger.split_view, with both notes.
//
// Threading: as the vault's.
#pragma once

#include "protocol/messages.hpp"
#include "vault/witness.hpp"

namespace gandan::sync {

// Two notes of the ledger's key that nothing connects: what is kept when an exchange fails by it.
struct Contradiction {
  vault::CarriedCheckpoint one, other;
};

Result<protocol::Witness> build_witness(vault::Vault& vault);

// What an answer says under its new checkpoint, `latest`, which was verified. Code::split_view, then
// `contradiction` is set; bad_signature, bad_checkpoint: of what the server calls cosigned.
Status take_witnessed(vault::Vault& vault, const protocol::Witness& asked,
                      const vault::CarriedCheckpoint& latest, const protocol::Witnessed& witnessed,
                      std::optional<Contradiction>& contradiction);

// A witness signs the newest checkpoint that it has verified: each continues the one before it, for that is
// how it came here. Nothing when this device may not, when it cosigned one as large, or when it holds
// evidence against the server. True: it signed, and the note is to be sent.
Result<bool> cosign(vault::Vault& vault);

// A checkpoint out of a bundle. False: it is not the ledger's, and is not taken. What contradicts what is
// here is evidence now, and a finding.
Result<bool> take_checkpoint(vault::Vault& vault, std::string_view note);
// For a bundle: the newest checkpoint, what was cosigned, and what is carried.
Result<std::vector<std::string>> checkpoints_to_carry(vault::Vault& vault);

// Keeps evidence and says so among the findings, once.
Status keep_contradiction(vault::Vault& vault, const Contradiction& contradiction);

}  // namespace gandan::sync
