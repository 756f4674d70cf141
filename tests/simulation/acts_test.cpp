// Grave acts over a server: what it takes two administrators for, and how a realm comes back when its root
// key is lost.
#include "guarded.hpp"

namespace acts_test {

using namespace gandan;
using namespace gandan::test;

TEST_CASE_METHOD(Guarded, "a new administrator takes two, and reads and decides once both said yes") {
  const auto visited = visit("a");
  all();
  const auto request = text_at(shell("fresh").ok("device.request", {{"label", "may-4"}}), "request");
  const auto file = folder.path("fresh.join");
  const auto answer = shell("admin").ok(
      "device.approve", {{"request", request}, {"role", "admin"}, {"unit", "20"}, {"out", file}});
  const auto device = text_at(answer, "device");
  CHECK(text_at(answer, "file").empty());
  CHECK_FALSE(std::filesystem::exists(file));
  CHECK(state(at(answer, "proposals.0").as_object()) == "proposed");
  const auto proposal = text_at(at(answer, "proposals.0"), "proposal");
  // Asked again, it is the same proposal.
  const auto again =
      shell("admin").ok("device.approve", {{"request", request}, {"role", "admin"}, {"unit", "20"}});
  CHECK(text_at(at(again, "proposals.0"), "proposal") == proposal);
  CHECK(shell("admin").error("act.approve", {{"proposals", proposal}}) == "act.same_person");
  CHECK_FALSE(active("admin", device));

  all();
  CHECK(waiting("second") == "1");
  CHECK(waiting("admin") == "0");
  CHECK(approve("second", proposal.substr(0, 8)) == "approved");
  CHECK(shell("third").error("act.approve", {{"proposals", "0000"}}) == "act.unknown");
  all();
  CHECK(shell("third").error("act.approve", {{"proposals", proposal}}) == "act.done");
  CHECK(active("a", device));
  shell("second").ok("device.approve",
                     {{"request", request}, {"role", "admin"}, {"unit", "20"}, {"out", file}});
  shell("fresh").ok("bundle.import", {{"file", file}});
  sync("fresh");
  CHECK(text_at(show("fresh", visited), "document.kind") == "mobilisation_visit");
  // It is a second person now.
  const auto leaves = shell("admin").ok("device.revoke", {{"device", devices["third"]}, {"reason", "left"}});
  CHECK(at(leaves, "units").as_array().empty());
  all();
  sync("fresh");
  CHECK(approve("fresh", text_at(at(leaves, "proposals.0"), "proposal")) == "approved");
  gone.insert("third");
  sync("fresh");
  all();
  CHECK_FALSE(active("a", devices["third"]));
}

TEST_CASE_METHOD(
    Guarded, "a threshold that crosses an offline administrator's act loses nothing of what he did besides") {
  const auto lowers = text_at(shell("admin").ok("realm.threshold", {{"persons", 1}}), "proposal");
  all();
  approve("second", lowers);
  all();
  REQUIRE(at(shell("second").ok("realm.info"), "threshold") == json::value(1));
  // He makes an administrator and a unit, and writes there, before he hears of it.
  const auto request = text_at(shell("fresh").ok("device.request", {{"label", "may-8"}}), "request");
  const auto made =
      shell("second").ok("device.approve", {{"request", request}, {"role", "admin"}, {"unit", "20"}});
  shell("second").ok("unit.add", {{"parent", "20"}, {"kind", "xa"}, {"name", "Xã B"}, {"code", "06465"}});
  shell("admin").ok("realm.threshold", {{"persons", 2}});
  sync("admin");
  all();
  all();
  CHECK(at(shell("second").ok("status"), "unsent_segments") == json::value(0));
  CHECK(at(shell("second").ok("status"), "pending_changes") == json::value(0));
  CHECK_FALSE(active("watch", text_at(made, "device")));
  bool known = false;
  const json::value units = at(shell("watch").ok("unit.list"), "units");
  for (const auto& unit : units.as_array()) known |= unit.as_object().at("name") == json::value("Xã B");
  CHECK(known);
}

TEST_CASE_METHOD(Guarded, "an administrator whom two removed opens nothing that is sealed afterwards") {
  const auto before = visit("a");
  all();
  const auto leaves =
      shell("admin").ok("device.revoke", {{"device", devices["third"]}, {"reason", "misuse"}});
  CHECK(at(leaves, "rotated") == json::value(0));
  all();
  CHECK(active("a", devices["third"]));  // one alone ends nothing
  CHECK(approve("second", text_at(at(leaves, "proposals.0"), "proposal")) == "approved");
  sync("second");
  gone.insert("third");
  all();
  const auto after = visit("a");
  all();
  CHECK(text_at(show("watch", after), "document.kind") == "mobilisation_visit");
  const auto bundle = folder.path("for-third");
  shell("watch").ok("bundle.export", {{"file", bundle}, {"everything", true}});
  shell("third").ok("bundle.import", {{"file", bundle}});
  CHECK(shell("third").error("record.show", {{"id", after}}) == "not_found");
  CHECK(text_at(show("third", before), "document.kind") == "mobilisation_visit");
}

TEST_CASE_METHOD(Guarded, "of several approvals all are said or none, and one that is named twice is one") {
  const auto leaves = shell("admin").ok("device.revoke", {{"device", devices["second"]}, {"reason", "left"}});
  const auto removal = text_at(at(leaves, "proposals.0"), "proposal");
  const auto policy = text_at(shell("admin").ok("realm.policy", {{"lease_days", 30}}), "proposal");
  all();
  // Once it is removed, it approves nothing.
  CHECK(shell("second").error("act.approve", {{"proposals", json::array{removal, policy}}}) ==
        "roster.not_authorized");
  CHECK(active("second", devices["second"]));
  CHECK(waiting("second") == "2");
  const auto answer = shell("second").ok("act.approve", {{"proposals", json::array{policy, policy}}});
  CHECK(at(answer, "proposals").as_array().size() == 1);
  CHECK(state(at(answer, "proposals.0").as_object()) == "approved");
}

TEST_CASE_METHOD(Guarded, "two let count what a removed phone handed over, and its proof holds") {
  const auto record = visit("a");
  shell("a").ok("bundle.export", {{"file", folder.path("late")}, {"everything", true}});
  shell("admin").ok("device.revoke", {{"device", devices["a"]}, {"reason", "lost"}});
  gone.insert("a");
  all();
  for (const char* name : {"admin", "second"})
    shell(name).ok("bundle.import", {{"file", folder.path("late")}});
  CHECK(shell("admin").error("record.show", {{"id", record}}) == "not_found");
  CHECK(shell("watch").error("device.refuse", {{"device", devices["a"]}, {"reason", "x"}}) == "not_found");
  CHECK(shell("admin").error("device.refuse", {{"device", devices["second"]}, {"reason", "x"}}) ==
        "not_found");
  shell("second").ok("device.refuse", {{"device", devices["a"]}, {"reason", "chưa hỏi lại người ghi"}});
  CHECK(text_at(at(shell("second").ok("device.held"), "held.0"), "refused.reason") ==
        "chưa hỏi lại người ghi");
  all();
  CHECK(text_at(at(shell("admin").ok("device.held"), "held.0"), "refused.reason") ==
        "chưa hỏi lại người ghi");
  const auto answer =
      shell("admin").ok("device.accept", {{"device", devices["a"]}, {"reason", "đã hỏi lại"}});
  // Proposed is not decided: until another agrees, what stands written is the refusal.
  CHECK(text_at(at(shell("admin").ok("device.held"), "held.0"), "refused.reason") ==
        "chưa hỏi lại người ghi");
  const auto proposals = at(answer, "proposals").as_array();
  REQUIRE(!proposals.empty());
  CHECK(shell("admin").error("record.show", {{"id", record}}) == "not_found");
  all();
  json::array names;
  for (const auto& one : proposals) names.push_back(one.as_object().at("proposal"));
  shell("second").ok("act.approve", {{"proposals", names}});
  CHECK(text_at(show("second", record), "document.kind") == "mobilisation_visit");
  all();
  for (const char* name : {"admin", "watch"})
    CHECK(text_at(show(name, record), "document.kind") == "mobilisation_visit");
  shell("watch").ok("sync.run", {{"server", "https://loopback"}, {"keep_ledger", true}});
  const auto proof = folder.path("proof");
  shell("watch").ok("audit.prove", {{"record", record}, {"out", proof}});
  const auto root = text_at(shell("watch").ok("realm.info"), "fingerprint");
  CHECK(text_at(shell("watch").ok("audit.verify_proof", {{"file", proof}, {"root", root}}), "record") ==
        record);
}

namespace {
// Two administrators, two who have to agree: the third was removed, and then the second's phone is lost.
struct Pair : Guarded {
  Pair() {
    const auto leaves =
        shell("admin").ok("device.revoke", {{"device", devices["third"]}, {"reason", "left"}});
    all();
    approve("second", text_at(at(leaves, "proposals.0"), "proposal"));
    sync("second");
    gone.insert("third");
    all();
  }
  json::object remove_second() {
    const auto answer =
        shell("admin").ok("device.revoke", {{"device", devices["second"]}, {"reason", "lost"}});
    return at(answer, "proposals.0").as_object();
  }
};
}  // namespace

TEST_CASE_METHOD(Pair, "where two have to agree and one of two is lost, keepers are the way out") {
  CHECK(json::find(shell("admin").ok("act.list"), "advice") != nullptr);
  std::vector<std::string> keys;
  for (int i = 0; i < 3; ++i)
    keys.push_back(
        text_at(shell("admin").ok("root.keeper", {{"file", folder.path("keeper" + std::to_string(i))},
                                                  {"passphrase", "người giữ khoá"}}),
                "key"));
  const auto named =
      shell("admin").ok("root.recovery", {{"needed", 2}, {"keys", json::array{keys[0], keys[1], keys[2]}}});
  all();
  CHECK(approve("second", text_at(named, "proposal")) == "approved");
  all();
  CHECK(json::find(shell("admin").ok("act.list"), "advice") == nullptr);

  gone.insert("second");
  const auto waits = remove_second();
  CHECK(state(waits) == "proposed");
  CHECK(text_at(waits, "advice.en").find("new root key") != std::string::npos);
  const auto proposal = text_at(waits, "proposal");
  // The root key that is in force is nobody's second person: it would be its holder's, alone.
  const json::object old{{"root_key_file", folder.path("root.key")}, {"root_passphrase", "mật khẩu gốc"}};
  CHECK(approve("admin", proposal, old) == "proposed");
  CHECK(active("admin", devices["second"]));

  const auto start = shell("admin").ok("root.recover_start",
                                       {{"file", folder.path("root2")}, {"passphrase", "khoá gốc mới"}});
  json::array signatures;
  for (const int keeper : {0, 2})
    signatures.push_back(json::value(text_at(
        shell("watch").ok("root.recover_sign", {{"request", text_at(start, "request")},
                                                {"code", text_at(start, "code")},
                                                {"file", folder.path("keeper" + std::to_string(keeper))},
                                                {"passphrase", "người giữ khoá"}}),
        "signature")));
  shell("admin").ok(
      "root.recover_finish",
      {{"signatures", signatures}, {"file", folder.path("root2")}, {"passphrase", "khoá gốc mới"}});
  const json::object root{{"root_key_file", folder.path("root2")}, {"root_passphrase", "khoá gốc mới"}};
  const json::value listed = at(shell("admin").ok("act.list"), "proposals");
  CHECK(text_at(listed.as_array().back().as_object(), "advice.en").find("the new root key alone") !=
        std::string::npos);
  CHECK(approve("admin", proposal, root) == "approved");
  all();
  CHECK_FALSE(active("watch", devices["second"]));
  // A successor, and two have to agree again.
  const auto request = text_at(shell("heir").ok("device.request", {{"label", "may-9"}}), "request");
  json::object grant{
      {"request", request}, {"role", "admin"}, {"unit", "20"}, {"out", folder.path("heir.join")}};
  for (const auto& one : root) grant[one.key()] = one.value();
  CHECK(text_at(shell("admin").ok("device.approve", grant), "role") == "admin");
  sync("admin");
  shell("heir").ok("bundle.import", {{"file", folder.path("heir.join")}});
  sync("heir");
  const auto two = shell("admin").ok("realm.threshold", {{"persons", 2}});
  all();
  sync("heir");
  CHECK(approve("heir", text_at(two, "proposal")) == "approved");
  sync("heir");
  all();
  const auto record = visit("a");
  all();
  sync("heir");
  CHECK(text_at(show("heir", record), "document.kind") == "mobilisation_visit");
  // What was sealed since the removal is not for the lost phone.
  gone.erase("second");
  CHECK(shell("second").error("sync.run", {{"server", "https://loopback"}}) != "");
  CHECK(shell("second").error("record.show", {{"id", record}}) == "not_found");
}

TEST_CASE_METHOD(Pair,
                 "where two have to agree and nobody is left over, that is said, and other work goes on") {
  gone.insert("second");
  const auto waits = remove_second();
  CHECK(text_at(waits, "advice.en").find("no keys were named") != std::string::npos);
  CHECK(shell("admin").error("root.recover_start", {{"file", folder.path("root2")},
                                                    {"passphrase", "khoá gốc mới"}}) == "root.no_recovery");
  all();
  CHECK(active("watch", devices["second"]));
  const auto record = visit("a");
  all();
  CHECK(text_at(show("admin", record), "document.kind") == "mobilisation_visit");
  const auto request = text_at(shell("b").ok("device.request", {{"label", "may-8"}}), "request");
  CHECK(text_at(
            shell("admin").ok("device.approve", {{"request", request}, {"role", "cadre"}, {"unit", "06463"}}),
            "role") == "cadre");
  // The phone is found, or its backup: it agrees that it is removed, and that is that.
  gone.erase("second");
  all();
  CHECK(approve("second", text_at(waits, "proposal")) == "approved");
}

TEST_CASE_METHOD(
    Guarded,
    "a root key that is lost comes back by two of three keepers, and a realm without administrators by it") {
  std::vector<std::string> keys;
  for (int i = 0; i < 3; ++i)
    keys.push_back(
        text_at(shell("admin").ok("root.keeper", {{"file", folder.path("keeper" + std::to_string(i))},
                                                  {"passphrase", "người giữ khoá"}}),
                "key"));
  CHECK(shell("watch").error("root.recover_start", {{"file", folder.path("early")},
                                                    {"passphrase", "khoá gốc mới"}}) == "root.no_recovery");
  CHECK_FALSE(std::filesystem::exists(folder.path("early")));
  CHECK(shell("admin").error("root.recovery", {{"needed", 4}, {"keys", json::array{keys[0], keys[1]}}}) ==
        "request.bad");
  const auto named =
      shell("admin").ok("root.recovery", {{"needed", 2}, {"keys", json::array{keys[0], keys[1], keys[2]}}});
  all();
  CHECK(approve("second", text_at(named, "proposal")) == "approved");
  all();

  // Every administrator's device is lost, and the root key with them. A supervisor's is left.
  for (const char* name : {"admin", "second", "third"}) gone.insert(name);
  const auto start = shell("watch").ok("root.recover_start",
                                       {{"file", folder.path("root2")}, {"passphrase", "khoá gốc mới"}});
  const auto sign = [&](int keeper, const std::string& code) {
    return shell("a").answer("root.recover_sign", {{"request", text_at(start, "request")},
                                                   {"code", code},
                                                   {"file", folder.path("keeper" + std::to_string(keeper))},
                                                   {"passphrase", "người giữ khoá"}});
  };
  CHECK(text_at(sign(0, "000 000 000 000 000"), "error.code") == "roster.other_code");
  const auto first = text_at(sign(0, text_at(start, "code")), "ok.signature");
  const auto third = text_at(sign(2, text_at(start, "code")), "ok.signature");
  const auto finish = [&](const json::value& signatures) {
    return shell("watch").answer(
        "root.recover_finish",
        {{"signatures", signatures}, {"file", folder.path("root2")}, {"passphrase", "khoá gốc mới"}});
  };
  CHECK(text_at(finish(json::value(first)), "error.code") == "act.too_few_persons");
  CHECK(text_at(finish(json::array{first, first}), "error.code") == "act.too_few_persons");
  CHECK(text_at(finish(json::array{first, start.at("request")}), "error.code") == "format.malformed");
  REQUIRE(text_at(finish(json::array{third, first}), "ok.root_key") != "");
  sync("watch");
  sync("a");
  CHECK(at(shell("a").ok("realm.info"), "threshold") == json::value(2));

  const auto request = text_at(shell("heir").ok("device.request", {{"label", "may-9"}}), "request");
  const auto approves = [&](const std::string& key, const std::string& passphrase) {
    return shell("watch").answer("device.approve", {{"request", request},
                                                    {"role", "admin"},
                                                    {"unit", "20"},
                                                    {"root_key_file", folder.path(key)},
                                                    {"root_passphrase", passphrase},
                                                    {"out", folder.path("heir.join")}});
  };
  CHECK(text_at(approves("root.key", "mật khẩu gốc"), "error.code") ==
        "roster.unknown_device");  // the lost one
  CHECK(text_at(approves("root2", "sai mật khẩu"), "error.code") == "vault.wrong_passphrase");
  REQUIRE(text_at(approves("root2", "khoá gốc mới"), "ok.role") == "admin");
  sync("watch");
  shell("heir").ok("bundle.import", {{"file", folder.path("heir.join")}});
  sync("heir");
  const auto lost = text_at(shell("admin").ok("device.info"), "id");
  shell("watch").ok(
      "realm.threshold",
      {{"persons", 1}, {"root_key_file", folder.path("root2")}, {"root_passphrase", "khoá gốc mới"}});
  sync("watch");
  sync("heir");
  shell("heir").ok("device.revoke", {{"device", lost}, {"reason", "lost"}});
  sync("heir");
  sync("a");
  const auto record = visit("a");
  sync("a");
  sync("heir");
  CHECK(text_at(show("heir", record), "document.kind") == "mobilisation_visit");
}

}  // namespace acts_test
