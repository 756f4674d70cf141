// Document numbers: Số/ký hiệu, e.g. 05/BB-CĐDC, per unit, symbol and year. A number is a mark of the record,
// @number, and no part of its content: it may be given when a paper is printed, long after it was signed.
// Phones without signal can give one number twice; whoever then holds both records sees it, and a person
// settles it. A number is never given again, also when its record was withdrawn, or was finalised with it and
// has another one now.
//
// Threading: pure functions.
#pragma once

#include <optional>

#include "changelog/merge.hpp"

namespace gandan::records {

constexpr std::string_view kNumberMark = "@number";
constexpr std::int64_t kMaxNumber = 999'999;

struct DocumentNumber {
  int year = 0;             // 1 to 9999
  std::int64_t number = 0;  // 1 to kMaxNumber
  std::string symbol;       // "BB-CĐDC"; "-CV/TU" stands directly behind the number, as in Party documents
  friend bool operator==(const DocumentNumber& a, const DocumentNumber& b) {
    return a.year == b.year && a.number == b.number && a.symbol == b.symbol;
  }
};

// 1 to 40 characters, no blanks at its ends; NFC is the caller's.
bool good_symbol(std::string_view symbol);
std::string for_people(const DocumentNumber& number);  // "05/BB-CĐDC"
std::string mark_text(const DocumentNumber& number);   // "2026/5/BB-CĐDC": what the mark holds
std::optional<DocumentNumber> parse_number(std::string_view mark_text);

// The numbers a record has, the shown one first: one, or several that devices gave without knowing of each
// other; empty when it has none. What cannot be read is left out.
std::vector<std::pair<DocumentNumber, const changelog::OpEntry*>> numbers_of(
    const changelog::RecordView& view);

}  // namespace gandan::records
