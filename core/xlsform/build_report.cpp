// What the columns of a form come to that have no place here.
#include <algorithm>

#include "xlsform/build_type.hpp"

namespace gandan::xlsform {
namespace {

using records::FieldType;

// Columns that have no place here: what each of them comes to.
struct NoPlace {
  std::string_view key;
  Effect effect;
  const char* vi;
  const char* en;
};
constexpr NoPlace kNoPlace[] = {
    {"appearance", Effect::looks, "Cách hiện là việc của chương trình.",
     "How it shows is the program's matter."},
    {"parameters", Effect::looks, "Tham số này không có tác dụng ở đây.",
     "These parameters have no effect here."},
    {"rows", Effect::looks, "Cách hiện là việc của chương trình.", "How it shows is the program's matter."},
    {"autoplay", Effect::looks, "Cách hiện là việc của chương trình.",
     "How it shows is the program's matter."},
    {"guidance_hint", Effect::left_out, "Không có lời dẫn thứ hai; ghi vào hint.",
     "There is no second hint; put it into the hint."},
    {"required_message", Effect::left_out, "Câu báo thiếu là của chương trình.",
     "The message for what is missing is the program's own."},
    {"trigger", Effect::left_out, "Không tính lại theo một câu khác được.",
     "Nothing is calculated again when another answer changes."},
    {"repeat_count", Effect::left_out, "Số mục của danh sách không định trước được.",
     "The number of items cannot be set in advance."},
    {"save_to", Effect::left_out, "Không có thực thể (entities).", "There are no entities."},
    {"query", Effect::left_out, "Không tra ở dữ liệu ngoài được.", "External data cannot be looked up."},
};
constexpr std::string_view kKnown[] = {"type",
                                       "name",
                                       "label",
                                       "hint",
                                       "required",
                                       "relevant",
                                       "constraint",
                                       "calculation",
                                       "default",
                                       "choice_filter",
                                       "constraint_message",
                                       "read_only",
                                       "disabled",
                                       "gandan::link",
                                       "gandan::sealed",
                                       "gandan::personal",
                                       "gandan::required",
                                       "gandan::relevant",
                                       "gandan::constraint",
                                       "gandan::calculation",
                                       "gandan::default",
                                       "gandan::choice_filter"};
// Kobo's own bookkeeping.
constexpr std::string_view kBookkeeping[] = {
    "$kuid", "$autoname", "$given_name",         "$xpath",           "$qpath", "kuid",
    "hxl",   "_or_other", "kobo--score-choices", "kobo--matrix_list"};

bool is_one_of(std::string_view key, const std::string_view* begin, const std::string_view* end) {
  return std::find(begin, end, key) != end;
}

}  // namespace

void TypeBuilder::report_other_columns(Question& q) {
  if (says_yes(q.cell("read_only")) && q.type != FieldType::calculate && q.type != FieldType::note)
    report(Effect::left_out, q, "read_only", "column.read_only", "Câu này vẫn sửa được.",
           "It can still be changed.");
  for (const auto& [key, text] : q.cells) {
    const std::string base = key.substr(0, key.find("::"));
    for (const auto& row : kNoPlace) {
      const bool range = row.key == "parameters" && q.word == "range";
      if ((key == row.key || base == row.key) && !range)
        report(row.effect, q, key, "column." + std::string(row.key), row.vi, row.en);
    }
    if (base == "media")
      report(Effect::left_out, q, key, "column.media", "Không có ảnh, tiếng trong câu hỏi.",
             "Questions have no pictures or sounds.");
  }
}

// Columns that mean nothing here are told once each, when anything stands in them.
void TypeBuilder::report_unknown_heads() {
  for (const auto& head : form_.survey.heads) {
    const std::string base = head.key.substr(0, head.key.find("::"));
    const bool known = is_one_of(head.key, std::begin(kKnown), std::end(kKnown)) || base == "media" ||
                       std::any_of(std::begin(kNoPlace), std::end(kNoPlace), [&](const NoPlace& row) {
                         return row.key == head.key || row.key == base;
                       });
    const bool ours = head.language.empty() || head.language == "vi" || head.language == "en";
    if (known && ours) continue;
    const std::string key = head.language.empty() ? head.key : head.key + "::" + head.language;
    const auto filled = std::count_if(form_.survey.rows.begin(), form_.survey.rows.end(),
                                      [&](const TableRow& row) { return row.cells.count(key) > 0; });
    if (filled == 0) continue;
    const std::string rows_vi = " (" + std::to_string(filled) + " dòng)";
    const std::string rows_en = " (" + std::to_string(filled) + " rows)";
    const bool looks = is_one_of(head.key, std::begin(kBookkeeping), std::end(kBookkeeping)) ||
                       base == "body" || base == "control";
    if (known) {
      findings_.add({Effect::left_out, "survey", 0, head.given, "column.language",
                     "Mẫu chỉ có tiếng Việt và tiếng Anh" + rows_vi + ".",
                     "A form has Vietnamese and English only" + rows_en + "."});
    } else {
      findings_.add({looks ? Effect::looks : Effect::left_out, "survey", 0, head.given, "column.unknown",
                     "Không có cột này" + rows_vi + ".", "There is no such column" + rows_en + "."});
    }
  }
}

}  // namespace gandan::xlsform
