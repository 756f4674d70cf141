// Pages on their way out: as HTML or as a Word file, into a file or into the answer.
#pragma once

#include "app/params.hpp"
#include "app/session.hpp"
#include "report/page.hpp"

namespace gandan::app {

struct Paper {
  bool word = false;               // .docx; else HTML
  std::optional<std::string> out;  // absent: into the answer, "html" or "docx" (base64)
};
// The members "out" and "format" ("html", "docx"; absent: what the file's name ends in).
Paper read_paper(Params& p);
// Before anything is done for it. Code::no_word_files.
Status can_write(const Session& s, const Paper& paper);
Status put_page(Session& s, report::Page page, const Paper& paper, json::object& answer);

}  // namespace gandan::app
