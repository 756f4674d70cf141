// From what a person or a program typed to the value a field wants. See document.hpp.
#include <algorithm>

#include "base/calendar.hpp"
#include "base/text.hpp"
#include "records/document.hpp"

namespace gandan::records {
namespace {

using changelog::Value;

constexpr int kFirstYear = 1000;  // an earlier one is a year that was typed in two digits
constexpr std::size_t kMaxTextBytes = changelog::kMaxValueBytes - 64;  // room for the tag and the length
constexpr std::int64_t kDayLimit = 2'932'896;                          // 9999-12-31

Error wrong(const char* code, std::string vi, std::string en) {
  return Error{Code::invalid_record, code, {{"", code, std::move(vi), std::move(en)}}};
}

std::string shown(std::string_view text) { return "“" + std::string(cut_text(text, 40)) + "”"; }

Result<Value> text_value(const std::string& raw) {
  const auto whole = nfc(raw);
  if (!whole.ok()) return wrong("bad_text", "Chữ không đúng mã UTF-8.", "The text is not UTF-8.");
  auto text = printable(*whole);
  if (!text)
    return wrong("bad_text", "Có ký tự điều khiển hoặc ký tự đổi chiều chữ, không in được.",
                 "There is a control character, or one that turns the writing direction.");
  if (text->size() > kMaxTextBytes) {
    return wrong("too_long", "Quá dài (tối đa 32 KiB); hãy đính kèm thành tệp.",
                 "Too long (at most 32 KiB); attach it as a file.");
  }
  if (text->empty()) return Value{changelog::Null{}};
  return Value{std::move(*text)};
}

// Decimal degrees as 1e-7 degrees, exactly; further digits are cut.
std::optional<std::int32_t> parse_degrees(std::string_view text, int limit) {
  const bool negative = !text.empty() && text.front() == '-';
  if (negative) text.remove_prefix(1);
  std::int64_t whole = 0;
  std::int64_t fraction = 0;
  std::size_t i = 0;
  for (; i < text.size() && text[i] >= '0' && text[i] <= '9' && i < 3; ++i)
    whole = whole * 10 + (text[i] - '0');
  if (i == 0) return std::nullopt;
  std::int64_t scale = 10'000'000;
  if (i < text.size() && text[i] == '.') {
    for (++i; i < text.size() && text[i] >= '0' && text[i] <= '9'; ++i) {
      scale /= 10;
      if (scale > 0) fraction += (text[i] - '0') * scale;
    }
  }
  const std::int64_t e7 = whole * 10'000'000 + fraction;
  if (i != text.size() || e7 > limit * 10'000'000LL) return std::nullopt;
  return static_cast<std::int32_t>(negative ? -e7 : e7);
}

// Metres with decimals as whole centimetres, up to 1000 km.
std::optional<std::uint32_t> parse_centimetres(std::string_view text) {
  std::uint32_t cm = 0;
  std::size_t i = 0;
  for (; i < text.size() && text[i] >= '0' && text[i] <= '9' && i < 6; ++i) {
    cm = cm * 10 + static_cast<std::uint32_t>(text[i] - '0');
  }
  if (i == 0) return std::nullopt;
  cm *= 100;
  if (i < text.size() && text[i] == '.') {
    std::uint32_t scale = 10;
    for (++i; i < text.size() && text[i] >= '0' && text[i] <= '9'; ++i) {
      cm += static_cast<std::uint32_t>(text[i] - '0') * scale;
      scale /= 10;
    }
  }
  return i == text.size() ? std::optional(cm) : std::nullopt;
}

std::vector<std::string> words(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const auto end = std::min(text.find(' '), text.size());
    if (end > 0) out.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

Result<Value> position_value(const json::value& v) {
  const auto bad = [] {
    return wrong("bad_position", "Vị trí không hợp lệ: cần vĩ độ -90…90, kinh độ -180…180.",
                 "Not a position: latitude -90…90, longitude -180…180.");
  };
  changelog::Position out;
  if (const auto* text =
          v.if_string()) {  // XLSForm: latitude longitude altitude accuracy, the last two in metres
    const auto parts = words(std::string_view(text->data(), text->size()));
    if (parts.size() < 2 || parts.size() > 4) return bad();
    const auto latitude = parse_degrees(parts[0], 90);
    const auto longitude = parse_degrees(parts[1], 180);
    if (!latitude || !longitude) return bad();
    out.latitude_e7 = *latitude;
    out.longitude_e7 = *longitude;
    if (parts.size() == 4) {
      const auto accuracy = parse_centimetres(parts[3]);
      if (!accuracy) return bad();
      out.accuracy_cm = *accuracy;
    }
    return Value{out};
  }
  const auto* o = v.if_object();
  if (o == nullptr) return bad();
  const auto latitude = json::find_integer(*o, "latitude_e7");
  const auto longitude = json::find_integer(*o, "longitude_e7");
  const bool accurate = json::find(*o, "accuracy_cm") != nullptr;
  const auto accuracy_cm = json::find_integer(*o, "accuracy_cm");
  if ((accurate && !accuracy_cm) || o->size() != (accurate ? 3u : 2u)) return bad();
  const auto accuracy = accuracy_cm.value_or(0);
  if (!latitude || !longitude || *latitude < -900'000'000 || *latitude > 900'000'000 ||
      *longitude < -1'800'000'000 || *longitude > 1'800'000'000 || accuracy < 0 || accuracy > 100'000'000) {
    return bad();
  }
  return Value{changelog::Position{static_cast<std::int32_t>(*latitude),
                                   static_cast<std::int32_t>(*longitude),
                                   static_cast<std::uint32_t>(accuracy)}};
}

// A choice as a form names it, or as people do: by its label, with its marks or without. nullptr: none, or
// several.
const Choice* named(const Field& field, std::string_view text) {
  if (const auto* choice = field.choice(text)) return choice;
  const std::string folded = fold(text);
  const Choice* found = nullptr;
  for (const auto& choice : field.choices) {
    if (fold(choice.label.vi) != folded && fold(choice.label.en) != folded) continue;
    if (found != nullptr) return nullptr;
    found = &choice;
  }
  return found;
}

// Codes with spaces between; or one label; or labels and codes with commas between.
std::vector<std::string> chosen(const Field& field, std::string_view text) {
  if (named(field, text) != nullptr) return {std::string(text)};
  if (text.find(',') == std::string_view::npos) return words(text);
  std::vector<std::string> out;
  for (std::size_t at = 0; at <= text.size();) {
    const auto end = std::min(text.find(',', at), text.size());
    auto one = text.substr(at, end - at);
    while (!one.empty() && one.front() == ' ') one.remove_prefix(1);
    while (!one.empty() && one.back() == ' ') one.remove_suffix(1);
    if (!one.empty()) out.emplace_back(one);
    at = end + 1;
  }
  return out;
}

Result<Value> choices_value(const Field& field, const json::value& v) {
  changelog::Choices out;
  if (const auto* text = v.if_string()) {
    out.codes = chosen(field, std::string_view(text->data(), text->size()));
  } else if (const auto* rows = v.if_array()) {
    for (const auto& row : *rows) {
      const auto* code = row.if_string();
      if (code == nullptr)
        return wrong("wrong_type", "Cần danh sách mã lựa chọn.", "Wants a list of choice codes.");
      out.codes.emplace_back(code->data(), code->size());
    }
  } else {
    return wrong("wrong_type", "Cần mã lựa chọn.", "Wants the code of a choice.");
  }
  for (auto& code : out.codes)
    if (const auto* choice = named(field, code)) code = choice->name;
  std::sort(out.codes.begin(), out.codes.end());
  out.codes.erase(std::unique(out.codes.begin(), out.codes.end()), out.codes.end());
  for (const auto& code : out.codes) {
    if (field.choice(code) != nullptr) continue;
    std::string vi, en;
    for (const auto& c : field.choices) {
      vi += (vi.empty() ? "" : ", ") + c.name + " (" + c.label.vi + ")";
      en += (en.empty() ? "" : ", ") + c.name + " (" + c.label.en + ")";
    }
    return wrong("not_a_choice", "Không có lựa chọn " + shown(code) + ". Các mã: " + vi + ".",
                 "There is no choice " + shown(code) + ". The codes: " + en + ".");
  }
  if (field.type == FieldType::select_one && out.codes.size() > 1) {
    return wrong("one_choice", "Chỉ chọn một.", "Only one choice.");
  }
  if (out.codes.empty()) return Value{changelog::Null{}};
  return Value{std::move(out)};
}

Result<Value> blob_value(const json::value& v, const std::map<std::string, changelog::BlobRef>& blobs) {
  const auto* o = v.if_object();
  const auto token = o == nullptr ? std::nullopt : json::find_text(*o, "blob");
  const auto found = token ? blobs.find(*token) : blobs.end();
  if (found == blobs.end()) {
    return wrong("no_blob", "Tệp phải được đính kèm bằng lệnh đính kèm.",
                 "A file comes in by the attach command.");
  }
  return Value{found->second};
}

}  // namespace

Result<Value> value_from_json(const Field& field, const json::value& v,
                              const std::map<std::string, changelog::BlobRef>& blobs) {
  if (v.is_null()) return Value{changelog::Null{}};
  if (field.sealed) {
    return wrong("sealed", "Mục niêm phong không ghi thẳng: phải niêm phong cho máy được mở (record.seal).",
                 "A sealed field is not written like this: it is sealed for the devices that may open it "
                 "(record.seal).");
  }
  const auto* string = v.if_string();
  const std::string text = string == nullptr ? std::string() : std::string(string->data(), string->size());
  if (string != nullptr && text.empty()) return Value{changelog::Null{}};
  switch (field.type) {
    case FieldType::text:
      if (string == nullptr) return wrong("wrong_type", "Cần chữ.", "Wants a text.");
      return text_value(text);
    case FieldType::integer: {
      const auto n = json::as_integer(v);
      if (!n) return wrong("bad_integer", "Cần số nguyên.", "Wants a whole number.");
      return Value{*n};
    }
    case FieldType::boolean:
      if (v.is_bool()) return Value{v.get_bool()};
      if (text == "true") return Value{true};
      if (text == "false") return Value{false};
      return wrong("wrong_type", "Cần true hoặc false.", "Wants true or false.");
    case FieldType::date: {
      const auto days = parse_date(text);
      if (!days || *days < days_from_civil({kFirstYear, 1, 1}))
        return wrong("bad_date", shown(text) + " không phải là một ngày; cần ngày có thật, như 2026-02-05.",
                     shown(text) + " is no day; give one that exists, like 2026-02-05.");
      return Value{changelog::Date{*days}};
    }
    case FieldType::datetime: {
      const auto ms = parse_instant(text);
      if (!ms || *ms < -kDayLimit * kDayMs || *ms > kDayLimit * kDayMs) {
        return wrong("bad_instant",
                     shown(text) + " không phải là ngày giờ; cần như 2026-02-05T08:00:00+07:00.",
                     shown(text) + " is no time; give one like 2026-02-05T08:00:00+07:00.");
      }
      return Value{changelog::Instant{*ms}};
    }
    case FieldType::select_one:
    case FieldType::select_multiple:
      return choices_value(field, v);
    case FieldType::geopoint:
      return position_value(v);
    case FieldType::file:
      return blob_value(v, blobs);
    case FieldType::link: {
      const auto id = id_from_text<RecordId>(text);
      if (!id.ok())
        return wrong("bad_link", "Cần mã của một hồ sơ (26 ký tự).",
                     "Wants the id of a record (26 characters).");
      return Value{gandan::to_text(*id)};
    }
    default:
      return wrong("read_only", "Mục này do chương trình tính, không ghi được.",
                   "This field is computed and cannot be written.");
  }
}

}  // namespace gandan::records
