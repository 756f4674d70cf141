// Verb: one subcommand of CLI11 bound to one method: which words become which parameters.
// The only header that includes CLI11; the verbs include it.
//
// Threading: none.
#pragma once

#include <deque>

#include "gandan/command.hpp"
#include "usage/usage.hpp"

namespace gandan::cli {

using usage::Text;

class Verb {
 public:
  Verb(CLI::App& parent, usage::Language language, const std::string& name, std::string method,
       const Text& help);

  // `word` as CLI11 wants it: "NAME" is a position, "--name" an option. Text becomes the parameter as it is.
  Verb& required(const std::string& word, const std::string& param, const Text& help);
  Verb& optional(const std::string& word, const std::string& param, const Text& help);
  // A file that is written: its name has to end in one of these.
  Verb& required_file(const std::string& word, const std::string& param, const Text& help,
                      const std::vector<std::string>& endings);
  Verb& optional_file(const std::string& word, const std::string& param, const Text& help,
                      const std::vector<std::string>& endings);
  // The help has to say the choices.
  Verb& choice(const std::string& word, const std::string& param, const Text& help,
               std::vector<std::string> choices, bool is_required);
  // A day as dd/mm/yyyy or YYYY-MM-DD; the parameter is YYYY-MM-DD.
  Verb& date(const std::string& word, const std::string& param, const Text& help, bool is_required = false);
  Verb& integer(const std::string& word, const std::string& param, const Text& help, std::int64_t shift = 0);
  Verb& flag(const std::string& word, const std::string& param, const Text& help, bool value = true);
  Verb& many(const std::string& word, const std::string& param,
             const Text& help);  // may be repeated: an array
  Verb& some(const std::string& word, const std::string& param,
             const Text& help);  // a position for one or more: an array
  // What is better not typed as a word of the command: read from standard input where `word` does not give
  // it.
  Verb& typed(const std::string& word, const std::string& param, const Text& help, const Text& prompt);
  Verb& words(const std::string& word, const std::string& param,
              const Text& help);  // joined by spaces; a filter may say them, too
  // --set path=value, path= (empties), path:=JSON; collected into the object `param`.
  Verb& sets(const std::string& param, const Text& help);
  // `word` KEY=TEXT, may be repeated: the array `param` of {key_name: KEY, text_name: TEXT}.
  Verb& pairs(const std::string& word, const std::string& param, const std::string& key_name,
              const std::string& text_name, const Text& help);
  // One of these words at least, e.g. "--set". Not asked of a record of a kind that may not exist: that is
  // said first.
  Verb& wants_one_of(std::vector<std::string> words);
  Verb& fixed(const std::string& param, const std::string& value);  // unless an option says otherwise
  // Given, it makes the verb ask for another method, which reads nothing from standard input.
  Verb& instead(const std::string& word, const std::string& param, std::string method, const Text& help);
  Verb& instead_many(const std::string& word, const std::string& param, std::string method, const Text& help);
  Verb& picture(const std::string& member);  // --qr, --qr-file
  Verb& no_vault();
  Verb& creates_vault();
  Verb& serves_app();
  Verb& serves_feed();
  Verb& secret(Secret which, const std::string& file_word, const Text& help);
  Verb& sends_keystore();

  bool chosen() const { return app_->parsed(); }
  Command command() const;  // CLI::ValidationError for a --set that is not path=value

 private:
  CLI::Option* text_option(const std::string& word, const std::string& param, const Text& help);
  Verb& ends_in(const std::string& word, const std::string& param, const std::vector<std::string>& endings);
  std::vector<std::string>& list_of(const std::string& param);  // that becomes an array
  CLI::Option* list_option(const std::string& word, const std::string& param, const Text& help);
  std::string say(const Text& text) const { return usage::say(language_, text); }

  CLI::App* app_;
  usage::Language language_;
  Command command_;
  std::deque<std::string> texts_;  // addresses stay: CLI11 writes into them
  std::deque<std::vector<std::string>> lists_;
  std::deque<std::int64_t> numbers_;
  std::deque<bool> flags_;
  std::vector<std::function<void(json::object&)>> takers_;
  const CLI::Option* instead_ = nullptr;
  std::string other_method_;
};

class Verbs {
 public:
  explicit Verbs(usage::Language language) : language_(language) {}
  Verb& add(CLI::App& parent, const std::string& name, const std::string& method, const Text& help) {
    return verbs_.emplace_back(parent, language_, name, method, help);
  }
  // A word before other verbs: "record".
  CLI::App& group(CLI::App& app, const std::string& name, const Text& help);
  const Verb* chosen() const;

 private:
  usage::Language language_;
  std::deque<Verb> verbs_;
};
void add_organise_verbs(CLI::App& app, Verbs& verbs);  // realm, unit, device, holder, vault
void add_act_verbs(CLI::App& app, Verbs& verbs);       // what takes more than one person; the root key
void add_erase_verbs(CLI::App& app, Verbs& verbs);     // erasing personal data
void add_key_verbs(CLI::App& app, Verbs& verbs);       // keys
void add_work_verbs(CLI::App& app,
                    Verbs& verbs);  // records, forms, report, tasks, status; those of the next two
void add_exchange_verbs(CLI::App& app, Verbs& verbs);  // sync, bundles
void add_audit_verbs(CLI::App& app, Verbs& verbs);     // audit, the ledger that is kept
void add_app_verbs(CLI::App& app, Verbs& verbs);       // what is served on loopback: the screens, OData

}  // namespace gandan::cli
