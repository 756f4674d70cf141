// Picture: the texts of an answer as QR codes, on the terminal or in image files.
//
// Threading: none.
#pragma once

#include "gandan/command.hpp"

namespace gandan::cli {

// Draws the answer's member, a text or an array of texts, and returns what the terminal is to show. Several
// texts make several files: may-1.svg, may-2.svg. Code::file_exists, file_unwritable, disk_full, too_large.
Result<std::string> draw(const json::object& ok, const Picture& wanted, Language language);

}  // namespace gandan::cli
