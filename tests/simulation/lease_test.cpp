// Phones without contact: when they lock, what that keeps, and who renews them.
#include "base/calendar.hpp"
#include "support/loopback.hpp"
#include "support/province.hpp"

namespace lease_test {

using namespace gandan;
using namespace gandan::test;

namespace {

constexpr std::int64_t kDay = 86'400'000;

// A server whose clock is behind the phones'.
class BehindTransport final : public sync::Transport {
  template <class F>
  auto there(F call) {
    clock_.move_wall(-behind_ms_);
    auto out = call();
    clock_.move_wall(behind_ms_);
    return out;
  }

 public:
  BehindTransport(LoopbackServer& server, FakeClock& clock, const std::int64_t& behind_ms)
      : inner_(server), clock_(clock), behind_ms_(behind_ms) {}
  Status exchange(ByteView body, const std::function<Status(ByteView)>& receive) override {
    return there([&] { return inner_.exchange(body, receive); });
  }
  Status put_chunk(const roster::RealmAddress& address, const Hash& hash, const UnitId& unit, ByteView token,
                   ByteView data) override {
    return there([&] { return inner_.put_chunk(address, hash, unit, token, data); });
  }
  Result<Bytes> get_chunk(const roster::RealmAddress& address, const Hash& hash, ByteView token) override {
    return there([&] { return inner_.get_chunk(address, hash, token); });
  }

 private:
  LoopbackTransport inner_;
  FakeClock& clock_;
  const std::int64_t& behind_ms_;
};

struct Leased : WithServer, Province {
  Leased()
      : Province(to_hex(WithServer::server.ledger_key().view()), [this](const Server&) {
          return std::make_unique<BehindTransport>(WithServer::server, clock, server_behind_ms);
        }) {
    enrol("office", "office", "20.A");
    enrol("a", "cadre", "06463");
    enrol("b", "cadre", "06463");
    server.admit(must(roster::decode_card(as_bytes(file_text(folder.path("card"))))));
    server.start(clock);
    const auto said = shell("admin").ok("realm.policy", {{"lease_days", 30}});
    CHECK(text_at(said, "state") == "approved");
    CHECK(text_at(said, "what") == "policy");
    CHECK(json::find(said, "advice") != nullptr);  // one administrator
    for (const char* name : {"admin", "office", "a", "b"}) sync(name);
    CHECK(at(shell("a").ok("realm.info"), "lease_days") == json::value(30));
  }
  json::object sync(const std::string& name) {
    clock.advance(60'000);
    return shell(name).ok("sync.run", {{"server", "https://loopback"}});
  }
  json::object lease(const std::string& name) { return at(shell(name).ok("status"), "lease").as_object(); }
  bool over(const std::string& name) { return lease(name).at("over").as_bool(); }
  std::string renewal(const std::string& by, const std::string& device, json::object more = {}) {
    more["device"] = device;
    return text_at(shell(by).ok("device.renew", more), "renewal");
  }
  std::int64_t server_behind_ms = 0;
  // As when the program is started again.
  void restart(const std::string& name) {
    shells[name].reset();
    shell(name);
  }
};

}  // namespace

TEST_CASE_METHOD(Leased,
                 "a phone without contact locks, keeps everything, and a sync sends it and opens it again") {
  const auto id = visit("a");
  CHECK(lease("a").at("soon") == json::value(false));
  clock.advance(24 * kDay);
  CHECK(lease("a").at("soon") == json::value(true));
  const auto last = visit("a");
  shell("a").ok("record.edit", {{"id", last}, {"record", {{"place", "Nhà văn hoá"}}}});  // not sealed
  clock.advance(6 * kDay);
  REQUIRE(over("a"));
  for (const char* method : {"record.list", "unit.list", "holder.list", "task.list", "audit.verify"})
    CHECK(shell("a").error(method) == "lease.over");
  CHECK(shell("a").error("record.show", {{"id", id}}) == "lease.over");
  CHECK(shell("a").error("record.edit", {{"id", id}, {"record", {{"place", "x"}}}}) == "lease.over");
  CHECK(shell("a").error("search", {{"text", "H017"}}) == "lease.over");
  CHECK(text_at(at(shell("a").last_error, "fields.0"), "vi").find("gia hạn") != std::string::npos);
  CHECK(shell("a").error("status", {{"record", id}}) == "lease.over");
  const auto status = shell("a").ok("status");
  CHECK(at(status, "arrivals").as_array().empty());
  CHECK(at(status, "pending_changes").as_int64() > 0);
  CHECK(at(shell("a").ok("device.info"), "lease.over") == json::value(true));
  shell("a").ok("app.version");
  restart("a");
  CHECK(over("a"));

  // What is not sealed yet leaves by hand and by sync, also while it is locked.
  const auto file = folder.path("carried");
  shell("a").ok("bundle.export", {{"file", file}});
  shell("office").ok("bundle.import", {{"file", file}});
  sync("office");
  CHECK(text_at(show("office", id), "document.id") == id);
  CHECK(text_at(show("office", last), "document.fields.place") == "Nhà văn hoá");
  CHECK(over("a"));
  sync("a");
  CHECK_FALSE(over("a"));
  CHECK(text_at(show("a", last), "document.id") == last);
}

TEST_CASE_METHOD(Leased,
                 "a clock that is set back prolongs no lease while the phone is used, nor once it was") {
  clock.advance(29 * kDay);
  CHECK_FALSE(over("a"));
  clock.move_wall(-25 * kDay);
  CHECK_FALSE(over("a"));
  clock.advance(kDay);  // by the monotonic clock
  CHECK(over("a"));
  CHECK(shell("a").error("record.list") == "lease.over");
  restart("a");
  CHECK(over("a"));
  clock.move_wall(-100 * kDay);
  restart("a");
  CHECK(over("a"));
  clock.move_wall(125 * kDay);
  sync("a");
  CHECK_FALSE(over("a"));
}

TEST_CASE_METHOD(Leased, "a clock that ran ahead locks nobody for good: a sync sets the time anew") {
  clock.move_wall(4000 * kDay);
  CHECK(over("a"));
  clock.move_wall(-4000 * kDay);
  CHECK(over("a"));
  restart("a");
  CHECK(over("a"));
  sync("a");
  CHECK_FALSE(over("a"));
  CHECK(*parse_instant(text_at(lease("a"), "contact")) == clock.wall_ms());
}

TEST_CASE_METHOD(Leased, "a sync says how far the phone's clock is off, and nothing where it is right") {
  CHECK(json::find(sync("a"), "clock") == nullptr);
  server_behind_ms = 4 * 60'000;
  CHECK(json::find(sync("a"), "clock") == nullptr);
  server_behind_ms = 8 * 60'000;
  CHECK(text_at(sync("a"), "clock.vi") ==
        "Đồng hồ máy này chạy nhanh 8 phút so với máy chủ; hãy chỉnh lại giờ.");
  server_behind_ms = -8 * 60'000;
  CHECK(text_at(sync("a"), "clock.en") ==
        "This device's clock is 8 minutes behind the server's: set it right.");
}

TEST_CASE_METHOD(Leased, "an administrator's renewal opens the phone it names, once, and no other") {
  clock.advance(31 * kDay);
  REQUIRE(over("a"));
  REQUIRE(over("b"));
  REQUIRE(over("admin"));
  CHECK(shell("a").error("device.renew", {{"device", devices["b"]}}) == "roster.not_authorized");
  CHECK(shell("office").error("device.renew", {{"device", devices["b"]}}) == "roster.not_authorized");
  const auto own = text_at(shell("admin").ok("device.info"), "id");
  CHECK(shell("admin").error("device.renew", {{"device", own}}) == "lease.own");
  CHECK(shell("admin").error("realm.policy", {{"lease_days", 0}}) == "lease.over");
  const auto text = renewal("admin", devices["a"]);  // also while it is locked itself
  CHECK(text.size() < 300);                          // one QR code

  CHECK(shell("b").error("device.renewed", {{"renewal", text}}) == "lease.other_device");
  REQUIRE(over("b"));
  // Forged: a letter changed is damage, or another signature.
  for (std::size_t place = 20; place + 2 < text.size(); place += 7) {
    auto changed = text;
    changed[place] = changed[place] == 'A' ? 'B' : 'A';
    CAPTURE(place);
    const auto code = shell("a").error("device.renewed", {{"renewal", changed}});
    CHECK((code == "crypto.bad_signature" || code == "format.malformed" || code == "lease.other_device" ||
           code == "roster.unknown_device" || code == "format.newer"));
  }
  CHECK(shell("a").error("device.renewed", {{"renewal", "gandan-renewal v1\n"}}) == "format.truncated");
  CHECK(shell("a").error("device.renewed", {{"renewal", "phiếu"}}) == "format.malformed");
  REQUIRE(over("a"));
  shell("a").ok("device.renewed", {{"renewal", "Phiếu gia hạn:\n  " + text + "\n"}});
  CHECK_FALSE(over("a"));
  visit("a");
  CHECK(shell("a").error("device.renewed", {{"renewal", text}}) == "lease.old_renewal");

  // A renewal that lay about prolongs nothing after a later contact, and not beyond its own time.
  clock.advance(kDay);
  const auto kept = renewal("admin", devices["a"]);
  clock.advance(kDay);
  sync("a");
  const auto ends = text_at(lease("a"), "ends");
  CHECK(shell("a").error("device.renewed", {{"renewal", kept}}) == "lease.old_renewal");
  CHECK(text_at(lease("a"), "ends") == ends);
  const auto for_b = renewal("admin", devices["b"]);
  clock.advance(31 * kDay);
  shell("b").ok("device.renewed", {{"renewal", for_b}});
  CHECK(over("b"));
}

TEST_CASE_METHOD(Leased, "who renews has the right to it now, as the phone knows it") {
  enrol("local", "admin", "06463");
  enrol("second", "admin", "20");
  for (const char* name : {"admin", "local", "second", "a", "b"}) sync(name);
  clock.advance(31 * kDay);
  shell("a").ok("device.renewed", {{"renewal", renewal("local", devices["a"])}});
  CHECK_FALSE(over("a"));
  shell("second").ok("device.renewed", {{"renewal", renewal("admin", devices["second"])}});
  CHECK(shell("local").error("device.renew", {{"device", devices["office"]}}) == "roster.not_authorized");
  // A lone administrator's device: by the root key.
  const json::object root{{"root_key_file", folder.path("root.key")}, {"root_passphrase", "mật khẩu gốc"}};
  const auto own = text_at(shell("admin").ok("device.info"), "id");
  shell("admin").ok("device.renewed", {{"renewal", renewal("admin", own, root)}});
  CHECK_FALSE(over("admin"));

  clock.advance(1000);
  const auto of_removed = renewal("local", devices["b"]);
  shell("second").ok("device.revoke", {{"device", devices["local"]}});
  const auto file = folder.path("news");
  shell("second").ok("bundle.export", {{"file", file}, {"everything", true}});
  shell("b").ok("bundle.import", {{"file", file}});
  CHECK(shell("b").error("device.renewed", {{"renewal", of_removed}}) == "roster.not_authorized");
  CHECK(over("b"));
  CHECK(shell("second").error("device.renew", {{"device", devices["local"]}}) == "device.already_removed");
}

TEST_CASE_METHOD(Leased,
                 "a bundle by an administrator renews the phones of its unit; a plain one renews nobody") {
  clock.advance(31 * kDay);
  shell("admin").ok("device.renewed",
                    {{"renewal", renewal("admin", text_at(shell("admin").ok("device.info"), "id"),
                                         {{"root_key_file", folder.path("root.key")},
                                          {"root_passphrase", "mật khẩu gốc"}})}});
  const auto plain = folder.path("plain"), renews = folder.path("renews"),
             elsewhere = folder.path("elsewhere");
  shell("admin").ok("bundle.export", {{"file", plain}, {"everything", true}});
  shell("admin").ok("unit.add", {{"parent", "20"}, {"kind", "xa"}, {"name", "Xã B"}, {"code", "06466"}});
  shell("admin").ok("bundle.export", {{"file", elsewhere}, {"renewals", true}, {"unit", "06466"}});
  shell("admin").ok("bundle.export", {{"file", renews}, {"renewals", true}, {"unit", "06463"}});
  for (const auto& file : {plain, elsewhere}) {
    CHECK(at(shell("a").ok("bundle.import", {{"file", file}}), "renewed") == json::value(false));
    CHECK(over("a"));
  }
  const auto taken = shell("a").ok("bundle.import", {{"file", renews}});
  CHECK(at(taken, "renewed") == json::value(true));
  CHECK(at(taken, "received.refused") == json::value(0));
  CHECK_FALSE(over("a"));
  CHECK(at(shell("a").ok("bundle.import", {{"file", renews}}), "renewed") == json::value(false));
  CHECK(at(shell("b").ok("bundle.import", {{"file", renews}}), "renewed") == json::value(true));
  CHECK(at(shell("office").ok("bundle.import", {{"file", renews}}), "renewed") == json::value(false));
  CHECK(over("office"));
  CHECK(shell("a").error("bundle.export", {{"file", folder.path("x")}, {"renewals", true}}) ==
        "roster.not_authorized");
}

TEST_CASE_METHOD(Leased, "a new phone's lease begins with the bundle or the welcome that makes it a member") {
  clock.advance(20 * kDay);
  enrol("fresh", "cadre", "06463");
  CHECK(*parse_instant(text_at(lease("fresh"), "contact")) == clock.wall_ms());
  const auto request = text_at(shell("other").ok("device.request", {{"label", "other"}}), "request");
  const auto device = text_at(
      shell("admin").ok("device.approve", {{"request", request}, {"role", "cadre"}, {"unit", "06463"}}),
      "device");
  std::string welcome;
  const json::value parts = at(shell("admin").ok("device.welcome", {{"device", device}}), "parts");
  for (const auto& part : parts.as_array()) welcome += std::string(part.as_string());
  const auto made = clock.wall_ms();
  clock.advance(9 * kDay);
  shell("other").ok("realm.join", {{"card", welcome}});
  CHECK(*parse_instant(text_at(lease("other"), "contact")) == made);
  clock.advance(21 * kDay);
  CHECK(over("other"));
}

TEST_CASE_METHOD(Leased, "without a policy nothing locks, and one that is lifted lets go") {
  CHECK(json::find(shell("a").ok("device.info"), "lease") != nullptr);
  shell("admin").ok("realm.policy", {{"lease_days", 0}});
  sync("admin");
  clock.advance(40 * kDay);
  CHECK(over("a"));
  sync("a");
  CHECK(json::find(shell("a").ok("status"), "lease") == nullptr);
  clock.advance(400 * kDay);
  visit("a");
  CHECK(shell("a").error("realm.policy", {{"lease_days", 9}}) == "roster.not_authorized");
  CHECK(shell("admin").error("realm.policy") == "request.bad");
  CHECK(shell("admin").error("realm.policy", {{"lease_days", 3651}}) == "request.bad");
}

TEST_CASE_METHOD(Leased,
                 "an administrator whose clock ran ahead shuts out no later renewal, nor his own replayed") {
  clock.move_wall(365 * kDay);
  const auto early = renewal("admin", devices["a"]);
  clock.move_wall(-365 * kDay);
  shell("a").ok("device.renewed", {{"renewal", early}});
  clock.advance(31 * kDay);
  REQUIRE(over("a"));
  CHECK(shell("a").error("device.renewed", {{"renewal", early}}) == "lease.old_renewal");
  const auto honest = renewal("admin", devices["a"]);
  shell("a").ok("device.renewed", {{"renewal", honest}});
  CHECK_FALSE(over("a"));
  sync("a");
  clock.advance(31 * kDay);
  REQUIRE(over("a"));
  for (const auto& used : {early, honest})
    CHECK(shell("a").error("device.renewed", {{"renewal", used}}) == "lease.old_renewal");
  shell("a").ok("device.renewed", {{"renewal", renewal("admin", devices["a"])}});
  CHECK_FALSE(over("a"));
}

}  // namespace lease_test
