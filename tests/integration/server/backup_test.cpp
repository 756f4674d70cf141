// Backups: taken while the server is pushed to, restored elsewhere, believed only when every hash holds; and
// a server that never takes back what it gave out.
#include <sys/stat.h>

#include <fstream>

#include "protocol/series.hpp"
#include "storage/database.hpp"
#include "wire_program.hpp"

namespace gandan::server::test {
namespace {

bool says_out(const Said& said, const std::string& part) {
  return (said.out + said.err).find(part) != std::string::npos;
}

struct BackedUpServer : ServedProgram {
  explicit BackedUpServer(int phones = 1) : ServedProgram(phones) {
    server.start();
    introduce();
  }
  std::string place(const std::string& name) const { return server.path(name); }
  Said backup(const std::string& to, const std::vector<std::string>& more = {}) const {
    return run({"backup", "--data", server.data(), "--to", place(to)}, more);
  }
  Said check(const std::string& backup, const std::vector<std::string>& more = {}) const {
    return run({"restore-check", place(backup), "--data", server.data()}, more);
  }
  Said restore(const std::string& backup, const std::string& to,
               const std::vector<std::string>& more = {}) const {
    return run({"restore", place(backup), "--data", server.data(), "--to", place(to)}, more);
  }
  static Said run(std::vector<std::string> words, const std::vector<std::string>& more) {
    words.insert(words.end(), more.begin(), more.end());
    return gandan_server(words);
  }
  // Runs the statement in a backup's store.
  void change(const std::string& backup, const std::string& sql) const {
    storage::Options options;
    options.path = place(backup) + "/server.db";
    options.exclusive = false;
    auto db = must(storage::Database::open(options));
    must(db.execute(sql));
  }
};

}  // namespace

TEST_CASE(
    "a backup that is taken under load has all that was acknowledged before it, and every hash of it holds") {
  BackedUpServer served(2);
  std::atomic<bool> going{true};
  std::atomic<int> pushed{0};
  std::jthread phone([&] {
    while (going) {
      const auto answer = served.sync(served.push_body(0, 5));
      if (answer.rejected().empty() && answer.refused().empty()) pushed += 5;
    }
  });
  for (int round = 0; round < 3; ++round) {
    while (pushed < 20 * (round + 1)) std::this_thread::sleep_for(std::chrono::milliseconds(2));
    const int before = pushed;
    const std::string name = "backup-" + std::to_string(round);
    const auto said = served.backup(name);
    INFO(said.out + said.err);
    REQUIRE(said.status == 0);
    const auto checked = served.check(name);
    INFO(checked.out + checked.err);
    CHECK(checked.status == 0);
    CHECK(says_out(checked, "everything holds"));
    const auto at = checked.out.find(" statements, ");
    REQUIRE(at != std::string::npos);
    CHECK(std::stoi(checked.out.substr(at + 13)) >= before);
  }
  going = false;
  phone.join();
  CHECK(served.server.program().running());
  CHECK(served.server.stop() == 0);
}

TEST_CASE("a backup has no key unless it is asked for, and is its owner's alone") {
  const BackedUpServer served;
  REQUIRE(served.backup("plain").status == 0);
  REQUIRE(served.backup("whole", {"--with-keys"}).status == 0);
  for (const char* key : {"/ledger-key", "/token-secret"}) {
    CHECK_FALSE(std::filesystem::exists(served.place("plain") + key));
    CHECK(std::filesystem::exists(served.place("whole") + key));
  }
  struct stat about {};
  for (const char* file : {"", "/server.db", "/ledger-key"}) {
    REQUIRE(::stat((served.place("whole") + file).c_str(), &about) == 0);
    CHECK((about.st_mode & 077) == 0);
  }
  // It does not go over something else.
  CHECK(says_out(served.backup("plain"), "[server.folder_in_use]"));
}

TEST_CASE("what is changed, cut or exchanged in a backup is named before anybody relies on it") {
  BackedUpServer served;
  CHECK(served.sync(served.push_body(0, 5)).rejected() == "");
  const auto damaged = [&](const std::string& name, const std::function<void()>& harm) {
    REQUIRE(served.backup(name).status == 0);
    harm();
    const auto said = served.check(name);
    INFO(name + ": " + said.out + said.err);
    CHECK(said.status != 0);
    CHECK_FALSE(says_out(said, ": everything holds"));
    return said;
  };
  damaged("segment", [&] {
    served.change("segment", "UPDATE segment SET bytes = zeroblob(length(bytes)) WHERE seq = 2");
  });
  damaged("entry",
          [&] { served.change("entry", "UPDATE entry SET bytes = zeroblob(length(bytes)) WHERE idx = 3"); });
  damaged("gone", [&] { served.change("gone", "DELETE FROM realm"); });
  damaged("cut", [&] { std::filesystem::remove(served.place("cut") + "/backup"); });
  damaged("page", [&] {
    const std::string file = served.place("page") + "/server.db";
    std::fstream out(file, std::ios::in | std::ios::out | std::ios::binary);
    out.seekp(static_cast<std::streamoff>(std::filesystem::file_size(file) / 8192 / 2 * 8192));
    out << std::string(4000, '\x55');
  });
  // Another backup's store, whole in itself.
  REQUIRE(served.backup("older").status == 0);
  CHECK(served.sync(served.push_body(0, 5)).rejected() == "");
  damaged("exchanged", [&] {
    std::filesystem::copy_file(served.place("older") + "/server.db", served.place("exchanged") + "/server.db",
                               std::filesystem::copy_options::overwrite_existing);
  });
}

TEST_CASE(
    "a restored server goes on where nothing was given out since, and refuses to go back where something "
    "was") {
  if (on_postgresql()) return;  // there it is migrate-store that brings a backup back
  BackedUpServer served;
  CHECK(served.sync(served.push_body(0, 5)).rejected() == "");
  CHECK(served.server.stop() == 0);
  REQUIRE(served.backup("same", {"--with-keys"}).status == 0);  // of a server that stands still, too
  const auto whole = served.restore("same", "again");
  INFO(whole.out + whole.err);
  REQUIRE(whole.status == 0);
  std::filesystem::rename(served.server.data(), served.place("old"));
  std::filesystem::rename(served.place("again"), served.server.data());
  {
    // What stands in no ledger may have been lost since: devices hear of it by its numbers.
    const auto store = must(open_store(served.server.data(), {}, Purpose::inspect));
    CHECK(protocol::series_of(must(store->progress(1)).wraps) == 1);
    CHECK(protocol::series_of(must(store->progress(1)).keys) == 1);
  }
  served.server.start();
  const auto after = served.sync(served.push_body(0, 3));
  CHECK(after.rejected() == "");
  CHECK(after.receipts.at(0).indexes.size() == 3);
  CHECK(served.server.stop() == 0);

  // More was given out than the backup has.
  const auto behind = served.check("same");
  CHECK(behind.status == 0);
  CHECK(says_out(behind, "máy chủ đã phát ra tới: "));
  const auto restored = served.restore("same", "behind");
  CHECK(restored.status == info(Code::ledger_behind).exit_code);
  CHECK(says_out(restored, "[server.ledger_behind]"));
  std::filesystem::rename(served.server.data(), served.place("newer"));
  std::filesystem::rename(served.place("behind"), served.server.data());
  CHECK_THROWS_WITH(served.server.start(), Catch::Contains("[server.ledger_behind] size 10, given out 13"));

  // Where nobody knows what was given out, somebody has to say that.
  std::filesystem::remove_all(served.server.data() + "/ledger-high");
  const auto unknown = served.restore("same", "unknown");
  CHECK(unknown.status == info(Code::not_found).exit_code);
  CHECK(says_out(unknown, "--highest-lost"));
  CHECK_FALSE(std::filesystem::exists(served.place("unknown")));
  CHECK(served.restore("same", "unknown", {"--highest-lost"}).status == 0);
}

}  // namespace gandan::server::test
