// Answers of realm, unit, device, holder, vault.
#include <algorithm>

#include "gandan/present.hpp"
#include "gandan/present_form.hpp"
#include "gandan/terminal.hpp"

namespace gandan::cli {
namespace {

std::string grants_text(const json::object& device, const Page& page) {
  std::string out;
  for (const auto& row : list(device, "grants")) {
    const auto& grant = row.get_object();
    if (!out.empty()) out += "; ";
    out += role_text(text(grant, "role"), page) + page.say(" ở ", " in ") + text(grant, "unit_name");
    if (!truth(grant, "active")) out += page.say(" (đã thu hồi)", " (revoked)");
  }
  return out.empty() ? "–" : out;
}

void units(Page& page) {
  std::vector<std::vector<std::string>> rows;
  for (const auto& row : list(page.ok, "units")) {
    const auto& unit = row.get_object();
    const std::string indent(static_cast<std::size_t>(number(unit, "depth")) * 2, ' ');
    const std::string from = day(text(unit, "valid_from")), to = day(text(unit, "valid_to"));
    const std::string when = from.empty() && to.empty() ? "" : " (" + from + "–" + to + ")";
    rows.push_back({indent + text(unit, "name") + when, text(unit, "code"), text(unit, "kind"),
                    short_id(text(unit, "id")), truth(unit, "readable") ? "✓" : "–"});
    for (const auto& village : list(unit, "villages"))
      rows.push_back({indent + "  · " + text(village.get_object(), "name"),
                      text(village.get_object(), "code"), text(village.get_object(), "kind"),
                      short_id(text(village.get_object(), "record")), ""});
  }
  page.out += table({page.say("Đơn vị", "Unit"), page.say("Mã", "Code"), page.say("Loại", "Kind"),
                     page.say("Đuôi mã", "Id ends"), page.say("Đọc được", "Readable")},
                    rows);
  const auto& units = list(page.ok, "units");
  if (!units.empty() && json::find(units.front().get_object(), "villages") == nullptr)
    page.line(page.say("Xem cả thôn, bản: unit list --villages", "With the villages: unit list --villages"));
}

void devices(Page& page) {
  std::vector<std::vector<std::string>> rows;
  for (const auto& row : list(page.ok, "devices")) {
    const auto& device = row.get_object();
    rows.push_back({text(device, "short"), text(device, "label"), grants_text(device, page),
                    truth(device, "own") ? page.say("máy này", "this one") : ""});
  }
  page.out += table({page.say("Máy", "Device"), page.say("Nhãn", "Label"), page.say("Vai trò", "Roles"),
                     page.say("Ghi chú", "Remark")},
                    rows);
}

void holders(Page& page) {
  std::vector<std::vector<std::string>> rows;
  for (const auto& row : list(page.ok, "holders")) {
    const auto& holder = row.get_object();
    rows.push_back({text(holder, "code"), text(holder, "display"), text(holder, "unit_name"),
                    short_id(text(holder, "holder")),
                    truth(holder, "in_use") ? page.say("đang dùng", "in use") : ""});
  }
  page.out += table({page.say("Người", "Holder"), page.say("Chức danh", "Title"), page.say("Đơn vị", "Unit"),
                     page.say("Đuôi mã", "Id ends"), ""},
                    rows);
}

void new_keys(Page& page) {
  if (number(page.ok, "rotated") != 0)
    page.line(page.say("Đã thay khoá của ", "New keys for ") + text(page.ok, "rotated") +
              page.say(" đơn vị. Đồng bộ để các máy khác nhận khoá mới.",
                       " units. Sync, so that the other devices get them."));
}

void keys(Page& page) {
  new_keys(page);
  if (number(page.ok, "waiting") != 0)
    page.line(page.say("Chưa thay được khoá của ", "No new keys yet for ") + text(page.ok, "waiting") +
              page.say(" đơn vị vì khoá hiện tại chưa về máy này; khi đồng bộ sẽ tự thay.",
                       " units, whose current key is not here yet; they change at a later sync."));
}

// Where there is a choice.
void held_parts(const json::object& one, Page& page) {
  const auto& parts = list(one, "parts");
  if (parts.size() < 2) return;
  for (const auto& each : parts) {
    const auto& o = each.get_object();
    page.line(
        page.say("  Phần ", "  Part ") + text(o, "part") + ": " + text(o, "changes") +
        page.say(" thay đổi, ", " changes, ") + text(o, "records") +
        page.say(" hồ sơ", text(o, "records") == "1" ? " record" : " records") +
        (text(o, "first").empty() ? "" : ", " + moment(text(o, "first")) + " – " + moment(text(o, "last"))) +
        (truth(o, "joined") ? page.say(", còn tiếp ở phần sau", ", goes on in the next") : ""));
  }
  page.line(page.say("  Chỉ nhận từ phần đầu: 'device accept --up-to N'.",
                     "  To take the first ones alone: 'device accept --up-to N'."));
}

void held(Page& page) {
  std::vector<std::vector<std::string>> rows;
  for (const auto& row : list(page.ok, "held")) {
    const auto& one = row.get_object();
    const std::string label = text(one, "label");
    const std::string removed = truth(one, "removed") ? page.say("đã thu hồi", "removed") : "";
    rows.push_back({text(one, "short"), label + (label.empty() || removed.empty() ? "" : ", ") + removed,
                    text(part(one, "unit"), "name"), std::to_string(list(one, "records").size()),
                    text(one, "changes"), moment(text(one, "first")), moment(text(one, "last"))});
  }
  if (rows.empty()) {
    page.line(page.say("Không có gì bị để riêng.", "Nothing is kept apart."));
    return;
  }
  page.out += table({page.say("Máy", "Device"), page.say("Nhãn", "Label"), page.say("Đơn vị", "Unit"),
                     page.say("Hồ sơ", "Records"), page.say("Thay đổi", "Changes"), page.say("Từ", "From"),
                     page.say("Đến", "To")},
                    rows);
  for (const auto& row : list(page.ok, "held")) {
    const auto& one = row.get_object();
    page.line(text(one, "short") + ", " + text(part(one, "unit"), "name"));
    present_removal(one, page);
    for (const auto& record : list(one, "records"))
      page.line("  · " + short_id(text(record.get_object(), "id")) + "  " +
                text(record.get_object(), "kind") + "  " + text(record.get_object(), "title"));
    held_parts(one, page);
  }
  for (const auto& row : list(page.ok, "held"))
    if (const auto& refused = part(row.get_object(), "refused"); !refused.empty())
      page.line(page.say("Không cho tính phần của máy ", "Refused, of device ") +
                text(row.get_object(), "short") + ": " + text(refused, "reason"));
  bool may = false, moved = false;
  for (const auto& row : list(page.ok, "held")) {
    may |= truth(row.get_object(), "may_decide");
    moved |= !truth(row.get_object(), "removed");
  }
  if (moved)
    page.line(page.say(
        "Máy không ghi “đã thu hồi” là máy còn dùng: đơn vị đã chuyển đi trước khi máy chủ nhận phần này.",
        "A device that is not marked as removed is in use: the unit had moved before the server got this."));
  page.line(
      may ? page.say(
                "Xem lại với người đã dùng máy ấy; nhận bằng 'gandan device accept', không nhận thì "
                "'gandan device refuse'.",
                "Look at it with who used the device; 'gandan device accept' lets it count, 'gandan device "
                "refuse' says why not.")
          : page.say("Chỉ người quản trị cho tính được: xuất 'gandan bundle export TỆP' rồi đưa cho người "
                     "quản trị; "
                     "người ấy nhận bằng 'bundle import', rồi 'device accept'.",
                     "Only an administrator lets it count: 'gandan bundle export FILE', and hand it to one, "
                     "who takes "
                     "it by 'bundle import', then 'device accept'."));
}

void approved(Page& page) {
  const auto& ok = page.ok;
  const auto& proposed = list(ok, "proposals");
  const bool waits = !proposed.empty() && text(proposed[0].get_object(), "state") == "proposed";
  page.line((truth(ok, "already") ? page.say("Máy này đã được duyệt từ trước, không thay đổi gì: ",
                                             "This device was approved before, nothing was changed: ")
             : waits ? page.say("Đã đề nghị duyệt máy ", "Proposed device ")
                     : page.say("Đã duyệt máy ", "Approved device ")) +
            text(ok, "device") + " (" + text(ok, "label") + "): " + role_text(text(ok, "role"), page) +
            page.say(" ở ", " in ") + text(ok, "unit_name"));
  if (!text(ok, "file").empty())
    page.line(page.say("Gói kết nạp cho máy: ", "Enrolment bundle for it: ") + text(ok, "file"));
  present_proposals(ok, page);
  if (waits)
    page.line(page.say("Khi đủ người đồng ý, lập phiếu kết nạp: gandan device welcome ",
                       "When it has its approvals, make its welcome: gandan device welcome ") +
              text(ok, "short"));
  if (truth(ok, "compared") || truth(ok, "already") || waits) return;
  page.line(
      page.say("CHƯA ĐỐI CHIẾU. Trước khi đưa gói hay đồng bộ, nhờ người cầm máy đọc mã; phải đúng là: ",
               "NOT COMPARED. Before a bundle goes out or a sync: the device's person reads out the code, "
               "which must be: ") +
      text(ok, "code"));
  page.line(page.say("Nếu khác: gandan device revoke ", "If not: gandan device revoke ") + text(ok, "short"));
}

void approved_many(Page& page) {
  std::vector<std::vector<std::string>> rows;
  std::vector<std::string> files;
  bool compared = true;
  for (const auto& one : list(page.ok, "rows")) {
    const auto& row = one.get_object();
    compared &= truth(row, "compared");
    rows.push_back({text(row, "row"), text(row, "short"), text(row, "label"),
                    role_text(text(row, "role"), page) + page.say(" ở ", " in ") + text(row, "unit_name"),
                    truth(row, "already")    ? page.say("đã duyệt từ trước", "approved before")
                    : truth(row, "compared") ? page.say("đã đối chiếu", "compared")
                                             : page.say("chưa đối chiếu", "not compared")});
    const std::string file = text(row, "file");
    if (!file.empty() && std::find(files.begin(), files.end(), file) == files.end()) files.push_back(file);
  }
  page.out += table({page.say("Dòng", "Row"), page.say("Máy", "Device"), page.say("Tên", "Label"),
                     page.say("Vai trò", "Role"), ""},
                    rows);
  page.line(page.say("Mới duyệt: ", "Approved: ") + text(page.ok, "approved") +
            page.say("; đã duyệt từ trước: ", "; before: ") + text(page.ok, "already"));
  for (const auto& file : files) page.line(page.say("Gói cho đơn vị: ", "Bundle for the unit: ") + file);
  present_proposals(page.ok, page);
  if (!compared)
    page.line(
        page.say("Máy chưa đối chiếu: xem mã bằng 'gandan device read-request', nghe người cầm máy đọc, rồi "
                 "mới đưa gói.",
                 "Not compared: see the codes by 'gandan device read-request', have them read out, and only "
                 "then hand over the bundles."));
}

}  // namespace

bool present_organisation(const std::string& method, Page& page) {
  const auto& ok = page.ok;
  if (method == "realm.create") {
    page.line(page.say("Đã lập hệ thống.", "The realm is founded."));
    page.line(page.say("  vân tay:    ", "  fingerprint: ") + text(ok, "fingerprint"));
    if (text(ok, "root_token").empty())
      page.line(page.say("  khoá gốc:   ", "  root key:    ") + text(ok, "root_key_file") +
                page.say("  (cất riêng, không để cùng máy)", "  (keep it apart from this machine)"));
    else
      page.line(page.say("  khoá gốc ở thiết bị khoá: ", "  root key on the token: ") +
                text(ok, "root_token"));
    page.line(page.say("  thẻ cho máy chủ: ", "  card for the server: ") + text(ok, "card_file"));
  } else if (method == "realm.card") {
    if (!text(ok, "file").empty())
      page.line(page.say("Thẻ ở tệp: ", "The card is in: ") + text(ok, "file"));
    else if (!page.drawn)
      page.out += text(ok, "card");
    page.line(page.say("Vân tay:    ", "Fingerprint: ") + text(ok, "fingerprint"));
  } else if (method == "realm.join") {
    page.line(truth(ok, "joined")
                  ? page.say("Máy này đã vào hệ thống.", "This device belongs to the realm now.")
                  : page.say("Máy này vào hệ thống từ trước.", "It belonged to this realm before."));
    page.line(page.say("Vân tay (phải đúng như người quản trị đọc): ",
                       "Fingerprint (must be as the administrator reads it): ") +
              text(ok, "fingerprint"));
    page.line(truth(ok, "enrolled")
                  ? page.say("Máy đã được duyệt, dùng được ngay.", "It is approved and ready.")
                  : page.say("Chưa có quyết định duyệt ở đây: khi có mạng, chạy 'gandan sync --server "
                             "https://máy:cổng --ca "
                             "TỆP' để nhận.",
                             "Its approval is not here yet: 'gandan sync --server https://host:port --ca "
                             "FILE' brings it when "
                             "there is a network."));
  } else if (method == "realm.info") {
    page.line(page.say("Hệ thống:   ", "Realm:       ") + text(part(ok, "top"), "name"));
    page.line(page.say("Vân tay:    ", "Fingerprint: ") + text(ok, "fingerprint"));
    page.line(page.say("Đơn vị:     ", "Units:       ") + text(ok, "units"));
    page.line(page.say("Máy:   ", "Devices:     ") + text(ok, "devices"));
    page.line(page.say("Việc hệ trọng cần số người đồng ý: ", "Persons that grave acts take: ") +
              text(ok, "threshold"));
    page.line(page.say("Máy không liên lạc thì tạm khoá: ", "Devices without contact lock: ") +
              (number(ok, "lease_days") == 0
                   ? page.say("không", "never")
                   : page.say("sau ", "after ") + text(ok, "lease_days") + page.say(" ngày", " days")) +
              page.say("; máy bị thu hồi tự xoá sổ: ", "; removed ones wipe themselves: ") +
              (truth(ok, "wipe") ? page.say("có", "yes") : page.say("không", "no")));
    page.line(number(ok, "recovery_keys") == 0
                  ? page.say("Khoá khôi phục gốc: chưa đặt ('gandan root recovery')",
                             "Keys that recover the root: none named ('gandan root recovery')")
                  : page.say("Khoá khôi phục gốc: cần ", "Keys that recover the root: any ") +
                        text(ok, "recovery_needed") + page.say(" trong ", " of ") +
                        text(ok, "recovery_keys"));
    page.line(page.say("Sổ cái đã thấy: ", "Ledger seen: ") + text(ok, "ledger_size") +
              page.say(" mục", " entries"));
  } else if (method == "unit.add") {
    page.line(page.say("Đã thêm: ", "Added: ") +
              short_id(text(ok, truth(ok, "village") ? "record" : "unit")));
    present_similar(page);
  } else if (method == "unit.list") {
    units(page);
  } else if (method == "device.request") {
    if (!text(ok, "file").empty())
      page.line(page.say("Đơn xin tham gia ở tệp: ", "The join request is in: ") + text(ok, "file"));
    else if (!page.drawn)
      page.out += text(ok, "request");
    page.line(page.say("Mã máy: ", "Device: ") + text(ok, "device"));
    page.line(page.say("Mã đối chiếu (đọc cho người quản trị): ",
                       "Comparison code (read it to the administrator): ") +
              text(ok, "code"));
  } else if (method == "device.read_request") {
    page.line(page.say("Đơn của máy: ", "Request of: ") + text(ok, "label"));
    page.line(page.say("Mã máy: ", "Device: ") + text(ok, "device"));
    page.line(page.say("Mã đối chiếu (phải đúng mã trên máy ấy): ",
                       "Comparison code (must be the one that the device shows): ") +
              text(ok, "code"));
  } else if (method == "device.approve") {
    approved(page);
  } else if (method == "device.approve_many") {
    approved_many(page);
  } else if (method == "device.welcome") {
    if (!text(ok, "file").empty())
      page.line(page.say("Phiếu kết nạp ở tệp: ", "The welcome is in: ") + text(ok, "file"));
    else if (!page.drawn)
      for (const auto& part : list(ok, "parts")) page.out += value_text(part);
    page.line(page.say("Máy ấy nhận bằng 'gandan realm join'. Chỉ máy này dùng được: ",
                       "It takes this by 'gandan realm join'. Of use to this device only: ") +
              text(ok, "device"));
  } else if (method == "device.list") {
    devices(page);
  } else if (method == "device.revoke") {
    const std::string label = text(ok, "label");
    for (const auto& unit : list(ok, "units"))
      page.line(page.say("Đã thu hồi máy ", "Removed device ") + text(ok, "short") +
                (label.empty() ? "" : " (" + label + ")") + page.say(" ở ", " from ") +
                text(unit.get_object(), "name"));
    present_proposals(ok, page);
    if (list(ok, "units").empty()) return true;  // nothing is done yet
    keys(page);
    page.line(page.say(
        "Máy chưa biết tin vẫn có thể ghi thêm; máy chủ sẽ không nhận. Điều nó đã đọc thì nó vẫn giữ.",
        "The device may go on writing until it hears of it; the server takes nothing more from it. What "
        "it has read it keeps."));
  } else if (method == "unit.move") {
    page.line(page.say("Đã chuyển ", "Moved ") + text(part(ok, "unit"), "name") +
              page.say(" sang thuộc ", " under ") + text(part(ok, "parent"), "name"));
    keys(page);
  } else if (method == "unit.rotate") {
    page.line(text(part(ok, "unit"), "name") + page.say(": đời khoá thứ ", ": key number ") +
              text(ok, "epoch"));
    new_keys(page);
    if (number(ok, "rotated") == 0 && number(ok, "waiting") == 0)
      page.line(page.say("Không có đơn vị nào cần thay khoá; đơn vị mới lập thì đồng bộ trước đã.",
                         "No unit needs a new key; of a unit that is new, sync first."));
    if (number(ok, "waiting") != 0)
      page.line(page.say("Chưa thay được khoá của ", "Not yet of ") + text(ok, "waiting") +
                page.say(" đơn vị vì khoá hiện tại chưa về máy này; đồng bộ rồi chạy lại.",
                         " units, whose current key is not here: sync, and say it again."));
  } else if (method == "device.held") {
    held(page);
  } else if (method == "device.accept") {
    if (list(ok, "proposals").empty())
      page.line(page.say("Đã nhận từ máy ", "Accepted from device ") + text(ok, "short") + ": " +
                text(ok, "changes") +
                page.say(" thay đổi. Đồng bộ để máy chủ cũng nhận.",
                         " changes. Sync, so that the server takes them, too."));
    else
      page.line(page.say("Đã đề nghị cho tính phần của máy ", "Proposed to let count what came of device ") +
                text(ok, "short"));
    present_proposals(ok, page);
  } else if (method == "device.refuse") {
    page.line(page.say("Không cho tính phần nộp muộn của máy ", "Refused what came late of device ") +
              text(ok, "short") + ": " + text(ok, "changes") + page.say(" thay đổi.", " changes."));
  } else if (method == "device.info") {
    page.line(page.say("Máy: ", "Device: ") + text(ok, "id"));
    page.line(page.say("Vai trò:  ", "Roles:  ") + grants_text(ok, page));
    page.line(page.say("Người dùng: ", "Holder: ") +
              (text(ok, "holder_code").empty() ? std::string("–") : text(ok, "holder_code")));
    present_lease(ok, page);
  } else if (method == "holder.add" || method == "holder.use") {
    page.line(text(ok, "code") + "  " + text(ok, "holder"));
  } else if (method == "holder.list") {
    holders(page);
  } else if (method == "vault.check") {
    page.line(page.say("Sổ nguyên vẹn: ", "The vault is sound: ") + text(ok, "records") +
              page.say(" hồ sơ, dấu ", " records, hash ") + text(ok, "hash"));
  } else if (method == "vault.rebuild") {
    page.line(page.say("Đã dựng lại từ nhật ký: ", "Made anew from the log: ") + text(ok, "records") +
              page.say(" hồ sơ, ", " records, ") + text(ok, "changes") + page.say(" thay đổi", " changes") +
              (truth(ok, "same")
                   ? page.say("; giống hệt trước.", "; the same as before.")
                   : page.say("; KHÁC trước, nay lấy theo nhật ký.", "; it DIFFERED, the log holds now.")));
    page.line(page.say("Dấu: ", "Hash: ") + text(ok, "hash"));
  } else if (method == "vault.passphrase") {
    page.line(page.say("Đã đổi mật khẩu.", "The passphrase is changed."));
  } else {
    return false;
  }
  return true;
}

}  // namespace gandan::cli
