// Terminal: asking for secrets without an echo, and text that lines up.
//
// Threading: none.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "gandan/command.hpp"

namespace gandan::cli {

// A secret from a file (its first line), from an environment variable, or asked for on the terminal; `again`
// asks once more to confirm, unless it is empty. Code::file_unreadable, Code::bad_request when there is no
// terminal or the two differ.
Result<std::string> read_secret(const std::string& file, const char* variable, const std::string& prompt,
                                const std::string& again);

bool is_terminal(int descriptor);
std::size_t terminal_columns();  // of the one that stdout goes to; 0: none, or not known
// A line that a person types in answer to the prompt on stderr; empty at the end of the input.
std::string read_line(const std::string& prompt);
// The same where somebody types; what a file or a program hands over is read whole, without its last line
// end.
std::string read_input(const std::string& prompt);

// Columns that a text takes on a terminal: combining marks take none, East Asian wide characters two.
std::size_t display_width(std::string_view text);
// Lines of at most `width` columns, broken at spaces; a longer word has a line of its own. At least one.
std::vector<std::string> wrapped(std::string_view text, std::size_t width);

// Rows of cells as aligned columns, with a rule under the heads; long cells take several lines. Every row has
// as many cells as there are heads.
std::string table(const std::vector<std::string>& heads, const std::vector<std::vector<std::string>>& rows);

}  // namespace gandan::cli
