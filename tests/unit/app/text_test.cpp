// Vietnamese text over the boundary: one normal form whatever the keyboard sent.
#include "base/calendar.hpp"
#include "support/seams.hpp"
#include "support/shell.hpp"

namespace text_test {

using namespace gandan;
using namespace gandan::test;

namespace {

// As an iPhone or a Mac sends it, and as it is stored.
const std::string kNfd = "\xc4\x90u\xcc\x9bo\xcc\x9b\xcc\x80ng";
const std::string kNfc = "Đường";

struct Office {
  Office() : shell(api, options(), seams()) {
    shell.ok("realm.create",
             {{"name", "Tỉnh " + kNfd},
              {"code", "20"},
              {"ledger_key", "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"},
              {"root_passphrase", "mật khẩu gốc"},
              {"root_key_file", folder.path("root.key")},
              {"card_file", folder.path("card")}});
  }
  OpenOptions options() {
    OpenOptions out;
    out.folder = folder.path("so");
    out.raw_key = std::string(32, 'k');
    out.create = true;
    return out;
  }
  Seams seams() {
    clock.set(*parse_instant("2026-03-10T08:00:00+07:00"));
    Seams out;
    out.clock = &clock;
    return out;
  }
  json::object add(const char* kind, json::object record) {
    return shell.ok("record.add", {{"kind", kind}, {"record", std::move(record)}});
  }
  std::string write(const char* name, const std::string& content) {
    const std::string path = folder.path(name);
    std::ofstream(path, std::ios::binary) << content;
    return path;
  }

  const Api api;
  TempFolder folder;
  FakeClock clock{0};
  Shell shell;
};

bool has_nfd(const json::object& answer) {
  return json::compact(answer).find("\xcc\x9b") != std::string::npos;
}

}  // namespace

TEST_CASE("text is NFC on every way in") {
  Office o;
  const auto visit =
      o.add("mobilisation_visit", {{"project", "Cao tốc " + kNfd},
                                   {"household", "H " + kNfd},
                                   {"team", json::array{json::object{{"name", "Cán bộ " + kNfd}}}}});
  const std::string id = text_at(visit, "id");
  CHECK_FALSE(has_nfd(visit));
  CHECK(text_at(visit, "document.fields.project") == "Cao tốc " + kNfc);
  CHECK(text_at(visit, "document.items.team.0.name") == "Cán bộ " + kNfc);

  const std::string item = text_at(visit, "document.items.team.0.id");
  CHECK_FALSE(has_nfd(
      o.shell.ok("record.edit", {{"id", id}, {"record", {{"team[" + item + "].name", "Tổ " + kNfd}}}})));
  const auto file = o.write("record.json", json::compact(json::object{{"project", "Từ tệp " + kNfd}}));
  CHECK_FALSE(has_nfd(o.shell.ok("record.edit", {{"id", id}, {"record_file", file}})));
  CHECK(text_at(o.shell.ok("record.show", {{"id", id}}), "document.fields.project") == "Từ tệp " + kNfc);

  // A key is a name of the form, all of which are ASCII: one in another normal form is refused and not kept.
  CHECK(o.shell.error("record.edit", {{"id", id}, {"record", {{kNfd, "x"}}}}) == "record.invalid");

  // The file keeps its name on the disk, the attachment's is NFC; both find it.
  const auto photo = o.write((kNfd + ".txt").c_str(), "ảnh");
  CHECK_FALSE(has_nfd(o.shell.ok("attachment.add", {{"record", id}, {"file", photo}})));
  const auto listed = o.shell.ok("attachment.list", {{"record", id}});
  CHECK(text_at(listed, "attachments.0.name") == kNfc + ".txt");
  o.shell.ok("attachment.read",
             {{"record", id}, {"path", kNfd + ".txt"}, {"out", o.folder.path("out-" + kNfd)}});
  CHECK(file_text(o.folder.path("out-" + kNfd)) == "ảnh");

  o.shell.ok("unit.add", {{"parent", "20"}, {"kind", "xa"}, {"name", "Xã " + kNfd}, {"code", "06463"}});
  for (const auto& name : {"Xã " + kNfd, "Xã " + kNfc})
    CHECK(at(o.shell.ok("record.list", {{"unit", name}}), "records").is_array());
  CHECK_FALSE(has_nfd(o.shell.ok("unit.list")));
  o.shell.ok("holder.add", {{"code", "CB " + kNfd}, {"role", "cadre"}, {"unit", "20"}});
  CHECK(text_at(o.shell.ok("holder.use", {{"holder", "CB " + kNfd}}), "code") == "CB " + kNfc);
  o.shell.ok("holder.use", {{"holder", "CB " + kNfc}});

  CHECK(text_at(o.shell.ok("search", {{"text", "Từ tệp " + kNfd}}), "hits.0.id") == id);
  o.shell.ok("record.withdraw", {{"id", id}, {"reason", "Ghi nhầm " + kNfd}});
  CHECK_FALSE(has_nfd(o.shell.ok("record.history", {{"id", id}})));
}

TEST_CASE("search over the boundary: hits with their place, kinds that exist, states that are known") {
  Office o;
  const auto id = text_at(
      o.add("mobilisation_visit",
            {{"project", "Cao tốc"}, {"household", "H017"}, {"wishes", "Hộ đề nghị đền bù thêm mương nước"}}),
      "id");
  const auto found = o.shell.ok("search", {{"text", "muong"}});
  CHECK(text_at(found, "hits.0.id") == id);
  CHECK(at(found, "hits.0.exact") == json::value(false));
  std::string marked;
  const json::value parts = at(found, "hits.0.snippet");
  for (const auto& part : parts.get_array())
    marked += at(part, "hit").as_bool() ? "[" + text_at(part, "text") + "]" : text_at(part, "text");
  CHECK(marked.find("đền bù thêm [mương] nước") != std::string::npos);
  CHECK(at(o.shell.ok("search", {{"text", "mương"}}), "hits.0.exact") == json::value(true));
  for (const char* odd : {"\"", "AND", "🙂", "exact:x*", " "}) o.shell.ok("search", {{"text", odd}});
  CHECK(o.shell.error("search", {{"text", ""}}) == "request.bad");
  CHECK(o.shell.error("search", {{"text", "x"}, {"kind", "poem"}}) == "record.unknown_kind");
  CHECK(o.shell.error("search", {{"text", "x"}, {"state", "burnt"}}) == "request.bad");
  CHECK(at(o.shell.ok("search", {{"text", "muong"}, {"state", "finalized"}}), "hits").get_array().empty());
  o.shell.ok("record.withdraw", {{"id", id}, {"reason", "Ghi nhầm"}});
  const auto plain = o.shell.ok("search", {{"text", "muong"}});
  CHECK(at(plain, "hits").get_array().empty());
  CHECK(at(plain, "withdrawn") == json::value(1));  // said, so that nobody thinks it was never there
  CHECK(json::find(o.shell.ok("search", {{"text", "song"}}), "withdrawn") == nullptr);
  const auto withdrawn = o.shell.ok("search", {{"text", "muong"}, {"state", "withdrawn"}});
  CHECK(text_at(withdrawn, "hits.0.id") == id);
  CHECK(json::find(withdrawn, "withdrawn") == nullptr);
}

TEST_CASE("a record is found by the words of its title that stand in none of its fields") {
  Office o;
  const auto visit =
      text_at(o.add("mobilisation_visit", {{"project", "Cao tốc"}, {"household", "H017"}}), "id");
  const auto complaint = text_at(o.add("complaint", {{"number", "KN-07"}, {"subject", "Ranh giới"}}), "id");
  const auto only = [&o](const char* text) {
    const auto found = o.shell.ok("search", {{"text", text}});
    return at(found, "hits").get_array().size() == 1 ? text_at(found, "hits.0.id") : std::string();
  };
  CHECK(only("vận động hộ") == visit);
  CHECK(only("van dong") == visit);
  CHECK(only("khiếu nại ranh") == complaint);
  CHECK(only("\"khieu nai so\"") == complaint);
}

TEST_CASE("a record is found by the name of what it is linked to, and by its own words beside that") {
  Office o;
  o.shell.ok("unit.add", {{"parent", "20"}, {"kind", "thon"}, {"name", "Thôn Khòn Nưa"}});
  const json::value villages = at(o.shell.ok("record.list", {{"kind", "village"}}), "records");
  const auto village = text_at(villages, "0.id");
  const auto meeting =
      text_at(o.add("community_meeting", {{"village", village}, {"subject", "Góp công làm đường"}}), "id");
  const auto roll = text_at(o.add("household_roll", {{"village", village}}), "id");
  o.add("community_meeting", {{"subject", "Bầu trưởng thôn"}});
  const auto found = [&o](const char* text, const char* kind = "") {
    json::object ask{{"text", text}};
    if (*kind != 0) ask["kind"] = kind;
    const json::value hits = at(o.shell.ok("search", ask), "hits");
    std::vector<std::string> out;
    for (const auto& hit : hits.get_array()) out.push_back(text_at(hit, "id"));
    return out;
  };
  using Ids = std::vector<std::string>;
  CHECK(found("khon nua") == Ids{village, roll, meeting});
  CHECK(found("khòn nưa", "community_meeting") == Ids{meeting});
  CHECK(found("khon nua lam duong") == Ids{meeting});
  CHECK(found("góp công khòn nưa") == Ids{meeting});
  CHECK(found("khon nua bau truong").empty());
  o.shell.ok("record.withdraw", {{"id", meeting}, {"reason", "Ghi nhầm"}});
  CHECK(found("khon nua") == Ids{village, roll});
}

TEST_CASE("what nobody sees does not get into a record") {
  Office o;
  const auto plain = o.add(
      "mobilisation_visit",
      {{"project", "Cao\xe2\x80\x8b tốc\xef\xbb\xbf"}, {"household", "H017"}, {"wishes", "một\r\nhai\rba"}});
  CHECK(text_at(plain, "document.fields.project") == "Cao tốc");
  CHECK(text_at(plain, "document.fields.wishes") == "một\nhai\nba");
  for (const char* hidden : {"\xe2\x80\xae"
                             "000.001",
                             "\xe2\x81\xa6x", "\xc2\x9bx", "\xc2\x85x", "\x1bx", "\xef\xbf\xbe"})
    CHECK(o.shell.error("record.add", {{"kind", "mobilisation_visit"},
                                       {"record", {{"project", hidden}, {"household", "H017"}}}}) ==
          "record.invalid");
  // Nor into a reason, which is printed beside it.
  const auto id = text_at(plain, "id");
  CHECK(o.shell.error("record.withdraw", {{"id", id}, {"reason", "\xe2\x80\xaenhầm"}}) == "request.bad");
}

TEST_CASE("places, people and titles stand in the order of the Vietnamese alphabet") {
  Office o;
  o.shell.ok("unit.add", {{"parent", "20"}, {"kind", "xa"}, {"name", "Xã B"}, {"code", "06464"}});
  for (const char* name : {"Đồng Nưa", "Thôn 10", "Ẳn Pè", "Thôn 2", "Áng", "Dân Tiến"})
    o.shell.ok("unit.add", {{"parent", "06464"}, {"kind", "thon"}, {"name", name}});
  for (const auto& [code, display] : {std::pair("C2", "Trưởng thôn Đ"),
                                      {"C10", "Bí thư Á"},
                                      {"C1", "Bí thư A"},
                                      {"C3", "Cán bộ A"},
                                      {"C4", "Trưởng thôn D"}})
    o.shell.ok("holder.add", {{"code", code}, {"role", "cadre"}, {"display", display}, {"unit", "06464"}});
  const auto names = [](const json::value& rows, const char* key) {
    std::vector<std::string> out;
    for (const auto& row : rows.get_array()) out.push_back(text_at(row, key));
    return out;
  };
  using Names = std::vector<std::string>;
  const auto units = o.shell.ok("unit.list", {{"villages", true}});
  CHECK(names(at(units, "units.1.villages"), "name") ==
        Names{"Áng", "Ẳn Pè", "Dân Tiến", "Đồng Nưa", "Thôn 2", "Thôn 10"});
  CHECK(names(at(o.shell.ok("holder.list"), "holders"), "display") ==
        Names{"Bí thư A", "Cán bộ A", "Bí thư Á", "Trưởng thôn D", "Trưởng thôn Đ"});
  for (const char* code : {"H10", "H2", "h3", "A1"})
    o.add("mobilisation_visit", {{"project", "Đ"}, {"household", code}});
  const auto titles = [&](json::object params) {
    params["kind"] = "mobilisation_visit";
    params["order"] = "title";
    return names(at(o.shell.ok("record.list", params), "records"), "title");
  };
  CHECK(titles({}) ==
        Names{"Vận động hộ A1 – Đ", "Vận động hộ H2 – Đ", "Vận động hộ h3 – Đ", "Vận động hộ H10 – Đ"});
  CHECK(titles({{"limit", 1}, {"offset", 2}}) == Names{"Vận động hộ h3 – Đ"});
  CHECK(o.shell.error("record.list", {{"order", "size"}}) == "request.bad");
}

TEST_CASE(
    "text in old encodings is shown before anything is written, then converted with the original kept") {
  Office o;
  const json::object visit{{"project", "§­êng cao tèc"},
                           {"household", "H017"},
                           {"place", "Nhµ v¨n ho¸"},
                           {"team", json::array{json::object{{"name", "NguyÔn V¨n B×nh"}}}}};
  CHECK(o.shell.error("record.add", {{"kind", "mobilisation_visit"}, {"record", visit}}) ==
        "text.old_encoding");
  const json::value asked(o.shell.last_error);
  CHECK(at(asked, "fields").get_array().size() == 3);
  CHECK(text_at(asked, "fields.0.path") == "project");
  CHECK(text_at(asked, "fields.0.code") == "tcvn3");
  CHECK(text_at(asked, "fields.0.vi") == "“§­êng cao tèc” → “Đường cao tốc”, chữ TCVN3 (ABC)");
  CHECK(text_at(asked, "fields.2.path") == "team[#1].name");
  CHECK(at(o.shell.ok("record.list", {{"kind", "mobilisation_visit"}}), "records").get_array().empty());

  const auto with = [&](const char* choice) {
    return o.shell.ok("record.add",
                      {{"kind", "mobilisation_visit"}, {"record", visit}, {"old_text", choice}});
  };
  CHECK(text_at(with("keep"), "document.fields.place") == "Nhµ v¨n ho¸");
  const auto saved = with("convert");
  CHECK(text_at(saved, "document.fields.project") == "Đường cao tốc");
  CHECK(text_at(saved, "document.fields.place") == "Nhà văn hoá");
  CHECK(text_at(saved, "document.items.team.0.name") == "Nguyễn Văn Bình");
  const auto id = text_at(saved, "id");
  const auto history = o.shell.ok("record.history", {{"id", id}});
  CHECK(json::compact(history).find("Nhµ v¨n ho¸") != std::string::npos);
  CHECK(text_at(history, "story.0.vi").find("đổi chữ từ bảng mã cũ") != std::string::npos);

  const json::object edit{{"place", "Hoäi tröôøng thoân"}};
  CHECK(o.shell.error("record.edit", {{"id", id}, {"record", edit}}) == "text.old_encoding");
  CHECK(text_at(o.shell.ok("record.edit", {{"id", id}, {"record", edit}, {"old_text", "convert"}}),
                "document.fields.place") == "Hội trường thôn");
  CHECK(o.shell.error("record.copy", {{"id", id}, {"record", edit}}) == "text.old_encoding");
  CHECK(o.shell.error("record.edit", {{"id", id}, {"record", edit}, {"old_text", "maybe"}}) == "request.bad");
}

TEST_CASE("an original longer than one value is kept whole") {
  Office o;
  std::string was;
  std::string now;
  while (was.size() < 20'000) {
    was += "§­êng ";
    now += "Đường ";
  }
  const json::object record{{"project", "P"}, {"place", was}, {"wishes", was}};
  const auto id = text_at(
      o.shell.ok("record.add", {{"kind", "mobilisation_visit"}, {"record", record}, {"old_text", "convert"}}),
      "id");
  std::string kept;
  const auto history = o.shell.ok("record.history", {{"id", id}});
  for (const char* mark : {"@converted", "@converted_2"})
    for (const auto& row : *json::find_array(history, "changes"))
      if (text_at(row, "path") == mark) kept += text_at(row, "value");
  const auto rows = json::parse(kept);
  REQUIRE(rows.ok());
  CHECK(text_at(*rows, "0.was") == was);
  CHECK(text_at(*rows, "1.path") == "wishes");
  CHECK(text_at(*rows, "1.was") == was);
}

TEST_CASE("files in old encodings: bytes are read as what they are") {
  Office o;
  const auto file = o.write("cu.json", "{\"project\": \"\xa7\xad\xea\x6e\x67 cao t\xe8\x63\"}");
  const json::object params{{"kind", "mobilisation_visit"}, {"record_file", file}};
  CHECK(o.shell.error("record.add", params) == "text.old_encoding");
  json::object agreed = params;
  agreed["old_text"] = "convert";
  CHECK(text_at(o.shell.ok("record.add", agreed), "document.fields.project") == "Đường cao tốc");
  agreed["record_file"] = o.write("bom.json", "\xef\xbb\xbf{\"project\": \"Đường\"}");
  CHECK(text_at(o.shell.ok("record.add", agreed), "document.fields.project") == "Đường");
  agreed["record_file"] = o.write("hong.json", std::string("{\"project\": \"\x81\xff\"}"));
  CHECK(o.shell.error("record.add", agreed) == "text.unknown_encoding");
}

TEST_CASE("what may have been written twice is offered, and stays as it is") {
  Office o;
  const auto visit = [&](const char* household, const char* project, const char* start) {
    return o.add("mobilisation_visit", {{"household", household}, {"project", project}, {"start", start}});
  };
  const auto first = visit("H017", "Cao tốc Hoà Bình – Đồng Đăng", "2026-03-01T08:00:00+07:00");
  CHECK(at(first, "similar").get_array().empty());
  CHECK(at(visit("H018", "Cao tốc Hoà Bình – Đồng Đăng", "2026-03-01T09:00:00+07:00"), "similar")
            .get_array()
            .empty());
  CHECK(at(visit("H017", "Cao tốc Hoà Bình – Đồng Đăng", "2026-03-02T08:00:00+07:00"), "similar")
            .get_array()
            .empty());
  const auto again = visit("h17", "Cao tốc Hòa Bình - Đồng Đăng", "2026-03-01T16:00:00+07:00");
  CHECK(at(again, "similar").get_array().size() == 1);
  CHECK(text_at(again, "similar.0.record.id") == text_at(first, "id"));
  CHECK(text_at(again, "similar.0.likeness") == "same");
  CHECK(text_at(visit("H017", "Cao toc Hoa Binh - Dong Dang", "2026-03-01T16:00:00+07:00"),
                "similar.1.likeness") == "diacritics");
  auto found = o.shell.ok("duplicate.list");
  CHECK(at(found, "records").get_array().size() == 1);
  CHECK(at(found, "records.0.records").get_array().size() == 3);
  CHECK(text_at(found, "records.0.likeness") == "diacritics");
  CHECK(at(o.shell.ok("duplicate.list", {{"record", text_at(first, "id")}}), "records").get_array().size() ==
        1);
  CHECK(at(o.shell.ok("duplicate.list", {{"from", "2026-03-02"}}), "records").get_array().empty());
  CHECK(at(o.shell.ok("duplicate.list", {{"kind", "project"}}), "records").get_array().empty());
  CHECK(o.shell.error("duplicate.list", {{"kind", "poem"}}) == "record.unknown_kind");
  CHECK(at(o.shell.ok("record.list", {{"kind", "mobilisation_visit"}}), "records").get_array().size() == 5);
  o.shell.ok("record.withdraw", {{"id", text_at(again, "id")}, {"reason", "Ghi trùng"}});
  CHECK(at(o.shell.ok("duplicate.list"), "records.0.records").get_array().size() == 2);
}

TEST_CASE("a thing is one whatever dates came later, and the title's links count") {
  Office o;
  const auto project = [&](const char* name) { return text_at(o.add("project", {{"name", name}}), "id"); };
  const auto household = [&](const char* code, const std::string& in, json::object more) {
    more["code"] = code;
    more["project"] = in;
    return o.add("affected_household", std::move(more));
  };
  const auto one = project("Cao tốc");
  const auto two = project("Kè sông");
  household("H017", one, {});
  CHECK(at(household("H017", two, {}), "similar").get_array().empty());
  CHECK(at(household("H17", one, {{"notice_on", "2026-02-01"}}), "similar").get_array().size() == 1);
}

TEST_CASE("one household twice in a roll") {
  Office o;
  const auto roll = o.add(
      "household_roll",
      {{"as_of", "2026-03-01"},
       {"households",
        json::array{json::object{{"code", "H01"}, {"representative", "Nguyễn Văn Hoà"}, {"note", "nghèo"}},
                    json::object{{"code", "H02"}, {"representative", "Nguyễn Văn Hoàn"}, {"note", "nghèo"}},
                    json::object{{"code", "H03"}, {"representative", "nguyễn văn hòa"}},
                    json::object{{"code", "H2"}, {"representative", "Lý Thị Ba"}}}}});
  const auto found = o.shell.ok("duplicate.list", {{"record", text_at(roll, "id")}});
  REQUIRE(at(found, "items").get_array().size() == 2);
  CHECK(text_at(found, "items.0.field") == "households[].code");
  CHECK(text_at(found, "items.0.items.1.text") == "H2 · Lý Thị Ba");
  CHECK(text_at(found, "items.1.field") == "households[].representative");
  CHECK(at(found, "items.1.items.1.place") == json::value(3));
}

TEST_CASE("a roll comes as the commune has it: a table, its own headings, an old encoding") {
  Office o;
  const auto from = [&](const std::string& file, json::object more = {}) {
    json::object params{
        {"kind", "household_roll"}, {"record", json::object{{"as_of", "2026-03-01"}}}, {"rows_file", file}};
    for (const auto& member : more) params[member.key()] = member.value();
    return params;
  };
  const auto csv = o.write("ho.csv",
                           "DANH SÁCH HỘ THÔN 1;;;\r\n\r\nSTT;Mã hộ (*);Người đại diện hộ;Ghi chú\r\n"
                           "1;H01;\"Nguyễn \"\"Ba\"\"; Hoà\";\r\n2;H02;Lý Thị Đào;hộ nghèo\r\n;;;\r\n");
  const auto roll = o.shell.ok("record.add", from(csv));
  CHECK(at(roll, "document.items.households").get_array().size() == 2);
  CHECK(text_at(roll, "document.items.households.0.representative") == "Nguyễn \"Ba\"; Hoà");
  CHECK(text_at(roll, "document.items.households.1.note") == "hộ nghèo");
  CHECK(at(roll, "document.fields.total") == json::value(2));

  // TCVN3, as bytes: "Mã hộ,Người đại diện hộ".
  const auto old = o.write(
      "cu.csv",
      "M\xb7 h\xe9,Ng\xad\xeci \xae\xb9i di\xd6n h\xe9\nH01,Nguy\xd4n V\xa8n B\xd7nh\nH02,L\xfd \xb8nh\n");
  CHECK(o.shell.error("record.add", from(old)) == "text.old_encoding");
  CHECK(text_at(o.shell.last_error, "fields.0.path") == "csv A1");
  CHECK(text_at(o.shell.last_error, "fields.2.vi").find("→ “Nguyễn Văn Bình”") != std::string::npos);
  const auto converted = o.shell.ok("record.add", from(old, {{"old_text", "convert"}}));
  CHECK(text_at(converted, "document.items.households.0.representative") == "Nguyễn Văn Bình");
  const auto history = json::compact(o.shell.ok("record.history", {{"id", text_at(converted, "id")}}));
  CHECK(history.find("NguyÔn V¨n B×nh") != std::string::npos);

  // Rows beside those that are there, from a list that is named.
  const auto more = o.write("them.tsv", "code\trepresentative\nH03\tHoàng Văn Tú\n");
  const auto edited =
      o.shell.ok("record.edit", {{"id", text_at(roll, "id")}, {"rows_file", more}, {"rows", "households"}});
  CHECK(at(edited, "document.items.households").get_array().size() == 3);

  const auto refused = [&](const char* name, const std::string& content) {
    CHECK(o.shell.error("record.add", from(o.write(name, content))) == "record.invalid");
    return text_at(o.shell.last_error, "fields.0.path") + " " + text_at(o.shell.last_error, "fields.0.code");
  };
  CHECK(refused("a.csv", "Mã hộ,Tuổi\nH01,40\n") == "B1 unknown_column");
  CHECK(refused("b.csv", "x,y\n1,2\n") == "households no_head");
  CHECK(refused("c.csv", "Mã hộ\nH01,thừa\n") == "B2 no_column");
  CHECK(refused("d.csv", "STT,Mã hộ\n1,H01\nTổng cộng,1\n") == "A3 not_a_count");
  CHECK(refused("e.csv", "") == "households no_head");
  CHECK(refused("g.csv", "Mã hộ,Mã hộ\nH01,H02\n") == "B1 double_column");
  CHECK(refused("h.csv", "Mã hộ;Ghi chú\nH01;\"mở\nH02;y\n") == "rows open_quote");
  CHECK(text_at(o.shell.last_error, "fields.0.vi").find("dòng 2") != std::string::npos);
  // Commas within quotes are no separators.
  const auto quoted = o.shell.ok("record.add", from(o.write("i.csv", "Mã hộ;Ghi chú\nH01;\"a, b, c, d\"\n")));
  CHECK(text_at(quoted, "document.items.households.0.note") == "a, b, c, d");
  CHECK(o.shell.error("record.add", from(o.write("f.xlsx", "PK…"))) == "schema.no_spreadsheets");
  CHECK(o.shell.error("record.add", from(csv, {{"rows", "village"}})) == "record.invalid");
  CHECK(o.shell.error("record.add",
                      {{"kind", "household_roll"}, {"record", json::object{}}, {"rows", "households"}}) ==
        "request.bad");
}

TEST_CASE("cells are read as people write them: choices by label, days, whole numbers, yes and no") {
  Office o;
  const auto commitments =
      o.write("cam_ket.csv",
              "Bên cam kết,Nội dung,Hạn\nỦy ban nhân dân,Sửa đường,5/4/2026\nhousehold,Dời rào,2026-04-06\n");
  json::object params{{"kind", "mobilisation_visit"}, {"rows_file", commitments}, {"rows", "commitments"}};
  const auto visit = o.shell.ok("record.add", params);
  CHECK(text_at(visit, "document.items.commitments.0.party.0") == "ubnd");
  CHECK(text_at(visit, "document.items.commitments.0.due") == "2026-04-05");
  CHECK(text_at(visit, "document.items.commitments.1.party.0") == "household");
  CHECK(text_at(visit, "document.items.commitments.1.due") == "2026-04-06");
  params["rows_file"] = o.write("sai.csv", "Bên cam kết,Hạn\nÔng Ba,31/04/2026\n");
  CHECK(o.shell.error("record.add", params) == "record.invalid");
  CHECK(text_at(o.shell.last_error, "fields.0.path") == "A2");
  CHECK(text_at(o.shell.last_error, "fields.1.path") == "B2");
}

}  // namespace text_test
