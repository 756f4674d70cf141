#include "gandan/qr.hpp"

#include <png.h>
#include <qrencode.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include "gandan/terminal.hpp"

namespace gandan::cli {
namespace {

constexpr int kUsualTerminal = 80;  // columns
constexpr int kPixels = 8;          // of a module in a PNG
constexpr const char* kBlackOnWhite = "\033[38;5;16;48;5;231m";
constexpr const char* kPlain = "\033[0m";

struct FreeCode {
  void operator()(QRcode* code) const { QRcode_free(code); }
};
using Code_ = std::unique_ptr<QRcode, FreeCode>;

Code_ encode(const std::string& text, QRecLevel level) {
  return Code_(QRcode_encodeString(text.c_str(), 0, level, QR_MODE_8, 1));
}

// As a new file: nothing is overwritten, nobody's link followed.
Status write_new(const std::string& path, ByteView content) {
  const auto failed = [&] {
    const Code code = errno == EEXIST ? Code::file_exists : errno == ENOSPC ? Code::disk_full : Code::file_unwritable;
    return Error{code, path + ": " + std::strerror(errno)};
  };
  std::FILE* file = std::fopen(path.c_str(), "wbx");
  if (file == nullptr) return failed();
  const bool written = std::fwrite(content.data(), 1, content.size(), file) == content.size();
  if (std::fclose(file) == 0 && written) return {};
  const Error error = failed();
  std::remove(path.c_str());
  return error;
}

}  // namespace

Result<QrCode> QrCode::of(const std::string& text) {
  Code_ code = encode(text, QR_ECLEVEL_M);
  // What would be too wide for most terminals takes the level that mends less: a screen has no creases.
  if (code == nullptr || code->width + 2 * kQuiet > kUsualTerminal) {
    Code_ smaller = encode(text, QR_ECLEVEL_L);
    if (smaller != nullptr) code = std::move(smaller);
  }
  if (code == nullptr) return Error{Code::too_large, "fits no QR code"};
  QrCode out;
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
                    "\" width=\"100mm\" height=\"100mm\" shape-rendering=\"crispEdges\">\n<rect width=\"" + size +
                    "\" height=\"" + size + "\" fill=\"#fff\"/>\n<path fill=\"#000\" d=\"";
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

Result<Bytes> QrCode::png() const {
  const auto side = static_cast<std::size_t>((width_ + 2 * kQuiet) * kPixels);
  Bytes pixels(side * side);
  for (std::size_t y = 0; y < side; ++y)
    for (std::size_t x = 0; x < side; ++x)
      pixels[y * side + x] = dark(static_cast<int>(x) / kPixels, static_cast<int>(y) / kPixels) ? 0 : 255;
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = image.height = static_cast<png_uint_32>(side);
  image.format = PNG_FORMAT_GRAY;
  png_alloc_size_t size = 0;
  if (png_image_write_to_memory(&image, nullptr, &size, 0, pixels.data(), 0, nullptr) == 0)
    return Error{Code::internal, image.message};
  Bytes out(size);
  if (png_image_write_to_memory(&image, out.data(), &size, 0, pixels.data(), 0, nullptr) == 0)
    return Error{Code::internal, image.message};
  out.resize(size);
  return out;
}

Result<std::string> draw(const std::string& text, const Picture& wanted) {
  GANDAN_TRY(const QrCode code, QrCode::of(text));
  if (!wanted.svg.empty()) GANDAN_CHECK(write_new(wanted.svg, as_bytes(code.svg())));
  if (!wanted.png.empty()) {
    GANDAN_TRY(const Bytes image, code.png());
    GANDAN_CHECK(write_new(wanted.png, image));
  }
  if (!wanted.terminal) return std::string();
  const std::size_t room = terminal_columns();
  // Broken lines are no code: then the picture's file is the way.
  if (room != 0 && room < code.columns()) return Error{Code::too_large, std::to_string(code.columns())};
  return code.lines(is_terminal(1));
}

}  // namespace gandan::cli
