// A notebook that locks, unlocks, and knows who is there.
#include <filesystem>

#include "support/seams.hpp"
#include "support/shell.hpp"

namespace locking_test {

using namespace gandan;
using namespace gandan::test;

namespace {

constexpr const char* kLedgerKey = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
const std::string kKeystore = std::string(62, 'a') + "01";
const std::string kOther = std::string(62, 'b') + "02";

struct Phone {
  Phone() : shell(api, options(), seams()) {
    shell.ok("realm.create", {{"name", "Lạng Sơn"},
                              {"code", "20"},
                              {"ledger_key", kLedgerKey},
                              {"root_passphrase", "mật khẩu gốc"},
                              {"root_key_file", folder.path("root.key")},
                              {"card_file", folder.path("card")}});
    for (const char* code : {"CB01", "CB02"})
      holders[code] = text_at(shell.ok("holder.add", {{"code", code}, {"role", "cadre"}}), "holder");
  }
  OpenOptions options(bool locked = false) {
    OpenOptions out;
    out.folder = folder.path("so");
    out.create = !locked;
    out.locked = locked;
    if (!locked) out.passphrase = "mật khẩu dài";
    out.auto_lock = 300;
    return out;
  }
  Seams seams() {
    Seams out;
    out.clock = &clock;
    return out;
  }
  json::object add_pin(const char* code, const char* pin, const std::string& keystore = kKeystore) {
    json::object params{{"kind", "pin"}, {"holder", code}, {"pin", pin}};
    if (!keystore.empty()) params["keystore"] = keystore;
    return shell.ok("keys.add", params);
  }
  std::string add_record() {
    return text_at(shell.ok("record.add", {{"kind", "dissemination_session"}, {"record", {{"present", 42}}}}),
                   "id");
  }
  std::string author(const std::string& id) {
    const auto history = shell.ok("record.history", {{"id", id}});
    return json::compact(history);
  }

  const Api api;
  TempFolder folder;
  FakeClock clock;
  Shell shell;
  std::map<std::string, std::string> holders;
};

}  // namespace

TEST_CASE("a locked notebook answers nothing of its vault, and gives it back whole") {
  Phone phone;
  auto& shell = phone.shell;
  const std::string id = phone.add_record();
  CHECK(at(shell.ok("vault.lock"), "locked") == json::value(true));
  for (const char* method : {"status", "record.list", "device.info", "vault.check", "realm.info", "sync.run"})
    CHECK(shell.answer(method, {}).at("error").at("code") == json::value("vault.closed"));
  CHECK(shell.error("record.show", {{"id", id}}) == "vault.closed");
  CHECK(shell.error("record.add", {{"kind", "dissemination_session"}, {"record", {{"present", 1}}}}) ==
        "vault.closed");
  CHECK(at(shell.ok("keys.list"), "locked") == json::value(true));
  shell.ok("app.version");
  CHECK(shell.error("vault.unlock", {{"passphrase", "mật khẩu sai"}}) == "vault.wrong_passphrase");
  CHECK(shell.error("vault.unlock") == "vault.wrong_passphrase");
  CHECK(shell.error("status") == "vault.closed");
  // The file is closed: somebody else may have it meanwhile.
  { Shell other(phone.api, phone.options(), phone.seams()); }
  shell.ok("vault.unlock", {{"passphrase", "mật khẩu dài"}});
  CHECK(text_at(shell.ok("record.show", {{"id", id}}), "arrival.state") == "pending");
  CHECK(at(shell.ok("vault.unlock", {{"passphrase", "sai"}}), "unlocked") == json::value(false));
}

TEST_CASE("a notebook locks itself after its time without a person, and a timer's requests do not count") {
  Phone phone;
  auto& shell = phone.shell;
  const std::string id = phone.add_record();
  phone.clock.advance(299'000);
  shell.ok("status");
  CHECK(at(shell.ok("vault.lock", {{"if_idle", true}}), "after_ms") == json::value(300'000));
  phone.clock.advance(200'000);
  auto answer = json::parse(shell.notebook().request(R"({"method":"status","background":true})"));
  CHECK(json::find_object(answer->get_object(), "ok") != nullptr);
  CHECK(at(shell.ok("vault.lock", {{"if_idle", true}}), "after_ms") == json::value(100'000));
  phone.clock.advance(99'999);
  CHECK(at(shell.ok("vault.lock", {{"if_idle", true}}), "locked") == json::value(false));
  phone.clock.advance(1);
  answer = json::parse(shell.notebook().request(R"({"method":"status","background":true})"));
  CHECK(text_at(*answer, "error.code") == "vault.closed");
  CHECK(shell.error("record.show", {{"id", id}}) == "vault.closed");
  shell.ok("vault.unlock", {{"passphrase", "mật khẩu dài"}});
  CHECK(text_at(shell.ok("record.show", {{"id", id}}), "arrival.state") == "pending");
  // The vault's own setting lasts.
  CHECK(shell.error("vault.auto_lock", {{"seconds", 5}}) == "request.bad");
  shell.ok("vault.auto_lock", {{"seconds", 60}});
  shell.ok("vault.lock");
  shell.ok("vault.unlock", {{"passphrase", "mật khẩu dài"}});
  CHECK(at(shell.ok("status"), "session.auto_lock") == json::value(60));
  phone.clock.advance(60'000);
  CHECK(shell.error("status") == "vault.closed");
  shell.ok("vault.unlock", {{"passphrase", "mật khẩu dài"}});
  shell.ok("vault.auto_lock", {{"seconds", 0}});
  phone.clock.advance(100'000'000);
  shell.ok("status");
}

TEST_CASE("each holder unlocks a shared phone with a PIN, and what is written bears that name") {
  Phone phone;
  auto& shell = phone.shell;
  phone.add_pin("CB01", "482913");
  phone.add_pin("CB02", "739150");
  CHECK(shell.error("keys.add",
                    {{"kind", "pin"}, {"holder", "CB02"}, {"pin", "111555"}, {"keystore", kKeystore}}) ==
        "holder.has_pin");
  const auto unlock = [&](const char* who, const char* pin) {
    shell.ok("vault.lock");
    return shell.ok("vault.unlock", {{"holder", who}, {"pin", pin}, {"keystore", kKeystore}});
  };
  CHECK(text_at(unlock("CB01", "482913"), "holder") == phone.holders["CB01"]);
  const std::string first = phone.add_record();
  CHECK(text_at(shell.ok("status"), "session.unlocked_by") == "pin");
  CHECK(text_at(shell.ok("status"), "session.holder_code") == "CB01");
  unlock("CB02", "739150");
  const std::string second = phone.add_record();
  CHECK(phone.author(first).find("\"CB01\"") != std::string::npos);
  CHECK(phone.author(second).find("\"CB02\"") != std::string::npos);
  CHECK(phone.author(second).find("\"CB01\"") == std::string::npos);
  // Nobody writes under another's name, nor changes how others open it.
  CHECK(shell.error("holder.use", {{"holder", "CB01"}}) == "holder.has_pin");
  CHECK(shell.error("keys.add", {{"kind", "recovery"}}) == "vault.own_pin_only");
  CHECK(shell.error("keys.remove", {{"slot", 2}}) == "vault.own_pin_only");
  CHECK(shell.error("keys.change", {{"slot", 2}, {"pin", "918273"}, {"keystore", kKeystore}}) ==
        "vault.own_pin_only");
  shell.ok("keys.change", {{"slot", 3}, {"pin", "918273"}, {"keystore", kKeystore}});
  shell.ok("vault.lock");
  CHECK(shell.error("vault.unlock", {{"holder", "CB02"}, {"pin", "739150"}, {"keystore", kKeystore}}) ==
        "vault.wrong_pin");
  CHECK(shell.error("vault.unlock", {{"holder", "CB01"}, {"pin", "918273"}, {"keystore", kKeystore}}) ==
        "vault.wrong_pin");
  CHECK(shell.error("vault.unlock", {{"holder", "CB02"}, {"pin", "918273"}, {"keystore", kOther}}) ==
        "vault.wrong_keystore");
  CHECK(shell.error("vault.unlock", {{"holder", "CB02"}, {"pin", "918273"}}) == "vault.pin_alone");
  CHECK(shell.error("vault.unlock", {{"pin", "918273"}, {"keystore", kKeystore}}) == "request.bad");
  shell.ok("vault.unlock", {{"holder", "CB02"}, {"pin", "918273"}, {"keystore", kKeystore}});
}

TEST_CASE(
    "without a keystore a PIN opens what was opened since the program started, and nothing after it ended") {
  Phone phone;
  auto& shell = phone.shell;
  phone.add_pin("CB01", "482913", {});
  CHECK(text_at(shell.ok("keys.list"), "slots.1.with") == "session");
  shell.ok("vault.lock");
  shell.ok("vault.unlock", {{"holder", "CB01"}, {"pin", "482913"}});
  shell.ok("vault.lock");
  CHECK(shell.error("vault.unlock", {{"holder", "CB01"}, {"pin", "482914"}}) == "vault.wrong_pin");
  shell.ok("vault.unlock", {{"holder", "CB01"}, {"pin", "482913"}});
  shell.ok("vault.lock");
  Shell restarted(phone.api, phone.options(true), phone.seams());
  CHECK(restarted.error("vault.unlock", {{"holder", "CB01"}, {"pin", "482913"}}) == "vault.pin_alone");
  restarted.ok("vault.unlock", {{"passphrase", "mật khẩu dài"}});
  restarted.ok("vault.lock");
  restarted.ok("vault.unlock", {{"holder", "CB01"}, {"pin", "482913"}});
}

TEST_CASE("a PIN that everybody tries first is not taken, nor one that is none") {
  Phone phone;
  for (const char* pin : {"000000", "123456", "987654", "12345", "12a456", "1234567890123"})
    CHECK(
        phone.shell
            .answer("keys.add", {{"kind", "pin"}, {"holder", "CB01"}, {"pin", pin}, {"keystore", kKeystore}})
            .at("error")
            .at("code") == json::value("request.bad"));
}

TEST_CASE("a forgotten passphrase is replaced after an opening by the recovery code, which is shown once") {
  Phone phone;
  auto& shell = phone.shell;
  const auto made = shell.ok("keys.add", {{"kind", "recovery"}, {"label", "két sắt"}});
  const std::string code = text_at(made, "code");
  CHECK(json::compact(shell.ok("keys.list")).find(code) == std::string::npos);
  CHECK(file_text(phone.folder.path("so/vault.key")).find(code.substr(0, 6)) == std::string::npos);
  shell.ok("vault.lock");
  std::string typed = code;
  typed[3] = typed[3] == '5' ? '6' : '5';
  CHECK(shell.error("vault.unlock", {{"recovery", typed}}) == "vault.wrong_recovery");
  CHECK(text_at(shell.last_error, "fields.0.path") == "group.1");
  shell.ok("vault.unlock", {{"recovery", code}});
  CHECK(text_at(shell.ok("status"), "session.unlocked_by") == "recovery");
  shell.ok("keys.change", {{"slot", 1}, {"passphrase", "mật khẩu mới"}});
  shell.ok("vault.lock");
  CHECK(shell.error("vault.unlock", {{"passphrase", "mật khẩu dài"}}) == "vault.wrong_passphrase");
  shell.ok("vault.unlock", {{"passphrase", "mật khẩu mới"}});
  // A new code ends the old one.
  const std::string next = text_at(shell.ok("keys.change", {{"slot", 2}}), "code");
  shell.ok("vault.lock");
  CHECK(shell.error("vault.unlock", {{"recovery", code}}) == "vault.wrong_recovery");
  shell.ok("vault.unlock", {{"recovery", next}});
  shell.ok("keys.remove", {{"slot", 2}});
  CHECK(shell.error("keys.remove", {{"slot", 1}}) == "vault.last_slot");
  CHECK(shell.error("keys.remove", {{"slot", 9}}) == "vault.no_slot");
}

TEST_CASE("a vault whose pages' key the shell keeps takes slots, too") {
  const Api api;
  TempFolder folder;
  OpenOptions options;
  options.folder = folder.path("so");
  options.raw_key = std::string(32, 'k');
  options.create = true;
  {
    Shell shell(api, options, {});
    CHECK(at(shell.ok("keys.list"), "slots").get_array().empty());
    shell.ok("keys.add", {{"kind", "keystore"}, {"keystore", kKeystore}});
    CHECK(shell.error("keys.add", {{"kind", "token"}, {"token", "pkcs11:token=x"}, {"token_pin", "1234"}}) ==
          "token.none");
  }
  { Shell shell(api, options, {}); }
  options.raw_key.clear();
  options.keystore = std::string(as_text(*from_hex(kKeystore)));
  Shell shell(api, options, {});
  CHECK(text_at(shell.ok("status"), "session.unlocked_by") == "keystore");
}

}  // namespace locking_test
