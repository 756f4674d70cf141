// The HTML frame of a printed document: escaping, page geometry and head of Decree 30/2020/NĐ-CP, annex I.
// Private to report. Threading: pure functions.
#pragma once

#include <string>
#include <string_view>

namespace gandan::report {

std::string escape_html(std::string_view text);
// Paragraphs of `text`, one per line, each escaped, with `css_class` ("" for none).
std::string paragraphs(std::string_view text, std::string_view css_class);

struct Head {
  std::string title;         // of the HTML page
  std::string superior;      // left, light
  std::string organisation;  // left, bold
  std::string number;        // after "Số: "
  std::string place_date;    // right, italic; may be empty
};
std::string page_begin(const Head& head);
std::string page_end(std::string_view footer);

}  // namespace gandan::report
