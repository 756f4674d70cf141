#include "base/legacy_text.hpp"

#include "base/text.hpp"
#include "support/catch.hpp"

#if __has_include(<iconv.h>)
#include <iconv.h>
#endif

using namespace gandan;

namespace {

std::string latin(unsigned char byte) {
  return byte < 0x80
             ? std::string(1, static_cast<char>(byte))
             : std::string{static_cast<char>(0xc0 | byte >> 6), static_cast<char>(0x80 | (byte & 0x3f))};
}

// VNI's letters in the order of xvnkb's vni.h: level, sắc, huyền, hỏi, ngã, nặng.
struct Row {
  const char* vni;
  const char* unicode;
};
constexpr Row kVni[] = {{"a aù aø aû aõ aï", "a á à ả ã ạ"},
                        {"aâ aá aà aå aã aä", "â ấ ầ ẩ ẫ ậ"},
                        {"aê aé aè aú aü aë", "ă ắ ằ ẳ ẵ ặ"},
                        {"e eù eø eû eõ eï", "e é è ẻ ẽ ẹ"},
                        {"eâ eá eà eå eã eä", "ê ế ề ể ễ ệ"},
                        {"o où oø oû oõ oï", "o ó ò ỏ õ ọ"},
                        {"oâ oá oà oå oã oä", "ô ố ồ ổ ỗ ộ"},
                        {"ô ôù ôø ôû ôõ ôï", "ơ ớ ờ ở ỡ ợ"},
                        {"u uù uø uû uõ uï", "u ú ù ủ ũ ụ"},
                        {"ö öù öø öû öõ öï", "ư ứ ừ ử ữ ự"},
                        {"i í ì æ ó ò", "i í ì ỉ ĩ ị"},
                        {"y yù yø yû yõ î", "y ý ỳ ỷ ỹ ỵ"},
                        {"ñ", "đ"},
                        {"A AÙ AØ AÛ AÕ AÏ", "A Á À Ả Ã Ạ"},
                        {"AÂ AÁ AÀ AÅ AÃ AÄ", "Â Ấ Ầ Ẩ Ẫ Ậ"},
                        {"AÊ AÉ AÈ AÚ AÜ AË", "Ă Ắ Ằ Ẳ Ẵ Ặ"},
                        {"EÂ EÁ EÀ EÅ EÃ EÄ", "Ê Ế Ề Ể Ễ Ệ"},
                        {"OÂ OÁ OÀ OÅ OÃ OÄ", "Ô Ố Ồ Ổ Ỗ Ộ"},
                        {"Ô ÔÙ ÔØ ÔÛ ÔÕ ÔÏ", "Ơ Ớ Ờ Ở Ỡ Ợ"},
                        {"Ö ÖÙ ÖØ ÖÛ ÖÕ ÖÏ", "Ư Ứ Ừ Ử Ữ Ự"},
                        {"I Í Ì Æ Ó Ò", "I Í Ì Ỉ Ĩ Ị"},
                        {"Y YÙ YØ YÛ YÕ Î", "Y Ý Ỳ Ỷ Ỹ Ỵ"},
                        {"E EÙ EØ EÛ EÕ EÏ", "E É È Ẻ Ẽ Ẹ"},
                        {"O OÙ OØ OÛ OÕ OÏ", "O Ó Ò Ỏ Õ Ọ"},
                        {"U UÙ UØ UÛ UÕ UÏ", "U Ú Ù Ủ Ũ Ụ"},
                        {"Ñ", "Đ"}};

// What a file's bytes say; "?" when they say nothing.
std::string decoded(std::string_view bytes) {
  const auto text = decode_text_file(bytes);
  return text.ok() ? *text : "?";
}

}  // namespace

#if __has_include(<iconv.h>)
TEST_CASE("TCVN3 is what the C library has of TCVN 5712") {
  iconv_t library = iconv_open("UTF-8", "TCVN5712-1");
  if (library == reinterpret_cast<iconv_t>(-1)) return;  // another C library
  std::size_t letters = 0;
  for (unsigned byte = 0xa1; byte <= 0xff; ++byte) {
    const auto ours = from_legacy(latin(static_cast<unsigned char>(byte)), Legacy::tcvn3);
    if (!ours || (byte >= 0xb0 && byte <= 0xb3)) continue;
    char in[1] = {static_cast<char>(byte)};
    char out[16] = {};
    char* from = in;
    char* to = out;
    std::size_t left = 1;
    std::size_t room = sizeof out;
    REQUIRE(iconv(library, &from, &left, &to, &room) != static_cast<std::size_t>(-1));
    // The library holds a letter back until it knows that no mark follows.
    iconv(library, nullptr, nullptr, &to, &room);
    INFO(byte);
    CHECK(*ours == std::string(out, to));
    ++letters;
  }
  iconv_close(library);
  CHECK(letters == 74);  // 67 small letters, 7 capitals
}
#endif

TEST_CASE("every letter of VNI") {
  for (const auto& row : kVni) CHECK(from_legacy(row.vni, Legacy::vni) == std::string(row.unicode));
  for (const char* bad : {"bø", "ø", "iâ", "uà", "yï", "øa", "ÿ", "þ"})
    CHECK_FALSE(from_legacy(bad, Legacy::vni));
  CHECK_FALSE(from_legacy("Đường", Legacy::vni));
  CHECK_FALSE(from_legacy("Đường", Legacy::tcvn3));
  for (const char* bad : {"À", "aÍ", "a²", "ÿ"}) CHECK_FALSE(from_legacy(bad, Legacy::tcvn3));
  CHECK(from_legacy("120 m², 30°", Legacy::tcvn3) == std::string("120 m², 30°"));
}

TEST_CASE("old encodings are recognised by the words that they make") {
  CHECK(recognise_legacy("Céng hoµ x· héi chñ nghÜa ViÖt Nam") == Legacy::tcvn3);
  CHECK(from_legacy("Céng hoµ x· héi chñ nghÜa ViÖt Nam", Legacy::tcvn3) ==
        std::string("Cộng hoà xã hội chủ nghĩa Việt Nam"));
  CHECK(recognise_legacy("Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam") == Legacy::vni);
  CHECK(from_legacy("Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam", Legacy::vni) ==
        std::string("Cộng hòa xã hội chủ nghĩa Việt Nam"));
  for (const char* text :
       {"§­êng", "NguyÔn V¨n B×nh", "H÷u Lòng, L¹ng S¬n", "120 m² ®Êt ë", "“Hoµ gi¶i” – th«n 5", "Quèc lé 1A",
        "GiÕng, kh¸ng chiÕn, quy ho¹ch; ngo»n ngoÌo"}) {
    INFO(text);
    CHECK(recognise_legacy(text) == Legacy::tcvn3);
  }
  for (const char* text : {"Ñöôøng", "Nguyeãn Vaên Hoøa", "HÖÕU LUÕNG, LAÏNG SÔN", "120 m² ñaát ôû"}) {
    INFO(text);
    CHECK(recognise_legacy(text) == Legacy::vni);
  }
}

TEST_CASE("what is Unicode is left alone, whatever language it is in") {
  for (const char* text : {"",
                           "Nam",
                           "xã",
                           "Bình, Hà, Tú, và cô út",
                           "Đường hoà = đường hòa",
                           "200 m² ao cá",
                           "m² cá m²",
                           "Nà Lẹng, Bản Slì",
                           "Slì",
                           "Müller, Größe",
                           "café, déjà vu, être élève à l'école",
                           "José, São Paulo, señor",
                           "30 °C ± 2",
                           "§ 5",
                           "12 × 5 m",
                           "«Xin chào»",
                           "Ảnh 1.jpg",
                           "🙂",
                           "a\xff",
                           "Ø 20 mm",
                           "Ống Ø 20, bụi 5 µm, 120 m², §5 của Luật, ®",
                           "Quán café José, thành phố São Paulo, hãng Müller",
                           "Đường Đà Nẵng, số nhà 5, cá và cô út"}) {
    INFO(text);
    CHECK_FALSE(recognise_legacy(text));
  }
}

TEST_CASE("texts that came together decide together") {
  // "x·" is plain enough; "xã" alone could be TCVN3's "xó", "cá" its "cỏ".
  const auto together = convert_legacy({"Th«n §ång", "xã", "H1", "Nam", "cá"});
  REQUIRE(together.size() == 5);
  CHECK(together[0]->text == "Thôn Đồng");
  CHECK(together[0]->encoding == Legacy::tcvn3);
  CHECK(together[1]->text == "xó");
  CHECK_FALSE(together[2]);
  CHECK_FALSE(together[3]);
  CHECK(together[4]->text == "cỏ");
  const auto mixed = convert_legacy({"Th«n §ång", "xã", "Đường"});
  CHECK(mixed[0]->text == "Thôn Đồng");
  CHECK_FALSE(mixed[1]);
  const auto both = convert_legacy({"Th«n §ång", "xã", "Ñöôøng"});
  CHECK(both[0]->encoding == Legacy::tcvn3);
  CHECK_FALSE(both[1]);
  CHECK(both[2]->encoding == Legacy::vni);
}

TEST_CASE("in a text of both kinds the old words are converted, and no word that is right is touched") {
  const auto now = [](const char* text) {
    const auto out = convert_legacy({text});
    return out[0] ? out[0]->text : std::string("-");
  };
  CHECK(now("Ghi chú ®Êt n«ng nghiÖp") == "Ghi chú đất nông nghiệp");
  CHECK(now("Hộ ông NguyÔn V¨n §­êng") == "Hộ ông Nguyễn Văn Đường");
  CHECK(now("®Êt n«ng nghiÖp của hộ") == "đất nông nghiệp của hộ");
  CHECK(now("Tổng hợp YÙ KIEÁN") == "Tổng hợp Ý KIẾN");
  CHECK(now("Việt – §­êng") == "Việt – Đường");
  CHECK(now("Diện tích ®Êt ë, 120 m², Ø 20") == "Diện tích đất ở, 120 m², Ø 20");
  // A text in one encoding is read as a whole: its "cã" and "vô" would be right in Unicode, too.
  CHECK(now("NhiÖm vô ®Êt ®ai cã nghÜa") == "Nhiệm vụ đất đai có nghĩa");
  // It decides for no other text.
  const auto mixed = convert_legacy({"Hộ §ång", "xã"});
  CHECK(mixed[0]->text == "Hộ Đồng");
  CHECK_FALSE(mixed[1]);
}

TEST_CASE("TCVN3 in capitals comes out in capitals, and names do not") {
  const auto read = [](const char* text) { return from_legacy(text, Legacy::tcvn3).value_or("?"); };
  CHECK(read("§ç NGäC ¸NH") == "ĐỖ NGỌC ÁNH");
  CHECK(read("CéNG HOµ X· HéI CHñ NGHÜA VIÖT NAM") == "CỘNG HOÀ XÃ HỘI CHỦ NGHĨA VIỆT NAM");
  CHECK(read("§ç Ngäc ¸nh") == "Đỗ Ngọc ánh");  // nothing tells that the á is one of .VnTimeH
  CHECK(read("Lª Hµ") == "Lê Hà");
  CHECK(read("UBND x·") == "UBND xã");
  CHECK(read("X·") == "Xã");
}

TEST_CASE("text files: Unicode in three forms, and bytes of old encodings") {
  CHECK(decoded("Đường") == "Đường");
  CHECK(decoded("\xef\xbb\xbfĐường") == "Đường");
  CHECK(decoded(std::string_view("\xff\xfe\x10\x01\x3d\xd8\x42\xde", 8)) == "Đ🙂");
  CHECK(decoded(std::string_view("\xfe\xff\x01\x10", 4)) == "Đ");
  const auto old = decode_text_file("\xa7\xad\xea\x6e\x67 \x93x\x94");
  REQUIRE(old.ok());
  CHECK(*old == "§­êng “x”");
  CHECK(from_legacy(*old, Legacy::tcvn3) == std::string("Đường “x”"));
  for (const auto bad :
       {std::string_view("\xff\xfe\x10", 3), std::string_view("\xff\xfe\x3d\xd8", 4),
        std::string_view("\xff\xfe\x42\xde", 4), std::string_view("\x81\xff", 2),
        std::string_view("\xff\x00", 2), std::string_view("caf\xe9", 4), std::string_view("M\xfcller", 6)})
    CHECK_FALSE(decode_text_file(bad).ok());
}
