// gandan.h from outside: the conformance stories, and what the header promises of threads, order, cancelling,
// memory and bad input. Nothing of the core is linked but the shared library.
#include <gandan.h>

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <future>
#include <thread>

#include "conformance/story.hpp"

using namespace gandan;
using namespace gandan::test;

namespace {

// A text of the library's, given back.
std::string take(char* text) {
  REQUIRE(text != nullptr);
  const std::string out(text);
  gandan_free(text);
  return out;
}
json::object object(const std::string& text) {
  auto parsed = json::parse(text);
  INFO(text);
  REQUIRE(parsed.ok());
  return parsed->get_object();
}
std::string code(const json::object& answer) {
  const auto* error = json::find_object(answer, "error");
  return error == nullptr ? "" : json::find_text(*error, "code").value();
}

class Handle {
 public:
  explicit Handle(const json::object& options) {
    char* error = nullptr;
    notebook_ = gandan_open(json::compact(options).c_str(), &error);
    INFO((error == nullptr ? "" : error));
    REQUIRE(notebook_ != nullptr);
    REQUIRE(error == nullptr);
  }
  ~Handle() { gandan_close(notebook_); }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  gandan_notebook* get() const { return notebook_; }

  std::string request(const std::string& method, const json::object& params = {}) const {
    return take(gandan_request(notebook_, text(method, params).c_str()));
  }
  json::object ok(const std::string& method, const json::object& params = {}) const {
    const auto answer = object(request(method, params));
    INFO(method << json::compact(answer));
    REQUIRE(json::find_object(answer, "ok") != nullptr);
    return *json::find_object(answer, "ok");
  }
  static std::string text(const std::string& method, const json::object& params) {
    return json::compact(json::object{{"method", method}, {"params", params}});
  }

 private:
  gandan_notebook* notebook_;
};

// Each way to ask in turn: waiting, a callback, fetching.
class CShell final : public StoryShell {
 public:
  explicit CShell(const json::object& options) : handle_(options) {}
  json::object answer(const std::string& method, const json::object& params) override {
    const std::string text = Handle::text(method, params);
    switch (turn_++ % 3) {
      case 0:
        return object(take(gandan_request(handle_.get(), text.c_str())));
      case 1: {
        std::promise<std::string> answered;
        const auto reply = [](void* user, std::uint64_t, std::int32_t done, const char* json) {
          if (done == 1) static_cast<std::promise<std::string>*>(user)->set_value(json);
        };
        REQUIRE(gandan_submit(handle_.get(), text.c_str(), reply, &answered) != 0);
        return object(answered.get_future().get());
      }
      default:
        const auto id = gandan_submit(handle_.get(), text.c_str(), nullptr, nullptr);
        REQUIRE(id != 0);
        for (;;) {
          const auto note = object(take(gandan_wait(handle_.get(), 60'000)));
          if (const auto* event = json::find_object(note, "event")) {
            CHECK(json::find_text(*event, "method") == method);
            continue;
          }
          CHECK(json::find_integer(note, "request") == static_cast<std::int64_t>(id));
          return *json::find_object(note, "answer");
        }
    }
  }

 private:
  Handle handle_;
  int turn_ = 0;
};

class CCore final : public Core {
 public:
  CCore() : open_(clock_options()) {}
  std::unique_ptr<StoryShell> open(const std::string& folder, const std::string& raw_key) override {
    json::object options = clock_options();
    options["create"] = true;
    options["auto_lock"] = 0;
    options["offline"] = true;
    if (!folder.empty()) {
      options["folder"] = folder;
      options["raw_key"] = to_hex(as_bytes(raw_key));
    }
    return std::make_unique<CShell>(options);
  }
  void step() override {}  // the library's clock goes on with each request

 private:
  static json::object clock_options() {
    return {{"clock", json::object{{"start_ms", kStoryBegins}, {"step_ms", kStoryStep}}}};
  }
  Handle open_;  // keeps the clock that the story's notebooks share
};

std::string vault_options(const TempFolder& folder, json::object more = {}) {
  json::object options{{"folder", folder.path("so")}, {"create", true}, {"raw_key", std::string(64, 'a')}};
  for (auto& member : more) options[member.key()] = member.value();
  return json::compact(options);
}

}  // namespace

TEST_CASE("every story of the conformance set, through gandan.h") {
  run_stories([] { return std::make_unique<CCore>(); });
}

TEST_CASE("versions agree, and bad input is answered") {
  CHECK(gandan_abi() == GANDAN_ABI);
  CHECK(gandan_is_compatible());
  const Handle none(json::object{});
  CHECK(json::find_text(none.ok("app.version"), "version") == gandan_version());
  CHECK(code(object(none.request("status"))) == "vault.missing");
  CHECK(code(object(take(gandan_request(none.get(), nullptr)))) == "request.bad");
  CHECK(code(object(take(gandan_request(nullptr, "{}")))) == "request.bad");
  char* refused = nullptr;
  CHECK(gandan_open(nullptr, &refused) == nullptr);
  CHECK(code(object(take(refused))) == "request.bad");
  CHECK(gandan_open(nullptr, nullptr) == nullptr);
  CHECK(code(object(take(gandan_request(none.get(), "\xff{")))) == "text.not_utf8");
  CHECK(gandan_submit(nullptr, "{}", nullptr, nullptr) == 0);
  CHECK(gandan_submit(none.get(), nullptr, nullptr, nullptr) == 0);
  CHECK(gandan_wait(none.get(), 0) == nullptr);
  CHECK(gandan_wait(nullptr, 0) == nullptr);
  gandan_cancel(nullptr, 1);
  gandan_cancel(none.get(), 77);
  gandan_close(nullptr);
  gandan_free(nullptr);
  for (const auto* options : {"", "[]", "{\"folderr\":\"x\"}", "{\"raw_key\":\"x\"}", "{\"auto_lock\":-1}"}) {
    INFO(options);
    char* error = nullptr;
    CHECK(gandan_open(options, &error) == nullptr);
    const auto why = code(object(take(error)));
    CHECK((why == "request.bad" || why == "json.bad"));
  }
  CHECK(gandan_open(nullptr, nullptr) == nullptr);
  const TempFolder folder;
  CHECK(gandan_has_vault(folder.path("so").c_str()) == 0);
  CHECK(gandan_has_vault(nullptr) == 0);
  char* error = nullptr;
  CHECK(
      gandan_open(
          json::compact(json::object{{"folder", folder.path("so")}, {"passphrase", "mật khẩu dài"}}).c_str(),
          &error) == nullptr);
  CHECK(code(object(take(error))) == "vault.missing");
}

TEST_CASE(
    "requests are done in order while the caller goes on, from several threads; a callback may ask again") {
  const TempFolder folder;
  const Handle vault(object(vault_options(folder)));
  CHECK(gandan_has_vault(folder.path("so").c_str()) == 1);
  struct Seen {
    std::atomic<int> answers{0};
    std::atomic<std::uint64_t> last{0};
    std::atomic<bool> in_order{true};
  } seen;
  const auto reply = [](void* user, std::uint64_t id, std::int32_t done, const char*) {
    auto& s = *static_cast<Seen*>(user);
    if (done != 1) return;
    if (id <= s.last.exchange(id)) s.in_order = false;
    ++s.answers;
  };
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] {
      for (int i = 0; i < 25; ++i) {
        if (gandan_submit(vault.get(), R"({"method":"app.version"})", reply, &seen) == 0) std::abort();
        gandan_free(gandan_request(vault.get(), R"({"method":"status"})"));
      }
    });
  for (auto& thread : threads) thread.join();
  vault.ok("status");  // behind all of them
  CHECK(seen.answers == 100);
  CHECK(seen.in_order);

  struct Again {
    gandan_notebook* notebook;
    std::promise<std::string> second;
    std::string refused;
  } again{vault.get(), {}, {}};
  gandan_submit(
      vault.get(), R"({"method":"app.version"})",
      [](void* user, std::uint64_t, std::int32_t, const char*) {
        auto& a = *static_cast<Again*>(user);
        char* answer = gandan_request(a.notebook, R"({"method":"status"})");  // would wait for itself
        a.refused = answer;
        gandan_free(answer);
        gandan_submit(
            a.notebook, R"({"method":"status"})",
            [](void* inner, std::uint64_t, std::int32_t, const char* json) {
              static_cast<Again*>(inner)->second.set_value(json);
            },
            user);
      },
      &again);
  CHECK(json::find_object(object(again.second.get_future().get()), "ok") != nullptr);
  CHECK(code(object(again.refused)) == "request.bad");
}

TEST_CASE("what runs and what waits can be cancelled; closing answers everything") {
  const TempFolder folder;
  std::vector<std::string> answers;
  std::mutex mutex;
  struct Box {
    std::vector<std::string>& answers;
    std::mutex& mutex;
  } box{answers, mutex};
  const auto reply = [](void* user, std::uint64_t, std::int32_t done, const char* json) {
    auto& b = *static_cast<Box*>(user);
    if (done != 1) return;
    const std::lock_guard lock(b.mutex);
    b.answers.push_back(code(object(json)));
  };
  {
    // The first occupies the thread: its callback does not return until the others were cancelled.
    const Handle vault(object(vault_options(folder)));
    struct Gate {
      std::promise<void> begun, go;
    } gate;
    gandan_submit(
        vault.get(), R"({"method":"app.version"})",
        [](void* user, std::uint64_t, std::int32_t, const char*) {
          auto& g = *static_cast<Gate*>(user);
          g.begun.set_value();
          g.go.get_future().wait();
        },
        &gate);
    gate.begun.get_future().wait();
    const auto dropped = gandan_submit(vault.get(), R"({"method":"status"})", reply, &box);
    const auto kept = gandan_submit(vault.get(), R"({"method":"status"})", reply, &box);
    CHECK(kept == dropped + 1);
    gandan_cancel(vault.get(), dropped);
    {
      const std::lock_guard lock(mutex);
      CHECK(answers == std::vector<std::string>{"cancelled"});
    }
    // So many may wait, and no more.
    int taken = 0;
    while (gandan_submit(vault.get(), R"({"method":"status"})", reply, &box) != 0) ++taken;
    CHECK(taken == 255);
    gate.go.set_value();
    const auto answered = [&] {
      const std::lock_guard lock(mutex);
      return answers.size();
    };
    while (answered() < 2) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  CHECK(answers.size() == 257);
  CHECK(answers[1].empty());
  for (const auto& answer : answers) CHECK((answer.empty() || answer == "cancelled"));
}

TEST_CASE("a sync whose server says nothing is cancelled at once, and the notebook goes on") {
  // What connects waits in the listener's queue: nobody accepts it.
  const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof at;
  REQUIRE(::bind(listener, reinterpret_cast<sockaddr*>(&at), size) == 0);
  REQUIRE(::listen(listener, 4) == 0);
  REQUIRE(::getsockname(listener, reinterpret_cast<sockaddr*>(&at), &size) == 0);
  const TempFolder folder;
  const Handle vault(object(vault_options(folder)));
  vault.ok("realm.create",
           {{"name", "Lạng Sơn"},
            {"code", "20"},
            {"ledger_key", "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"},
            {"root_passphrase", "mật khẩu gốc"},
            {"root_key_file", folder.path("root.key")},
            {"card_file", folder.path("realm.card")}});
  std::promise<std::string> answered;
  const auto server = "https://127.0.0.1:" + std::to_string(ntohs(at.sin_port));
  const auto id = gandan_submit(
      vault.get(), Handle::text("sync.run", {{"server", server}}).c_str(),
      [](void* user, std::uint64_t, std::int32_t done, const char* json) {
        if (done == 1) static_cast<std::promise<std::string>*>(user)->set_value(json);
      },
      &answered);
  auto answer = answered.get_future();
  CHECK(answer.wait_for(std::chrono::milliseconds(500)) == std::future_status::timeout);
  gandan_cancel(vault.get(), id);
  REQUIRE(answer.wait_for(std::chrono::seconds(5)) == std::future_status::ready);  // it would wait for 15
  CHECK(code(object(answer.get())) == "cancelled");
  vault.ok("status");
  ::close(listener);
}

TEST_CASE("the vault locks itself while nobody asks, and says so") {
  const TempFolder folder;
  const Handle vault(object(vault_options(folder)));
  vault.ok("vault.auto_lock", {{"seconds", 10}});
  const auto begin = std::chrono::steady_clock::now();
  const auto note = object(take(gandan_wait(vault.get(), 30'000)));
  CHECK(std::chrono::steady_clock::now() - begin > std::chrono::seconds(8));
  const auto* event = json::find_object(note, "event");
  REQUIRE(event != nullptr);
  CHECK(json::find_text(*event, "method") == "vault.lock");
  CHECK(json::find_bool(*event, "locked") == true);
  CHECK(code(object(vault.request("status"))) == "vault.closed");
}

TEST_CASE("the log tells methods and codes, and nothing that was in them") {
  struct Lines {
    std::mutex mutex;
    std::string text;
  } lines;
  gandan_set_log(
      [](void* user, std::int32_t level, const char* line) {
        auto& l = *static_cast<Lines*>(user);
        const std::lock_guard lock(l.mutex);
        l.text += std::to_string(level) + " " + line + "\n";
      },
      &lines, 0);
  const TempFolder folder;
  {
    const Handle vault(object(vault_options(folder)));
    vault.ok("status");
    vault.request("record.show", {{"id", "zzsecretzz"}});
    vault.request("mật khẩu của tôi", {});
  }
  gandan_set_log(nullptr, nullptr, 0);
  INFO(lines.text);
  CHECK(lines.text.find("1 opened\n") != std::string::npos);
  CHECK(lines.text.find("0 status ok ") != std::string::npos);
  CHECK(lines.text.find("0 record.show roster.not_enrolled ") != std::string::npos);
  CHECK(lines.text.find("0 ? request.unknown_method ") != std::string::npos);
  CHECK(lines.text.find("1 closed\n") != std::string::npos);
  CHECK(lines.text.find("secret") == std::string::npos);
  CHECK(lines.text.find("kh\u1ea9u") == std::string::npos);
  CHECK(lines.text.find(folder.path()) == std::string::npos);
  const auto before = lines.text.size();
  { const Handle vault(object(vault_options(folder))); }
  CHECK(lines.text.size() == before);
}

TEST_CASE("beyond the memory ceiling work is refused and nothing is lost; below it goes on") {
  const TempFolder folder;
  const Handle vault(object(vault_options(folder)));
  vault.ok("realm.create",
           {{"name", "Lạng Sơn"},
            {"code", "20"},
            {"ledger_key", "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"},
            {"root_passphrase", "mật khẩu gốc"},
            {"root_key_file", folder.path("root.key")},
            {"card_file", folder.path("card")}});
  const auto record =
      vault.ok("record.add", {{"kind", "mobilisation_visit"}, {"record", {{"household", "H1"}}}});
  const auto id = json::find_text(record, "id").value();
  // A file of many chunks in one transaction: more than the least ceiling holds.
  std::ofstream(folder.path("big.bin"), std::ios::binary) << std::string(24u << 20, 'x');
  const json::object add{{"record", id}, {"file", folder.path("big.bin")}};
  const auto files = [&] {
    return json::find_array(vault.ok("attachment.list", {{"record", id}}), "attachments")->size();
  };
  CHECK(gandan_set_memory_ceiling(-1) == 0);
  CHECK(gandan_set_memory_ceiling(1) == 0);
  CHECK(gandan_set_memory_ceiling(-1) == 4 << 20);  // the least
  CHECK(code(object(vault.request("attachment.add", add))) == "memory.full");
  CHECK(gandan_set_memory_ceiling(0) == 4 << 20);
  const auto there = files();  // one where it was committed and memory ended before the answer was made
  CHECK(there <= 1);
  vault.ok("attachment.add", add);
  CHECK(files() == there + 1);
  vault.ok("vault.check");
}

TEST_CASE("the errors as data are the core's") {
  const auto codes = object(file_text(GANDAN_ERROR_CODES));
  CHECK(codes.size() > 100);
  // What an answer says of an error is what the list says.
  const Handle none(json::object{});
  const auto answer = object(none.request("status"));
  const auto& error = *json::find_object(answer, "error");
  const auto* listed = json::find_object(codes, "vault.missing");
  REQUIRE(listed != nullptr);
  for (const auto* member : {"vi", "en", "retry", "exit"})
    CHECK(*json::find(*listed, member) == *json::find(error, member));
}
