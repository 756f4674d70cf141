// Flow: a record's workflow (records/workflow.hpp) as this vault's roster and receipts have it, and in words.
//
// Threading: as the vault's.
#pragma once

#include "app/documents.hpp"
#include "app/words.hpp"
#include "records/workflow.hpp"

namespace gandan::app {

struct Flow {
  records::Workflow flow;
  records::Stage stage = records::Stage::draft;
  std::optional<std::int64_t> received_ms;  // of the finalisation that holds
};
// Points into the state.
Result<Flow> flow_of(vault::Vault& vault, const changelog::RecordState& state,
                     const changelog::RecordView& view);

// Whether a signed version's content is here completely and is what its hash says.
Result<bool> is_whole(vault::Vault& vault, const Loaded& loaded, const records::Version& version);

// {"state", "vi", "en", "version", "versions", "reviews", "ignored", "amendments", …}: schema/api, Workflow.
Result<json::object> flow_json(vault::Vault& vault, Names& names, const Loaded& loaded);

}  // namespace gandan::app
