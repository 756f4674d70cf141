// Settings: where an option of gandan-server may stand when it is not among the words.
//
//   --threads 4   before   GANDAN_THREADS=4   before   threads = 4 in the file of --config (or GANDAN_CONFIG)
//
// One description: the options themselves, as CLI11 has them. Their names make the environment's and the
// file's, and what checks the words checks all three. The file has one `name = value` a line, the value in
// double quotes or not, and comments on lines of their own, after '#'. A name that no command has is an
// error, so that a slip of the pen is not a limit that never held. (CLI11's own reader takes a value apart at
// commas and at '#', which addresses have.)
//
// The environment is read here and not by CLI11's envname: several commands have an option over one place,
// and CLI11 reads it for those that were not given, too, and after its file.
//
// Threading: none.
#pragma once

#include <CLI/CLI.hpp>
#include <map>
#include <set>

#include "base/result.hpp"

namespace gandan::server {

class Settings {
 public:
  // The words, to know what was given, and which file: --config, or GANDAN_CONFIG.
  Settings(int argc, const char* const* argv);

  // The option may stand elsewhere, too: it gets its value when its command is parsed.
  void add(CLI::App& command, CLI::Option& option);
  // Call it once all options are there. Code::file_unreadable; bad_configuration: what the file has that is
  // none.
  Status read();
  // Where the value of an option came from, for whoever has to mend it; empty: from the words.
  std::string source(const std::string& option) const;

 private:
  bool given(const std::string& option) const;
  void fill(CLI::App& command);
  void take(std::string_view text, const std::string& place, std::vector<FieldError>& faults);

  std::set<std::string> words_;  // that begin with "--", without their values
  std::string file_;
  std::map<const CLI::App*, std::vector<CLI::Option*>> options_;
  std::set<std::string> names_;                // of all of them, without dashes before
  std::map<std::string, std::string> values_;  // of the file
  std::map<std::string, std::string> sources_;
};

}  // namespace gandan::server
