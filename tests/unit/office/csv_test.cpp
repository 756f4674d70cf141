// Tables as text: quoting, gaps, and nothing that a spreadsheet takes for a formula.
#include "office/csv.hpp"

#include "support/catch.hpp"

namespace csv_test {

using namespace gandan::office;

TEST_CASE("a table as text: marked, quoted, with its gaps, and no text is a formula") {
  Sheet sheet;
  const auto text = [](std::uint32_t column, const char* what) {
    return Cell{column, Cell::Kind::text, what};
  };
  sheet.rows = {
      {1, {text(0, "Tên"), text(2, "a,b"), text(3, "say \"x\""), text(4, "một\nhai"), text(5, "a;b")}},
      {3,
       {text(0, "=1+1"), text(1, "+84"), text(2, "-x"), text(3, "@SUM(A1)"), text(4, "\t=1"),
        text(5, "a=b")}},
      {4, {{0, Cell::Kind::number, "-3"}, {1, Cell::Kind::date, "2026-02-05"}}}};
  CHECK(to_csv(sheet) ==
        "\xef\xbb\xbf"
        "Tên,,\"a,b\",\"say \"\"x\"\"\",\"một\nhai\",\"a;b\"\r\n"
        "\r\n"
        "'=1+1,'+84,'-x,'@SUM(A1),'\t=1,a=b\r\n"
        "-3,2026-02-05\r\n");
}

}  // namespace csv_test
