#include "report/html.hpp"

namespace gandan::report {
namespace {

// Margins 20/20/30/20 mm, Times New Roman 14, page number centred at the top from page 2 (annex I, part I).
constexpr std::string_view kStyle = R"(
@page { size: A4; margin: 20mm 20mm 20mm 30mm; @top-center { content: counter(page); font: 13pt "Times New Roman", "Liberation Serif", serif; } }
@page :first { @top-center { content: none; } }
html { font: 14pt/1.35 "Times New Roman", "Liberation Serif", "Tinos", serif; color: #000; background: #fff; }
body { margin: 0; }
@media screen { body { max-width: 160mm; margin: 10mm auto; } }
p { margin: 0 0 6pt; text-align: justify; text-indent: 10mm; overflow-wrap: anywhere; }
p.center, p.subtitle, p.title, p.draft { text-align: center; text-indent: 0; }
p.title { font-weight: bold; margin: 18pt 0 0; }
p.subtitle { font-weight: bold; margin: 0; }
p.rule { text-indent: 0; text-align: center; margin: 0 0 10pt; line-height: 4pt; }
p.rule::after { content: ""; display: inline-block; width: 40mm; border-top: 0.75pt solid #000; }
p.heading { font-weight: bold; margin-top: 6pt; break-after: avoid; }
p.bold { font-weight: bold; }
p.draft { border: 1pt solid #000; padding: 2pt; font-size: 12pt; margin-top: 8pt; }
table.head { width: 100%; border-collapse: collapse; table-layout: fixed; }
table.head td { vertical-align: top; text-align: center; padding: 0; line-height: 1.25; }
table.head td.left { width: 41%; }
table.head .line { display: block; margin: 1pt auto 3pt; border-top: 0.75pt solid #000; }
.nation { font-size: 13pt; font-weight: bold; white-space: nowrap; }
.party { font-size: 15pt; font-weight: bold; white-space: nowrap; }
.motto { font-size: 14pt; font-weight: bold; white-space: nowrap; }
.agency { font-size: 13pt; text-transform: uppercase; overflow-wrap: anywhere; }
.date { font-style: italic; padding-top: 6pt; }
.day { white-space: nowrap; }
table.data { width: 100%; border-collapse: collapse; margin: 0 0 6pt; break-inside: avoid; }
table.data th, table.data td { border: 0.75pt solid #000; padding: 2pt 4pt; text-align: center; font-size: 13pt; }
table.data td.left { text-align: left; }
table.sign { width: 100%; border-collapse: collapse; table-layout: fixed; margin-top: 10pt; }
table.sign tbody { break-inside: avoid; }
table.sign td { text-align: center; vertical-align: top; padding: 0 2mm; font-size: 13pt; line-height: 1.25; }
table.sign td.name { font-weight: bold; font-size: 14pt; padding: 20mm 2mm 12pt; }
.recipients { font-size: 11pt; line-height: 1.25; margin-top: 10pt; break-inside: avoid; }
.recipients b { font-style: italic; font-size: 12pt; }
.footer { font-size: 8pt; margin-top: 12pt; color: #444; overflow-wrap: anywhere; }
)";

std::string escape_html(std::string_view text) {
  std::string out;
  out.reserve(text.size() + text.size() / 8);
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

constexpr std::string_view kDayMark = ", ngày ";

// "Chiến Thắng, ngày 05 tháng 02 năm 2026": where it does not fit on one line, the day stays whole.
std::string dated(std::string_view place_date) {
  const auto at = place_date.rfind(kDayMark);
  if (at == std::string_view::npos) return escape_html(place_date);
  return escape_html(place_date.substr(0, at + 1)) + " <span class=\"day\">" +
         escape_html(place_date.substr(at + 2)) + "</span>";
}

// One for each line.
std::string paragraphs(std::string_view text, std::string_view css_class) {
  std::string out;
  while (!text.empty()) {
    const auto end = text.find('\n');
    auto line = text.substr(0, end);
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    if (!line.empty()) {
      out += css_class.empty() ? "<p>" : "<p class=\"" + std::string(css_class) + "\">";
      out += escape_html(line) + "</p>\n";
    }
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return out;
}

std::string head_html(const Head& head) {
  const bool party = head.form == HeadForm::party;
  std::string out = "<table class=\"head\"><tr><td class=\"left\">";
  if (!head.superior.empty()) out += "<span class=\"agency\">" + escape_html(head.superior) + "</span><br>";
  out += "<span class=\"agency\"><b>" + escape_html(head.organisation) + "</b></span>";
  out += party ? "<br>*<br>Số " : "<span class=\"line\" style=\"width:35%\"></span>Số: ";
  out += escape_html(head.number) + "</td><td>";
  out += party ? "<span class=\"party\">ĐẢNG CỘNG SẢN VIỆT NAM</span><span class=\"line\" "
                 "style=\"width:58mm\"></span>"
               : "<span class=\"nation\">CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM</span><br>"
                 "<span class=\"motto\">Độc lập - Tự do - Hạnh phúc</span><span class=\"line\" "
                 "style=\"width:54mm\"></span>";
  if (!head.place_date.empty()) out += "<div class=\"date\">" + dated(head.place_date) + "</div>";
  return out + "</td></tr></table>\n";
}

struct BlockHtml {
  std::string operator()(const Paragraph& paragraph) const {
    constexpr const char* kClasses[] = {"",     "title",  "subtitle",    "heading",
                                        "bold", "center", "center bold", "draft"};
    return paragraphs(paragraph.text, kClasses[static_cast<std::size_t>(paragraph.style)]);
  }
  std::string operator()(const ShortLine&) const { return "<p class=\"rule\"></p>\n"; }
  std::string operator()(const Table& table) const {
    std::string out = "<table class=\"data\"><tr>";
    for (const auto& head : table.heads) out += "<th>" + escape_html(head) + "</th>";
    out += "</tr>\n";
    for (const auto& row : table.rows) {
      out += "<tr>";
      for (std::size_t i = 0; i < row.size(); ++i) {
        const bool left = i < table.left.size() && table.left[i];
        out += (left ? "<td class=\"left\">" : "<td>") + escape_html(row[i]) + "</td>";
      }
      out += "</tr>\n";
    }
    return out + "</table>\n";
  }
  std::string operator()(const Signatures& signatures) const {
    const auto& people = signatures.people;
    std::string out = "<table class=\"sign\">\n";
    for (std::size_t i = 0; i < people.size(); i += 2) {
      std::string titles;
      std::string names;  // in a row of their own: they stay level when a title takes two lines
      for (std::size_t j = i; j < i + 2; ++j) {
        if (j >= people.size()) {
          titles += "<td></td>";
          names += "<td></td>";
          continue;
        }
        titles += "<td><b>" + escape_html(people[j].title) + "</b><br><i>" + escape_html(people[j].note) +
                  "</i></td>";
        names += "<td class=\"name\">" + escape_html(people[j].name) + "</td>";
      }
      out += "<tbody><tr>" + titles + "</tr><tr>" + names + "</tr></tbody>\n";
    }
    return out + "</table>\n";
  }
  std::string operator()(const SmallList& list) const {
    std::string out = "<div class=\"recipients\"><b>" + escape_html(list.head) + "</b><br>\n";
    for (const auto& line : list.lines) out += "- " + escape_html(line) + "<br>\n";
    return out + "</div>\n";
  }
};

}  // namespace

std::string to_html(const Page& page) {
  // The page is what it is, also when somebody put markup into a field.
  std::string out =
      "<!DOCTYPE html>\n<html lang=\"vi\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
      "'unsafe-inline'\">\n"
      "<title>" +
      escape_html(page.head.title) + "</title>\n<style>" + std::string(kStyle) +
      "</style>\n</head>\n<body>\n";
  out += head_html(page.head);
  for (const auto& block : page.blocks) out += std::visit(BlockHtml{}, block);
  if (!page.footer.empty()) out += "<div class=\"footer\">" + escape_html(page.footer) + "</div>\n";
  return out + "</body>\n</html>\n";
}

}  // namespace gandan::report
