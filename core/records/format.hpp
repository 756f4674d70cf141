// Values for people: labels of choices, dates dd/mm/yyyy, instants in Viet Nam's time, thousands with dots.
// Formats of templates: "{start|time}" 09 giờ 05 phút, "|date" 05/02/2026, "|date_words" ngày 05 tháng 02 năm
// 2026,
// "|lower" a choice's label inside a sentence (its first letter small), "|code" the stored form, "|lines" one
// line per code of a choice list.
//
// Threading: pure functions.
#pragma once

#include "changelog/value.hpp"
#include "records/type.hpp"

namespace gandan::records {

// `field` may be null: the value's own form. `language` is "vi" or "en".
std::string format_value(const Field* field, const changelog::Value& value, std::string_view language,
                         std::string_view format = {});
std::string date_for_people(std::int32_t days);   // 05/02/2026
std::string instant_for_people(std::int64_t ms);  // 05/02/2026 09:05
std::string date_words(std::int32_t days);        // ngày 05 tháng 02 năm 2026 (Decree 30/2020)
std::string integer_for_people(std::int64_t v);   // 1.234.567

}  // namespace gandan::records
