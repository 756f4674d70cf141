// Erase: what keeps a record's personal data from being erased.
//
// Threading: as the vault's.
#pragma once

#include "app/documents.hpp"

namespace gandan::app {

// Why somebody holds it; empty: nobody does. Of a hold whose reason has not come yet: that it has not.
Result<std::vector<std::string>> hold_reasons(vault::Vault& vault, const RecordId& record,
                                              const changelog::RecordState& state);

// Holds, and deadlines that are not met; empty: nothing does.
Result<std::vector<FieldError>> holds_of(Session& s, Documents& documents, const Loaded& loaded);

// Whether honest programs propose and approve it: Code::record_erased, erase_held; not_found when the record
// is not here, for nobody approves what he cannot see.
Status may_erase(Session& s, Documents& documents, const RecordId& record);

// The same of what was proposed: a hold that is lifted by now stands in its way, too.
Status may_erase(Session& s, Documents& documents, const roster::ProposalInfo& proposal);

}  // namespace gandan::app
