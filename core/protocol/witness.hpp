// Witness: a device that cosigns checkpoints of the ledger (C2SP tlog-cosignature), and which devices may. It
// signs with its device key: the message begins "cosignature/v1\n", and nothing else that the key signs does.
//
//   name = "gandan-witness/" ‖ base32(device)         key id as C2SP says, of type 0x04
//
// A witness vouches for one thing: that it never cosigned two checkpoints of which the larger does not
// continue the smaller. Of what the ledger says it vouches for nothing.
//
// Threading: plain values and pure functions.
#pragma once

#include "ledger/note.hpp"
#include "roster/roster.hpp"

namespace gandan::protocol {

ledger::NoteKey witness_key(const DeviceId& device, const SignPublicKey& key);

// By the roster as it is: supervisors and auditors of the top unit, for there is one ledger.
bool may_witness(const roster::Roster& roster, const DeviceId& device);

struct Cosignature {
  DeviceId witness;
  std::int64_t time_s = 0;  // the witness's own word
};
// Those of a note that are of devices which may witness; other lines are ignored. Code::malformed;
// bad_signature when one of these is wrong.
Result<std::vector<Cosignature>> cosignatures(const roster::Roster& roster, std::string_view note);

ledger::NoteKey log_key(const roster::Roster& roster);  // of the realm's ledger

}  // namespace gandan::protocol
