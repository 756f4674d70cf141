// Numbers: what document numbers a unit has given, and giving the next one.
//
// Threading: as the vault's.
#pragma once

#include "app/documents.hpp"
#include "app/words.hpp"
#include "records/number.hpp"

namespace gandan::app {

// The number that papers of the record bear; nothing when it has none.
std::optional<records::DocumentNumber> number_of(const Loaded& loaded);

struct NumberRequest {
  std::optional<std::int64_t> number;  // absent: the next one
  std::optional<std::string> symbol;   // absent: that of the kind's print template
  std::optional<std::int64_t> year;    // absent: that of the record's date, else this year
  std::string reason;                  // wanted to change one
};
// Gives the record a number. Code::number_given, number_taken, no_symbol, withdrawn.
Status give_number(Session& session, const Loaded& loaded, const NumberRequest& request);
// What give_number would refuse, before anything else is done. Nothing to do when it has a number.
Status check_numbering(Session& session, const Loaded& loaded, std::string_view report);

// What a person has to settle: numbers given twice (at each record but the first), records with two numbers.
struct NumberFault {
  vault::RecordRow row;
  Words words;
};
Result<std::vector<NumberFault>> number_faults(Session& session, Documents& documents);

}  // namespace gandan::app
