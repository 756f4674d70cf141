#include "xlsform/types.hpp"

#include <algorithm>

namespace gandan::xlsform {
namespace {

using records::FieldType;

struct Row {
  std::string_view word;
  std::string_view others;  // further spellings, between bars, words joined by _
  int type;                 // of ours, -1: none
  Value value;
  bool metadata;
  const char* vi;  // what is to be said
  const char* en;
};
constexpr int kNone = -1;
constexpr int of(FieldType type) { return static_cast<int>(type); }

constexpr const char* kKeptVi = "Máy tự ghi ai, máy nào, lúc nào ở mỗi lần lưu.";
constexpr const char* kKeptEn = "Author, device and time of each save are kept by themselves.";
constexpr const char* kFileVi = "Thành tệp đính kèm; tệp loại nào cũng nhận.";
constexpr const char* kFileEn = "It becomes a file; any kind of file is taken.";
constexpr const char* kShapeVi = "Không có đường, vùng: dùng nhiều geopoint trong một repeat.";
constexpr const char* kShapeEn = "There are no lines or areas: use several geopoints in a repeat.";
constexpr const char* kOutsideVi = "Dữ liệu ngoài không có khi mất mạng: đưa các lựa chọn vào trang choices.";
constexpr const char* kOutsideEn =
    "External data is not there without a network: put the choices into the sheet choices.";
constexpr const char* kKoboVi = "Kiểu riêng của Kobo: dùng các câu hỏi select_one.";
constexpr const char* kKoboEn = "A type of Kobo's own: use select_one questions.";

constexpr Row kRows[] = {
    {"text", "|string|q_string|add_text_prompt|", of(FieldType::text), Value::text, false, "", ""},
    {"integer", "|int|q_int|add_integer_prompt|", of(FieldType::integer), Value::number, false, "", ""},
    {"date", "|q_date|add_date_prompt|", of(FieldType::date), Value::date, false, "", ""},
    {"dateTime", "|datetime|date_time|q_date_time|add_date_time_prompt|", of(FieldType::datetime),
     Value::instant, false, "", ""},
    {"time", "|q_time|", of(FieldType::text), Value::clock, false,
     "Thành chữ dạng GIỜ:PHÚT, có kiểm tra dạng.", "It becomes a text HH:MM, and its form is checked."},
    {"geopoint", "|location|gps|q_geopoint|q_location|add_location_prompt|", of(FieldType::geopoint),
     Value::place, false, "", ""},
    {"note", "|q_note|add_note_prompt|", of(FieldType::note), Value::none, false, "", ""},
    {"calculate", "|calculation|q_calculate|hidden_calculate|", of(FieldType::calculate), Value::none, false,
     "", ""},
    {"acknowledge", "|trigger|q_acknowledge|add_acknowledge_prompt|", of(FieldType::boolean), Value::boolean,
     false, "", ""},
    {"file", "|q_file|add_file_prompt|", of(FieldType::file), Value::file, false, "", ""},
    {"image", "|photo|picture|q_image|q_picture|add_image_prompt|add_photo_prompt|", of(FieldType::file),
     Value::file, false, kFileVi, kFileEn},
    {"audio", "|q_audio|add_audio_prompt|", of(FieldType::file), Value::file, false, kFileVi, kFileEn},
    {"video", "|q_video|add_video_prompt|", of(FieldType::file), Value::file, false, kFileVi, kFileEn},
    {"barcode", "|q_barcode|", of(FieldType::text), Value::text, false, "Thành chữ, gõ tay.",
     "It becomes a text, typed by hand."},
    {"range", "", of(FieldType::integer), Value::number, false, "", ""},
    {"decimal", "|double|q_decimal|add_decimal_prompt|", kNone, Value::none, false,
     "Không có số lẻ: diện tích ghi m², tiền ghi đồng; đổi kiểu thành integer.",
     "There are no fractions: areas in m², money in đồng; make it an integer."},
    {"rank", "|odk:rank|", kNone, Value::none, false, "Dùng một select_one cho mỗi thứ hạng.",
     "Use one select_one for each rank."},
    {"geotrace", "|q_geotrace|", kNone, Value::none, false, kShapeVi, kShapeEn},
    {"geoshape", "|q_geoshape|", kNone, Value::none, false, kShapeVi, kShapeEn},
    {"hidden", "", kNone, Value::none, false, "Dùng calculate, hoặc text với default.",
     "Use calculate, or a text with a default."},
    {"start", "|start_time|get_start_time|", kNone, Value::none, true, kKeptVi, kKeptEn},
    {"end", "|end_time|get_end_time|", kNone, Value::none, true, kKeptVi, kKeptEn},
    {"today", "|get_today|", kNone, Value::date, true, kKeptVi, kKeptEn},
    {"deviceid", "|imei|device_id|get_device_id|", kNone, Value::none, true, kKeptVi, kKeptEn},
    {"username", "", kNone, Value::none, true, kKeptVi, kKeptEn},
    {"subscriberid", "|subscriber_id|get_subscriber_id|", kNone, Value::none, true, kKeptVi, kKeptEn},
    {"simserial", "|sim_id|get_sim_id|", kNone, Value::none, true, kKeptVi, kKeptEn},
    {"phonenumber", "|phone_number|get_phone_number|", kNone, Value::none, true,
     "Không thu số điện thoại của người ghi.", "The author's telephone number is not collected."},
    {"email", "", kNone, Value::none, true, "Không thu thư điện tử của người ghi.",
     "The author's e-mail address is not collected."},
    {"audit", "", kNone, Value::none, true, "Nhật ký đã có sẵn.", "The log is there already."},
    {"start-geopoint", "", kNone, Value::none, true, "Không tự lấy vị trí của người ghi; dùng geopoint.",
     "The author's position is not taken by itself; use a geopoint."},
    {"background-audio", "", kNone, Value::none, true, "Không tự ghi âm; dùng file.",
     "Nothing is recorded by itself; use a file."},
    {"background-geopoint", "", kNone, Value::none, true, "Không tự lấy vị trí của người ghi; dùng geopoint.",
     "The author's position is not taken by itself; use a geopoint."},
    {"xml-external", "", kNone, Value::none, false, kOutsideVi, kOutsideEn},
    {"csv-external", "", kNone, Value::none, false, kOutsideVi, kOutsideEn},
    {"score__row", "", kNone, Value::none, false, kKoboVi, kKoboEn},
    {"rank__level", "", kNone, Value::none, false, kKoboVi, kKoboEn},
};

struct Select {
  std::string_view words;
  const char* word;
  FieldType type;
  bool outside;
};
constexpr Select kSelects[] = {
    {"select_one_from_file", "select_one_from_file", FieldType::select_one, true},
    {"select one from file", "select_one_from_file", FieldType::select_one, true},
    {"select_multiple_from_file", "select_multiple_from_file", FieldType::select_multiple, true},
    {"select multiple from file", "select_multiple_from_file", FieldType::select_multiple, true},
    {"select_one_external", "select_one_external", FieldType::select_one, true},
    {"select one external", "select_one_external", FieldType::select_one, true},
    {"add select one prompt using", "select_one", FieldType::select_one, false},
    {"add select multiple prompt using", "select_multiple", FieldType::select_multiple, false},
    {"select all that apply from", "select_multiple", FieldType::select_multiple, false},
    {"select all that apply", "select_multiple", FieldType::select_multiple, false},
    {"select_multiple", "select_multiple", FieldType::select_multiple, false},
    {"select multiple from", "select_multiple", FieldType::select_multiple, false},
    {"select multiple using", "select_multiple", FieldType::select_multiple, false},
    {"select multiple", "select_multiple", FieldType::select_multiple, false},
    {"select one from", "select_one", FieldType::select_one, false},
    {"select one using", "select_one", FieldType::select_one, false},
    {"select_one", "select_one", FieldType::select_one, false},
    {"select one", "select_one", FieldType::select_one, false},
    {"select1", "select_one", FieldType::select_one, false},
};

std::string one_spaced(std::string_view text) {
  std::string out;
  for (const char c : trimmed(text)) {
    const char put = c == '\t' || c == '\n' || c == '\r' ? ' ' : c;
    if (put != ' ' || (!out.empty() && out.back() != ' ')) out += put;
  }
  return out;
}

bool ends(std::string& text, std::string_view lower_end) {
  if (text.size() <= lower_end.size()) return false;
  const auto tail = text.size() - lower_end.size();
  if (lower_ascii(std::string_view(text).substr(tail)) != lower_end || text[tail - 1] != ' ') return false;
  text.resize(tail - 1);
  return true;
}

bool read_select(const std::string& text, TypeWord& out) {
  const std::string low = lower_ascii(text);
  for (const auto& select : kSelects) {
    if (low.rfind(select.words, 0) != 0) continue;
    if (low.size() > select.words.size() && low[select.words.size()] != ' ') continue;
    out.what = TypeWord::What::question;
    out.word = select.word;
    out.list = trimmed(std::string_view(text).substr(select.words.size()));
    for (const auto* other : {"or_other", "or other", "or specify other"})
      out.or_other = ends(out.list, other) || out.or_other;
    if (select.outside) {
      out.note = {kOutsideVi, kOutsideEn};
    } else {
      out.type = select.type;
      out.value = select.type == FieldType::select_one ? Value::choice : Value::choices;
    }
    return true;
  }
  return false;
}

}  // namespace

TypeWord read_type(std::string_view text) {
  TypeWord out;
  const std::string spaced = one_spaced(text);
  if (read_select(spaced, out)) return out;
  std::string word = lower_ascii(spaced);
  const std::string first = word.substr(0, word.find(' '));
  std::replace(word.begin(), word.end(), ' ', '_');
  out.word = word;
  if (first == "rank") word = first;  // rank LIST
  for (const auto* edge : {"begin_", "end_"}) {
    if (word.rfind(edge, 0) != 0) continue;
    const std::string what = word.substr(std::string_view(edge).size());
    const bool list = what == "repeat" || what == "lgroup" || what == "looped_group";
    if (!list && what != "group" && std::string_view(edge) == "end_" && what == "time") continue;
    out.what = std::string_view(edge) == "begin_" ? TypeWord::What::begin : TypeWord::What::end;
    if (list) out.type = FieldType::repeat;
    if (what == "group") out.type = FieldType::group;
    if (!out.type)
      out.note = what == "loop"
                     ? records::Label{"Không có loop: dùng repeat.", "There are no loops: use a repeat."}
                     : records::Label{kKoboVi, kKoboEn};
    return out;
  }
  for (const auto& row : kRows) {
    if (lower_ascii(row.word) != word && row.others.find("|" + word + "|") == std::string_view::npos)
      continue;
    out.what = TypeWord::What::question;
    out.word = row.word;
    if (row.type != kNone) out.type = static_cast<FieldType>(row.type);
    out.value = row.value;
    out.metadata = row.metadata;
    out.note = {row.vi, row.en};
    return out;
  }
  return out;
}

}  // namespace gandan::xlsform
