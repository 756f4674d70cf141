// .xlsx files made by hand, part by part, with libzip: also such as no program would write.
#pragma once

#include <zip.h>

#include <map>

#include "base/bytes.hpp"
#include "office/xlsx/xlsx.hpp"
#include "support/catch.hpp"

namespace gandan::office::test {

using Parts = std::map<std::string, std::string>;

inline Bytes zip_of(const Parts& parts) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* target = zip_source_buffer_create(nullptr, 0, 0, &error);
  REQUIRE(target != nullptr);
  zip_source_keep(target);
  zip_t* archive = zip_open_from_source(target, ZIP_CREATE | ZIP_TRUNCATE, &error);
  REQUIRE(archive != nullptr);
  for (const auto& [name, text] : parts) {
    zip_source_t* source = zip_source_buffer(archive, text.data(), text.size(), 0);
    REQUIRE(zip_file_add(archive, name.c_str(), source, ZIP_FL_ENC_UTF_8) >= 0);
  }
  REQUIRE(zip_close(archive) == 0);
  zip_stat_t about;
  zip_stat_init(&about);
  REQUIRE(zip_source_stat(target, &about) == 0);
  Bytes out(about.size);
  REQUIRE(zip_source_open(target) == 0);
  REQUIRE(zip_source_read(target, out.data(), out.size()) == static_cast<zip_int64_t>(out.size()));
  zip_source_close(target);
  zip_source_free(target);
  return out;
}

constexpr const char* kXml = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
constexpr const char* kRelations = "xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"";
constexpr const char* kMain =
    "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" "
    "xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"";

inline std::string relation(const std::string& id, const std::string& type, const std::string& target,
                            const std::string& more = "") {
  return "<Relationship Id=\"" + id +
         "\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/" + type +
         "\" Target=\"" + target + "\"" + more + "/>";
}

// A workbook with one sheet "survey" of that content: everything between <worksheet> and </worksheet>.
inline Parts workbook(const std::string& sheet) {
  return {
      {"[Content_Types].xml", std::string(kXml) + "<Types/>"},
      {"_rels/.rels", std::string(kXml) + "<Relationships " + kRelations + ">" +
                          relation("rId1", "officeDocument", "xl/workbook.xml") + "</Relationships>"},
      {"xl/workbook.xml",
       std::string(kXml) + "<workbook " + kMain +
           "><sheets><sheet name=\"survey\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"},
      {"xl/_rels/workbook.xml.rels", std::string(kXml) + "<Relationships " + kRelations + ">" +
                                         relation("rId1", "worksheet", "worksheets/sheet1.xml") +
                                         relation("rId2", "sharedStrings", "sharedStrings.xml") +
                                         relation("rId3", "styles", "styles.xml") + "</Relationships>"},
      {"xl/sharedStrings.xml", std::string(kXml) + "<sst " + kMain + "><si><t>type</t></si></sst>"},
      {"xl/styles.xml", std::string(kXml) + "<styleSheet " + kMain + "/>"},
      {"xl/worksheets/sheet1.xml", std::string(kXml) + "<worksheet " + kMain + ">" + sheet + "</worksheet>"}};
}

inline Result<Workbook> read(const Parts& parts) { return xlsx().read(zip_of(parts)); }
inline Sheet sheet_of(const Parts& parts) {
  auto out = read(parts);
  INFO((out.ok() ? "" : out.error().detail));
  REQUIRE(out.ok());
  return std::move(out->sheets.at(0));
}
inline std::string text_at(const Sheet& sheet, std::uint32_t row, std::uint32_t column) {
  for (const auto& one : sheet.rows)
    if (one.number == row)
      if (const auto* cell = one.at(column)) return cell->text;
  return "";
}

}  // namespace gandan::office::test
