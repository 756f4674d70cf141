// What the core says is the same for every shell: an app has no options and no commands to type. What a
// command line's user types next stands in tools/gandan/hints.cpp.
#include <filesystem>
#include <fstream>
#include <regex>

#include "base/result.hpp"
#include "support/catch.hpp"

namespace {

// An option, or a command with its verb.
const std::regex kTyped(
    R"((^|[ (“'"])(--[a-z][a-z-]+|gandan (audit|act|bundle|device|holder|keys|realm|record|root|schema|sync|unit)\b|'(audit|act|bundle|device|holder|keys|realm|record|root|schema|sync|unit) [a-z]+))");

// Programs speak of their own words.
bool of_a_program(const std::string& code) {
  for (const char* prefix : {"use.", "server.", "shell."})
    if (code.rfind(prefix, 0) == 0) return true;
  return false;
}

}  // namespace

TEST_CASE("the errors' sentences name no option and no command") {
  const struct {
    const char *code, *vi, *en;
  } rows[] = {
#define GANDAN_ERROR(name, text, retry, exit_code, vi, en) {text, vi, en},
#include "base/errors.def"
#undef GANDAN_ERROR
  };
  for (const auto& row : rows) {
    if (of_a_program(row.code)) continue;
    INFO(row.code);
    CHECK_FALSE(std::regex_search(row.vi, kTyped));
    CHECK_FALSE(std::regex_search(row.en, kTyped));
  }
}

TEST_CASE("nor does any text in the core") {
  const std::regex text(R"re("([^"\\]|\\.)*")re");
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(GANDAN_SOURCE_DIR "/core")) {
    if (entry.path().extension() != ".cpp") continue;
    ++files;
    std::ifstream in(entry.path());
    for (std::string line; std::getline(in, line);) {
      if (line.find("--") == std::string::npos && line.find("gandan ") == std::string::npos &&
          line.find('\'') == std::string::npos)
        continue;
      line.erase(std::min(line.find("//"), line.size()));
      for (std::sregex_iterator at(line.begin(), line.end(), text), end; at != end; ++at) {
        const std::string said = at->str();
        INFO(entry.path().string() << ": " << said);
        CHECK_FALSE(std::regex_search(said, kTyped));
      }
    }
  }
  CHECK(files > 100);
}
