#include "records/format.hpp"

#include "base/calendar.hpp"
#include "changelog/personal_value.hpp"
#include "records/personal.hpp"
#include "records/sealed.hpp"

namespace gandan::records {
namespace {

using namespace changelog;

std::string two(int n) { return (n < 10 ? "0" : "") + std::to_string(n); }
std::string label_of(const Field* field, const std::string& code, std::string_view language) {
  const Choice* choice = field == nullptr ? nullptr : field->choice(code);
  if (choice == nullptr) return code;  // a newer form's choice: its code is better than nothing
  return language == "en" ? choice->label.en : choice->label.vi;
}

// 1e-7 degrees as decimal degrees, exactly.
std::string degrees(std::int32_t e7) {
  const std::int64_t v = e7 < 0 ? -std::int64_t{e7} : std::int64_t{e7};
  std::string fraction = std::to_string(v % 10'000'000);
  fraction.insert(0, 7 - fraction.size(), '0');
  return (e7 < 0 ? "-" : "") + std::to_string(v / 10'000'000) + "." + fraction;
}

std::string month_text(int month) { return month <= 2 ? two(month) : std::to_string(month); }

}  // namespace

std::string date_for_people(std::int32_t days) {
  const auto d = civil_from_days(days);
  return two(d.day) + "/" + two(d.month) + "/" + std::to_string(d.year);
}

std::string instant_for_people(std::int64_t ms) {
  const auto t = local_time(ms);
  return date_for_people(local_days(ms)) + " " + two(t.hour) + ":" + two(t.minute);
}

std::string date_words(std::int32_t days) {
  const auto d = civil_from_days(days);
  return "ngày " + two(d.day) + " tháng " + month_text(d.month) + " năm " + std::to_string(d.year);
}

std::string integer_for_people(std::int64_t v) {
  std::string digits = std::to_string(v);
  const std::size_t start = v < 0 ? 1 : 0;
  for (std::size_t i = digits.size(); i > start + 3; i -= 3) digits.insert(i - 3, ".");
  return digits;
}

std::string format_value(const Field* field, const Value& value, std::string_view language,
                         std::string_view format) {
  struct Visitor {
    const Field* field;
    std::string_view language;
    std::string_view format;
    bool en() const { return language == "en"; }
    std::string operator()(Null) const { return ""; }
    std::string operator()(bool v) const {
      if (format == "code") return v ? "true" : "false";
      return v ? (en() ? "yes" : "có") : (en() ? "no" : "không");
    }
    std::string operator()(std::int64_t v) const {
      return format == "code" ? std::to_string(v) : integer_for_people(v);
    }
    std::string operator()(const std::string& v) const { return v; }
    std::string operator()(Date v) const {
      if (format == "code") return date_text(v.days);
      return format == "date_words" ? date_words(v.days) : date_for_people(v.days);
    }
    std::string operator()(Instant v) const {
      if (format == "code") return instant_text(v.ms);
      if (format == "date") return date_for_people(local_days(v.ms));
      if (format == "date_words") return date_words(local_days(v.ms));
      if (format == "time") {
        const auto t = local_time(v.ms);
        return two(t.hour) + " giờ " + two(t.minute) + " phút";
      }
      return instant_for_people(v.ms);
    }
    std::string operator()(const Choices& v) const {
      std::string out;
      for (const auto& code : v.codes) {
        if (!out.empty()) out += format == "code" ? " " : format == "lines" ? "\n" : "; ";
        std::string label = format == "code" ? code : label_of(field, code, language);
        if (format == "lower" && label[0] >= 'A' && label[0] <= 'Z')
          label[0] = static_cast<char>(label[0] - 'A' + 'a');
        out += label;
      }
      return out;
    }
    std::string operator()(const Position& v) const {
      std::string out = degrees(v.latitude_e7) + ", " + degrees(v.longitude_e7);
      if (v.accuracy_cm > 0) out += " (±" + std::to_string((v.accuracy_cm + 50) / 100) + " m)";
      return out;
    }
    std::string operator()(const BlobRef& v) const {
      return changelog::is_closed(v) ? std::string() : v.name;
    }
    std::string operator()(const Sealed& v) const {
      const auto count = sealed_recipients(v);
      if (!count) return en() ? "(sealed)" : "(đã niêm phong)";
      const std::string n = std::to_string(*count);
      if (en()) return "(sealed for " + n + (*count == 1 ? " recipient)" : " recipients)");
      return "(niêm phong cho " + n + " người nhận)";
    }
    std::string operator()(const Personal& v) const {
      const Label words = personal_words(v);
      return "(" + (en() ? words.en : words.vi) + ")";
    }
    std::string operator()(const Mark&) const { return ""; }
  };
  return std::visit(Visitor{field, language, format}, value);
}

}  // namespace gandan::records
