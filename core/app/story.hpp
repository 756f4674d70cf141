// Story: what happened to a record, save by save, in sentences.
//
// Threading: as the vault's.
#pragma once

#include "app/workflow.hpp"

namespace gandan::app {

// A field's value in both languages: choices by their labels, links by the record's title, dates as people
// write them, without quotes; what is empty is said to be.
Words value_words(Documents& documents, const records::Field* field, const changelog::Value& value);
// "Danh sách / Mục" for a path inside a list; the path itself when the form does not know it.
Words label_words(const records::RecordType* type, std::string_view path);

// [{"vi", "en", "author", "arrival", …}] by stamp: schema/api, Chapter.
Result<json::array> story(Session& session, Documents& documents, const Loaded& loaded,
                          const std::vector<vault::OpOrigin>& origins);

}  // namespace gandan::app
