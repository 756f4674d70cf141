#include "dataset/texts.hpp"

#include <array>

namespace gandan::dataset::texts {
namespace {

// Sentences have slots: {n} a number, {m2} an area, {crop}, {thing}, {place}, {month}, {kin}, {job}.
constexpr const char* kCrops[] = {
    "hồi", "quế", "na",  "thông", "bạch đàn", "ngô",      "lúa nếp", "thạch đen", "hồng vành khuyên",
    "mận", "đào", "keo", "sắn",   "thuốc lá", "trám đen", "mác mật", "khoai sọ",  "chè"};
constexpr const char* kThings[] = {
    "ao cá",    "chuồng trâu", "bể nước",           "tường rào",      "nhà sàn", "giếng khơi",
    "sân phơi", "lò gạch cũ",  "kho chứa nông sản", "mương dẫn nước", "bếp củi", "công trình phụ",
    "nhà bếp",  "mộ tổ",       "cầu tre",           "hàng rào đá"};
constexpr const char* kPlaces[] = {"phía suối",
                                   "cạnh đường mòn lên Khau Slủng",
                                   "sau nhà văn hoá",
                                   "dưới chân Lũng Mười",
                                   "sát mương Phai Lầu",
                                   "trên đồi Pò Lèo",
                                   "gần miếu thổ công",
                                   "đầu cầu Nà Pàn",
                                   "ven sông Kỳ Cùng",
                                   "ở bãi Co Hương",
                                   "bên kia khe Khuổi Slìn",
                                   "giáp trường mầm non",
                                   "ở khu Thâm Khôn",
                                   "cạnh bãi chợ phiên",
                                   "trong thung Lũng Cà",
                                   "ở ruộng bậc thang Nà Đông"};
constexpr const char* kKin[] = {"con trai cả",     "con dâu", "mẹ già",          "hai cháu nhỏ",
                                "vợ chồng con út", "bố đẻ",   "anh em trong họ", "con gái mới lấy chồng"};
constexpr const char* kJobs[] = {"đang làm công ty ở Bắc Giang",
                                 "đi bộ đội chưa về",
                                 "làm thợ xây dưới Thái Nguyên",
                                 "đang học nghề sửa xe",
                                 "chở hàng lên cửa khẩu",
                                 "bán hàng ở chợ phiên",
                                 "nghỉ thai sản",
                                 "làm rừng thuê theo mùa"};
constexpr const char* kMonths[] = {"tháng Giêng",    "rằm tháng Bảy", "vụ mùa",      "vụ chiêm",
                                   "tết Thanh minh", "tháng Mười",    "hết năm học", "mùa hồi chính vụ",
                                   "lễ Lồng tồng",   "tháng Chạp"};

constexpr const char* kWishes[] = {
    "Gia đình đề nghị giữ lại {n} gốc {crop} {place} vì là nguồn thu chính, xin thu hết {month} rồi mới bàn "
    "giao.",
    "Hộ hỏi lại ranh giới thửa {place}, cho rằng đo thiếu {m2} m², đề nghị cán bộ đo lại khi có mặt cả hai "
    "bên.",
    "{kin} {job}, cần chờ về bàn bạc trong nhà, hẹn trả lời sau {month}.",
    "Xin được nhận đất ở khu tái định cư gần anh em, có chỗ dựng lại {thing} và nuôi {n} con trâu, bò.",
    "Đề nghị tính đủ {thing} và {n} m rãnh đá xếp {place} do gia đình tự làm từ trước.",
    "Gia đình có {n} ngôi mộ {place}, xin di chuyển sau {month} theo phong tục và được hỗ trợ người cúng.",
    "Bà con trong nhà lo mất ruộng {crop}, mong được học nghề và có việc cho {kin}.",
    "Hộ muốn biết khi nào chi trả, vì đang nợ ngân hàng {n} triệu đồng vay trồng {crop}.",
    "Nhà đang ở có {n} nhân khẩu, {kin} ở chung, xin xét thêm một suất tái định cư.",
    "Đề nghị làm lại đường vào rẫy {crop} {place} vì đường cũ nằm trong phạm vi dự án.",
    "Đất do ông bà khai phá từ lâu, chưa có giấy, nhờ xã xác nhận giúp {m2} m² {place}.",
    "Hộ và nhà bên cạnh chưa thống nhất {n} mét đất {place}, xin thôn đứng ra hoà giải trước.",
    "Xin thêm thời gian tháo dỡ {thing} để tận dụng gỗ, dự kiến xong trước {month}.",
    "Giá đền bù {crop} thấp hơn giá bán ở chợ, đề nghị xem lại vì cây đã {n} năm tuổi.",
    "Gia đình đồng ý cho đo nhưng mong đoàn đến sau {month}, lúc {kin} có nhà.",
    "Đề nghị làm cống qua đường để nước không tràn vào {thing} {place} khi mưa to."};
// What people add: why, since when, who says so.
constexpr const char* kTails[] = {"vì {kin} {job}",
                                  "như đã nói với trưởng thôn hồi {month}",
                                  "chỗ {place} là phần ông bà để lại",
                                  "nếu không thì {thing} phải dời sang {place}",
                                  "hộ sẽ tự lo {n} công dọn {thing}",
                                  "năm ngoái mưa làm sạt {n} m {place}",
                                  "cả nhà trông vào {n} sào {crop}",
                                  "để {kin} yên tâm",
                                  "bà con {place} cũng nói vậy",
                                  "đã hỏi từ {month} mà chưa ai trả lời",
                                  "mong trả lời trước {month}",
                                  "hộ có giấy viết tay từ năm {n}",
                                  "đo hôm trước còn thiếu {m2} m²",
                                  "đất ấy trước trồng {crop}",
                                  "chỉ giữ lại {thing} {place}",
                                  "nhà còn {n} gốc {crop} chưa kiểm đếm"};
constexpr const char* kNoWishes[] = {
    "Hộ nhất trí, không có ý kiến gì thêm.", "Gia đình đồng ý với chủ trương.", "Không có kiến nghị.",
    "Hộ đồng thuận, không có đề nghị gì.", "Gia đình nhất trí với phương án, không kiến nghị."};
constexpr const char* kExplained[] = {
    "Nói rõ mục đích làm đường và phần đất của hộ nằm trong phạm vi thu hồi là {m2} m².",
    "Giải thích đơn giá bồi thường {crop} và cách kiểm đếm từng cây theo tuổi.",
    "Đọc cho hộ nghe thông báo thu hồi đất bằng tiếng Tày, hỏi lại từng ý xem đã rõ chưa.",
    "Chỉ trên bản đồ địa chính ranh giới thửa {place}, hẹn đo lại cùng hộ giáp ranh.",
    "Trao đổi về khu tái định cư, diện tích mỗi lô và thời gian giao đất.",
    "Hướng dẫn hộ làm đơn đề nghị xác nhận nguồn gốc đất và những giấy tờ cần có.",
    "Thống nhất với hộ để {thing} lại đến khi bàn giao, ghi vào biên bản.",
    "Giải thích mức hỗ trợ chuyển nghề và lớp học nghề ngắn hạn của xã.",
    "Động viên gia đình, nhắc lại lợi ích của con đường với việc bán {crop} và đi học của trẻ em.",
    "Cùng trưởng thôn và người có uy tín nghe hộ nói, chưa kết luận, hẹn gặp lại.",
    "Trả lời câu hỏi của {kin} về thời hạn chi trả và việc nhận tiền qua tài khoản.",
    "Làm rõ phần {thing} được tính là vật kiến trúc và phần nào hộ tự tháo dỡ.",
    "Nêu quyền khiếu nại của hộ và nơi tiếp nhận, không hứa điều ngoài thẩm quyền.",
    "Giải thích vì sao hộ bên cạnh được kiểm đếm trước và khi nào đến lượt hộ này."};
const std::string kStandard[] = {
    "Đã phổ biến chủ trương, mục đích, ý nghĩa của dự án; thông báo thu hồi đất; trình tự, thủ tục bồi "
    "thường, hỗ trợ, "
    "tái định cư theo quy định của Luật Đất đai; quyền và nghĩa vụ của người có đất thu hồi; thời gian kiểm "
    "đếm, niêm "
    "yết công khai phương án và thời hạn bàn giao mặt bằng để gia đình nắm rõ và phối hợp thực hiện.",
    "Tổ công tác đã tuyên truyền các văn bản của tỉnh về giải phóng mặt bằng, giải thích đơn giá bồi thường "
    "về đất, cây "
    "trồng, vật kiến trúc, chính sách hỗ trợ ổn định đời sống và chuyển đổi nghề; vận động gia đình chấp "
    "hành chủ "
    "trương, tạo điều kiện cho đơn vị đo đạc, kiểm đếm đúng tiến độ đề ra.",
    "Cán bộ đã nêu rõ nội dung Quy chế dân chủ ở cơ sở, những việc nhân dân bàn và quyết định trực tiếp, mức "
    "đóng góp "
    "do cộng đồng dân cư tự thoả thuận, hình thức công khai thu chi tại nhà văn hoá thôn; đề nghị gia đình "
    "tham gia họp "
    "thôn đầy đủ và nêu ý kiến để thôn tổng hợp báo cáo xã.",
    "Đã giải thích quy định về hiến đất làm đường giao thông nông thôn là tự nguyện, không bắt buộc; phần "
    "diện tích hiến "
    "được đo đạc, chỉnh lý giấy chứng nhận miễn phí; Nhà nước hỗ trợ xi măng, nhân dân góp công; gia đình "
    "được ghi nhận "
    "và biểu dương trong phong trào thi đua Dân vận khéo của xã."};
constexpr const char* kDiscussion[] = {
    "Có {n} ý kiến đề nghị mỗi hộ góp công thay tiền vào {month}; một số hộ neo người xin miễn.",
    "Bà con hỏi vì sao đoạn {place} chưa đổ bê tông, trưởng thôn trả lời còn chờ xi măng của xã.",
    "Ý kiến đại diện hộ nêu nước về ruộng {crop} bị chặn {place}, đề nghị chia lại lịch dẫn nước.",
    "Các hộ bàn việc thu {n} nghìn đồng mỗi hộ làm quỹ thắp sáng đường quê, ghi sổ công khai.",
    "Một hộ chưa đồng ý vì {thing} nằm sát đường, đề nghị cắm lại mốc.",
    "Người cao tuổi nhắc giữ tục cúng miếu {place}, không phá cây to khi mở đường.",
    "Chi hội phụ nữ đề nghị dọn rác {place} vào ngày 15 hằng tháng, {n} hộ hưởng ứng.",
    "Đại diện thanh niên nhận sửa {thing} của thôn, xin kinh phí mua vật liệu.",
    "Có ý kiến lo giá {crop} xuống, đề nghị xã mời người mua đến tận thôn.",
    "Bàn lại quy ước cưới hỏi, ma chay, rút xuống còn {n} mâm và không uống rượu quá giờ."};
constexpr const char* kConclusions[] = {
    "Cuộc họp thống nhất với các nội dung đã bàn, giao trưởng thôn lập danh sách và báo cáo xã.",
    "Thống nhất làm từ {month}, mỗi hộ cử một người, ban công tác Mặt trận theo dõi.",
    "Nội dung chưa thống nhất chuyển sang cuộc họp sau, thôn đến từng hộ nghe thêm.",
    "Giao tổ tự quản đo lại đoạn {place} và công khai tại nhà văn hoá trước {month}.",
    "Các hộ nhất trí, biên bản đọc lại trước cuộc họp, không ai có ý kiến khác."};
constexpr const char* kMatters[6][3] = {
    {"Đóng góp làm đường bê tông {place}", "Góp công nạo vét mương {place}", "Đóng góp sửa nhà văn hoá thôn"},
    {"Thu chi quỹ thôn năm nay", "Mức thu quỹ thắp sáng đường quê", "Chi quỹ khuyến học của thôn"},
    {"Sửa quy ước về cưới hỏi, ma chay", "Quy ước bảo vệ rừng đầu nguồn", "Quy ước giữ vệ sinh đường làng"},
    {"Bầu trưởng thôn", "Cho thôi làm trưởng thôn theo nguyện vọng", "Bầu trưởng thôn nhiệm kỳ mới"},
    {"Bầu Ban Giám sát đầu tư của cộng đồng", "Bổ sung thành viên Ban Thanh tra nhân dân",
     "Cho thôi thành viên Ban Giám sát đầu tư của cộng đồng"},
    {"Lịch trực bảo vệ thôn", "Chia lịch dẫn nước {place}", "Ngày vệ sinh chung hằng tháng"}};
constexpr const char* kSubjects[] = {"Bàn đóng góp làm đường bê tông",
                                     "Họp thôn thường kỳ",
                                     "Lấy ý kiến về phương án bồi thường",
                                     "Bàn quỹ thôn và công khai thu chi",
                                     "Sửa đổi quy ước của thôn",
                                     "Bình xét gia đình văn hoá",
                                     "Bàn chia nước vụ mới",
                                     "Bầu các ban của thôn"};
constexpr const char* kPetitions[] = {
    "Đề nghị giải quyết đơn xin cấp giấy chứng nhận thửa đất {place} nộp từ {month}.",
    "Phản ánh xe chở vật liệu làm hỏng đường {place}, bụi vào {thing}.",
    "Hỏi vì sao chưa nhận tiền hỗ trợ {crop} bị rét, thôn đã lập danh sách {n} hộ.",
    "Kiến nghị sửa cột điện nghiêng {place}, sợ đổ khi mưa bão.",
    "Đề nghị xem lại diện tích {m2} m² trong biên bản kiểm đếm.",
    "Xin hướng dẫn thủ tục tách thửa cho {kin}.",
    "Phản ánh nước thải chảy vào ruộng {crop} {place}."};
constexpr const char* kRequests[] = {"Đề nghị trả lời bằng văn bản.", "Đề nghị xã cử người đến xem tại chỗ.",
                                     "Đề nghị được hướng dẫn lại thủ tục.", "Đề nghị nhắc đơn vị thi công."};
constexpr const char* kPromises[] = {"Đo lại ranh giới thửa {place}", "Trả lời đơn của hộ bằng văn bản",
                                     "Bàn giao {m2} m² đất {crop}",   "Di chuyển {thing} {place}",
                                     "Sửa đoạn mương {place}",        "Làm cống thoát nước {place}",
                                     "Xác nhận nguồn gốc đất cho hộ", "Cấp giống {crop} cho {n} hộ"};
constexpr const char* kProgress[] = {
    "Đã đo xong {m2} m², hộ ký xác nhận.", "Đã cử người đến xem, hẹn làm tiếp.",
    "Đã có văn bản trả lời, gửi qua trưởng thôn.", "Làm được {n} m, còn chờ vật liệu.",
    "Hộ đã dọn {thing}, cảm ơn thôn hỗ trợ {n} công."};
constexpr const char* kTitles[] = {
    "Chỉ thị về tăng cường công tác dân vận", "Nghị quyết về chuyển đổi số ở xã",
    "Luật Thực hiện dân chủ ở cơ sở",         "Quy định về tiếp công dân",
    "Kế hoạch giải phóng mặt bằng năm nay",   "Chương trình nông thôn mới"};
constexpr const char* kQuestions[] = {
    "Bao giờ thôn có sóng điện thoại ở khu {place}?", "Mức hỗ trợ trồng {crop} năm nay là bao nhiêu?",
    "Ai chịu trách nhiệm sửa đường {place}?", "Danh sách {n} hộ được xét đã công khai ở đâu?",
    "Khi nào chi trả tiền đất {crop}?"};

constexpr const char* kFirst[] = {"Nà", "Khòn", "Pác", "Bản",  "Cốc", "Thâm", "Khuổi", "Lũng", "Kéo",
                                  "Pò", "Co",   "Tà",  "Phai", "Nặm", "Bó",   "Khau",  "Lân",  "Đông"};
constexpr const char* kSecond[] = {"Lượt", "Nưa",   "Luống", "Chành",  "Lùng",  "Mạ",    "Phầy",   "Slìn",
                                   "Mười", "Pàn",   "Đuống", "Khoang", "Hin",   "Lầu",   "Sloong", "Tẩư",
                                   "Cáp",  "Mò",    "Vạng",  "Háng",   "Lỏong", "Piao",  "Tềnh",   "Kheo",
                                   "Slảo", "Hương", "Ngần",  "Đeng",   "Mjầu",  "Quang", "Toan",   "Rọ",
                                   "Sâm",  "Cuổi",  "Tâư",   "Bây",    "Nhùng", "Mặn",   "Vài",    "Coóng"};

std::string filled(const char* sentence, Dice& dice) {
  std::string out;
  for (const char* c = sentence; *c != '\0'; ++c) {
    if (*c != '{') {
      out += *c;
      continue;
    }
    std::string slot;
    for (++c; *c != '}'; ++c) slot += *c;
    if (slot == "n") out += std::to_string(2 + dice.below(60));
    if (slot == "m2") out += std::to_string(15 + dice.below(2400));
    if (slot == "crop") out += dice.pick(kCrops);
    if (slot == "thing") out += dice.pick(kThings);
    if (slot == "place") out += dice.pick(kPlaces);
    if (slot == "kin") out += dice.pick(kKin);
    if (slot == "job") out += dice.pick(kJobs);
    if (slot == "month") out += dice.pick(kMonths);
  }
  return out;
}

template <std::size_t n>
std::string sentences(const char* const (&from)[n], Dice& dice, std::size_t count) {
  std::string out;
  std::size_t last = n;
  for (std::size_t i = 0; i < count; ++i) {
    std::size_t at = dice.below(n);
    if (at == last) at = (at + 1) % n;
    last = at;
    out += (out.empty() ? "" : " ") + filled(from[at], dice);
  }
  return out;
}

// The same with what people add to every other sentence.
template <std::size_t n>
std::string told(const char* const (&from)[n], Dice& dice, std::size_t count) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) {
    std::string one = filled(dice.pick(from), dice);
    if (dice.chance(70)) {
      one.pop_back();
      one += ", " + filled(dice.pick(kTails), dice) + ".";
    }
    out += (out.empty() ? "" : " ") + one;
  }
  return out;
}

}  // namespace

std::string village_name(std::size_t number) {
  const auto first = number % std::size(kFirst);
  const auto second = (number / std::size(kFirst) * 7 + number * 11) % std::size(kSecond);
  const auto round = number / (std::size(kFirst) * std::size(kSecond));
  return std::string(kFirst[first]) + " " + kSecond[second] +
         (round == 0 ? "" : " " + std::to_string(round + 1));
}
std::string commune_name(std::size_t number) {
  return std::string(kSecond[number * 13 % std::size(kSecond)]) + " " +
         kFirst[number * 5 % std::size(kFirst)] + (number < std::size(kSecond) ? "" : " Thượng");
}
std::string project_name(std::size_t number, const std::string& commune) {
  static constexpr const char* kKinds[] = {"Đường nối cao tốc qua",   "Hồ chứa nước",
                                           "Mở rộng khu tái định cư", "Đường tuần tra nối",
                                           "Trường nội trú",          "Trạm y tế và chợ"};
  return "Dự án " + std::string(kKinds[number % std::size(kKinds)]) + " " + commune;
}

std::string wishes(Dice& dice) { return told(kWishes, dice, 2 + dice.below(2)); }
std::string no_wishes(Dice& dice) { return dice.pick(kNoWishes); }
std::string explained(Dice& dice) { return sentences(kExplained, dice, 2 + dice.below(3)); }
const std::string& standard_explanation(std::uint64_t number) {
  return kStandard[number % std::size(kStandard)];
}

std::string retouched(const std::string& text, Dice& dice, std::size_t words) {
  static constexpr const char* kWords[] = {"rồi", "ạ", "thêm", "nhé", "đã", "cũng"};
  std::string out = text;
  for (std::size_t i = 0; i < words; ++i) {
    const auto at = out.find(' ', dice.below(out.size()));
    if (at != std::string::npos) out.insert(at, std::string(" ") + dice.pick(kWords));
  }
  return out;
}

std::string discussion(Dice& dice) { return told(kDiscussion, dice, 2 + dice.below(3)); }
std::string conclusion(Dice& dice) { return sentences(kConclusions, dice, 1 + dice.below(2)); }
std::string matter(Dice& dice, const char* clause) {
  return filled(kMatters[static_cast<std::size_t>(clause[1] - '1') % 6][dice.below(3)], dice);
}
std::string meeting_subject(Dice& dice) { return dice.pick(kSubjects); }
std::string petition(Dice& dice) { return sentences(kPetitions, dice, 1); }
std::string request(Dice& dice) { return dice.pick(kRequests); }
std::string promise(Dice& dice) { return sentences(kPromises, dice, 1); }
std::string progress(Dice& dice) { return sentences(kProgress, dice, 1); }
std::string document_title(Dice& dice) { return dice.pick(kTitles); }
std::string question(Dice& dice) { return sentences(kQuestions, dice, 1 + dice.below(2)); }

}  // namespace gandan::dataset::texts
