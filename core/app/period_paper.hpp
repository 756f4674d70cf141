// A period's report as a file: the same checkpoint, question, heading, forms and program give the same bytes,
// so that whoever has them can tell whether a file is that report.
//
// Threading: as the vault's. For one request.
#pragma once

#include "app/params.hpp"
#include "app/period_basis.hpp"
#include "report/page.hpp"

namespace gandan::app {

enum class FileFormat { html, docx, xlsx, csv };
std::optional<FileFormat> file_format(std::string_view name);     // "docx"
std::optional<FileFormat> file_format_of(std::string_view path);  // by what it ends in

// What only paper has.
struct Heading {
  report::HeadForm form = report::HeadForm::state;
  std::optional<std::string> superior, organisation, place;
  std::string number;
  std::optional<std::int32_t> date;
};
// Of the request's `head`, `superior`, `organisation`, `place`, `number` and `date`; faults are the
// parameters'.
Heading read_heading(Params& params);

// Before anything is done for it. Code::no_word_files, no_spreadsheets.
Status can_make(const Session& session, FileFormat format);
// `answer` is count_asked's. As can_make.
Result<Bytes> period_bytes(Session& session, const AskedReport& asked, const PeriodAnswer& answer,
                           const Heading& heading, FileFormat format);

}  // namespace gandan::app
