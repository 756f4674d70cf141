// One expression in a form that has something of everything: how it is translated, and what is said about it.
#pragma once

#include "forms.hpp"

namespace gandan::xlsform::test {

// The probe is the last row of the survey; its number is known.
constexpr std::uint32_t kProbeRow = 32;

inline Sheets probe_form(const std::string& type, const std::string& column, const std::string& expression) {
  Sheets out;
  out.survey = {
      {"type", "name", "label::vi", "label::en", column, "constraint_message::vi", "constraint_message::en"},
      {"today", "day"},
      {"text", "name", "Tên", "Name"},
      {"text", "note_text", "Ghi chú", "Note"},
      {"integer", "a", "A", "The a"},
      {"integer", "b", "B", "The b"},
      {"integer", "c", "C", "The c"},
      {"decimal", "area", "Diện tích", "Area"},
      {"select_one yn", "agree", "Đồng ý", "Agrees"},
      {"select_one level", "level", "Mức", "Level"},
      {"select_multiple things", "things", "Những gì", "Things"},
      {"date", "d1", "Ngày 1", "Day 1"},
      {"date", "d2", "Ngày 2", "Day 2"},
      {"dateTime", "t1", "Lúc 1", "Time 1"},
      {"dateTime", "t2", "Lúc 2", "Time 2"},
      {"time", "at", "Giờ", "Hour"},
      {"acknowledge", "read", "Đã đọc", "Read"},
      {"geopoint", "where", "Ở đâu", "Where"},
      {"image", "photo", "Ảnh", "Photo"},
      {"begin group", "house", "Nhà", "House"},
      {"integer", "rooms", "Phòng", "Rooms"},
      {"end group"},
      {"begin repeat", "people", "Người", "People"},
      {"text", "pname", "Tên người", "Person"},
      {"integer", "age", "Tuổi", "Age"},
      {"select_one role", "role", "Vai", "Role"},
      {"acknowledge", "active", "Có làm", "Active"},
      {"date", "born", "Sinh", "Born"},
      {"end repeat"},
      {"integer", "Số Hộ", "Số hộ", "Households"},
      {"note", "remark", "Lời dẫn", "Remark"},
      {type, "probe", "Thử", "Probe", expression}};
  out.choices = {{"list_name", "name", "label::vi", "label::en"},
                 {"yn", "Yes", "Có", "Yes"},
                 {"yn", "No", "Không", "No"},
                 {"level", "1", "Một", "One"},
                 {"level", "02", "Hai", "Two"},
                 {"things", "road", "Đường", "Road"},
                 {"things", "None", "Không gì", "None"},
                 {"role", "head", "Chủ hộ", "Head"},
                 {"role", "other", "Khác", "Other"}};
  out.settings = {{"form_id", "version", "form_title", "gandan::label_en", "default_language"},
                  {"probe_form", "1", "Thử", "Probe", "vi"}};
  return out;
}

// The translation, or "! code" of what the probe's row is left out for.
inline std::string translated(const std::string& type, const std::string& column_name,
                              const std::string& expression) {
  const auto form = import(probe_form(type, column_name, expression).workbook());
  for (const auto& f : form.findings)
    if (f.row == kProbeRow && f.effect == Effect::left_out) return "! " + f.code;
  return column(form, "probe", column_name);
}
inline std::string relevant(const std::string& x) { return translated("text", "relevant", x); }
inline std::string constraint(const std::string& x, const std::string& type = "integer") {
  return translated(type, "constraint", x);
}
inline std::string calculation(const std::string& x) { return translated("calculate", "calculation", x); }

}  // namespace gandan::xlsform::test
