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
