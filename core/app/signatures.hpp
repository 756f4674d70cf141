// Signatures: people's signatures on a record's content (records/signature.hpp), in words.
//
// Threading: as the vault's.
#pragma once

#include "app/documents.hpp"

namespace gandan::app {

// Of those that hold and are bound to the content that `loaded` shows: who, in which way, on what day, in
// Vietnamese, in order of time. Of a draft there are none.
Result<std::vector<std::string>> signed_by(Session& session, Documents& documents, const Loaded& loaded);

}  // namespace gandan::app
