// What a period's report is told from: all that this device has, or what the ledger had under a checkpoint.
//
// Threading: as the vault's. For one request.
#pragma once

#include "app/period_count.hpp"
#include "app/schema_sets.hpp"

namespace gandan::app {

struct PeriodBasis {
  bool unsent = true;
  bool whole = true;        // all that lies under the checkpoint is here and open
  std::uint32_t forms = 0;  // number of the newest set of forms by which it is told; 0: the program's own
  vault::Vault::SeenCheckpoint checkpoint;
};

// A question, and what it is told from. The documents look into `logged` and `forms`: none moves once opened.
struct AskedReport {
  PeriodQuestion question;
  PeriodBasis basis;
  std::optional<vault::Logged> logged;
  FormsThen forms;  // of the checkpoint, where there is one
  std::unique_ptr<Documents> documents;
};

// Of the request's `checkpoint` and `unsent`; `to_file`: from a checkpoint unless it says otherwise. Faults
// are the parameters'. Code::not_found: no such checkpoint was verified here.
Result<PeriodBasis> read_basis(Session& session, Params& params, bool to_file);
// Opens what it is told from, finds the unit that is named, and the day as of which it is told.
Status open_basis(Session& session, const std::optional<std::string>& unit, AskedReport& asked);
// As count_period; and whether all is here.
Result<PeriodAnswer> count_asked(Session& session, AskedReport& asked);

}  // namespace gandan::app
