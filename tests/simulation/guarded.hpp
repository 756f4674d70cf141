// A realm over a server in which grave acts take two of three administrators.
#pragma once

#include "support/loopback.hpp"
#include "support/province.hpp"

namespace gandan::test {

struct Guarded : WithServer, Province {
  Guarded()
      : Province(to_hex(WithServer::server.ledger_key().view()),
                 [this](const Server&) { return std::make_unique<LoopbackTransport>(WithServer::server); }) {
    enrol("second", "admin", "20");
    enrol("third", "admin", "20");
    enrol("watch", "supervisor", "20");
    enrol("a", "cadre", "06463");
    server.admit(must(roster::decode_card(as_bytes(file_text(folder.path("card"))))));
    server.start(clock);
    all();
    const auto answer = shell("admin").ok("realm.threshold", {{"persons", 2}});
    CHECK(state(answer) == "approved");
    CHECK(json::find(answer, "advice") == nullptr);  // there is one more than it takes
    const auto all_of_them = shell("admin").ok("realm.threshold", {{"persons", 3}});
    CHECK(json::find(all_of_them, "advice") != nullptr);
    shell("admin").ok("act.withdraw", {{"proposal", text_at(all_of_them, "proposal")}});
    CHECK(shell("admin").error("realm.threshold", {{"persons", 4}}) == "act.too_few_persons");
    all();
    CHECK(at(shell("a").ok("realm.info"), "threshold") == json::value(2));
  }
  json::object sync(const std::string& name) {
    clock.advance(60'000);
    return shell(name).ok("sync.run", {{"server", "https://loopback"}});
  }
  void all() {
    for (int round = 0; round < 2; ++round)
      for (const char* name : {"admin", "second", "third", "watch", "a"})
        if (gone.count(name) == 0) sync(name);
  }
  static std::string state(const json::object& proposal) { return text_at(proposal, "state"); }
  std::string approve(const std::string& by, const std::string& proposal, json::object more = {}) {
    more["proposals"] = proposal;
    return text_at(at(shell(by).ok("act.approve", more), "proposals.0"), "state");
  }
  std::string waiting(const std::string& by) {
    return json::compact(at(shell(by).ok("act.list"), "waiting"));
  }
  bool active(const std::string& by, const std::string& device) {
    const json::value all = at(shell(by).ok("device.list"), "devices");
    for (const auto& row : all.as_array())
      if (row.as_object().at("id") == json::value(device))
        return at(row.as_object(), "grants.0.active") == json::value(true);
    return false;
  }

  std::set<std::string> gone;
};

}  // namespace gandan::test
