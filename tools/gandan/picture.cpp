#include "gandan/picture.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <vector>

#include "gandan/present.hpp"
#include "gandan/terminal.hpp"
#include "qr/qr.hpp"

namespace gandan::cli {
namespace {

// As a new file for its owner alone: nothing is overwritten, nobody's link followed.
Status write_new(const std::string& path, ByteView content) {
  const auto failed = [&] {
    const Code code = errno == EEXIST   ? Code::file_exists
                      : errno == ENOSPC ? Code::disk_full
                                        : Code::file_unwritable;
    return Error{code, path + ": " + std::strerror(errno)};
  };
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  std::FILE* file = descriptor < 0 ? nullptr : ::fdopen(descriptor, "wb");
  if (file == nullptr) return failed();
  const bool written = std::fwrite(content.data(), 1, content.size(), file) == content.size();
  if (std::fclose(file) == 0 && written) return {};
  const Error error = failed();
  std::remove(path.c_str());
  return error;
}

std::vector<std::string> texts_of(const json::object& ok, const std::string& member) {
  std::vector<std::string> out;
  for (const auto& one : list(ok, member)) out.push_back(value_text(one));
  if (out.empty()) out.push_back(text(ok, member));
  return out;
}

std::string numbered(const std::string& file, std::size_t number, std::size_t count) {
  if (count == 1) return file;
  const auto dot = file.rfind('.');
  return file.substr(0, dot) + "-" + std::to_string(number) + file.substr(dot);
}

bool is_png(const std::string& file) { return file.size() > 4 && file.substr(file.size() - 4) == ".png"; }

}  // namespace

Result<std::string> draw(const json::object& ok, const Picture& wanted, Language language) {
  const auto say = [&](const char* vi, const char* en) { return language == Language::vi ? vi : en; };
  const auto texts = texts_of(ok, wanted.member);
  const std::size_t room = terminal_columns();
  std::string out;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    GANDAN_TRY(const auto code, qr::QrCode::of(texts[i], room == 0 ? qr::kUsualTerminal : room));
    if (!wanted.file.empty()) {
      const std::string file = numbered(wanted.file, i + 1, texts.size());
      const std::string svg = code.svg();
      GANDAN_CHECK(write_new(file, is_png(file) ? code.png() : to_bytes(as_bytes(svg))));
      out += say("Mã QR ở tệp: ", "QR code in: ") + file + "\n";
    }
    if (!wanted.terminal) continue;
    if (texts.size() > 1) out += "\n" + std::to_string(i + 1) + "/" + std::to_string(texts.size()) + "\n";
    // Broken lines are no code.
    if (room != 0 && room < code.columns())
      out += say("Màn hình hẹp quá, mã QR cần số cột: ",
                 "The terminal is too narrow, the QR code wants columns: ") +
             std::to_string(code.columns()) +
             say(". Mở rộng cửa sổ, hoặc ghi ra tệp bằng --qr-file.\n",
                 ". Widen it, or write a file by --qr-file.\n");
    else
      out += code.lines(is_terminal(1));
  }
  return out;
}

}  // namespace gandan::cli
