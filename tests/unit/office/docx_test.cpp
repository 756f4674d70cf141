// Pages as Word files: every block is there, in its order, as text that no value can break out of; the same
// page is the same bytes.
#include "office/docx/docx.hpp"

#include <zip.h>

#include <cstdlib>
#include <fstream>
#include <pugixml.hpp>

#include "support/catch.hpp"

namespace docx_test {

using namespace gandan;
using namespace gandan::report;

namespace {

Page sample() {
  Page page;
  page.head = {HeadForm::state, "Biên bản họp", "UBND xã Chiến Thắng",
               "Thôn Khòn Nưa", "05/BB-CĐDC",   "Chiến Thắng, ngày 05 tháng 02 năm 2026"};
  page.blocks.emplace_back(Paragraph{"BẢN NHÁP", Paragraph::Style::draft});
  page.blocks.emplace_back(Paragraph{"BIÊN BẢN", Paragraph::Style::title});
  page.blocks.emplace_back(Paragraph{"Họp cộng đồng dân cư\nMức đóng góp", Paragraph::Style::subtitle});
  page.blocks.emplace_back(ShortLine{});
  page.blocks.emplace_back(Paragraph{"I. THÀNH PHẦN", Paragraph::Style::heading});
  page.blocks.emplace_back(Paragraph{"Chủ trì: <b>\"A & B\"</b> </w:t>\x01.", Paragraph::Style::body});
  page.blocks.emplace_back(
      Table{{"STT", "Nội dung", "Số hộ"},
            {{"1", "Đồng ý đóng góp 500.000 đồng mỗi hộ", "54"}, {"2", "Không đồng ý", "4"}},
            {false, true, false}});
  page.blocks.emplace_back(Signatures{{{"THƯ KÝ", "(Ký, ghi rõ họ tên)", "Người A"},
                                       {"CHỦ TRÌ", "(Ký, ghi rõ họ tên)", "Người B"},
                                       {"ĐẠI DIỆN HỘ", "(Ký, ghi rõ họ tên)", ""}}});
  page.blocks.emplace_back(SmallList{"Nơi nhận:", {"UBND xã;", "Lưu."}});
  page.footer = "Gần Dân · 0abc";
  page.created_ms = 1'770'249'600'000;
  return page;
}

std::string part(const Bytes& file, const char* name) {
  zip_source_t* source = zip_source_buffer_create(file.data(), file.size(), 0, nullptr);
  REQUIRE(source != nullptr);
  zip_t* archive = zip_open_from_source(source, ZIP_RDONLY | ZIP_CHECKCONS, nullptr);
  REQUIRE(archive != nullptr);
  zip_stat_t about;
  REQUIRE(zip_stat(archive, name, 0, &about) == 0);
  std::string out(about.size, '\0');
  zip_file_t* opened = zip_fopen(archive, name, 0);
  REQUIRE(opened != nullptr);
  REQUIRE(zip_fread(opened, out.data(), out.size()) == static_cast<zip_int64_t>(out.size()));
  zip_fclose(opened);
  zip_discard(archive);
  return out;
}

// The paragraphs' styles and texts, in their order.
std::string told(const Bytes& file) {
  pugi::xml_document document;
  const std::string xml = part(file, "word/document.xml");
  REQUIRE(document.load_buffer(xml.data(), xml.size()));
  std::string out;
  for (const auto& found : document.select_nodes("//w:p")) {
    std::string text;
    for (const auto& t : found.node().select_nodes(".//w:t")) text += t.node().text().get();
    if (text.empty()) continue;
    out += std::string(found.node().select_node("w:pPr/w:pStyle").node().attribute("w:val").value()) + ": " +
           text + "\n";
  }
  return out;
}

}  // namespace

TEST_CASE("a page's blocks stand in a Word file, in their order, as text") {
  const auto file = office::docx().write(sample());
  REQUIRE(file.ok());
  if (const char* folder = std::getenv("GANDAN_PRINT_DIR"))  // for looking
    std::ofstream(std::string(folder) + "/sample.docx", std::ios::binary)
        .write(reinterpret_cast<const char*>(file->data()), static_cast<std::streamsize>(file->size()));
  CHECK(
      told(*file) ==
      "GDHead: UBND xã Chiến Thắng\nGDHead: Thôn Khòn Nưa\nGDHead: Số: 05/BB-CĐDC\n"
      "GDHead: CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nGDHead: Độc lập - Tự do - Hạnh phúc\n"
      "GDHead: Chiến Thắng, ngày\u00a005\u00a0tháng\u00a002\u00a0năm\u00a02026\n"
      "GDDraft: BẢN NHÁP\nTitle: BIÊN BẢN\nSubtitle: Họp cộng đồng dân cư\nSubtitle: Mức đóng góp\n"
      "Heading1: I. THÀNH PHẦN\nNormal: Chủ trì: <b>\"A & B\"</b> </w:t>.\n"
      "GDCell: STT\nGDCell: Nội dung\nGDCell: Số hộ\nGDCell: 1\nGDCellLeft: Đồng ý đóng góp 500.000 đồng mỗi "
      "hộ\nGDCell: 54\nGDCell: 2\nGDCellLeft: Không đồng ý\nGDCell: 4\n"
      "GDSign: THƯ KÝ\nGDSign: (Ký, ghi rõ họ tên)\nGDSign: CHỦ TRÌ\nGDSign: (Ký, ghi rõ họ tên)\n"
      "GDHead: Người A\nGDHead: Người B\nGDSign: ĐẠI DIỆN HỘ\nGDSign: (Ký, ghi rõ họ tên)\n"
      "GDSmall: Nơi nhận:\nGDSmall: - UBND xã;\nGDSmall: - Lưu.\nGDTrace: Gần Dân · 0abc\n");
}

TEST_CASE("every part of a Word file is well-formed, and every style that is named is there") {
  const auto file = office::docx().write(sample());
  REQUIRE(file.ok());
  for (const char* name : {"[Content_Types].xml", "_rels/.rels", "docProps/core.xml", "word/header1.xml",
                           "word/_rels/document.xml.rels", "word/styles.xml", "word/document.xml"}) {
    pugi::xml_document document;
    const std::string xml = part(*file, name);
    INFO(name);
    CHECK(document.load_buffer(xml.data(), xml.size()));
  }
  pugi::xml_document styles, text;
  const std::string known = part(*file, "word/styles.xml"), used = part(*file, "word/document.xml");
  REQUIRE(styles.load_buffer(known.data(), known.size()));
  REQUIRE(text.load_buffer(used.data(), used.size()));
  for (const auto& found : text.select_nodes("//w:pStyle | //w:tblStyle")) {
    const std::string id = found.node().attribute("w:val").value();
    INFO(id);
    CHECK(styles.select_node(("//w:style[@w:styleId='" + id + "']").c_str()));
  }
  CHECK(part(*file, "docProps/core.xml").find("2026-02-05T00:00:00Z") != std::string::npos);
}

TEST_CASE("the same page is the same Word file") {
  const auto one = office::docx().write(sample());
  const auto two = office::docx().write(sample());
  REQUIRE(one.ok());
  REQUIRE(two.ok());
  CHECK(*one == *two);
  auto other = sample();
  other.footer = "khác";
  CHECK(*office::docx().write(other) != *one);
}

TEST_CASE("a paper of the Party has its own head") {
  auto page = sample();
  page.head.form = HeadForm::party;
  page.head.organisation = "Đảng ủy xã Chiến Thắng";
  page.head.number = "12-BC/ĐU";
  const auto file = office::docx().write(page);
  REQUIRE(file.ok());
  const std::string text = told(*file);
  CHECK(text.find("GDHead: Đảng ủy xã Chiến Thắng\nGDHead: *\nGDHead: Số 12-BC/ĐU\n"
                  "GDHead: ĐẢNG CỘNG SẢN VIỆT NAM\n") != std::string::npos);
  CHECK(text.find("CỘNG HÒA") == std::string::npos);
}

TEST_CASE("no column of a table is too narrow for its longest word, and long texts get what is left") {
  Page page;
  page.blocks.emplace_back(
      Table{{"TT", "Chỉ tiêu", "Kỳ trước", "Tỷ lệ"},
            {{"1", "Cuộc họp chưa đúng quy định về thông báo", "1.234.567", "+1.532,5%"}},
            {false, true, false, false}});
  const auto file = office::docx().write(page);
  REQUIRE(file.ok());
  pugi::xml_document document;
  const std::string xml = part(*file, "word/document.xml");
  REQUIRE(document.load_buffer(xml.data(), xml.size()));
  std::vector<int> widths;
  const auto tables = document.select_nodes("//w:tbl");
  for (const auto& column : tables[1].node().child("w:tblGrid").children("w:gridCol"))
    widths.push_back(column.attribute("w:w").as_int());
  REQUIRE(widths.size() == 4);
  CHECK(widths[0] >= 400);   // two capitals at 13 pt, and the padding
  CHECK(widths[2] >= 1300);  // nine digits
  CHECK(widths[3] >= 1300);
  CHECK(widths[1] > widths[2] + widths[3]);
  CHECK(widths[0] + widths[1] + widths[2] + widths[3] == 9071);
}

}  // namespace docx_test
