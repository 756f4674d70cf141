// Command: what the words on the command line ask for: one request, and what it takes to make it.
//
// Threading: plain values.
#pragma once

#include <functional>

#include "base/json.hpp"
#include "base/result.hpp"

namespace gandan::cli {

enum class Language { vi, en };

struct Globals {
  std::string vault;            // --vault or GANDAN_VAULT
  std::string passphrase_file;  // --passphrase-file
  std::string opened_with;      // --with: another of the vault's ways to be opened; empty: the passphrase
  std::string keystore_file;    // --keystore-file: 32 bytes
  std::string holder;           // --as: whose PIN
  std::string token_module;     // --token-module or GANDAN_TOKEN_MODULE; empty: those the system knows
  bool json = false;
  Language language = Language::vi;
  bool one_language = false;  // it was chosen: nothing is said in the other one as well
};

// Secrets that a verb needs beside the vault's passphrase; asked for when nothing gives them.
enum class Secret {
  none,
  root_passphrase,
  new_passphrase,
  added_passphrase,  // of a slot
  new_pin,
  token_pin,
  slot,  // of a slot that is changed: a passphrase or a PIN, whichever it has
};

// What of the answer is to be drawn as QR codes.
struct Picture {
  std::string member;  // of the answer: a text, or an array of texts; empty: nothing can be
  bool terminal = false;
  std::string file;  // .svg or .png; empty: none

  bool wanted() const { return terminal || !file.empty(); }
};

// A parameter that is read from standard input unless a word gave it.
struct Typed {
  std::string param;  // empty: none
  std::string prompt;
};

struct Command {
  std::string method;
  json::object params;
  bool needs_vault = true;
  bool creates_vault = false;
  Secret secret = Secret::none;
  std::string secret_file;
  bool sends_keystore = false;  // --keystore-file's bytes are a parameter, too
  Picture picture;
  Typed typed;
};

struct Parsed {
  Globals globals;
  std::optional<Command> command;  // absent: help or version was printed
  std::optional<Error> wrong;      // or the words were wrong
};

// Prints help itself.
Parsed parse(int argc, char** argv);

}  // namespace gandan::cli
