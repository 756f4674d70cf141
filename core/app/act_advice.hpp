// Act advice: what to tell administrators whose realm has nobody left over, while there is time and after.
//
// Threading: pure functions.
#pragma once

#include "app/words.hpp"
#include "roster/roster.hpp"

namespace gandan::app {

// Empty: there is nothing to say. Of a threshold of so many persons, set or to be set.
Words advice_on_threshold(const roster::Roster& roster, std::size_t persons);

// Of a proposal that waits.
Words advice_on_removal(const roster::Roster& roster, const roster::ProposalInfo& proposal);

}  // namespace gandan::app
