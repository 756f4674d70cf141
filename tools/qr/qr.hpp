// QR codes on a terminal and as images: drawing only, the text comes from the notebook.
//
// Threading: plain values.
#pragma once

#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace gandan::qr {

constexpr std::size_t kUsualTerminal = 80;  // columns

class QrCode {
 public:
  // At level M, which mends 15 %; at L, which mends 7 %, where M would be wider than `columns`: a screen has
  // no creases. Code::too_large when the text fits no QR code at all.
  static Result<QrCode> of(const std::string& text, std::size_t columns = kUsualTerminal);

  // Each with the quiet zone of four modules that readers want.
  //
  // Half blocks, two modules in one character. `colours`: black on white whatever the terminal's own colours
  // are; without them the light modules are drawn, as for a dark terminal.
  std::string lines(bool colours) const;
  std::size_t columns() const { return static_cast<std::size_t>(width_ + 2 * kQuiet); }
  std::string svg() const;
  Bytes png() const;  // eight pixels for a module

  int version() const { return (width_ - 17) / 4; }
  char level() const { return level_; }  // 'M' or 'L'
  bool dark(int x, int y) const;         // from the quiet zone's corner; outside all is light

 private:
  static constexpr int kQuiet = 4;  // modules

  int width_ = 0;
  char level_ = 'M';
  std::vector<bool> dark_;
};

}  // namespace gandan::qr
