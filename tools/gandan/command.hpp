// Command: what the words on the command line ask for: one request, and what it takes to make it.
//
// Threading: plain values.
#pragma once

#include <deque>
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
  bool read_only = false;       // --read-only
  bool json = false;
  Language language = Language::vi;
  bool one_language = false;  // it was chosen: nothing is said in the other one as well
};

// Secrets that a verb needs beside the vault's passphrase; asked for when nothing gives them.
enum class Secret {
  new_passphrase,       // of the vault: parameters new and old
  added_passphrase,     // of a slot: passphrase
  new_pin,              // pin
  token_pin,            // token_pin
  slot,                 // of a slot that is changed: a passphrase or a PIN, whichever it has
  new_root_passphrase,  // of a root key that is made, unless root_token names one: root_passphrase
  root_passphrase,      // of the root key that root_key_file names: root_passphrase
  root_token_pin,       // of the token that root_token names: token_pin
  new_key_passphrase,   // of a key file that is made: passphrase
  key_passphrase,       // of a key file that is used: passphrase
};
struct SecretWanted {
  Secret which;
  std::string file;  // whose first line it is; empty: the environment, or asked for
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
  bool serves_app = false;           // not a request: 'gandan app', with the parameters files and port
  bool serves_feed = false;          // nor is 'gandan odata', with token_file and port
  std::deque<SecretWanted> secrets;  // addresses stay: CLI11 writes into them
  bool sends_keystore = false;       // --keystore-file's bytes are a parameter, too
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
