#include "qr/qr.hpp"

#include <qrencode.h>

#include <memory>

#include "qr/png.hpp"

namespace gandan::qr {
namespace {

constexpr int kPixels = 8;  // of a module
constexpr const char* kBlackOnWhite = "\033[38;5;16;48;5;231m";
constexpr const char* kPlain = "\033[0m";

struct FreeCode {
  void operator()(QRcode* code) const { QRcode_free(code); }
};
using Encoded = std::unique_ptr<QRcode, FreeCode>;

Encoded encode(const std::string& text, QRecLevel level) {
  return Encoded(QRcode_encodeString(text.c_str(), 0, level, QR_MODE_8, 1));
}

}  // namespace

Result<QrCode> QrCode::of(const std::string& text, std::size_t columns) {
  const auto fits = [&](const Encoded& code) {
    return code != nullptr && static_cast<std::size_t>(code->width + 2 * kQuiet) <= columns;
  };
  QrCode out;
  Encoded code = encode(text, QR_ECLEVEL_M);
  if (!fits(code)) {
    Encoded smaller = encode(text, QR_ECLEVEL_L);
    if (code == nullptr || fits(smaller)) {
      code = std::move(smaller);
      out.level_ = 'L';
    }
  }
  if (code == nullptr) return Error{Code::too_large, "fits no QR code"};
  out.width_ = code->width;
  const auto modules = static_cast<std::size_t>(code->width) * static_cast<std::size_t>(code->width);
  for (std::size_t i = 0; i < modules; ++i) out.dark_.push_back((code->data[i] & 1) != 0);
  return out;
}

bool QrCode::dark(int x, int y) const {
  x -= kQuiet;
  y -= kQuiet;
  if (x < 0 || y < 0 || x >= width_ || y >= width_) return false;
  return dark_[static_cast<std::size_t>(y) * static_cast<std::size_t>(width_) + static_cast<std::size_t>(x)];
}

std::string QrCode::lines(bool colours) const {
  const int size = width_ + 2 * kQuiet;
  std::string out;
  for (int y = 0; y < size; y += 2) {
    if (colours) out += kBlackOnWhite;
    for (int x = 0; x < size; ++x) {
      const bool upper = dark(x, y) == colours;
      const bool lower = dark(x, y + 1) == colours;
      out += upper && lower ? "█" : upper ? "▀" : lower ? "▄" : " ";
    }
    if (colours) out += kPlain;
    out += '\n';
  }
  return out;
}

std::string QrCode::svg() const {
  const std::string size = std::to_string(width_ + 2 * kQuiet);
  std::string out = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + size + " " + size +
                    "\" width=\"100mm\" height=\"100mm\" shape-rendering=\"crispEdges\">\n<rect width=\"" +
                    size + "\" height=\"" + size + "\" fill=\"#fff\"/>\n<path fill=\"#000\" d=\"";
  for (int y = kQuiet; y < width_ + kQuiet; ++y)
    for (int x = kQuiet; x < width_ + kQuiet;) {
      int end = x;
      while (dark(end, y)) ++end;
      if (end > x) {
        const std::string run = std::to_string(end - x);
        out += "M" + std::to_string(x) + " " + std::to_string(y) + "h" + run + "v1h-" + run + "z";
      }
      x = end + 1;
    }
  return out + "\"/>\n</svg>\n";
}

Bytes QrCode::png() const {
  const int side = (width_ + 2 * kQuiet) * kPixels;
  return png_image(side, side, [this](int x, int y) { return dark(x / kPixels, y / kPixels); });
}

}  // namespace gandan::qr
