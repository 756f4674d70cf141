#include "gandan/terminal.hpp"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>

namespace gandan::cli {
namespace {

constexpr std::size_t kCellWidth = 60;
constexpr const char* kGap = "  ";

// The terminal without echo, for as long as it lives.
class QuietTerminal {
 public:
  QuietTerminal() : fd_(::open("/dev/tty", O_RDWR | O_CLOEXEC)) {
    if (fd_ < 0 || ::tcgetattr(fd_, &before_) != 0) return;
    termios quiet = before_;
    quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    changed_ = ::tcsetattr(fd_, TCSAFLUSH, &quiet) == 0;
  }
  ~QuietTerminal() {
    if (changed_) ::tcsetattr(fd_, TCSAFLUSH, &before_);
    if (fd_ >= 0) ::close(fd_);
  }
  QuietTerminal(const QuietTerminal&) = delete;
  QuietTerminal& operator=(const QuietTerminal&) = delete;
  bool usable() const { return changed_; }

  std::string ask(const std::string& prompt) {
    say(prompt + ": ");
    std::string out;
    char c = 0;
    while (::read(fd_, &c, 1) == 1 && c != '\n') out += c;
    say("\n");
    return out;
  }

 private:
  void say(std::string_view text) {
    while (!text.empty()) {
      const ssize_t put = ::write(fd_, text.data(), text.size());
      if (put <= 0) return;
      text.remove_prefix(static_cast<std::size_t>(put));
    }
  }

  int fd_;
  termios before_{};
  bool changed_ = false;
};

// The next code point; invalid bytes count as one each.
char32_t next_code_point(std::string_view& text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  const std::size_t size = first < 0x80 ? 1 : first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 1;
  if (size == 1 || text.size() < size) {
    text.remove_prefix(1);
    return first;
  }
  char32_t out = first & (0xffu >> (size + 1));
  for (std::size_t i = 1; i < size; ++i) out = (out << 6) | (byte(i) & 0x3fu);
  text.remove_prefix(size);
  return out;
}

std::size_t width_of(char32_t c) {
  if (c < 0x20 || (c >= 0x300 && c <= 0x36f) || (c >= 0x200b && c <= 0x200f) || (c >= 0xfe00 && c <= 0xfe0f))
    return 0;
  const bool wide = (c >= 0x1100 && c <= 0x115f) || (c >= 0x2e80 && c <= 0xa4cf) ||
                    (c >= 0xac00 && c <= 0xd7a3) || (c >= 0xf900 && c <= 0xfaff) ||
                    (c >= 0xff00 && c <= 0xff60) || (c >= 0x1f300 && c <= 0x1faff) ||
                    (c >= 0x20000 && c <= 0x3fffd);
  return wide ? 2 : 1;
}

std::string trimmed_right(std::string text) {
  while (!text.empty() && text.back() == ' ') text.pop_back();
  return text;
}

}  // namespace

bool is_terminal(int descriptor) { return ::isatty(descriptor) == 1; }

std::size_t terminal_columns() {
  winsize size{};
  return ::ioctl(1, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

std::string read_line(const std::string& prompt) {
  std::cerr << prompt << ": " << std::flush;
  std::string out;
  std::getline(std::cin, out);
  return out;
}

std::string read_input(const std::string& prompt) {
  if (is_terminal(0)) return read_line(prompt);
  std::string out{std::istreambuf_iterator<char>(std::cin), {}};
  for (const char end : {'\n', '\r'})
    if (!out.empty() && out.back() == end) out.pop_back();
  return out;
}

Result<std::string> read_secret(const std::string& file, const char* variable, const std::string& prompt,
                                const std::string& again) {
  if (!file.empty()) {
    std::ifstream in(file);
    std::string line;
    if (!in || !std::getline(in, line)) return Error{Code::file_unreadable, file};
    if (!line.empty() && line.back() == '\r') line.pop_back();
    return line;
  }
  if (const char* value = std::getenv(variable); value != nullptr && *value != '\0')
    return std::string(value);
  QuietTerminal terminal;
  if (!terminal.usable()) {
    return Error{Code::bad_request,
                 std::string("no terminal: set ") + variable + " or give a file",
                 {{variable, "required", "Chưa có mật khẩu: không có màn hình để hỏi.",
                   "There is no passphrase, and no terminal to ask on."}}};
  }
  std::string out = terminal.ask(prompt);
  if (!again.empty() && terminal.ask(again) != out) {
    return Error{Code::bad_request,
                 "the two differ",
                 {{"passphrase", "differs", "Hai lần gõ không giống nhau.", "The two entries differ."}}};
  }
  return out;
}

std::size_t display_width(std::string_view text) {
  std::size_t out = 0;
  while (!text.empty()) out += width_of(next_code_point(text));
  return out;
}

std::vector<std::string> wrapped(std::string_view text, std::size_t width) {
  std::vector<std::string> out(1);
  std::string flat(text);
  for (char& c : flat)
    if (c == '\n' || c == '\r' || c == '\t') c = ' ';
  std::string_view rest(flat);
  for (bool first = true;; first = false) {
    const auto end = std::min(rest.find(' '), rest.size());
    const auto word = rest.substr(0, end);
    std::string longer = first ? std::string(word) : out.back() + " " + std::string(word);
    if (first || display_width(longer) <= width)
      out.back() = std::move(longer);
    else
      out.emplace_back(word);
    if (end == rest.size()) return out;
    rest.remove_prefix(end + 1);
  }
}

std::string table(const std::vector<std::string>& heads, const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths;
  for (const auto& head : heads) widths.push_back(display_width(head));
  std::vector<std::vector<std::string>> cells;  // lines: a row takes as many as its longest cell
  for (const auto& row : rows) {
    const auto first = cells.size();
    for (std::size_t i = 0; i < heads.size(); ++i) {
      std::size_t at = first;
      for (auto& piece : wrapped(row[i], kCellWidth)) {
        if (at == cells.size()) cells.emplace_back(heads.size());
        widths[i] = std::max(widths[i], display_width(piece));
        cells[at++][i] = std::move(piece);
      }
    }
  }
  const auto line = [&](const std::vector<std::string>& row) {
    std::string out;
    for (std::size_t i = 0; i < row.size(); ++i) {
      out += (i == 0 ? "" : kGap) + row[i];
      out.append(widths[i] - display_width(row[i]), ' ');
    }
    return trimmed_right(std::move(out)) + "\n";
  };
  std::string out = line(heads);
  std::vector<std::string> rules;
  for (const auto width : widths) {
    std::string& rule = rules.emplace_back();
    for (std::size_t i = 0; i < width; ++i) rule += "─";
  }
  out += line(rules);
  for (const auto& row : cells) out += line(row);
  return out;
}

}  // namespace gandan::cli
