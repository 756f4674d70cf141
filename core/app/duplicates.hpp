// Duplicates: records that look as if one thing had been written twice, and items of one list. They are shown
// to people, who withdraw one or leave both; nothing merges them.
//
// Two records are alike when their kind, unit and title are (base/likeness.hpp). Where the form wants a date,
// the record is an event, and the date is the same, too; a thing such as a household has dates that come
// later.
//
// Threading: as the vault's.
#pragma once

#include "app/documents.hpp"

namespace gandan::app {

// Records that look like this one: rows with their likeness, as record.add answers them.
Result<json::array> similar_records(Session& session, Documents& documents, const Loaded& loaded);

}  // namespace gandan::app
