// XLSForm (xlsform.org, as pyxform, ODK and Kobo read it) and our record types (schema/records), both ways.
//
//   workbook ─ read_form ─> questions ─ ToSql ─> record type (JSON) ─ Catalog ─> checked
//   record type ─ ToXPath ─> workbook; what XLSForm cannot say stands in columns "gandan::…" beside it
//
// What cannot be taken over is left out and listed at its sheet, row and column; nothing is dropped silently.
// import_form(export_form(type)) is the same type.
//
// Threading: pure functions; a Catalog belongs to its thread.
#pragma once

#include "base/json.hpp"
#include "office/sheets.hpp"
#include "records/catalog.hpp"
#include "xlsform/findings.hpp"

namespace gandan::xlsform {

struct ImportOptions {
  std::string kind;           // instead of the form's form_id; empty: that, made a plain name
  std::uint32_t version = 0;  // instead of the form's version; 0: that, or 1
};

struct Imported {
  std::string kind;
  std::uint32_t version = 1;
  json::object type;  // a file of schema/records
  std::size_t questions = 0;
  std::vector<Finding> findings;
  bool complete() const;  // nothing was left out
};

// `others`: the files that the type may refer to by its links (a file of the same kind and version is passed
// over). Code::not_an_xlsform; Code::too_large; Code::bad_request for options; Code::bad_schema when what is
// left is no type.
Result<Imported> import_form(const office::Workbook& workbook, const ImportOptions& options,
                             const std::vector<records::SchemaFile>& others, Clock& clock);

struct Exported {
  office::Workbook workbook;
  std::vector<Finding> findings;  // what XLSForm has no words for; it stands in a column of ours
};
Exported export_form(const records::RecordType& type);

}  // namespace gandan::xlsform
