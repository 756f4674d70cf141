// Erase: what keeps a record's personal data from being erased.
//
// Threading: as the vault's.
#pragma once

#include "app/documents.hpp"

namespace gandan::app {

// Marks that hold it, and deadlines that are not met; empty: nothing does.
std::vector<FieldError> holds_of(Documents& documents, const Loaded& loaded);

}  // namespace gandan::app
