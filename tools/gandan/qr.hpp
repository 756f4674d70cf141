// QR codes on a terminal and in image files: drawing only, the text comes from the notebook.
//
// Threading: none.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace gandan::cli {

class QrCode {
 public:
  // Code::too_large when the text fits no QR code.
  static Result<QrCode> of(const std::string& text);

  // Each with the quiet zone of four modules that readers want.
  //
  // Half blocks, two modules in one character. `colours`: black on white whatever the terminal's own colours are;
  // without them the light modules are drawn, as for a dark terminal.
  std::string lines(bool colours) const;
  std::size_t columns() const { return static_cast<std::size_t>(width_ + 2 * kQuiet); }
  std::string svg() const;
  Result<Bytes> png() const;  // grey, eight pixels for a module

 private:
  static constexpr int kQuiet = 4;  // modules
  bool dark(int x, int y) const;    // from the quiet zone's corner

  int width_ = 0;
  std::vector<bool> dark_;
};

// What a command asked to be drawn.
struct Picture {
  bool terminal = false;
  std::string svg;  // files; empty: none
  std::string png;
};

// Writes the files, and returns what is to be shown. Code::file_exists, file_unwritable, too_large.
Result<std::string> draw(const std::string& text, const Picture& wanted);

}  // namespace gandan::cli
