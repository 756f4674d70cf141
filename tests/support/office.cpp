#include "support/office.hpp"

#include "base/calendar.hpp"
#include "support/catch.hpp"

namespace gandan::test {

Office::Office(const char* day) : shell(api, options(), seams(day)) {
  shell.ok("realm.create",
           {{"name", "Lạng Sơn"},
            {"code", "20"},
            {"ledger_key", "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"},
            {"root_passphrase", "mật khẩu gốc"},
            {"root_key_file", folder.path("root.key")},
            {"card_file", folder.path("card")}});
}

OpenOptions Office::options() {
  OpenOptions out;
  out.folder = folder.path("so");
  out.raw_key = std::string(32, 'k');
  out.create = true;
  return out;
}

Seams Office::seams(const char* day) {
  clock.set(*parse_instant(std::string(day) + "T08:00:00+07:00"));
  Seams out;
  out.clock = &clock;
  return out;
}

json::object Office::verdict(const std::string& id, const std::string& rule) {
  const json::value verdicts = at(shell.ok("record.show", {{"id", id}}), "verdicts");
  for (const auto& v : verdicts.get_array())
    if (text_at(v, "rule") == rule) return v.get_object();
  FAIL("no verdict of " << rule);
  return {};
}

std::string Office::add(const char* kind, const std::string& record) {
  return text_at(shell.ok("record.add", {{"kind", kind}, {"record", json::parse(record).value()}}), "id");
}

}  // namespace gandan::test
