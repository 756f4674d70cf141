// Schemas: which forms, rules and calendars this notebook goes by: the program's own, and over them the sets
// that the realm issued, each only when its bytes are those that were signed and the whole loads without a
// fault. What is faulty is left out and said; the sets before it stay in use.
//
//   builtin ─ set 1 ─ set 2 (faulty: left out) ─ set 3 (not here yet: left out until it comes) ─ set 4
//
// Every device with the same program and the same chunks decides alike.
//
// Threading: as the vault's.
#pragma once

#include "app/session.hpp"
#include "app/words.hpp"

namespace gandan::app {

// overtaken: another set had its number first; used only when it is published again.
enum class SetState { in_use, faulty, changed, waiting, overtaken };

// Takes the realm's sets into use as they are here now; nothing when nothing changed. Titles, search and
// links of the records here are made again when forms changed. Pointers into the old catalog end.
Status use_schemas(Session& session);

// The forms that were in force when the realm's statements had come so far: sets that were issued later do
// not count. What is told again from an old checkpoint is told by its forms.
struct FormsThen {
  std::unique_ptr<records::Catalog> catalog;  // null: those in use now
  std::uint32_t number = 0;                   // of the newest set among them; 0: the program's own forms
  bool whole = true;                          // none of those sets has yet to arrive
};
Result<FormsThen> forms_then(Session& session, std::uint64_t roster_size);

}  // namespace gandan::app
