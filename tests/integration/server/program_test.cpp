// The program: told to stop in the middle of a request, started again, killed under load. What it
// acknowledged is there.
#include "wire_program.hpp"

namespace gandan::server::test {
namespace {

using Clock = std::chrono::steady_clock;

void wait_ms(int ms) { std::this_thread::sleep_for(std::chrono::milliseconds(ms)); }

// Whether the newer checkpoint continues the older one, by the proof that came with it.
bool continues(const ledger::Checkpoint& older, const Response& newer) {
  if (older.size == 0) return true;
  if (newer.checkpoint.size == older.size) return newer.checkpoint.root == older.root;
  return newer.checkpoint.size > older.size &&
         ledger::verify_consistency(older.size, older.root, newer.checkpoint.size, newer.checkpoint.root,
                                    newer.welcome.consistency.path)
             .ok();
}

bool under_checkpoint(const Response& response, const protocol::OwnReceipt& own) {
  const auto leaf = ledger::entry_leaf({ledger::EntryType::segment, own.head.hash, own.receipt_ms});
  return ledger::verify_inclusion(leaf, own.index, response.checkpoint.size, response.checkpoint.root,
                                  own.proof.path)
      .ok();
}

}  // namespace

TEST_CASE(
    "told to stop in the middle of a request, the server answers it, lets nobody else in and exits with 0") {
  ServedProgram served;
  served.server.start();
  served.introduce();
  const Bytes request = sync_request(served.push_body(0, 50, 1000));
  auto client = served.server.client();
  auto idle = served.server.client();
  REQUIRE(idle.get("/healthz"));
  REQUIRE(client.send(ByteView(request).first(request.size() / 2)));
  wait_ms(100);  // so that it is under way
  served.server.program().kill(SIGTERM);
  CHECK(idle.closed());
  wait_ms(200);
  CHECK_FALSE(served.server.client().connected());
  CHECK(served.server.program().running());
  REQUIRE(client.send(ByteView(request).subspan(request.size() / 2)));
  const auto answer = client.receive();
  REQUIRE(answer);
  CHECK(answer->headers.at("connection") == "close");
  const auto response = parse_sync(answer, served.note_key());
  CHECK(response.receipts.at(0).indexes.size() == 50);
  CHECK(client.closed());
  CHECK(served.server.program().wait() == 0);

  // Started again, everything is as it was acknowledged.
  served.server.start();
  RequestBuilder ask(served.realm, *served.devices[0]);
  ask.hello.own.push_back({served.feeds[0].id, 0, {}});
  ask.hello.checkpoint_size = response.checkpoint.size;
  const auto after = served.sync(served.body(ask));
  CHECK(after.checkpoint == response.checkpoint);
  CHECK(after.welcome.own.at(0).head.next == 50);
  CHECK(served.server.stop() == 0);
  const auto verified = gandan_server({"verify", "--data", served.server.data()});
  CHECK(verified.status == 0);
  CHECK(verified.out.find("50 segments") != std::string::npos);
  CHECK(verified.out.find("everything holds") != std::string::npos);
  CHECK(verified.out.find("Mọi thứ trong kho đều khớp.") != std::string::npos);
}

TEST_CASE("a request that never ends does not keep the server from stopping") {
  ServedProgram served;
  served.server.start({}, {"--drain-seconds", "1"});
  served.introduce();
  const Bytes request = sync_request(served.push_body(0, 3));
  auto client = served.server.client();
  client.send(ByteView(request).first(request.size() - 100));
  wait_ms(50);
  const auto start = Clock::now();
  CHECK(served.server.stop() == 0);
  CHECK(Clock::now() - start < std::chrono::seconds(5));
  // What was whole of it was committed on the way down.
  served.server.start();
  RequestBuilder ask(served.realm, *served.devices[0]);
  ask.hello.own.push_back({served.feeds[0].id, 0, {}});
  CHECK(served.sync(served.body(ask)).welcome.own.at(0).head.next == 2);
}

TEST_CASE("a realm that is admitted while the server runs is served within moments") {
  ServedProgram served;
  served.server.start();
  TestRealm second(served.key, 77);
  const std::string card = served.server.data() + ".second";
  must(replace_file(card, roster::encode_card(second.card), false));
  const auto admitted = gandan_server({"realm", "admit", card, "--data", served.server.data()});
  CHECK(admitted.status == 0);
  CHECK(admitted.out == "Đã nhận hệ thống, địa chỉ: " + to_text(second.card.address) + "\n");
  const std::string path = "/v1/" + to_text(second.card.address) + "/ledger/checkpoint";
  const auto start = Clock::now();
  int status = 0;
  while (status != 200 && Clock::now() - start < std::chrono::seconds(5)) {
    status = served.server.client().get(path)->status;
    wait_ms(20);
  }
  CHECK(status == 200);
}

TEST_CASE(
    "killed under load again and again, every acknowledged segment is there once and no checkpoint is taken "
    "back") {
  constexpr int kPhones = 4, kRounds = 4;
  ServedProgram served(kPhones);
  served.server.start();
  served.introduce();

  struct Phone {
    std::vector<Bytes> segments;     // all that it ever made
    std::vector<Hash> hashes;        // beside them
    std::uint64_t acknowledged = 0;  // of them
    ledger::Checkpoint seen;
    std::string fault;
  };
  std::vector<Phone> phones(kPhones);
  const auto say = [&](Phone& phone, const std::string& what) {
    if (phone.fault.empty()) phone.fault = what;
  };
  // One sync: asks for the consistency with what was seen, pushes what is not acknowledged and `more` new
  // ones.
  const auto sync = [&](int i, int more) {
    auto& phone = phones[static_cast<std::size_t>(i)];
    auto& feed = served.feeds[static_cast<std::size_t>(i)];
    const auto& device = *served.devices[static_cast<std::size_t>(i)];
    RequestBuilder request(served.realm, device);
    request.hello.checkpoint_size = phone.seen.size;
    const Hash head = phone.acknowledged == 0 ? Hash{} : phone.hashes[phone.acknowledged - 1];
    request.hello.own.push_back({feed.id, phone.acknowledged, head});
    for (int k = 0; k < more; ++k) {
      phone.segments.push_back(served.realm.segment(device, feed));
      phone.hashes.push_back(feed.hash);
    }
    if (phone.acknowledged < phone.segments.size()) {
      request.run(feed.id, phone.acknowledged, std::nullopt);
      for (std::size_t k = phone.acknowledged; k < phone.segments.size(); ++k)
        request.segment(phone.segments[k]);
    }
    return served.body(request);
  };
  const auto take = [&](int i, const Response& response) {
    auto& phone = phones[static_cast<std::size_t>(i)];
    if (!response.refused().empty()) return say(phone, "refused: " + response.refused());
    if (!response.rejected().empty()) return say(phone, "rejected: " + response.rejected());
    if (!continues(phone.seen, response)) return say(phone, "a checkpoint was taken back");
    phone.seen = response.checkpoint;
    const auto& own = response.welcome.own.at(0);
    if (own.head.next < phone.acknowledged) return say(phone, "an acknowledged segment is gone");
    if (own.head.next > phone.segments.size()) return say(phone, "a segment that was never sent");
    if (own.head.next > 0 &&
        (own.head.hash != phone.hashes[own.head.next - 1] || !under_checkpoint(response, own)))
      return say(phone, "the head is not what was sent, or not under the checkpoint");
    phone.acknowledged = own.head.next;
  };

  std::mutex making;  // the realm's random numbers are one thread's at a time
  for (int round = 0; round < kRounds; ++round) {
    std::atomic<std::uint64_t> answers{0};
    {
      std::vector<std::jthread> threads;
      for (int i = 0; i < kPhones; ++i)
        threads.emplace_back([&, i] {
          try {
            for (;;) {
              Bytes body;
              {
                const std::lock_guard lock(making);
                body = sync(i, 1 + i);
              }
              const auto answer = served.server.client().post_sync(body);
              if (!answer) return;  // killed
              take(i, parse_sync(answer, served.note_key()));
              ++answers;
            }
          } catch (const std::exception& error) {
            say(phones[static_cast<std::size_t>(i)], error.what());
          }
        });
      const auto start = Clock::now();
      while (answers < 40 && Clock::now() - start < std::chrono::seconds(20)) wait_ms(1);
      served.server.kill9();
    }
    CHECK(answers >= 40);
    served.server.start();
    for (int i = 0; i < kPhones; ++i) take(i, served.sync(sync(i, 0)));
    for (const auto& phone : phones) CHECK(phone.fault == "");
  }
  std::uint64_t sent = 0;
  for (const auto& phone : phones) {
    CHECK(phone.acknowledged == phone.segments.size());
    sent += phone.segments.size();
  }
  CHECK(served.server.stop() == 0);
  const auto verified = gandan_server({"verify", "--data", served.server.data()});
  CHECK(verified.status == 0);
  INFO(verified.out);
  CHECK(verified.out.find(" " + std::to_string(sent) + " segments") != std::string::npos);
}

#ifdef GANDAN_TLOG_VERIFY
TEST_CASE(
    "a verifier that we did not write verifies the ledger that the program serves, before and after it "
    "grew") {
  ServedProgram served;
  served.server.start();
  served.introduce();
  gandan::test::TempFolder folder;
  const std::string base = "https://127.0.0.1:" + std::to_string(served.server.port()) + "/v1/" +
                           to_text(served.realm.card.address) + "/ledger";
  const auto verify = [&](const std::string& vkey, const std::string& old) {
    std::vector<std::string> arguments{GANDAN_TLOG_VERIFY,        "-url",  base, "-ca",
                                       served.server.authority(), "-vkey", vkey};
    if (!old.empty()) arguments.insert(arguments.end(), {"-old", old});
    Program program(arguments, folder.path("out"), folder.path("err"));
    return program.wait();
  };
  const auto checkpoint = [&] {
    return served.server.client()
        .get("/v1/" + to_text(served.realm.card.address) + "/ledger/checkpoint")
        ->body;
  };
  const std::string vkey = ledger::print_vkey(served.note_key());

  CHECK(served.sync(served.push_body(0, 100)).rejected() == "");
  must(replace_file(folder.path("old"), checkpoint(), false));
  CHECK(verify(vkey, "") == 0);
  for (int i = 0; i < 4; ++i) CHECK(served.sync(served.push_body(0, 300, 40)).rejected() == "");
  CHECK(verify(vkey, folder.path("old")) == 0);  // four full tiles and a part
  served.server.kill9();
  served.server.start();
  CHECK(verify(vkey, folder.path("old")) == 0);

  // It would notice: another key, another realm's name, an old checkpoint of another ledger.
  SeededRandom random(5);
  auto other = served.note_key();
  other.key = crypto::SigningKey::generate(random).public_key();
  CHECK(verify(ledger::print_vkey(other), "") == 1);
  other = served.note_key();
  other.name += "x";
  CHECK(verify(ledger::print_vkey(other), "") == 1);
  const auto forger = must(load_ledger_key(served.server.data()));
  const std::string forged =
      ledger::sign_checkpoint({roster::ledger_origin(served.realm.id), 50, Hash{}}, forger);
  must(replace_file(folder.path("forged"), as_bytes(forged), false));
  CHECK(verify(vkey, folder.path("forged")) == 1);
}
#endif

}  // namespace gandan::server::test
