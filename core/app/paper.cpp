#include "app/paper.hpp"

#include "app/files.hpp"
#include "report/html.hpp"

namespace gandan::app {

Paper read_paper(Params& p) {
  Paper paper;
  paper.out = p.optional_path("out");
  const auto format = p.optional_text("format");
  paper.word = format ? *format == "docx" : paper.out && paper.out->ends_with(".docx");
  if (format && *format != "docx" && *format != "html")
    p.fault("format", "choice", "Chỉ có html và docx.", "There are html and docx.");
  return paper;
}

Status can_write(const Session& s, const Paper& paper) {
  return paper.word && s.seams.word_files == nullptr ? Status(Code::no_word_files) : Status();
}

Status put_page(Session& s, report::Page page, const Paper& paper, json::object& answer) {
  page.created_ms = s.vault->clock().wall_ms();
  Bytes content;
  if (paper.word) {
    GANDAN_TRY(content, s.seams.word_files->write(page));
  } else {
    content = to_bytes(as_bytes(report::to_html(page)));
  }
  if (paper.out) {
    GANDAN_CHECK(write_file(*paper.out, content, false));
    answer["file"] = *paper.out;
  } else if (paper.word) {
    answer["docx"] = to_base64(content);
  } else {
    answer["html"] = std::string(as_text(content));
  }
  return {};
}

}  // namespace gandan::app
