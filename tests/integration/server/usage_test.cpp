// What gandan-server says of itself, and of words that it cannot take: in both languages, with a stable code
// and the exit status that its help names.
#include "wire_program.hpp"

namespace gandan::server::test {
namespace {

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

void refuses(const std::vector<std::string>& words, const std::string& code, const std::string& place) {
  const auto known = code_from_text(code);
  REQUIRE(known);
  const auto said = gandan_server(words);
  INFO(said.out + said.err);
  CHECK(said.status == info(*known).exit_code);
  CHECK(said.out.empty());
  CHECK(has(said.err, "[" + code + "]"));
  CHECK(has(said.err, info(*known).vi));
  CHECK(has(said.err, info(*known).en));
  CHECK(has(said.err, "· " + place + ": "));
}

}  // namespace

TEST_CASE("the help of every command is in both languages, or in the one that is asked for") {
  const std::vector<std::vector<std::string>> commands{{},
                                                       {"init"},
                                                       {"key"},
                                                       {"realm"},
                                                       {"realm", "admit"},
                                                       {"realm", "list"},
                                                       {"realm", "suspend"},
                                                       {"realm", "resume"},
                                                       {"realm", "quota"},
                                                       {"realm", "export"},
                                                       {"verify"},
                                                       {"run"},
                                                       {"backup"},
                                                       {"restore"},
                                                       {"restore-check"},
                                                       {"give-back"},
                                                       {"archive"},
                                                       {"archive-check"},
                                                       {"archive-restore"},
                                                       {"migrate-store"}};
  for (auto words : commands) {
    words.push_back("--help");
    const auto both = gandan_server(words);
    CHECK(both.status == 0);
    CHECK(has(both.out, "Cách gõ/Usage"));
    CHECK(has(both.out, "Mã thoát"));
    CHECK(has(both.out, "Exit status"));
    words.insert(words.begin(), {"--lang", "vi"});
    const auto vi = gandan_server(words);
    CHECK(has(vi.out, "Cách gõ: gandan-server"));
    CHECK_FALSE(has(vi.out, "Usage"));
    CHECK_FALSE(has(vi.out, "Exit status"));
    words[1] = "en";
    const auto en = gandan_server(words);
    CHECK(has(en.out, "Usage: gandan-server"));
    CHECK_FALSE(has(en.out, "Cách gõ"));
    CHECK_FALSE(has(en.out, "Mã thoát"));
  }
  const auto version = gandan_server({"--version"});
  CHECK(version.status == 0);
  CHECK(version.out.rfind("gandan-server ", 0) == 0);
}

TEST_CASE("words that cannot be taken are named, with a stable code") {
  refuses({}, "use.no_command", "gandan-server");
  refuses({"realm"}, "use.no_command", "realm");
  refuses({"serve"}, "use.unknown", "serve");
  refuses({"init"}, "use.missing", "--data");
  refuses({"init", "--date", "x"}, "use.missing", "--date");
  refuses({"init", "--data", "x", "y"}, "use.unknown", "y");
  refuses({"init", "--data"}, "use.bad_value", "--data");
  refuses({"realm", "admit", "card", "--data", "x", "--quota", "much"}, "use.bad_value", "--quota");
  refuses({"archive", "realm", "--data", "x", "--to", "y", "--older-than", "5"}, "use.bad_value",
          "--older-than");
  refuses({"--lang", "fr", "init", "--data", "x"}, "use.bad_value", "--lang");
  const std::vector<std::string> run{"run", "--data", "x", "--cert", "c", "--key", "k"};
  const std::vector<std::pair<std::string, std::string>> wrong{
      {"--threads", "0"}, {"--workers", "many"}, {"--log-level", "loud"}, {"--drain-seconds", "-1"}};
  for (const auto& [word, value] : wrong) {
    auto words = run;
    words.insert(words.end(), {word, value});
    refuses(words, "use.bad_value", word);
  }
}

TEST_CASE("a configuration that does not serve is named by its option") {
  const ServerProgram server;
  const gandan::test::TempFolder folder;
  const auto run = [&](const std::string& listen) {
    return std::vector<std::string>{
        "run",   "--data",           server.data(), "--listen", listen, "--cert", folder.path("none"),
        "--key", folder.path("none")};
  };
  refuses(run("nowhere"), "server.bad_configuration", "--listen");
  refuses(run("127.0.0.1:99999"), "server.bad_configuration", "--listen");
  refuses(run("127.0.0.1:0"), "server.bad_configuration", "--cert");
  for (const char* store :
       {"mysql://host/gandan", "postgresql://me:s3cr3t@host/gandan", "postgresql://me:s3cr3t@[::1]x/gandan",
        "postgresql://host/gandan?password=s3cr3t"}) {
    const std::vector<std::string> init{"init", "--data", folder.path("new"), "--store", store};
    refuses(init, "server.bad_configuration", "--store");
    CHECK_FALSE(has(gandan_server(init).err, "s3cr3t"));
  }
  const auto nothing = gandan_server({"key", "--data", folder.path("nothing")});
  CHECK(nothing.status == 4);
  CHECK(has(nothing.err, "[server.not_set_up]"));
  const auto full = gandan_server({"init", "--data", "/"});
  CHECK(full.status == 3);
  CHECK(has(full.err, "[server.folder_in_use]"));
}

TEST_CASE("a store that is given goes before the environment's") {
  const gandan::test::TempFolder folder;
  ::setenv("GANDAN_STORE", "mysql://host/gandan", 1);
  const auto from_environment = gandan_server({"init", "--data", folder.path("a")});
  const auto given = gandan_server({"init", "--data", folder.path("b"), "--store", ""});
  ::unsetenv("GANDAN_STORE");
  CHECK(has(from_environment.err, "[server.bad_configuration]"));
  INFO(given.err);
  CHECK(given.status == 0);
}

}  // namespace gandan::server::test
