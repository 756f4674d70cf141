// Personal fields of a record (schema/wire/personal.md): what a reader shows of them. Stored documents,
// titles, search and links have ciphertext or nothing; a text is opened when somebody reads, by who has its
// key.
//
// Threading: pure functions.
#pragma once

#include "records/tree.hpp"
#include "records/type.hpp"
#include "roster/statement.hpp"

namespace gandan::records {

// A value as a reader of this device sees it: of a personal one the text, or why there is none
// (Personal::closed); every other value as it is. By the whole path. May be empty: nothing is opened.
using Reveal = std::function<changelog::Value(std::string_view path, const changelog::Value&)>;

void reveal(Tree& tree, const Reveal& open);

Label personal_words(const changelog::Personal& value);
Label erase_reason_words(roster::EraseReason reason);
const char* closed_text(changelog::Personal::Closed closed);  // waiting, erased, unreadable; "": unread

}  // namespace gandan::records
