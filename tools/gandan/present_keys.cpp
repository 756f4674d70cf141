// Answers of keys, escrow and vault.auto_lock.
#include "gandan/present.hpp"
#include "gandan/terminal.hpp"

namespace gandan::cli {
namespace {

std::string kind_text(const json::object& slot, const Page& page) {
  const std::string kind = text(slot, "kind");
  if (kind == "passphrase") return page.say("mật khẩu", "passphrase");
  if (kind == "keystore") return page.say("kho khoá của máy", "keystore");
  if (kind == "recovery") return page.say("mã khôi phục", "recovery code");
  if (kind == "token") return page.say("thiết bị khoá", "token");
  if (text(slot, "with") == "session")
    return page.say("mã PIN, sau khi đã mở bằng mật khẩu", "PIN, after the passphrase");
  return page.say("mã PIN, với kho khoá của máy", "PIN, with the keystore");
}

void slots(Page& page) {
  std::vector<std::vector<std::string>> rows;
  for (const auto& row : list(page.ok, "slots")) {
    const auto& slot = row.get_object();
    const std::string where =
        text(slot, "token").empty() ? text(slot, "label") : text(slot, "label") + " " + text(slot, "token");
    rows.push_back({text(slot, "slot"), kind_text(slot, page), where, moment(text(slot, "made")),
                    truth(slot, "in_use") ? page.say("vừa dùng để mở", "in use") : ""});
  }
  if (rows.empty())
    page.line(page.say("Khoá của sổ do chương trình giữ, sổ chưa có cách mở nào khác.",
                       "The program keeps the vault's key; there is no other way to open it yet."));
  else
    page.out += table({page.say("Số", "Number"), page.say("Cách mở", "Opens with"), page.say("Tên", "Label"),
                       page.say("Đặt lúc", "Since"), ""},
                      rows);
}

void changed(Page& page) {
  page.line(page.say("Cách mở số ", "Number ") + text(page.ok, "slot") + ": " + kind_text(page.ok, page) +
            " " + text(page.ok, "label"));
  if (text(page.ok, "code").empty()) return;
  page.line("");
  page.line("    " + text(page.ok, "code"));
  page.line("");
  page.line(page.say(
      "Chỉ hiện lần này. Hãy in hoặc chép ra giấy, cất riêng: ai có mã này và tệp sổ thì mở được sổ.",
      "Shown this once. Print it or write it down, and keep it apart: with it and the vault's files "
      "anybody opens the vault."));
}

void made(Page& page) {
  for (const auto& row : list(page.ok, "shares")) {
    const auto& share = row.get_object();
    page.line(page.say("Phần ", "Share ") + text(share, "number") + "/" + text(share, "count") +
              (text(share, "device").empty() ? std::string()
                                             : page.say(", máy giữ: ", ", kept by: ") + text(share, "label") +
                                                   " " + short_id(text(share, "device"))) +
              (text(share, "file").empty() ? std::string() : "  " + text(share, "file")));
    if (!text(share, "share").empty()) page.out += text(share, "share") + "\n";
  }
  page.line(
      page.say("Mở được khi có đủ số phần: ", "Shares that it takes: ") + text(page.ok, "threshold") +
      page.say(
          ". Cất mỗi phần một nơi; ai ghép đủ thì đọc được cả tỉnh. Thay khoá đơn vị đứng đầu thì chia lại.",
          ". Keep each in a place of its own: together they read the whole realm. Make them anew when "
          "the top unit's key changes."));
}

}  // namespace

bool present_keys(const std::string& method, Page& page) {
  if (method == "keys.list") {
    slots(page);
  } else if (method == "keys.add" || method == "keys.change") {
    changed(page);
  } else if (method == "keys.remove") {
    page.line(page.say("Đã bỏ cách mở số ", "Ended: number ") + text(page.ok, "slot"));
  } else if (method == "escrow.make") {
    made(page);
  } else if (method == "escrow.open") {
    page.out += text(page.ok, "share");
  } else if (method == "escrow.recover") {
    page.line(page.say("Đã ghép được khoá. Đọc được ", "The secret is back. Readable: ") +
              text(page.ok, "readable") + "/" + text(page.ok, "units") + page.say(" đơn vị.", " units."));
  } else if (method == "vault.auto_lock") {
    page.line(number(page.ok, "seconds") == 0
                  ? std::string(page.say("Sổ không tự khoá.", "The vault does not lock itself."))
                  : page.say("Sổ tự khoá sau số giây không ai dùng: ",
                             "The vault locks itself after idle seconds: ") +
                        text(page.ok, "seconds"));
  } else {
    return false;
  }
  return true;
}

}  // namespace gandan::cli
