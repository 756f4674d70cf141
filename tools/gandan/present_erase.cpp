// What erase.* answers, for people.
#include "gandan/present.hpp"

namespace gandan::cli {
namespace {

void kind(const json::object& o, Page& page) {
  page.line(text(o, page.language == Language::vi ? "label_vi" : "label_en") + " (" + text(o, "kind") + ")");
  page.line("  " + text(o, page.language == Language::vi ? "purpose_vi" : "purpose_en"));
  for (const auto& field : list(o, "fields")) {
    const auto& f = field.get_object();
    page.line("  · " + text(f, page.language == Language::vi ? "label_vi" : "label_en") + " – " +
              (text(f, "how") == "sealed" ? page.say("niêm phong", "sealed")
                                          : page.say("xoá được", "can be erased")));
  }
  for (const auto& basis : list(o, "kept_under")) {
    const auto& b = basis.get_object();
    std::string line = std::string(page.say("  Lưu theo ", "  Kept under ")) + text(b, "basis");
    if (!text(b, "article").empty()) line += ", " + text(b, "article");
    if (truth(b, "forever"))
      line += page.say(": vĩnh viễn", ": for ever");
    else if (!text(b, "years").empty())
      line += ": " + text(b, "years") + page.say(" năm", " years");
    page.line(line);
  }
  if (list(o, "kept_under").empty())
    page.line(page.say("  Chưa có văn bản nêu thời hạn lưu (legal_basis).",
                       "  No legal basis here states a retention (legal_basis)."));
  page.line(page.say("  Hồ sơ: ", "  Records: ") + text(o, "records") + page.say(", đang giữ: ", ", held: ") +
            text(o, "held") + page.say(", đã xoá: ", ", erased: ") + text(o, "erased"));
}

}  // namespace

bool present_erase(const std::string& method, Page& page) {
  if (method == "erase.hold") {
    page.line(text(page.ok, "title"));
    for (const auto& reason : list(page.ok, "holds"))
      page.line(page.say("  Đang giữ: ", "  Held: ") + value_text(reason));
    if (list(page.ok, "holds").empty()) page.line(page.say("  Không ai giữ.", "  Nobody holds it."));
  } else if (method == "erase.register") {
    for (const auto& row : list(page.ok, "kinds")) kind(row.get_object(), page);
  } else {
    return false;
  }
  return true;
}

}  // namespace gandan::cli
