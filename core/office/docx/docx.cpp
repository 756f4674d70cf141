#include "office/docx/docx.hpp"

#include <algorithm>
#include <pugixml.hpp>
#include <sstream>

#include "base/calendar.hpp"
#include "base/text.hpp"
#include "office/docx/styles.hpp"
#include "office/docx/zip_writer.hpp"

namespace gandan::office {
namespace {

using pugi::xml_node;
using report::Paragraph;

// Twentieths of a point, what WordprocessingML measures in: 1 mm is 56.7.
constexpr int kTextWidth = 9071;  // 210 - 30 - 20 mm
constexpr int kLeftHead = 3402;   // 60 mm: the other side holds the name of the State at 13 pt
constexpr int kNameSpace = 1134;  // 20 mm to sign in
constexpr std::string_view kDayMark = ", ngày ";

// What XML 1.0 cannot hold is no text of a person's.
std::string clean(std::string_view text) {
  std::string out;
  std::copy_if(text.begin(), text.end(), std::back_inserter(out),
               [](char c) { return static_cast<unsigned char>(c) >= 0x20 || c == '\t'; });
  return out;
}

void set(xml_node of, const char* name, const std::string& value) {
  of.append_attribute(name).set_value(value.c_str());
}
xml_node value(xml_node of, const char* element, const std::string& text) {
  auto out = of.append_child(element);
  set(out, "w:val", text);
  return out;
}

struct Run {
  bool bold = false;
  bool italic = false;
  int half_points = 0;  // 0: the style's
  bool capitals = false;
};

xml_node paragraph(xml_node into, const char* style) {
  auto out = into.append_child("w:p");
  value(out.append_child("w:pPr"), "w:pStyle", style);
  return out;
}
void run(xml_node into, std::string_view text, const Run& how = {}) {
  auto out = into.append_child("w:r");
  if (how.bold || how.italic || how.capitals || how.half_points != 0) {
    auto properties = out.append_child("w:rPr");
    if (how.bold) properties.append_child("w:b");
    if (how.italic) properties.append_child("w:i");
    if (how.capitals) properties.append_child("w:caps");
    if (how.half_points != 0) value(properties, "w:sz", std::to_string(how.half_points));
  }
  auto t = out.append_child("w:t");
  set(t, "xml:space", "preserve");
  t.text().set(clean(text).c_str());
}
void line_of(xml_node into, const char* style, std::string_view text, const Run& how = {}) {
  run(paragraph(into, style), text, how);
}

// A short line in the middle of a column: a paragraph of no height, whose lower border it is.
void short_line(xml_node into, int width, int column) {
  auto properties = paragraph(into, kLineStyle).child("w:pPr");
  auto border = properties.append_child("w:pBdr").append_child("w:bottom");
  set(border, "w:val", "single");
  set(border, "w:sz", "6");
  set(border, "w:space", "0");
  set(border, "w:color", "auto");
  auto indent = properties.append_child("w:ind");
  const std::string side = std::to_string(std::max(0, (column - width) / 2));
  set(indent, "w:left", side);
  set(indent, "w:right", side);
  set(indent, "w:firstLine", "0");
}

xml_node table(xml_node into, const char* style, const std::vector<int>& columns) {
  auto out = into.append_child("w:tbl");
  auto properties = out.append_child("w:tblPr");
  value(properties, "w:tblStyle", style);
  auto width = properties.append_child("w:tblW");
  set(width, "w:w", std::to_string(kTextWidth));
  set(width, "w:type", "dxa");
  set(properties.append_child("w:tblLayout"), "w:type", "fixed");
  auto grid = out.append_child("w:tblGrid");
  for (const int column : columns) set(grid.append_child("w:gridCol"), "w:w", std::to_string(column));
  return out;
}
xml_node row(xml_node of, bool is_head = false) {
  auto out = of.append_child("w:tr");
  auto properties = out.append_child("w:trPr");
  properties.append_child("w:cantSplit");
  if (is_head) properties.append_child("w:tblHeader");
  return out;
}
xml_node cell(xml_node of, int width) {
  auto out = of.append_child("w:tc");
  auto w = out.append_child("w:tcPr").append_child("w:tcW");
  set(w, "w:w", std::to_string(width));
  set(w, "w:type", "dxa");
  return out;
}

// Of "Chiến Thắng, ngày 05 tháng 02 năm 2026" the day stays whole where it does not fit on one line.
std::string unbroken_day(const std::string& place_date) {
  const auto at = place_date.rfind(kDayMark);
  if (at == std::string::npos) return place_date;
  std::string day = place_date.substr(at + 2);
  for (auto space = day.find(' '); space != std::string::npos; space = day.find(' ', space + 2))
    day.replace(space, 1, "\u00a0");
  return place_date.substr(0, at + 2) + day;
}

void head_of(xml_node body, const report::Head& head) {
  const bool party = head.form == report::HeadForm::party;
  const int right_head = kTextWidth - kLeftHead;
  auto line = row(table(body, kBareTable, {kLeftHead, right_head}));
  auto left = cell(line, kLeftHead);
  if (!head.superior.empty()) line_of(left, kHeadStyle, head.superior, {false, false, 26, true});
  line_of(left, kHeadStyle, head.organisation, {true, false, 26, true});
  if (party)
    line_of(left, kHeadStyle, "*");
  else
    short_line(left, kLeftHead * 35 / 100, kLeftHead);
  line_of(left, kHeadStyle, (party ? "Số " : "Số: ") + head.number, {false, false, 26});
  auto right = cell(line, right_head);
  if (party) {
    line_of(right, kHeadStyle, "ĐẢNG CỘNG SẢN VIỆT NAM", {true, false, 30});
    short_line(right, 3289, right_head);
  } else {
    line_of(right, kHeadStyle, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", {true, false, 26});
    line_of(right, kHeadStyle, "Độc lập - Tự do - Hạnh phúc", {true, false, 28});
    short_line(right, 3061, right_head);
  }
  if (!head.place_date.empty()) line_of(right, kHeadStyle, unbroken_day(head.place_date), {false, true, 28});
}

constexpr std::size_t kLetter = 140;   // of a table's text, bold ones and capitals among them
constexpr std::size_t kPadding = 260;  // beside it, both sides

// Characters of the longest word: narrower, and it would be broken anywhere.
std::size_t longest_word(std::string_view text) {
  std::size_t out = 0;
  while (!text.empty()) {
    const auto end = std::min(text.find(' '), text.size());
    out = std::max(out, code_points(text.substr(0, end)));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

// No column narrower than its longest word; what is left goes where the texts are long.
std::vector<int> widths_of(const report::Table& data) {
  std::vector<std::size_t> weight(data.heads.size(), 4), least(data.heads.size(), 1);
  const auto look = [&](const std::vector<std::string>& texts) {
    for (std::size_t i = 0; i < std::min(texts.size(), weight.size()); ++i) {
      weight[i] = std::min<std::size_t>(40, std::max(weight[i], code_points(texts[i])));
      least[i] = std::max(least[i], longest_word(texts[i]));
    }
  };
  look(data.heads);
  for (const auto& texts : data.rows) look(texts);
  std::size_t needed = 0;
  for (const auto letters : least) needed += letters * kLetter + kPadding;
  const bool fits = needed < static_cast<std::size_t>(kTextWidth);
  const std::size_t rest = static_cast<std::size_t>(kTextWidth) - (fits ? needed : 0);
  std::size_t sum = 0;
  for (std::size_t i = 0; i < weight.size(); ++i) {
    if (fits) weight[i] = weight[i] - std::min(weight[i], least[i]) + 1;  // what a line still lacks
    sum += weight[i];
  }
  std::vector<int> out;
  int left = kTextWidth;
  for (std::size_t i = 0; i < weight.size(); ++i) {
    const std::size_t own = fits ? least[i] * kLetter + kPadding : 0;
    const int width = i + 1 == weight.size() ? left : static_cast<int>(own + rest * weight[i] / sum);
    out.push_back(width);
    left -= width;
  }
  return out;
}

// Blocks into the body, one kind each.
struct BlockWriter {
  xml_node body;

  void operator()(const Paragraph& of) const {
    const char* style = kParagraphStyles[static_cast<std::size_t>(of.style)];
    std::istringstream lines(of.text);
    for (std::string line; std::getline(lines, line);)
      if (!clean(line).empty()) line_of(body, style, line);
  }
  void operator()(const report::ShortLine&) const { short_line(body, 2268, kTextWidth); }
  void operator()(const report::Table& data) const {
    if (data.heads.empty()) return;
    const auto widths = widths_of(data);
    auto out = table(body, kRuledTable, widths);
    const auto write = [&](const std::vector<std::string>& texts, bool is_head) {
      auto line = row(out, is_head);
      for (std::size_t i = 0; i < widths.size(); ++i) {
        const bool left = !is_head && i < data.left.size() && data.left[i];
        line_of(cell(line, widths[i]), left ? kLeftCellStyle : kCellStyle,
                i < texts.size() ? texts[i] : std::string(), {is_head, false, 0});
      }
    };
    write(data.heads, true);
    for (const auto& texts : data.rows) write(texts, false);
    paragraph(body, kGapStyle);  // two tables without one between them become one
  }
  void operator()(const report::Signatures& of) const {
    const int half = kTextWidth / 2;
    auto out = table(body, kBareTable, {half, kTextWidth - half});
    for (std::size_t i = 0; i < of.people.size(); i += 2) {
      auto titles = row(out);
      auto names = row(out);  // of their own: they stay level when a title takes two lines
      for (std::size_t j = i; j < i + 2; ++j) {
        const int width = j == i ? half : kTextWidth - half;
        auto title = cell(titles, width);
        auto name = cell(names, width);
        const bool someone = j < of.people.size();
        line_of(title, kSignStyle, someone ? of.people[j].title : "", {true, false, 0});
        if (someone) line_of(title, kSignStyle, of.people[j].note, {false, true, 0});
        auto line = paragraph(name, kHeadStyle);
        auto space = line.child("w:pPr").append_child("w:spacing");
        set(space, "w:before", std::to_string(kNameSpace));
        set(space, "w:after", "240");
        run(line, someone ? of.people[j].name : "", {true, false, 28});
      }
    }
    paragraph(body, kGapStyle);
  }
  void operator()(const report::SmallList& of) const {
    line_of(body, kSmallStyle, of.head, {true, true, 24});
    for (const auto& line : of.lines) line_of(body, kSmallStyle, "- " + line);
  }
};

std::string text_of(const pugi::xml_document& document) {
  std::ostringstream out;
  document.save(out, "", pugi::format_raw, pugi::encoding_utf8);
  return out.str();
}

std::string document_part(const report::Page& page) {
  pugi::xml_document out;
  auto declaration = out.append_child(pugi::node_declaration);
  declaration.append_attribute("version") = "1.0";
  declaration.append_attribute("encoding") = "UTF-8";
  declaration.append_attribute("standalone") = "yes";
  auto root = out.append_child("w:document");
  set(root, "xmlns:w", kWordNamespace);
  set(root, "xmlns:r", kRelationNamespace);
  auto body = root.append_child("w:body");
  head_of(body, page.head);
  paragraph(body, kGapStyle);
  for (const auto& block : page.blocks) std::visit(BlockWriter{body}, block);
  if (!page.footer.empty()) line_of(body, kFooterStyle, page.footer);
  auto section = body.append_child("w:sectPr");
  auto header = section.append_child("w:headerReference");
  set(header, "w:type", "default");
  set(header, "r:id", "rId2");
  auto size = section.append_child("w:pgSz");
  set(size, "w:w", "11906");
  set(size, "w:h", "16838");
  auto margins = section.append_child("w:pgMar");
  for (const auto& [side, twips] : {std::pair{"w:top", "1134"},
                                    {"w:right", "1134"},
                                    {"w:bottom", "1134"},
                                    {"w:left", "1701"},
                                    {"w:header", "567"},
                                    {"w:footer", "567"},
                                    {"w:gutter", "0"}})
    set(margins, side, twips);
  section.append_child("w:titlePg");  // no number on the first page
  return text_of(out);
}

std::string properties_part(const report::Page& page) {
  pugi::xml_document out;
  auto root = out.append_child("cp:coreProperties");
  set(root, "xmlns:cp", "http://schemas.openxmlformats.org/package/2006/metadata/core-properties");
  set(root, "xmlns:dc", "http://purl.org/dc/elements/1.1/");
  set(root, "xmlns:dcterms", "http://purl.org/dc/terms/");
  set(root, "xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance");
  root.append_child("dc:title").text().set(clean(page.head.title).c_str());
  auto created = root.append_child("dcterms:created");
  set(created, "xsi:type", "dcterms:W3CDTF");
  created.text().set(instant_text(page.created_ms).c_str());
  return text_of(out);
}

class Docx final : public report::PageWriter {
 public:
  Result<Bytes> write(const report::Page& page) const override {
    return zip_parts({{"[Content_Types].xml", kContentTypes},
                      {"_rels/.rels", kPackageRelations},
                      {"docProps/core.xml", properties_part(page)},
                      {"word/_rels/document.xml.rels", kDocumentRelations},
                      {"word/document.xml", document_part(page)},
                      {"word/header1.xml", kHeaderPart},
                      {"word/styles.xml", kStylesPart}});
  }
};

}  // namespace

const report::PageWriter& docx() {
  static const Docx writer;
  return writer;
}

}  // namespace gandan::office
