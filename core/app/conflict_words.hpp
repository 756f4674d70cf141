// What a person has to decide, in words: RecordView::contested.
//
// Threading: as the vault's.
#pragma once

#include "app/documents.hpp"
#include "app/words.hpp"

namespace gandan::app {

// "Máy A ghi “…” lúc 09:10, máy B ghi “…” lúc 09:12, hai bên chưa thấy của nhau."
Words conflict_words(Documents& documents, const Loaded& loaded, std::string_view path,
                     const changelog::FieldView& field);

// One of those that it lies between: its value, the version that was finalised, or what becomes of the
// record.
Words head_words(Documents& documents, const Loaded& loaded, std::string_view path,
                 const changelog::FieldView& field, const changelog::OpEntry& head);

}  // namespace gandan::app
