// QR codes: what is carried fits, and the images are what they say.
#include "qr/qr.hpp"

#include "app/carried.hpp"
#include "crypto/random.hpp"
#include "qr/png.hpp"
#include "support/catch.hpp"

using namespace gandan;
using namespace gandan::qr;

namespace {

roster::JoinRequest request_with(const std::string& label) {
  const auto key = crypto::SigningKey::generate(crypto::system_random());
  BoxPublicKey box;
  crypto::system_random().fill(box.bytes);
  return roster::make_join_request(key, box, label);
}

std::uint32_t u32(const Bytes& bytes, std::size_t place) {
  std::uint32_t out = 0;
  for (std::size_t i = 0; i < 4; ++i) out = out << 8 | bytes.at(place + i);
  return out;
}

}  // namespace

TEST_CASE("a join request fits one QR code of level M on a usual terminal, with the longest label, too") {
  for (const std::string& label : {std::string("may-1"), std::string(64, 'x')}) {
    const auto code = QrCode::of(app::request_text(request_with(label)));
    REQUIRE(code.ok());
    CHECK(code->level() == 'M');
    CHECK(code->version() <= 13);
    CHECK(code->columns() <= kUsualTerminal);
  }
}

TEST_CASE("each part of a welcome fits one QR code of level M") {
  Bytes welcome(app::kPartBytes * app::kMostParts);
  crypto::system_random().fill(welcome);
  const auto parts = app::welcome_texts(welcome).value();
  for (const auto& part : parts) {
    const auto code = QrCode::of(part, 1000);
    REQUIRE(code.ok());
    CHECK(code->level() == 'M');
    CHECK(code->version() <= 21);
  }
}

TEST_CASE("a text that would be too wide takes the level that mends less; one that fits nowhere is refused") {
  const std::string text(400, 'x');
  CHECK(QrCode::of(text, 1000)->level() == 'M');
  const auto narrow = QrCode::of(text, 80);
  REQUIRE(narrow.ok());
  CHECK(narrow->level() == 'L');
  CHECK(narrow->columns() <= 80);
  CHECK(QrCode::of(text, 40)->level() == 'M');  // too narrow for both
  CHECK(QrCode::of(std::string(2900, 'x'))->level() == 'L');
  CHECK(QrCode::of(std::string(3000, 'x')).error().code == Code::too_large);
  CHECK_FALSE(QrCode::of("").ok());
}

TEST_CASE("on a terminal a character has two modules, and the quiet zone is there") {
  const auto code = QrCode::of("gandan").value();
  REQUIRE(code.version() == 1);
  const std::string lines = code.lines(false);
  std::vector<std::string> rows;
  for (std::size_t at = 0; at < lines.size();) {
    const auto end = lines.find('\n', at);
    rows.push_back(lines.substr(at, end - at));
    at = end + 1;
  }
  REQUIRE(rows.size() == 15);  // 21 modules and twice 4, halved and rounded up
  std::string quiet;
  for (int i = 0; i < 29; ++i) quiet += "█";
  CHECK(rows[0] == quiet);
  CHECK(rows[1] == quiet);
  // The finder pattern's upper edge: seven dark, and below them one dark, five light, one dark.
  CHECK(rows[2].substr(0, 4 * 3 + 1 + 5 * 3 + 1) == "████ ▄▄▄▄▄ ");
  CHECK(code.dark(4, 4));
  CHECK_FALSE(code.dark(5, 5));
  CHECK_FALSE(code.dark(-1, 4));
  CHECK_FALSE(code.dark(4, 1000));
}

TEST_CASE("an SVG has as many dark modules as the code") {
  const auto code = QrCode::of("gandan").value();
  const std::string svg = code.svg();
  CHECK(svg.find("viewBox=\"0 0 29 29\"") != std::string::npos);
  int dark = 0, drawn = 0;
  for (int y = 0; y < 29; ++y)
    for (int x = 0; x < 29; ++x) dark += code.dark(x, y) ? 1 : 0;
  for (auto at = svg.find('h', svg.find("<path")); at != std::string::npos; at = svg.find('h', at + 1))
    if (svg[at + 1] != '-' && svg[at + 1] >= '0' && svg[at + 1] <= '9')
      drawn += std::stoi(svg.substr(at + 1));
  CHECK(drawn == dark);
}

TEST_CASE("a PNG is whole: its chunks, its check sums, its rows; also beyond one stored block") {
  for (const int side : {1, 8, 29, 1000}) {
    const Bytes image = png_image(side, side, [](int x, int y) { return (x + y) % 2 == 0; });
    CHECK(to_hex(ByteView(image).first(16)) == "89504e470d0a1a0a0000000d49484452");
    CHECK(u32(image, 16) == static_cast<std::uint32_t>(side));
    CHECK(to_hex(ByteView(image).last(12)) ==
          "0000000049454e44ae426082");  // with the check sum of every IEND
    const std::size_t size = u32(image, 33);
    REQUIRE(image.size() == 8 + 25 + 12 + size + 12);
    CHECK(to_hex(ByteView(image).subspan(37, 6)) == "494441547801");
    std::size_t at = 43, bytes = 0;
    for (bool last = false; !last;) {
      last = image.at(at) == 1;
      const std::size_t length = image.at(at + 1) | static_cast<std::size_t>(image.at(at + 2)) << 8;
      CHECK((image.at(at + 1) ^ image.at(at + 3)) == 0xff);
      bytes += length;
      at += 5 + length;
    }
    CHECK(bytes == static_cast<std::size_t>(side) * (1 + (static_cast<std::size_t>(side) + 7) / 8));
    CHECK(at + 4 == 41 + size);
  }
}
