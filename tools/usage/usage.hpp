// Usage: what a command line says of itself, in Vietnamese and English: its help, and what was wrong with the
// words it got. Over CLI11, whose own sentences reach nobody.
//
// Threading: none.
#pragma once

#include <CLI/CLI.hpp>

#include "base/result.hpp"

namespace gandan::usage {

enum class Language { both, vi, en };  // both: Vietnamese, then English below

struct Text {
  const char* vi;
  const char* en;
};
std::string say(Language language, const Text& text);

// Before anything is parsed: what --lang says among the words, else the environment's variable, else both.
Language language_of(int argc, const char* const* argv, const char* variable);

// Makes the help of `app`, and of every command added to it afterwards, speak that language.
void speak(CLI::App& app, Language language);

// Checks whose messages are in both languages. Their values are not shown beside the option's name: the
// option's text has to say them.
CLI::Validator one_of(std::vector<std::string> choices);
CLI::Validator between(std::int64_t least, std::int64_t most);
// What a check of one's own says, as CLI11's exception.
CLI::ValidationError wrong(const std::string& word, const std::string& vi, const std::string& en);

// What was wrong with the words, as one of our errors: Code::no_command, missing_word, unknown_word,
// bad_word; its fields name the words. `app`: the root, which has parsed.
Error error_of(const CLI::ParseError& error, const CLI::App& app);

}  // namespace gandan::usage
