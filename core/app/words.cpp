#include "app/words.hpp"

#include <algorithm>

#include "base/calendar.hpp"
#include "base/text.hpp"
#include "records/format.hpp"

namespace gandan::app {
namespace {

constexpr std::size_t kLongestQuote = 120;  // code points

std::string text(const json::object& o, std::string_view key) { return json::find_text(o, key).value_or(""); }

Words suspicion(const json::object& author) {
  if (json::find_bool(author, "suspect") != true) return {};
  return {" (đồng hồ máy này chạy sai)", " (this device's clock was wrong)"};
}

}  // namespace

Words device_words(const json::object& author) {
  const std::string device = text(author, "device_short").empty() ? "?" : text(author, "device_short");
  const std::string holder = text(author, "holder_code");
  const std::string in = holder.empty() ? "" : " (" + holder + ")";
  return {"máy " + device + in, "device " + device + in};
}

Words role_words(std::string_view role) {
  if (role == "admin") return {"quản trị", "administrator"};
  if (role == "cadre") return {"cán bộ", "cadre"};
  if (role == "office") return {"cơ quan tiếp nhận", "receiving office"};
  if (role == "supervisor") return {"giám sát", "supervisor"};
  if (role == "auditor") return {"kiểm tra", "auditor"};
  return {};
}

Words author_words(const json::object& author, bool with_time) {
  const std::string holder = text(author, "holder_code");
  const std::string device = text(author, "device_short").empty() ? "?" : text(author, "device_short");
  Words out = same(holder.empty() ? "" : holder + ", ");
  out = out + Words{"máy ", "device "} + same(device);
  // A cadre of the place is what a reader expects; everybody else is said to be who he is.
  if (const auto unit = text(author, "role_unit_name"); !unit.empty()) {
    const std::string role = text(author, "role");
    const Words who = role == "cadre" ? Words{} : role_words(role);
    out = out + same(" (") + who + same((who.vi.empty() ? "" : ", ") + unit + ")");
  }
  const auto at = parse_instant(text(author, "at"));
  if (with_time && at) out = out + same(", " + records::instant_for_people(*at));
  return out + suspicion(author);
}

std::string quotation(std::string_view text) {
  std::string out;
  std::size_t count = 0;
  for (const char c : text) {
    const bool starts = (static_cast<unsigned char>(c) & 0xc0) != 0x80;
    if (starts && ++count > kLongestQuote) {
      out += "…";
      break;
    }
    out += c == '\n' ? ' ' : c;
  }
  return "“" + out + "”";
}

Words in_quotes(const Words& words) { return {quotation(words.vi), quotation(words.en)}; }

Words Phrases::joined() const {
  constexpr std::size_t kNamed = 6;
  Words out;
  for (std::size_t i = 0; i < std::min(parts_.size(), kNamed); ++i)
    out = out + same(i == 0 ? "" : "; ") + parts_[i];
  if (parts_.size() > kNamed) {
    const std::string n = std::to_string(parts_.size() - kNamed);
    out = out + Words{"; và " + n + " mục khác", "; and " + n + " more"};
  }
  return out;
}

}  // namespace gandan::app
