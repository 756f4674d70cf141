// Vietnamese text over the boundary: one normal form whatever the keyboard sent.
#include "base/calendar.hpp"
#include "support/api.hpp"
#include "support/seams.hpp"

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
  CHECK(at(o.shell.ok("search", {{"text", "muong"}}), "hits").get_array().empty());
  CHECK(text_at(o.shell.ok("search", {{"text", "muong"}, {"state", "withdrawn"}}), "hits.0.id") == id);
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
