// Text from before Unicode (base/legacy_text.hpp) in what a request brings: it is never converted, and never
// stored as it is, without a person having seen what becomes of it. The first request is answered with
// Code::old_text and each text beside its conversion; the second says old_text: convert, or keep.
//
// Threading: plain values.
#pragma once

#include "app/documents.hpp"
#include "app/params.hpp"
#include "base/legacy_text.hpp"
#include "office/sheets.hpp"

namespace gandan::app {

enum class OldText { ask, convert, keep };
OldText read_old_text(Params& p);  // the parameter old_text

struct ConvertedText {
  std::string place;  // "households[#2].representative", "survey B7"
  std::string was;
  std::string now;
  Legacy encoding = Legacy::tcvn3;
};
// Converts the texts of a patch, or the cells of a spreadsheet; returns where, what stood there, what became
// of it.
Result<std::vector<ConvertedText>> settle_old_text(json::object& patch, OldText choice);
Result<std::vector<ConvertedText>> settle_old_text(office::Workbook& workbook, OldText choice);
// Without what a mark must not keep in clear: how the texts of personal fields came.
std::vector<ConvertedText> without_personal(const records::RecordType& type,
                                            std::vector<ConvertedText> converted);
bool has_personal(const std::vector<records::Field>& fields);
// What stood there, for the save that it becomes (records::kConvertedMark); none when nothing was converted.
Marks keep_originals(const std::vector<ConvertedText>& converted);

}  // namespace gandan::app
