// Verb: one subcommand of CLI11 bound to one method: which words become which parameters.
// The only header that includes CLI11; three files include it.
//
// Threading: none.
#pragma once

#include <CLI/CLI.hpp>
#include <deque>

#include "gandan/command.hpp"

namespace gandan::cli {

class Verb {
 public:
  Verb(CLI::App& parent, const std::string& name, std::string method, const std::string& help);

  // `word` as CLI11 wants it: "NAME" is a position, "--name" an option. Text becomes the parameter as it is.
  Verb& required(const std::string& word, const std::string& param, const std::string& help);
  Verb& optional(const std::string& word, const std::string& param, const std::string& help);
  Verb& choice(const std::string& word, const std::string& param, const std::string& help,
               std::vector<std::string> choices, bool is_required);
  // A day as dd/mm/yyyy or YYYY-MM-DD; the parameter is YYYY-MM-DD.
  Verb& date(const std::string& word, const std::string& param, const std::string& help,
             bool is_required = false);
  Verb& integer(const std::string& word, const std::string& param, const std::string& help,
                std::int64_t shift = 0);
  Verb& flag(const std::string& word, const std::string& param, const std::string& help, bool value = true);
  Verb& words(const std::string& word, const std::string& param,
              const std::string& help);  // joined by spaces
  // --set path=value, path= (empties), path:=JSON; collected into the object `param`.
  Verb& sets(const std::string& param, const std::string& help);
  // `word` KEY=TEXT, may be repeated: the array `param` of {key_name: KEY, text_name: TEXT}.
  Verb& pairs(const std::string& word, const std::string& param, const std::string& key_name,
              const std::string& text_name, const std::string& help);
  Verb& fixed(const std::string& param, const std::string& value);  // unless an option says otherwise
  Verb& no_vault();
  Verb& creates_vault();
  Verb& secret(Secret which, const std::string& file_word, const std::string& help);

  bool chosen() const { return app_->parsed(); }
  Command command() const;  // CLI::ValidationError for a --set that is not path=value

 private:
  CLI::Option* text_option(const std::string& word, const std::string& param, const std::string& help);

  CLI::App* app_;
  Command command_;
  std::deque<std::string> texts_;  // addresses stay: CLI11 writes into them
  std::deque<std::vector<std::string>> lists_;
  std::deque<std::int64_t> numbers_;
  std::deque<bool> flags_;
  std::vector<std::function<void(json::object&)>> takers_;
};

using Verbs = std::deque<Verb>;
void add_organise_verbs(CLI::App& app, Verbs& verbs);  // realm, unit, device, holder, vault
void add_work_verbs(CLI::App& app, Verbs& verbs);      // records, exchange, audit, report, status

}  // namespace gandan::cli
