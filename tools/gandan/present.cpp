#include "gandan/present.hpp"

#include <algorithm>
#include <cstdio>

#include "base/calendar.hpp"

namespace gandan::cli {
namespace {

const json::object kNoObject;
const json::array kNoArray;

// How many bytes of it are such a character; 0: it begins with another.
std::size_t speaks_to_terminal(std::string_view text) {
  const auto byte = [text](std::size_t at) {
    return at < text.size() ? static_cast<unsigned char>(text[at]) : 0u;
  };
  const unsigned first = byte(0), second = byte(1), third = byte(2);
  if ((first < 0x20 && first != '\n' && first != '\t') || first == 0x7f) return 1;
  if ((first == 0xc2 && second >= 0x80 && second < 0xa0) || (first == 0xd8 && second == 0x9c)) return 2;
  const bool marks = first == 0xe2 && second == 0x80 && (third == 0x8e || third == 0x8f);
  const bool turns = first == 0xe2 && ((second == 0x80 && third >= 0xa8 && third <= 0xae) ||
                                       (second == 0x81 && third >= 0xa6 && third <= 0xa9));
  return marks || turns ? 3 : 0;
}

}  // namespace

std::string text(const json::object& o, std::string_view key) {
  const json::value* found = json::find(o, key);
  return found == nullptr || found->is_null() ? std::string{} : value_text(*found);
}
std::int64_t number(const json::object& o, std::string_view key) {
  return json::find_integer(o, key).value_or(0);
}
bool truth(const json::object& o, std::string_view key) { return json::find_bool(o, key).value_or(false); }
const json::array& list(const json::object& o, std::string_view key) {
  const json::array* found = json::find_array(o, key);
  return found == nullptr ? kNoArray : *found;
}
const json::object& part(const json::object& o, std::string_view key) {
  const json::object* found = json::find_object(o, key);
  return found == nullptr ? kNoObject : *found;
}

// What others wrote must not speak to the terminal: control characters, in one byte or two, and those that
// end a line or turn its direction unseen, show as such.
std::string printable(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const auto length = speaks_to_terminal(text.substr(at));
    if (length != 0)
      out += "\xef\xbf\xbd";
    else
      out += text[at];
    at += std::max<std::size_t>(length, 1);
  }
  return out;
}

std::string value_text(const json::value& v) {
  if (v.is_string()) return printable(std::string_view(v.get_string().data(), v.get_string().size()));
  if (v.is_null()) return "–";
  if (v.is_bool()) return v.get_bool() ? "✓" : "✗";
  if (v.is_array()) {
    std::string out;
    for (const auto& element : v.get_array()) out += (out.empty() ? "" : ", ") + value_text(element);
    return out;
  }
  if (v.is_object()) {
    const auto& o = v.get_object();
    if (json::find(o, "blob") != nullptr) return text(o, "name") + " (" + text(o, "size") + " B)";
    if (json::find(o, "latitude_e7") != nullptr) {
      char buffer[64];
      std::snprintf(buffer, sizeof buffer, "%.7f, %.7f", static_cast<double>(number(o, "latitude_e7")) / 1e7,
                    static_cast<double>(number(o, "longitude_e7")) / 1e7);
      return buffer;
    }
    if (json::find(o, "mark") != nullptr) return text(o, "reason").empty() ? "✓" : text(o, "reason");
  }
  return json::compact(v);
}

std::string moment(std::string_view instant) {
  const auto ms = parse_instant(instant);
  if (!ms) return std::string(instant);
  const CivilTime at = local_time(*ms);
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, "%02d/%02d/%04d %02d:%02d", at.date.day, at.date.month, at.date.year,
                at.hour, at.minute);
  return buffer;
}

std::string day(std::string_view date) {
  const auto days = parse_date(date);
  if (!days) return std::string(date);
  const CivilDate at = civil_from_days(*days);
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, "%02d/%02d/%04d", at.day, at.month, at.year);
  return buffer;
}

std::string Page::words(const json::object& o) const {
  return text(o, language == Language::vi ? "vi" : "en");
}

std::string present(const std::string& method, const json::object& ok, Language language, const Ask& ask,
                    bool drawn) {
  Page page{ok, language, ask, {}, drawn};
  if (present_keys(method, page) || present_organisation(method, page) || present_records(method, page) ||
      present_work(method, page) || present_exchange(method, page) || present_schema(method, page) ||
      present_acts(method, page) || present_erase(method, page))
    return page.out;
  return json::pretty(ok);
}

namespace {

// A closed gate is named by its rule, in the words that open it.
std::string override_words(const json::object& gate, Language language) {
  return "      --override '" + text(gate, "code") + (language == Language::vi ? "=lý do'\n" : "=why'\n");
}

// The boundary asks for days and times as programs write them; here they are typed as people do.
std::string as_typed(std::string words) {
  constexpr std::pair<std::string_view, std::string_view> kForms[] = {
      {"2026-02-05T08:00:00+07:00", "5/2/2026 8:00"}, {"2026-02-05", "5/2/2026"}};
  for (const auto& [program, person] : kForms)
    if (const auto at = words.find(program); at != std::string::npos)
      words.replace(at, program.size(), person);
  return words;
}

}  // namespace

std::string present_error(const json::object& error, Language language, bool alone) {
  const bool vi_first = language == Language::vi;
  const char* first = vi_first ? "vi" : "en";
  const char* second = vi_first ? "en" : "vi";
  std::string out = vi_first ? "Lỗi: " : "Error: ";
  out += text(error, first) + "  [" + text(error, "code") + "]\n";
  if (!alone) out += "  " + text(error, second) + "\n";
  for (const auto& row : list(error, "fields")) {
    if (!row.is_object()) continue;
    const auto& field = row.get_object();
    // A closed gate is named by its rule: that is what --override wants.
    const bool gate = text(error, "code") == "record.gate";
    const std::string place = gate ? text(field, "code") : text(field, "path");
    out += "  · " + (place.empty() ? "" : place + ": ") + as_typed(text(field, first)) +
           (alone ? "" : " / " + as_typed(text(field, second))) + "\n";
    if (gate) out += override_words(field, language);
  }
  // For who looks into it: fields have said it in words where a person can do something about it.
  const std::string detail = text(error, "detail");
  if (!detail.empty() && list(error, "fields").empty()) out += "  (" + detail + ")\n";
  return out;
}

int exit_of(const std::string& method, const json::object& ok) {
  if (method == "audit.verify" && !truth(ok, "held")) return 6;
  if (method == "schema.check" && !truth(ok, "held")) return 3;
  if (number(part(ok, "received"), "refused") > 0) return 6;
  if (method == "sync.run" && !list(ok, "rejected").empty()) return 5;
  return 0;
}

}  // namespace gandan::cli
