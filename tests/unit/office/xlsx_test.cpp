// Spreadsheets: what is written comes back; what other programs write is read; hostile files are refused.
#include "zip_maker.hpp"

using namespace gandan;
using namespace gandan::office;
using namespace gandan::office::test;

namespace {
std::string refused(const Result<Workbook>& result) {
  return result.ok() ? std::string() : std::string(info(result.error().code).text);
}
Workbook sample() {
  Workbook out;
  Sheet sheet;
  sheet.name = "survey";
  sheet.rows = {{1, {{0, Cell::Kind::text, "type"}, {2, Cell::Kind::text, "label::Tiếng Việt (vi)"}}},
                {2, {{0, Cell::Kind::text, "text & <b> \"x\""}, {2, Cell::Kind::text, "Đường\nliên thôn  "}}},
                {5, {{1, Cell::Kind::number, "42"}, {3, Cell::Kind::number, "1234567890123456789"}}}};
  out.sheets.push_back(sheet);
  sheet.name = "choices";
  sheet.rows = {{1, {{0, Cell::Kind::text, "list_name"}}}};
  out.sheets.push_back(sheet);
  return out;
}
}  // namespace

TEST_CASE("what is written comes back, cell by cell") {
  const auto file = xlsx().write(sample());
  REQUIRE(file.ok());
  const auto back = xlsx().read(*file);
  REQUIRE(back.ok());
  const auto wanted = sample();
  REQUIRE(back->sheets.size() == 2);
  for (std::size_t s = 0; s < 2; ++s) {
    CHECK(back->sheets[s].name == wanted.sheets[s].name);
    REQUIRE(back->sheets[s].rows.size() == wanted.sheets[s].rows.size());
    for (std::size_t r = 0; r < wanted.sheets[s].rows.size(); ++r) {
      const auto& a = back->sheets[s].rows[r];
      const auto& b = wanted.sheets[s].rows[r];
      CHECK(a.number == b.number);
      REQUIRE(a.cells.size() == b.cells.size());
      for (std::size_t c = 0; c < b.cells.size(); ++c) {
        CHECK(a.cells[c].column == b.cells[c].column);
        CHECK(a.cells[c].text == b.cells[c].text);
      }
    }
  }
  CHECK(*xlsx().write(sample()) == *file);  // the same bytes each time
}

TEST_CASE("days are written as days, also those around a spreadsheet's wrong leap year") {
  Workbook book;
  Sheet sheet;
  sheet.name = "x";
  sheet.rows = {{1, {{0, Cell::Kind::text, "Ngày"}}},
                {2, {{0, Cell::Kind::date, "2026-02-05"}}},
                {3, {{0, Cell::Kind::date, "1900-03-01"}}},
                {4, {{0, Cell::Kind::date, "1900-02-28"}}},  // its number is not the same everywhere
                {5, {{0, Cell::Kind::date, "hôm qua"}}}};
  book.sheets.push_back(sheet);
  const auto file = xlsx().write(book);
  REQUIRE(file.ok());
  const auto back = xlsx().read(*file);
  REQUIRE(back.ok());
  const auto& rows = back->sheets.at(0).rows;
  REQUIRE(rows.size() == 5);
  for (std::size_t i = 1; i < rows.size(); ++i) {
    CHECK(rows[i].cells.at(0).text == sheet.rows[i].cells.at(0).text);
    CHECK(rows[i].cells.at(0).kind == (i <= 2 ? Cell::Kind::date : Cell::Kind::text));
  }
  CHECK(*xlsx().write(book) == *file);
}

TEST_CASE("columns have letters") {
  CHECK(column_letters(0) == "A");
  CHECK(column_letters(25) == "Z");
  CHECK(column_letters(26) == "AA");
  CHECK(column_letters(701) == "ZZ");
  CHECK(column_letters(702) == "AAA");
  CHECK(column_letters(16383) == "XFD");
}

TEST_CASE("texts: shared, rich, inline, escaped, of formulas; readings are left aside") {
  auto parts = workbook(R"(<sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c>
    <c r="C1" t="inlineStr"><is><t xml:space="preserve"> a </t></is></c><c t="inlineStr"><is><r><t>x</t></r><r><rPr/><t>y</t></r></is></c>
    <c r="E1" t="str"><f>A1</f><v>kept</v></c><c r="F1" t="s"><v>2</v></c></row></sheetData>)");
  parts["xl/sharedStrings.xml"] = std::string(kXml) + "<sst " + kMain + R"(><si><t>type</t></si>
    <si><r><rPr><b/></rPr><t>la</t></r><r><t xml:space="preserve">bel </t></r><rPh sb="0" eb="1"><t>no</t></rPh></si>
    <si><t>a_x000A_b_x005F_x000A_ &amp; _xZZZZ_</t></si></sst>)";
  const auto sheet = sheet_of(parts);
  CHECK(text_at(sheet, 1, 0) == "type");
  CHECK(text_at(sheet, 1, 1) == "label ");
  CHECK(text_at(sheet, 1, 2) == " a ");
  CHECK(text_at(sheet, 1, 3) == "xy");
  CHECK(text_at(sheet, 1, 4) == "kept");
  CHECK(text_at(sheet, 1, 5) == "a\nb_x000A_ & _xZZZZ_");
}

TEST_CASE("numbers, truth values, errors, dates as serials") {
  auto parts = workbook(
      R"(<sheetData><row><c><v>5</v></c><c><v>1.0</v></c><c><v>2.50</v></c><c><v>1E3</v></c><c t="b"><v>1</v></c>
    <c t="b"><v>0</v></c><c t="e"><v>#REF!</v></c></row>
    <row><c s="1"><v>46058</v></c><c s="1"><v>46058.5</v></c><c s="2"><v>0.354166666666667</v></c><c s="3"><v>46058</v></c>
    <c s="4"><v>46058</v></c><c t="d"><v>2026-02-05</v></c><c s="1"><v>-3</v></c></row></sheetData>)");
  parts["xl/styles.xml"] =
      std::string(kXml) + "<styleSheet " + kMain +
      R"(><numFmts><numFmt numFmtId="170" formatCode="[$-42A]dd/mm/yyyy"/><numFmt numFmtId="171" formatCode="0 &quot;days&quot;"/></numFmts>
    <cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="20"/><xf numFmtId="170"/><xf numFmtId="171"/></cellXfs></styleSheet>)";
  const auto sheet = sheet_of(parts);
  const char* first[] = {"5", "1", "2.5", "1000", "TRUE", "FALSE", "#REF!"};
  for (std::uint32_t i = 0; i < 7; ++i) CHECK(text_at(sheet, 1, i) == first[i]);
  const char* second[] = {"2026-02-05", "2026-02-05T12:00:00", "08:30:00", "2026-02-05",
                          "46058",      "2026-02-05",          "-3"};
  for (std::uint32_t i = 0; i < 7; ++i) CHECK(text_at(sheet, 2, i) == second[i]);
  CHECK(sheet.rows[0].at(4)->kind == Cell::Kind::boolean);
  CHECK(sheet.rows[0].at(6)->kind == Cell::Kind::error);
  CHECK(sheet.rows[1].at(0)->kind == Cell::Kind::date);

  parts["xl/workbook.xml"] = std::string(kXml) + "<workbook " + kMain +
                             "><workbookPr date1904=\"1\"/><sheets><sheet name=\"s\" sheetId=\"1\" "
                             "r:id=\"rId1\"/></sheets></workbook>";
  CHECK(text_at(sheet_of(parts), 2, 0) == "2030-02-06");
}

TEST_CASE("prefixes, absolute and relative targets, other names for parts, no styles, no shared strings") {
  Parts parts{
      {"_rels/.rels", std::string(kXml) + "<Relationships>" +
                          relation("a", "officeDocument", "/book/main.xml") +
                          relation("b", "hyperlink", "http://example.org/x", " TargetMode=\"External\"") +
                          "</Relationships>"},
      {"book/main.xml",
       std::string(kXml) +
           R"(<x:workbook xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:q="http://schemas.openxmlformats.org/officeDocument/2006/relationships">
           <x:sheets><x:sheet name="Survey " sheetId="7" q:id="z9"/><x:sheet name="gone" sheetId="8" q:id="nothing"/></x:sheets></x:workbook>)"},
      {"book/_rels/main.xml.rels", std::string(kXml) + "<Relationships>" +
                                       relation("z9", "worksheet", "../Sheets/ONE.xml") + "</Relationships>"},
      {"sheets/one.xml",
       std::string(kXml) +
           R"(<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x:sheetData><x:row r="3"><x:c r="B3" t="inlineStr"><x:is><x:t>ô</x:t></x:is></x:c></x:row></x:sheetData>
           <x:mergeCells count="1"><x:mergeCell ref="B3:C4"/></x:mergeCells></x:worksheet>)"}};
  const auto sheet = sheet_of(parts);
  CHECK(sheet.name == "Survey ");
  CHECK(text_at(sheet, 3, 1) == "ô");
  CHECK(sheet.merged == std::vector<std::string>{"B3:C4"});
}

TEST_CASE("files that are no spreadsheets") {
  CHECK(refused(xlsx().read({})) == "schema.not_a_spreadsheet");
  CHECK(refused(xlsx().read(as_bytes("type,name,label\ntext,a,A\n"))) == "schema.not_a_spreadsheet");
  const Bytes compound = {0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, 0, 0};
  const auto old = xlsx().read(compound);
  CHECK(refused(old) == "schema.not_a_spreadsheet");
  CHECK(old.error().detail.find("password") != std::string::npos);
  CHECK(refused(read({{"a.txt", "x"}})) == "schema.not_a_spreadsheet");
  CHECK(refused(read({{"word/document.xml", "<x/>"}, {"_rels/.rels", "<Relationships/>"}})) ==
        "schema.not_a_spreadsheet");
  auto parts = workbook("<sheetData/>");
  parts.erase("xl/worksheets/sheet1.xml");
  CHECK(refused(read(parts)) == "schema.not_a_spreadsheet");
}

TEST_CASE("a file that is cut anywhere, or changed anywhere, is read or refused, never worse") {
  const auto whole = zip_of(workbook("<sheetData><row><c t=\"s\"><v>0</v></c></row></sheetData>"));
  for (std::size_t size = 0; size < whole.size(); size += 7)
    CHECK(refused(xlsx().read(ByteView(whole.data(), size))) == "schema.not_a_spreadsheet");
  Bytes changed = whole;
  for (std::size_t at = 0; at < whole.size(); at += 3) {
    changed[at] ^= 0x41;
    (void)xlsx().read(changed).ok();
    changed[at] = whole[at];
  }
}

TEST_CASE("a zip bomb is refused by what it declares and by what comes out") {
  // 64 MiB of spaces in 64 KiB.
  auto parts = workbook("<sheetData>" + std::string(std::size_t{64} << 20, ' ') + "</sheetData>");
  const auto bomb = zip_of(parts);
  CHECK(bomb.size() < (std::size_t{1} << 20));
  CHECK(refused(xlsx().read(bomb)) == "format.too_large");
  // The same with a declared size that lies: the field of the central directory, at 24, and of the local
  // header, at 22.
  Bytes liar = bomb;
  const std::uint32_t size = static_cast<std::uint32_t>(parts["xl/worksheets/sheet1.xml"].size());
  int found = 0;
  for (std::size_t i = 0; i + 4 <= liar.size(); ++i) {
    std::uint32_t value = 0;
    std::memcpy(&value, liar.data() + i, 4);
    if (value != size) continue;
    const std::uint32_t small = 100;
    std::memcpy(liar.data() + i, &small, 4);
    ++found;
  }
  CHECK(found >= 1);
  CHECK(!refused(xlsx().read(liar)).empty());
}

TEST_CASE("document types and entities are refused: nothing is expanded, nothing outside is read") {
  for (const char* type :
       {R"(<!DOCTYPE worksheet [<!ENTITY x SYSTEM "file:///etc/passwd">]>)",
        R"(<!DOCTYPE worksheet [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>)",
        "<!DOCTYPE worksheet>"}) {
    auto parts = workbook("");
    parts["xl/worksheets/sheet1.xml"] =
        std::string("<?xml version=\"1.0\"?>") + type +
        "<worksheet><sheetData><row><c "
        "t=\"inlineStr\"><is><t>&x;&b;</t></is></c></row></sheetData></worksheet>";
    const auto result = read(parts);
    CHECK(refused(result) == "schema.not_a_spreadsheet");
    CHECK(result.error().detail.find("document type") != std::string::npos);
  }
}

TEST_CASE("too many rows, cells, sheets, parts, or a text too long") {
  std::string rows = "<sheetData>";
  for (int i = 1; i <= 1'000'000; ++i) rows += "<row/>";
  CHECK(refused(read(workbook(rows + "</sheetData>"))).empty());  // empty ones are none
  rows = "<sheetData>";
  for (int i = 1; i <= 1'000'000; ++i) rows += "<row><c><v>1</v></c></row>";
  const auto million = read(workbook(rows + "</sheetData>"));
  CHECK(refused(million) == "format.too_large");
  CHECK(million.error().detail.find("sheet1.xml") != std::string::npos);
  rows = "<sheetData>";
  for (int i = 1; i <= 120'000; ++i) rows += "<row><c><v>1</v></c></row>";
  const auto many = read(workbook(rows + "</sheetData>"));
  CHECK(refused(many) == "format.too_large");
  CHECK(many.error().detail.find("survey") != std::string::npos);
  CHECK(refused(read(workbook("<sheetData><row><c t=\"inlineStr\"><is><t>" + std::string(200'000, 'x') +
                              "</t></is></c></row></sheetData>"))) == "format.too_large");
  // A shared text of 100 kB, a thousand times.
  std::string cells = "<sheetData>";
  for (int i = 0; i < 1000; ++i) cells += "<row><c t=\"s\"><v>0</v></c></row>";
  auto parts = workbook(cells + "</sheetData>");
  parts["xl/sharedStrings.xml"] = "<sst><si><t>" + std::string(100'000, 'x') + "</t></si></sst>";
  CHECK(refused(read(parts)) == "format.too_large");
  Parts crowd = workbook("<sheetData/>");
  for (int i = 0; i < 2100; ++i) crowd["x" + std::to_string(i)] = "";
  CHECK(refused(read(crowd)) == "format.too_large");
}

TEST_CASE("cells and rows in places that make no sense") {
  for (const char* sheet :
       {"<sheetData><row r=\"0\"><c><v>1</v></c></row></sheetData>",
        "<sheetData><row r=\"2000000\"><c><v>1</v></c></row></sheetData>",
        "<sheetData><row r=\"-1\"><c><v>1</v></c></row></sheetData>",
        "<sheetData><row><c r=\"ZZZZ1\"><v>1</v></c></row></sheetData>",
        "<sheetData><row><c r=\"XFE1\"><v>1</v></c></row></sheetData>",
        "<sheetData><row><c r=\"B1\"><v>1</v></c><c r=\"A1\"><v>1</v></c></row></sheetData>",
        "<sheetData><row r=\"2\"><c><v>1</v></c></row><row r=\"1\"><c><v>1</v></c></row></sheetData>",
        "<sheetData><row><c t=\"s\"><v>99</v></c></row></sheetData>",
        "<sheetData><row><c><v>twelve</v></c></row></sheetData>", "<sheetData><row>"}) {
    INFO(sheet);
    CHECK(refused(read(workbook(sheet))) == "schema.not_a_spreadsheet");
  }
}
