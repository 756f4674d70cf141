// "Did it arrive?": whether a record's changes and attachments are in the server's ledger, in plain words.
//
// Threading: as the vault's.
#pragma once

#include "app/documents.hpp"

namespace gandan::app {

// {"state": pending|sealed|partly|received, "changes", "received", "received_at", "vi", "en",
//  "attachments": [{"path", "name", "state": here|partly|missing, "sent", "chunks", "vi", "en"}]}
Result<json::object> record_arrival(vault::Vault& vault, const Loaded& loaded);

// Every attachment of a record as it is shown now, drawn signatures and scans among them, with its path. One
// whose record's key is not here, or was erased, stays closed (changelog::is_closed).
std::vector<std::pair<std::string, changelog::BlobRef>> attachments_of(const changelog::RecordView& view,
                                                                       const records::Reveal& reveal);

// {"path", "name", "media_type", "size", "chunks", "here", "sent", "vi", "en"}
Result<json::object> attachment_json(vault::Vault& vault, std::string_view path,
                                     const changelog::BlobRef& blob);

}  // namespace gandan::app
