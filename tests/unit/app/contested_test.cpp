// What two people did without knowing of each other, and nobody may lose in silence: withdrawals and removed
// rows that an edit revived, two finalisations; and what both wrote alike, which is nobody's question.
#include "support/province.hpp"

namespace contested_test {

using namespace gandan;
using namespace gandan::test;

namespace {

struct Two : Province {
  Two() {
    enrol("p1", "cadre", "06463");
    enrol("p2", "cadre", "06463");
    id = visit("p1");
    carry("p1", "p2");
  }
  // Everything that both have, in both.
  void meet() {
    carry("p1", "p2");
    carry("p2", "p1");
  }
  void edit(const std::string& by, const json::object& record) {
    shell(by).ok("record.edit", {{"id", id}, {"record", record}});
  }
  json::array conflicts(const std::string& by) {
    const json::value found = at(shell(by).ok("conflict.list", {{"record", id}}), "conflicts");
    for (const auto& one : found.get_array())
      UNSCOPED_INFO(text_at(one, "vi") << " / " << text_at(one, "en"));
    return found.get_array();
  }
  void resolve(const std::string& by, const std::string& path, int pick) {
    shell(by).ok("conflict.resolve", {{"record", id}, {"path", path}, {"pick", pick}});
  }
  std::string history(const std::string& by) {
    return json::compact(at(shell(by).ok("record.history", {{"id", id}}), "story"));
  }
  static bool has(const std::string& text, const std::string& words) {
    return text.find(words) != std::string::npos;
  }

  std::string id;
};

}  // namespace

TEST_CASE_METHOD(Two,
                 "a withdrawal that an edit revived is a conflict on both phones, until a person decides") {
  shell("p1").ok("record.withdraw", {{"id", id}, {"reason", "nhầm hộ"}});
  edit("p2", {{"outcome", "agreed"}});
  meet();
  for (const std::string by : {"p1", "p2"}) {
    const auto found = conflicts(by);
    REQUIRE(found.size() == 1);
    CHECK(text_at(found[0], "path") == "@deleted");
    CHECK(has(text_at(found[0], "vi"), " rút hồ sơ lúc "));
    CHECK(has(text_at(found[0], "vi"), " ghi tiếp vào hồ sơ lúc "));
    CHECK(text_at(found[0], "heads.0.vi") == "Giữ lại");
    CHECK(text_at(found[0], "heads.1.vi") == "Rút, lý do “nhầm hộ”");
    CHECK(has(history(by), "KHÔNG CÒN HIỆU LỰC"));
    CHECK(shell(by).error("record.finalize", {{"id", id}}) == "record.invalid");
  }
  CHECK(shell("p1").error("conflict.resolve", {{"record", id}, {"path", "@deleted"}, {"value", true}}) ==
        "request.bad");

  SECTION("it is withdrawn after all, with its reason") {
    resolve("p2", "@deleted", 1);
    meet();
    for (const std::string by : {"p1", "p2"}) {
      CHECK(conflicts(by).empty());
      CHECK(text_at(show(by, id), "document.state") == "withdrawn");
      CHECK(has(history(by), "nhầm hộ"));
    }
  }
  SECTION("it is kept") {
    resolve("p1", "@deleted", 0);
    meet();
    for (const std::string by : {"p1", "p2"}) {
      CHECK(conflicts(by).empty());
      CHECK(text_at(show(by, id), "document.state") == "draft");
      CHECK(has(history(by), "giữ hồ sơ, không rút"));
    }
    shell("p1").ok("record.finalize", {{"id", id}});
  }
}

TEST_CASE_METHOD(Two, "a removed row that an edit revived is a conflict, too") {
  const json::array promises{json::object{{"party", "ubnd"}, {"what", "Đo lại"}, {"due", "2026-03-20"}}};
  edit("p1", {{"commitments", promises}});
  const auto item = text_at(show("p1", id), "document.items.commitments.0.id");
  const std::string row = "commitments[" + item + "]";
  meet();
  edit("p1", {{row, nullptr}});
  edit("p2", {{row + ".what", "Đo lại thửa 34"}});
  meet();
  const auto found = conflicts("p1");
  REQUIRE(found.size() == 1);
  CHECK(text_at(found[0], "path") == row + "@deleted");
  CHECK(has(text_at(found[0], "vi"), " bỏ dòng lúc "));
  const auto rows = [&](const std::string& by) {
    const json::value items = at(show(by, id), "document.items");
    const auto* list = json::find_array(items.get_object(), "commitments");
    return list == nullptr ? std::size_t{0} : list->size();
  };
  CHECK(rows("p2") == 1);
  resolve("p1", row + "@deleted", 1);
  meet();
  CHECK(conflicts("p2").empty());
  CHECK(rows("p2") == 0);
}

TEST_CASE_METHOD(Two, "of two finalisations the words say when, and in what they differ") {
  edit("p1", {{"outcome", "agreed"}});
  shell("p1").ok("record.finalize", {{"id", id}});
  edit("p2", {{"outcome", "disagreed"}});
  shell("p2").ok("record.finalize", {{"id", id}});
  meet();
  const auto found = conflicts("p1");
  std::string words, held;
  for (const auto& one : found)
    if (text_at(one, "path") == "@final") {
      words = text_at(one, "vi");
      held = text_at(one, "heads.0.vi");
    }
  CHECK(has(words, " chốt lúc "));
  CHECK(has(words, "khác nhau ở “Kết quả”: “Chưa đồng thuận”, “Đồng thuận”") !=
        has(words, "khác nhau ở “Kết quả”: “Đồng thuận”, “Chưa đồng thuận”"));
  // What holds meanwhile stands first.
  CHECK(held == "Bản 1");
}

TEST_CASE_METHOD(Two, "what both wrote alike is no conflict") {
  edit("p1", {{"outcome", "agreed"}});
  edit("p2", {{"outcome", "agreed"}});
  meet();
  CHECK(conflicts("p1").empty());
  shell("p1").ok("record.finalize", {{"id", id}});
}

}  // namespace contested_test
