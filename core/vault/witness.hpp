// What a vault keeps so that nobody is shown another ledger than the others: checkpoints that witnesses
// cosigned, checkpoints that came by hand and are still to be shown to be of this ledger, and evidence.
//
// All notes here hold under the ledger's key; who puts one in has verified that.
//
// Threading: as the vault's.
#pragma once

#include "vault/vault.hpp"

namespace gandan::vault {

struct Cosigned {
  DeviceId witness;
  std::uint64_t size = 0;
  Hash root;
  std::int64_t time_s = 0;  // the witness's word
  std::string note;
  bool to_send = false;  // this device's own, and no answer came yet
};
Result<std::vector<Cosigned>> cosigned(Vault& vault);                 // the largest first
Result<Cosigned> cosigned_by(Vault& vault, const DeviceId& witness);  // size 0: nothing
Status keep_cosigned(Vault& vault, const Cosigned& cosigned);         // unless one as large is here
Status cosignature_sent(Vault& vault, std::string_view note);         // an answer came

constexpr std::size_t kMaxCarriedCheckpoints = 24;
struct CarriedCheckpoint {
  std::uint64_t size = 0;
  Hash root;
  std::string note;
};
Result<std::vector<CarriedCheckpoint>> carried_checkpoints(Vault& vault);  // the smallest first
// Beyond kMaxCarriedCheckpoints, or where one of that size is here, it is left out.
Status carry_checkpoint(Vault& vault, const CarriedCheckpoint& carried);
Status drop_carried_checkpoint(Vault& vault, std::uint64_t size);

// Two checkpoints that the ledger's key signed. Of one size, with two roots, they convict the server; of two
// sizes they oblige it to show that the one continues the other, which it did not when it was asked. It is
// asked again at every sync; should it show it, they are dropped.
struct SplitView {
  CarriedCheckpoint first, second;  // the smaller first
  std::int64_t found_ms = 0;
  bool convicts() const { return first.size == second.size; }
};
constexpr std::size_t kMaxSplitViews = 16;  // that are kept; one is enough
Result<std::vector<SplitView>> split_views(Vault& vault);
Status drop_split_view(Vault& vault, const SplitView& view);
// True: it is new. What was carried of it fails no exchange any more.
Result<bool> keep_split_view(Vault& vault, const CarriedCheckpoint& one, const CarriedCheckpoint& other);

// Whether a receipt may be of a ledger that others are not shown: there is evidence of two, or the last
// answer did not continue what this device had seen. Until an answer does, and nothing accuses.
Result<bool> ledger_doubted(Vault& vault);
Status doubt_ledger(Vault& vault, bool doubted);  // by the last answer

}  // namespace gandan::vault
