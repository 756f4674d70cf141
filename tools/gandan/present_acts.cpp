// What act.*, realm.threshold and root.* answer, and whatever else proposes something, for people.
#include "gandan/present.hpp"

namespace gandan::cli {
namespace {

std::string device_text(const json::object& o) {
  const std::string label = text(o, "label");
  if (text(o, "device_short") == "root") return "root";
  return text(o, "device_short") + (label.empty() ? "" : " (" + label + ")");
}

void proposal(const json::object& o, Page& page) {
  page.line(text(o, "proposal").substr(0, 12) + "  " + page.words(o));
  // Whole: who approves compares it with what he was told.
  if (!text(o, "device").empty())
    page.line(page.say("  Máy: ", "  Device: ") + text(o, "device") +
              (text(o, "what") == "administrator"
                   ? page.say("  (so với 'device info' trên máy ấy)", "  (compare with its 'device info')")
                   : ""));
  if (!text(o, "root_key").empty()) page.line(page.say("  Khoá: ", "  Key: ") + text(o, "root_key"));
  for (const auto& key : list(o, "keys")) page.line(page.say("  Khoá: ", "  Key: ") + value_text(key));
  page.line(page.say("  Đề nghị: ", "  Proposed by ") + device_text(part(o, "proposed_by")));
  for (const auto& approval : list(o, "approved_by"))
    page.line(page.say("  Đồng ý: ", "  Approved by ") + device_text(approval.get_object()));
  if (!text(o, "received_at").empty())
    page.line(page.say("  Máy chủ nhận: ", "  Received: ") + moment(text(o, "received_at")));
  if (!part(o, "withdrawn_by").empty())
    page.line(page.say("  Rút: ", "  Withdrawn by ") + device_text(part(o, "withdrawn_by")));
}

std::string device_label(const json::object& o) {
  const std::string label = text(o, "label");
  return text(o, "short") + (label.empty() ? "" : " (" + label + ")");
}

void advice(const json::object& o, Page& page) {
  if (!part(o, "advice").empty()) page.line(page.words(part(o, "advice")));
}

}  // namespace

void present_lease(const json::object& o, Page& page) {
  const auto& lease = part(o, "lease");
  if (!lease.empty())
    page.line((truth(lease, "soon") ? page.say("CHÚ Ý: ", "NOTE: ") : "") + page.words(lease));
  if (!part(o, "removed").empty()) page.line(page.words(part(o, "removed")));
}

void present_proposals(const json::object& o, Page& page) {
  for (const auto& row : list(o, "proposals")) proposal(row.get_object(), page);
}

bool present_acts(const std::string& method, Page& page) {
  const auto& ok = page.ok;
  if (method == "act.list") {
    page.line(
        page.say("Việc hệ trọng cần số người đồng ý: ", "Persons that grave acts take: ") +
        text(ok, "threshold") +
        page.say(" (xoá dữ liệu cá nhân, khoá gốc: luôn từ 2)", " (erasures and the root's keys: always 2)"));
    present_proposals(ok, page);
    if (list(ok, "proposals").empty()) page.line(page.say("Chưa có đề nghị nào.", "Nothing was proposed."));
  } else if (method == "act.approve") {
    present_proposals(ok, page);
  } else if (method == "act.withdraw" || method == "realm.threshold" || method == "erase.propose" ||
             method == "root.recovery" || method == "realm.policy") {
    proposal(ok, page);
    advice(ok, page);
  } else if (method == "device.renew") {
    page.line(page.say("Phiếu gia hạn cho máy ", "Renewal of device ") + device_label(ok) + ", " +
              text(ok, "days") + page.say(" ngày kể từ ", " days from ") + moment(text(ok, "at")) +
              page.say(" (máy ấy nhận bằng 'gandan device renewed'):",
                       " (it takes this by 'gandan device renewed'):"));
    if (!page.drawn) page.out += text(ok, "renewal");
  } else if (method == "device.renewed") {
    page.line(page.say("Đã nhận phiếu gia hạn.", "The renewal is taken."));
    present_lease(ok, page);
  } else if (method == "root.replace") {
    proposal(ok, page);
    page.line(page.say("Khoá gốc mới ở tệp: ", "The new root key is in: ") + text(ok, "file"));
  } else if (method == "root.keeper") {
    page.line(page.say("Khoá khôi phục ở tệp: ", "The recovery key is in: ") + text(ok, "file"));
    page.line(page.say("Phần công khai, đưa cho quản trị: ", "Its public half, for the administrator: ") +
              text(ok, "key"));
  } else if (method == "root.recover_start") {
    page.line(page.say("Khoá gốc mới ở tệp: ", "The new root key is in: ") + text(ok, "file"));
    page.line(page.say("Cần chữ ký của số người giữ: ", "Keepers whose signatures it takes: ") +
              text(ok, "needed"));
    page.line(page.say("Mã đối chiếu, đọc cho từng người: ", "Comparison code, to be read to each: ") +
              text(ok, "code"));
    if (!page.drawn) page.out += text(ok, "request");
  } else if (method == "root.recover_sign") {
    if (!page.drawn) page.out += text(ok, "signature");
  } else if (method == "root.recover_finish") {
    page.line(page.say("Khoá gốc mới đã có hiệu lực; đồng bộ để máy chủ nhận.",
                       "The new root key is in effect; sync, so that the server takes it."));
    page.line(
        page.say("Nay khoá gốc mới làm được mọi việc một mình ('device approve --root-key', 'realm threshold "
                 "--root-key'), tới khi đặt lại số người phải đồng ý.",
                 "The new root key can do all alone ('device approve --root-key', 'realm threshold "
                 "--root-key'), until a threshold is set anew."));
  } else {
    return false;
  }
  return true;
}

}  // namespace gandan::cli
