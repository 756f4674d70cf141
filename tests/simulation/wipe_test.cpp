// Removed phones at their next contact: what convinces them, what they wipe, what they leave to be handed
// over.
#include <filesystem>
#include <set>

#include "support/folder.hpp"
#include "support/province.hpp"
#include "support/tapped.hpp"
#include "vault/witness.hpp"

namespace wipe_test {

using namespace gandan;
using namespace gandan::test;

namespace {

// Nothing else in the tests has these in it.
constexpr const char* kWord = "Nguyệt Quỳnh zqx471";
constexpr const char* kPlain = "zqx471";
constexpr const char* kPassphrase = "mật khẩu rất dài 7734";

struct Removals : WithServer, Province {
  explicit Removals(bool wipe = true)
      : Province(to_hex(WithServer::server.ledger_key().view()), [this](const Server&) {
          return std::make_unique<Tapped>(WithServer::server, wire, nullptr, &bend);
        }) {
    locked("a");
    enrol("office", "office", "20.A");
    enrol("a", "cadre", "06463");
    enrol("b", "cadre", "06463");
    server.admit(must(roster::decode_card(as_bytes(file_text(folder.path("card"))))));
    server.start(clock);
    if (wipe) shell("admin").ok("realm.policy", {{"wipe", true}});
    for (const char* name : {"admin", "office", "a", "b"}) sync(name);
  }
  // A vault with a passphrase, so that it has a key file.
  void locked(const std::string& name) {
    std::string error;
    shells[name].reset();
    shells[name] = std::make_unique<Shell>(api, options_of(name), seams());
  }
  OpenOptions options_of(const std::string& name) {
    OpenOptions out;
    out.folder = folder.path(name);
    out.passphrase = kPassphrase;
    out.create = true;
    return out;
  }
  Seams seams() {
    Seams out;
    out.clock = &clock;
    out.transport = [this](const Server&) {
      return std::make_unique<Tapped>(WithServer::server, wire, nullptr, &bend);
    };
    return out;
  }
  // Why it does not open; empty: it does.
  std::string opening(const std::string& name) {
    std::string error;
    shells[name].reset();
    const auto notebook = Notebook::open(options_of(name), seams(), error);
    if (notebook != nullptr) return {};
    return text_at(json::parse(error).value(), "error.code");
  }
  json::object sync(const std::string& name) {
    clock.advance(60'000);
    bend.exchanges = 0;
    return shell(name).ok("sync.run", {{"server", "https://loopback"}});
  }
  std::string sync_error(const std::string& name) {
    clock.advance(60'000);
    bend.exchanges = 0;
    return shell(name).error("sync.run", {{"server", "https://loopback"}});
  }
  void remove(const std::string& name, bool tell_server = true) {
    shell("admin").ok("device.revoke", {{"device", devices[name]}, {"reason", "lost"}});
    if (tell_server) sync("admin");
  }
  std::string secret_visit(const std::string& by) {
    const auto id = visit(by);
    shell(by).ok("record.edit", {{"id", id}, {"record", {{"place", kWord}}}});
    return id;
  }
  std::vector<std::string> files_of(const std::string& name) {
    std::vector<std::string> out;
    for (const auto& entry : std::filesystem::directory_iterator(folder.path(name)))
      out.push_back(entry.path().filename().string());
    std::sort(out.begin(), out.end());
    return out;
  }
  bool removed(const std::string& name) {
    return json::find(shell(name).ok("device.info"), "removed") != nullptr;
  }

  Bytes wire;
  Bend bend;
};

struct Kept : Removals {
  Kept() : Removals(false) {}
};

}  // namespace

TEST_CASE_METHOD(Removals,
                 "a removed phone wipes itself at its next contact, and leaves what it had not sent") {
  const auto sent = secret_visit("a");
  sync("a");
  const auto unsent = secret_visit("a");
  CHECK(std::filesystem::exists(folder.path("a") + "/vault.key"));
  remove("a");
  visit("a");  // it has not heard of it
  REQUIRE(sync_error("a") == "vault.wiped");
  const auto error = shell("a").last_error;
  CHECK(at(error, "fields").as_array().size() == 3);
  CHECK(text_at(error, "fields.1.code") == text_at(shell("admin").ok("device.info"), "id"));
  CHECK(text_at(error, "fields.2.code") == folder.path("a") + "/unsent.bundle");

  // Nothing is left that opens, or that anybody could read.
  CHECK(files_of("a") == std::vector<std::string>{"unsent.bundle", "vault.wiped"});
  for (const auto& name : files_of("a")) {
    const auto bytes = file_bytes(folder.path("a") + "/" + name);
    CHECK_FALSE(holds(bytes, kPlain));
    CHECK_FALSE(holds(bytes, "H017"));
  }
  for (const char* method :
       {"status", "device.info", "record.list", "vault.unlock", "vault.lock", "keys.list"})
    CHECK(shell("a").error(method, std::string(method) == "vault.unlock"
                                       ? json::object{{"passphrase", kPassphrase}}
                                       : json::object{}) == "vault.wiped");
  CHECK(opening("a") == "vault.wiped");
  CHECK(files_of("a") == std::vector<std::string>{"unsent.bundle", "vault.wiped"});

  // It arrives all the same: by hand, kept apart, and an administrator looks at it.
  shell("admin").ok("bundle.import", {{"file", folder.path("a") + "/unsent.bundle"}});
  const auto held = shell("admin").ok("device.held");
  CHECK(text_at(held, "held.0.device") == devices["a"]);
  CHECK(at(held, "held.0.records").as_array().size() == 2);
  shell("admin").ok("device.accept", {{"device", devices["a"]}, {"reason", "đã xem cùng người dùng máy"}});
  sync("admin");
  sync("office");
  sync("admin");
  sync("office");
  CHECK(text_at(show("office", sent), "document.fields.place") == kWord);
  CHECK(text_at(show("office", unsent), "document.fields.place") == kWord);
}

TEST_CASE_METHOD(Removals, "a removed phone that had sent everything leaves nothing but a word of it") {
  visit("a");
  sync("a");
  remove("a");
  CHECK(sync_error("a") == "vault.wiped");
  CHECK(at(shell("a").last_error, "fields").as_array().size() == 2);
  CHECK(files_of("a") == std::vector<std::string>{"vault.wiped"});
  CHECK_FALSE(holds(file_bytes(folder.path("a") + "/vault.wiped"), kPlain));
  CHECK(opening("a") == "vault.wiped");
}

TEST_CASE_METHOD(Removals, "a removed phone that doubts its ledger leaves all that it had, sent or not") {
  visit("b");
  sync("b");
  unchecked("b", [](vault::Vault& vault) { must(vault::doubt_ledger(vault, true)); });
  remove("b");
  CHECK(sync_error("b") == "vault.wiped");
  CHECK(files_of("b") == std::vector<std::string>{"unsent.bundle", "vault.wiped"});
}

TEST_CASE_METHOD(Removals, "a removed phone is told of its removal and of nothing that came after it") {
  remove("a");
  enrol("later", "cadre", "06463");
  visit("b");
  for (const char* name : {"admin", "later", "b", "admin"}) sync(name);
  std::vector<protocol::FrameType> types;
  std::vector<roster::Statement> told;
  bend.answer = [&](Bend::Frames& frames) {
    for (const auto& frame : frames) {
      types.push_back(frame.type);
      if (frame.type == protocol::FrameType::statement)
        told.push_back(
            must(roster::decode_statement(must(protocol::decode_logged_statement(frame.payload)).statement)));
    }
  };
  CHECK(sync_error("a") == "vault.wiped");
  using protocol::FrameType;
  const std::set<FrameType> kinds(types.begin(), types.end());
  CHECK(kinds ==
        std::set<FrameType>{FrameType::refusal, FrameType::welcome, FrameType::statement, FrameType::done});
  REQUIRE_FALSE(told.empty());
  CHECK(std::holds_alternative<roster::RevokeBody>(told.back().body));
  for (const auto& statement : told) CHECK_FALSE(std::holds_alternative<roster::GrantBody>(statement.body));
}

TEST_CASE_METHOD(Removals, "a server that lies cannot wipe a phone") {
  const auto id = visit("a");
  sync("a");
  const auto pending = visit("a");
  bool asked = false;
  const auto refuse = [&](Bend::Frames& frames) {
    protocol::Refusal refusal{"roster.not_authorized", clock.wall_ms()};
    frames.assign(1, {protocol::FrameType::refusal, protocol::encode(refusal)});
  };
  const auto stands = [&] {
    CHECK(sync_error("a") == "device.removed");  // by the server's word
    CHECK_FALSE(removed("a"));
    bend.answer = {};
    CHECK(text_at(show("a", id), "document.id") == id);
    CHECK(text_at(show("a", pending), "document.id") == pending);
    CHECK(std::filesystem::exists(folder.path("a") + "/vault.key"));
    asked = false;
  };
  // Refused, and nothing shown for it.
  bend.answer = refuse;
  stands();

  // A removal that it made itself, under an administrator's name, or a cadre's own.
  roster::Statement forged;
  const auto phone = must(id_from_text<DeviceId>(devices["a"]));
  unchecked("b", [&](vault::Vault& vault) {
    const auto* roster = must(vault.roster());
    forged.roster_size = vault.confirmed_roster_size();
    forged.roster_head = *roster->head(forged.roster_size);
    forged.body =
        roster::RevokeBody{phone, roster->device(phone)->grants[0].unit, roster::RevokeReason::lost};
    forged.issuer = vault.identity().id;
    forged.issuer_previous = roster->last_statement_of(forged.issuer);
    roster::sign_statement(roster->realm(), forged,
                           vault.identity().sign);  // his own hand, and no right to it
  });
  const auto admin = must(id_from_text<DeviceId>(text_at(shell("admin").ok("device.info"), "id")));
  for (const bool under_admins_name : {false, true}) {
    CAPTURE(under_admins_name);
    auto statement = forged;
    if (under_admins_name) statement.issuer = admin;
    bend.answer = [&](Bend::Frames& frames) {
      const bool welcome = frames.front().type == protocol::FrameType::welcome;
      if (!std::exchange(asked, true) || !welcome) return refuse(frames);
      // An answer as to a member, with that in it.
      const auto size = must(protocol::decode_done(frames.back().payload)).statements_next;
      protocol::LoggedStatement logged{size - 1, clock.wall_ms(), roster::encode_statement(statement)};
      frames.insert(frames.begin() + 1, {protocol::FrameType::statement, protocol::encode(logged)});
    };
    stands();
  }
  sync("a");
  sync("office");
  CHECK(text_at(show("office", pending), "document.id") == pending);
}

TEST_CASE_METHOD(Removals, "what only came by hand wipes nothing: the ledger has to have it") {
  const auto id = visit("a");
  remove("a", false);
  carry("admin", "a");
  CHECK(removed("a"));
  CHECK(text_at(shell("a").ok("status"), "removed.by") == text_at(shell("admin").ok("device.info"), "id"));
  CHECK(json::find(at(shell("a").ok("status"), "removed").as_object(), "received_at") == nullptr);
  CHECK(text_at(show("a", id), "document.id") == id);
  locked("a");
  CHECK(removed("a"));
  // The server has not heard of it: to it the phone is a member, whose statements may bring it there.
  sync("admin");
  CHECK(sync_error("a") == "vault.wiped");
}

TEST_CASE_METHOD(Removals,
                 "a wipe that cannot write down what was not sent waits, and one that was cut is finished") {
  visit("a");
  remove("a");
  // Something else lies where the bundle should.
  const auto place = folder.path("a") + "/unsent.bundle";
  std::filesystem::create_directories(place + "/in the way");
  CHECK(sync_error("a") == "disk.failed");
  CHECK(std::filesystem::exists(folder.path("a") + "/vault.key"));
  CHECK(opening("a") == "disk.failed");
  CHECK(std::filesystem::exists(folder.path("a") + "/vault.db"));
  std::filesystem::remove_all(place);
  CHECK(opening("a") == "vault.wiped");
  CHECK(files_of("a") == std::vector<std::string>{"unsent.bundle", "vault.wiped"});

  // A kill between the first and the last file: the next who looks goes on.
  std::ofstream(folder.path("a") + "/vault.db") << "pages";
  std::ofstream(folder.path("a") + "/vault.key") << "slots";
  CHECK(opening("a") == "vault.wiped");
  CHECK(files_of("a") == std::vector<std::string>{"unsent.bundle", "vault.wiped"});
}

TEST_CASE_METHOD(
    Kept, "where the realm wipes nothing, a removed phone says so, shows what it has, and records no more") {
  const auto sent = visit("a");
  sync("a");
  const auto unsent = secret_visit("a");
  remove("a");
  CHECK_FALSE(removed("a"));
  REQUIRE(sync_error("a") == "device.removed");
  REQUIRE(removed("a"));
  const auto said = at(shell("a").ok("status"), "removed").as_object();
  CHECK(text_at(said, "vi").find("đã bị thu hồi") != std::string::npos);
  CHECK(said.at("wipes") == json::value(false));
  CHECK(json::find(said, "received_at") != nullptr);
  CHECK(shell("a").error("record.add", {{"kind", "mobilisation_visit"}, {"record", json::object{}}}) ==
        "device.removed");
  CHECK(shell("a").error("record.edit", {{"id", unsent}, {"record", {{"place", "x"}}}}) == "device.removed");
  CHECK(text_at(show("a", sent), "document.id") == sent);
  CHECK(text_at(show("a", unsent), "document.fields.place") == kWord);
  shell("a").ok("vault.rebuild");
  CHECK(text_at(show("a", unsent), "document.fields.place") == kWord);
  // A later policy is not for it: the server tells it nothing that came after.
  shell("admin").ok("realm.policy", {{"wipe", true}});
  sync("admin");
  CHECK(sync_error("a") == "device.removed");
  CHECK(text_at(show("a", unsent), "document.fields.place") == kWord);

  const auto file = folder.path("handed");
  shell("a").ok("bundle.export", {{"file", file}});
  shell("admin").ok("bundle.import", {{"file", file}});
  shell("admin").ok("device.accept", {{"device", devices["a"]}, {"reason", "đã xem"}});
  CHECK(text_at(show("admin", unsent), "document.fields.place") == kWord);
}

TEST_CASE_METHOD(Kept,
                 "what a phone had not sealed when it heard of its removal can be handed over all the same") {
  sync("a");
  const auto pending = secret_visit("a");
  remove("a");
  carry("admin", "a");
  REQUIRE(removed("a"));
  REQUIRE(at(shell("a").ok("status"), "pending_changes").as_int64() > 0);
  const auto file = folder.path("handed");
  shell("a").ok("bundle.export", {{"file", file}});
  CHECK(at(shell("a").ok("status"), "pending_changes") == json::value(0));
  CHECK(text_at(show("a", pending), "document.fields.place") == kWord);
  shell("admin").ok("bundle.import", {{"file", file}});
  shell("admin").ok("device.accept", {{"device", devices["a"]}, {"reason", "đã xem"}});
  CHECK(text_at(show("admin", pending), "document.fields.place") == kWord);
  // The bundle brought a checkpoint, too: the server is not blamed for what a removed device does not ask.
  sync("admin");
  CHECK(sync_error("a") == "device.removed");
  CHECK(at(shell("a").ok("status"), "findings").as_array().empty());
}

TEST_CASE_METHOD(
    Kept, "a phone that is admitted again goes by the common rule, and its late work waits for a word") {
  const auto unsent = secret_visit("a");
  remove("a");
  REQUIRE(sync_error("a") == "device.removed");
  const auto request = text_at(shell("a").ok("device.request", {{"label", "a"}}), "request");
  shell("admin").ok("device.approve", {{"request", request}, {"role", "cadre"}, {"unit", "06463"}});
  sync("admin");
  sync("a");
  CHECK_FALSE(removed("a"));
  CHECK(shell("a").error("record.show", {{"id", unsent}}) == "not_found");
  CHECK(at(shell("a").ok("device.held"), "held").as_array().size() == 1);
  const auto fresh = visit("a");
  sync("a");
  sync("office");
  CHECK(text_at(show("office", fresh), "document.id") == fresh);
}

TEST_CASE_METHOD(Kept,
                 "a server that lies about the time locks nobody, and is named where its receipts say it") {
  shell("admin").ok("realm.policy", {{"lease_days", 30}});
  const std::vector<std::string> all{"admin", "office", "a", "b"};
  for (const auto& name : all) sync(name);
  const auto id = visit("a");
  sync("a");
  const auto says = [&](std::int64_t server_ms) {
    bend.answer = [server_ms](Bend::Frames& frames) {
      for (auto& frame : frames) {
        if (frame.type != protocol::FrameType::welcome) continue;
        auto welcome = must(protocol::decode_welcome(frame.payload));
        welcome.server_ms = server_ms;
        frame.payload = protocol::encode(welcome);
      }
    };
  };
  const auto findings = [&](const std::string& name) {
    std::vector<std::string> out;
    const json::value found = at(shell(name).ok("status"), "findings");
    for (const auto& one : found.get_array()) out.push_back(text_at(one, "code"));
    return out;
  };
  clock.advance(20 * 86'400'000ll);
  says(1);
  for (const auto& name : all) {
    const auto synced = sync(name);
    if (name == "a") CHECK(json::find(synced, "clock") == nullptr);  // its receipt shows the lie
    sync(name);
    shell(name).ok("record.list");
    const auto lease = at(shell(name).ok("status"), "lease").as_object();
    CHECK(lease.at("over") == json::value(false));
  }
  CHECK(findings("a") == std::vector<std::string>{"ledger.receipt_back"});  // once
  // It did no more than a server that is silent: the lease ends, and an honest answer begins another.
  clock.advance(11 * 86'400'000ll);
  CHECK(shell("b").error("record.list") == "lease.over");
  says(std::int64_t{1} << 44);
  sync("b");
  bend.answer = {};
  for (const auto& name : all) sync(name);
  shell("b").ok("record.list");
  clock.advance(31 * 86'400'000ll);
  CHECK(shell("b").error("record.list") == "lease.over");
  sync("a");
  CHECK(text_at(show("a", id), "document.id") == id);
}

}  // namespace wipe_test
