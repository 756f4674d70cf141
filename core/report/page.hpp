// A printed page before it has a file format: the head, blocks in their order, a footer. Writers make HTML of
// it (print.hpp) or a Word file (office/docx); none of them knows what a record is.
//
// Threading: plain values; an implementation of PageWriter must allow calls from several threads.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace gandan::report {

// Of the State: Decree 30/2020/NĐ-CP, annex I. Of the Party: Instruction 36-HD/VPTW.
enum class HeadForm { state, party };
struct Head {
  HeadForm form = HeadForm::state;
  std::string title;         // of the file
  std::string superior;      // left, light
  std::string organisation;  // left, bold
  std::string number;        // after "Số: ", of the Party after "Số "
  std::string place_date;    // right, italic; may be empty
};

struct Paragraph {
  enum class Style { body, title, subtitle, heading, bold, center, center_bold, draft };
  std::string text;  // a paragraph for each line
  Style style = Style::body;
};
// The short line below a title.
struct ShortLine {};
struct Table {
  std::vector<std::string> heads;
  std::vector<std::vector<std::string>> rows;  // as wide as `heads`
  // Of each column: text of several words goes left, all else to the middle. Empty: all to the middle.
  std::vector<bool> left;
};
struct Signature {
  std::string title;
  std::string note;  // below the title
  std::string name;
};
// Two beside each other.
struct Signatures {
  std::vector<Signature> people;
};
// Small, at the end: who gets it, or what it is bound to.
struct SmallList {
  std::string head;
  std::vector<std::string> lines;  // with their punctuation
};
using PageBlock = std::variant<Paragraph, ShortLine, Table, Signatures, SmallList>;

struct Page {
  Head head;
  std::vector<PageBlock> blocks;
  std::string footer;           // record id and version, for tracing; may be empty
  std::int64_t created_ms = 0;  // since 1970; what a file says of itself
};

class PageWriter {
 public:
  virtual ~PageWriter() = default;
  // The same page, the same bytes. Code::internal when the library fails.
  virtual Result<Bytes> write(const Page& page) const = 0;
};

}  // namespace gandan::report
