// Hints: what a person types next, behind an error that this command line met. The errors' own sentences are
// the same for every shell; words of a command stand here.
//
// Threading: pure functions.
#pragma once

#include "gandan/command.hpp"

namespace gandan::cli {

// Lines, each ended; empty when there is nothing to add. In both languages unless one was chosen.
std::string hint(const json::object& error, const Command& command, const Globals& globals);

}  // namespace gandan::cli
