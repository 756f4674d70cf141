// What waits for earlier segments of its device: whose, how much, and what brings it.
#include "app/count.hpp"
#include "app/ingest_json.hpp"
#include "app/names.hpp"
#include "app/words.hpp"
#include "base/ids.hpp"

namespace gandan::app {
namespace {

constexpr const char* kCode = "feed.gap";  // the audit's indicator of the same name finds it, too

Words gap_words(const vault::Gap& gap, const std::string& device, const std::string& unit) {
  const std::string missing = std::to_string(gap.missing);
  const std::string waiting = std::to_string(gap.waiting);
  return {"Thiếu " + missing + " phần trước đó của máy " + device + " (" + unit + "). " + waiting +
              " phần sau đã giữ nguyên, chưa dùng; phần thiếu tới thì tự dùng. Hãy gửi và nhận khi có mạng; "
              "không có mạng thì nhờ máy ấy lập lại tệp gói, gồm cả phần máy chủ đã có.",
          missing + " earlier segments of device " + device + " (" + unit + ") are missing. The " + waiting +
              " after them are kept and not used yet; they are once the missing ones come. Sync where there "
              "is a network; where there is none, ask that device for a bundle again, with what the server "
              "has, too."};
}

}  // namespace

Result<json::array> gaps_json(vault::Vault& vault, Names& names) {
  GANDAN_TRY(const auto gaps, vault::gaps(vault));
  json::array out;
  for (const auto& gap : gaps) {
    const std::string device = to_text(gap.device);
    const std::string label = names.device_label(gap.device);
    json::object row{{"code", kCode},
                     {"device", device},
                     {"device_short", short_id(device)},
                     {"unit", names.unit_json(gap.unit)},
                     {"missing", number(gap.missing)},
                     {"waiting", number(gap.waiting)}};
    put_words(row, gap_words(gap, label.empty() ? short_id(device) : label, names.unit_name(gap.unit)));
    out.push_back(std::move(row));
  }
  return out;
}

}  // namespace gandan::app
