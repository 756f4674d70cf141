// What a form asks where: relevance, offered choices, defaults as values. Private to records.
//
// Threading: as the catalog.
#pragma once

#include "records/scope.hpp"

namespace gandan::records {

// Whether a field is asked for, at the place where `where` stands. Its groups are the caller's matter.
bool is_relevant(const Field& field, const Where& where);
// The chosen choices that the field's filter does not offer there. Codes of newer forms pass.
std::vector<const Choice*> not_offered(const Field& field, const changelog::Value& value, const Where& where);
FieldError not_offered_fault(const std::string& path, const Choice& choice);
// What an expression gave, as the field stores it: a date for a date field, codes for a choice.
Result<changelog::Value> value_from_scalar(const Field& field, const Scalar& scalar);

}  // namespace gandan::records
