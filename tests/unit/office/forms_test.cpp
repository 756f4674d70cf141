// Forms as files of other programs: from the bytes of an .xlsx to a record type.
#include "xlsform/xlsform.hpp"

#include "support/seams.hpp"
#include "zip_maker.hpp"

using namespace gandan;
using namespace gandan::office::test;

namespace {

xlsform::Imported form_of(const Parts& parts) {
  const auto workbook = office::xlsx().read(zip_of(parts));
  INFO((workbook.ok() ? "" : workbook.error().detail));
  REQUIRE(workbook.ok());
  gandan::test::FakeClock clock;
  auto form = xlsform::import_form(*workbook, {"sample", 1}, {}, clock);
  INFO((form.ok() ? "" : form.error().detail));
  REQUIRE(form.ok());
  return std::move(*form);
}

std::string type_of(const xlsform::Imported& form) { return json::compact(json::value(form.type)); }
bool told(const xlsform::Imported& form, const std::string& code) {
  for (const auto& f : form.findings)
    if (f.code == code) return true;
  return false;
}

}  // namespace

TEST_CASE("a form with inline strings, capitals, trailing spaces, merged cells and no other sheet") {
  // As a script writes it: no shared strings, no places of cells, one sheet; a title row was merged across.
  auto parts = workbook(R"(<sheetData>
    <row><c t="inlineStr"><is><t>TYPE</t></is></c><c t="inlineStr"><is><t xml:space="preserve"> Name </t></is></c><c t="inlineStr"><is><t>Label</t></is></c><c t="inlineStr"><is><t>Required</t></is></c><c t="inlineStr"><is><t>Default</t></is></c><c t="inlineStr"><is><t>Constraint</t></is></c></row>
    <row><c t="inlineStr"><is><t xml:space="preserve">text  </t></is></c><c t="inlineStr"><is><t xml:space="preserve">ma_ho </t></is></c><c t="inlineStr"><is><t>Ma&#x303; ho&#x323;&#x302;</t></is></c><c t="b"><v>1</v></c></row>
    <row><c t="inlineStr"><is><t>integer</t></is></c><c t="inlineStr"><is><t>so_nguoi</t></is></c><c t="inlineStr"><is><t>Số người</t></is></c><c/><c><v>4.0</v></c><c t="inlineStr"><is><t>.&gt;=1 and .&lt;=30</t></is></c></row>
    <row><c t="inlineStr"><is><t>date</t></is></c><c t="inlineStr"><is><t>ngay</t></is></c><c t="inlineStr"><is><t>Ngày</t></is></c><c t="b"><v>0</v></c><c s="1"><v>46058</v></c></row>
    </sheetData><mergeCells count="1"><mergeCell ref="C5:D6"/></mergeCells>)");
  parts["xl/styles.xml"] =
      "<styleSheet><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/></cellXfs></styleSheet>";
  const auto form = form_of(parts);
  const std::string type = type_of(form);
  INFO(type);
  CHECK(form.questions == 3);
  CHECK(form.complete());
  CHECK(told(form, "cell.merged"));
  CHECK(told(form, "label.one_language"));
  CHECK(type.find(R"("name":"ma_ho","label":{"vi":"Mã hộ","en":"Mã hộ"},"required":true)") !=
        std::string::npos);
  CHECK(type.find(R"("constraint":"so_nguoi >= 1 AND so_nguoi <= 30")") != std::string::npos);
  CHECK(type.find(R"("default":"4")") != std::string::npos);
  CHECK(type.find(R"("default":"'2026-02-05'")") != std::string::npos);
}

TEST_CASE("a form of Kobo's with rich shared strings, formulas, prefixed names and sheets in another order") {
  const std::string open = std::string(
      "<x:worksheet xmlns:x=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><x:sheetData>");
  const std::string close = "</x:sheetData></x:worksheet>";
  const auto row = [](std::initializer_list<int> texts) {
    std::string out = "<x:row>";
    for (const int text : texts)
      out += text < 0 ? std::string("<x:c/>") : "<x:c t=\"s\"><x:v>" + std::to_string(text) + "</x:v></x:c>";
    return out + "</x:row>";
  };
  Parts parts = workbook("");
  parts["xl/workbook.xml"] = std::string(kXml) + "<workbook " + kMain +
                             "><sheets><sheet name=\"Settings\" sheetId=\"3\" r:id=\"rId3\"/><sheet "
                             "name=\"CHOICES \" sheetId=\"2\" r:id=\"rId2\"/>"
                             "<sheet name=\"Survey\" sheetId=\"1\" r:id=\"rId1\"/><sheet name=\"Hướng dẫn\" "
                             "sheetId=\"4\" r:id=\"rId4\"/></sheets></workbook>";
  parts["xl/_rels/workbook.xml.rels"] =
      std::string(kXml) + "<Relationships " + kRelations + ">" +
      relation("rId1", "worksheet", "worksheets/a.xml") + relation("rId2", "worksheet", "worksheets/b.xml") +
      relation("rId3", "worksheet", "worksheets/c.xml") + relation("rId4", "worksheet", "worksheets/d.xml") +
      relation("rId9", "sharedStrings", "sharedStrings.xml") + "</Relationships>";
  std::string strings = "<sst>";
  for (const char* text : {"type",
                           "name",
                           "label::Vietnamese (vi)",
                           "label::English (en)",
                           "$kuid",
                           "relevant",  // 0–5
                           "select_one yn",
                           "hop",
                           "Đã họp",
                           "Met",
                           "x1",  // 6–10
                           "text",
                           "vi_sao",
                           "Vì sao",
                           "Why",
                           "x2",
                           "${hop} = 'khong'",  // 11–16
                           "list_name",
                           "yn",
                           "co",
                           "Có",
                           "Yes",
                           "khong",
                           "Không",
                           "No",  // 17–24
                           "id_string",
                           "title",
                           "a1",
                           "Họp dân",
                           "Đọc kỹ trước khi điền"})  // 25–29
    strings += std::string("<si>") +
               (std::string(text) == "Đã họp"
                    ? "<r><rPr><b/></rPr><t xml:space=\"preserve\">Đã </t></r><r><t>họp</t></r>"
                    : "<t>" + std::string(text) + "</t>") +
               "</si>";
  parts["xl/sharedStrings.xml"] = strings + "</sst>";
  parts["xl/worksheets/a.xml"] = open + row({0, 1, 2, 3, 4, 5}) + row({6, 7, 8, 9, 10}) +
                                 "<x:row><x:c t=\"str\"><x:f>LOWER(\"TEXT\")</x:f><x:v>text</x:v></x:c><x:c "
                                 "t=\"s\"><x:v>12</x:v></x:c><x:c t=\"s\"><x:v>13</x:v></x:c>"
                                 "<x:c t=\"s\"><x:v>14</x:v></x:c><x:c t=\"s\"><x:v>15</x:v></x:c><x:c "
                                 "t=\"s\"><x:v>16</x:v></x:c></x:row>" +
                                 close;
  parts["xl/worksheets/b.xml"] =
      open + row({17, 1, 2, 3}) + row({18, 19, 20, 21}) + row({18, 22, 23, 24}) + close;
  parts["xl/worksheets/c.xml"] = open + row({25, 26}) + row({27, 28}) + close;
  parts["xl/worksheets/d.xml"] = open + row({29}) + close;
  const auto form = form_of(parts);
  const std::string type = type_of(form);
  INFO(type);
  CHECK(form.questions == 2);
  CHECK(type.find(R"("label":{"vi":"Đã họp","en":"Met"})") != std::string::npos);
  CHECK(type.find(R"("relevant":"hop = 'khong'")") != std::string::npos);
  CHECK(type.find(R"("vi":"Họp dân")") != std::string::npos);
  CHECK(told(form, "sheet.unknown"));
  CHECK(told(form, "column.unknown"));
}
