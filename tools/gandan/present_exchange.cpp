// Answers of sync, bundle, audit, report, status.
#include "gandan/present.hpp"
#include "gandan/terminal.hpp"

namespace gandan::cli {
namespace {

void received(const json::object& report, Page& page) {
  page.line(page.say("  nhận về:  ", "  received: ") + text(report, "segments") +
            page.say(" đoạn, ", " segments, ") + text(report, "changes") +
            page.say(" thay đổi, ", " changes, ") + text(report, "statements") +
            page.say(" quyết định danh bạ", " roster statements"));
  if (number(report, "held") > 0)
    page.line(page.say("  giữ lại chưa dùng: ", "  held: ") + text(report, "held") +
              page.say(" đoạn (xem gandan status)", " segments (see gandan status)"));
  if (report.contains("restored")) page.line("  " + page.words(part(report, "restored")));
  if (number(report, "refused") == 0) return;
  page.line(page.say("  TỪ CHỐI: ", "  REFUSED: ") + text(report, "refused"));
  for (const auto& row : list(report, "refusals"))
    page.line("    [" + text(row.get_object(), "code") + "] " + page.words(row.get_object()) + " " +
              text(row.get_object(), "detail"));
}

void sync(Page& page) {
  const auto& ok = page.ok;
  page.line(page.say("Đã đồng bộ: ", "Synced: ") + text(ok, "round_trips") +
            page.say(" lượt đi về, gửi ", " round trips, sent ") + text(ok, "bytes_sent") +
            page.say(" byte, nhận ", " bytes, received ") + text(ok, "bytes_received") +
            page.say(" byte", " bytes"));
  page.line(page.say("  gửi đi:   ", "  sent:     ") + text(ok, "segments_sent") +
            page.say(" đoạn, ", " segments, ") + text(ok, "chunks_sent") +
            page.say(" mảnh tệp", " attachment chunks"));
  received(part(ok, "received"), page);
  if (number(ok, "chunks_missing") > 0)
    page.line(page.say("  tệp đính kèm còn thiếu trên máy chủ: ", "  attachment chunks the server lacks: ") +
              text(ok, "chunks_missing"));
  page.line(page.say("  sổ cái:   ", "  ledger:   ") + text(ok, "ledger_size") +
            page.say(" mục", " entries"));
  for (const auto& row : list(ok, "rejected"))
    page.line(page.say("  máy chủ không nhận: ", "  the server refused: ") + page.words(row.get_object()) +
              " [" + text(row.get_object(), "code") + "]");
}

void audit(Page& page) {
  const auto& ok = page.ok;
  page.line(page.say("Đã soát ", "Checked ") + text(ok, "feeds") + page.say(" nhật ký, ", " feeds, ") +
            text(ok, "segments") + page.say(" đoạn, ", " segments, ") + text(ok, "statements") +
            page.say(" quyết định; sổ cái ", " statements; ledger of ") + text(ok, "ledger_size") +
            page.say(" mục, có ở đây ", " entries, ") + text(ok, "ledger_entries") + page.say(".", " here."));
  page.line(
      truth(ok, "whole_ledger")
          ? page.say("Gốc sổ cái đã tính lại từ mọi mục: khớp.", "The root was recomputed from every entry.")
          : page.say("Chưa có đủ mọi mục của sổ cái ở đây, nên thời điểm nhận mới là lời của máy chủ. Muốn "
                     "tự kiểm "
                     "tra: gandan sync --keep-ledger.",
                     "Not every ledger entry is here, so when things were received is the server's word. To "
                     "check it: gandan sync --keep-ledger."));
  if (number(ok, "unseen_entries") > 0)
    page.line(text(ok, "unseen_entries") + page.say(" mục thuộc đơn vị khác hoặc chưa gửi tới đây.",
                                                    " entries are other units' or were not sent here."));
  if (truth(ok, "held")) {
    page.line(page.say("Mọi thứ đều khớp.", "Everything held."));
    return;
  }
  std::vector<std::vector<std::string>> rows;
  for (const auto& row : list(ok, "findings")) {
    const auto& finding = row.get_object();
    rows.push_back({text(finding, "code"), text(finding, "subject"), page.words(finding)});
  }
  page.line(page.say("CÓ CHỖ KHÔNG KHỚP:", "SOME THINGS DO NOT HOLD:"));
  page.out += table({page.say("Mã", "Code"), page.say("Ở đâu", "Where"), page.say("Điều gì", "What")}, rows);
}

void proof(Page& page) {
  const auto& ok = page.ok;
  page.line(page.say("Bằng chứng KHỚP với vân tay ", "The proof HOLDS under fingerprint ") +
            text(ok, "fingerprint"));
  page.line(page.say("Hồ sơ ", "Record ") + text(ok, "record") + page.say(", sổ cái ", ", ledger of ") +
            text(ok, "ledger_size") + page.say(" mục.", " entries."));
  std::vector<std::vector<std::string>> rows;
  for (const auto& row : list(ok, "changes")) {
    const auto& op = row.get_object();
    const json::value* value = json::find(op, "value");
    const std::string before = text(op, "not_before");
    rows.push_back({text(op, "path"), value == nullptr ? "" : value_text(*value),
                    text(op, "device_short") + " " + text(op, "role"), before.empty() ? "–" : moment(before),
                    moment(text(op, "not_after"))});
  }
  page.out += table({page.say("Mục", "Field"), page.say("Giá trị", "Value"), page.say("Ai", "Who"),
                     page.say("Không trước", "Not before"), page.say("Không sau", "Not after")},
                    rows);
}

void report(Page& page) {
  const auto& ok = page.ok;
  page.line(page.words(part(ok, "label")) + ", " + day(text(ok, "from")) + " – " + day(text(ok, "until")));
  std::vector<std::vector<std::string>> rows;
  for (const auto& row : list(ok, "figures")) {
    const auto& figure = row.get_object();
    std::string ids;
    for (const auto& id : list(figure, "records")) ids += (ids.empty() ? "" : " ") + short_id(value_text(id));
    rows.push_back(
        {page.words(part(figure, "label")), text(figure, "value"), page.words(part(figure, "unit")), ids});
  }
  page.out += table({page.say("Chỉ tiêu", "Figure"), page.say("Số", "Value"), page.say("Đơn vị tính", "Unit"),
                     page.say("Hồ sơ", "Records")},
                    rows);
}

void status(Page& page) {
  const auto& ok = page.ok;
  if (!truth(ok, "enrolled"))
    page.line(
        page.say("Máy này chưa được duyệt vào hệ thống nào.", "This device is not enrolled anywhere yet."));
  page.line(text(ok, "records") + page.say(" hồ sơ, ", " records, ") + text(ok, "conflicts") +
            page.say(" hồ sơ có chỗ ghi trùng.", " with a conflict."));
  page.line(page.say("Chưa gửi: ", "Not sent: ") + text(ok, "pending_changes") +
            page.say(" thay đổi chưa đóng gói, ", " unsealed changes, ") + text(ok, "unsent_segments") +
            page.say(" đoạn, ", " segments, ") + text(ok, "unsent_chunks") +
            page.say(" mảnh tệp. ", " attachment chunks. "));
  page.line(page.say("Đồng bộ lần cuối: ", "Last sync: ") + (text(ok, "last_sync").empty()
                                                                 ? page.say("chưa lần nào", "never")
                                                                 : moment(text(ok, "last_sync"))));
  page.line(page.words(part(ok, "schema")));
  for (const auto& row : list(ok, "held"))
    page.line(page.say("Giữ lại ", "Held: ") + text(row.get_object(), "segments") +
              page.say(" đoạn: ", " segments: ") + page.words(row.get_object()));
  for (const auto& row : list(ok, "findings"))
    page.line(page.say("Phát hiện ", "Found ") + moment(text(row.get_object(), "at")) + " [" +
              text(row.get_object(), "code") + "] " + text(row.get_object(), "detail"));
  std::vector<std::vector<std::string>> rows;
  for (const auto& row : list(ok, "arrivals")) {
    const auto& record = row.get_object();
    const auto& arrival = part(record, "arrival");
    std::string about = page.words(arrival);
    for (const auto& file : list(arrival, "attachments"))
      about += " " + text(file.get_object(), "name") + ": " + page.words(file.get_object());
    rows.push_back({short_id(text(record, "id")), text(record, "title"), about});
  }
  if (!rows.empty())
    page.out += table(
        {page.say("Hồ sơ", "Record"), page.say("Tên", "Title"), page.say("Đã tới chưa?", "Did it arrive?")},
        rows);
}

}  // namespace

bool present_exchange(const std::string& method, Page& page) {
  const auto& ok = page.ok;
  if (method == "sync.run") {
    sync(page);
  } else if (method == "bundle.export") {
    page.line(page.say("Đã ghi gói ", "Wrote bundle ") + text(ok, "file") + " (" + text(ok, "bytes") + " B)");
  } else if (method == "bundle.import") {
    page.line(page.say("Đã nhận gói ", "Took bundle ") + text(ok, "file"));
    if (truth(ok, "joined"))
      page.line(page.say("Máy này từ nay thuộc hệ thống có vân tay (đối chiếu với người quản trị): ",
                         "This device now belongs to the realm with this fingerprint (compare it with the "
                         "administrator): ") +
                text(ok, "fingerprint"));
    received(part(ok, "received"), page);
  } else if (method == "audit.verify") {
    audit(page);
  } else if (method == "audit.prove") {
    page.line(page.say("Đã lập bằng chứng ", "Wrote proof ") + text(ok, "file") + " (" + text(ok, "bytes") +
              " B)");
    page.line(page.say("Kiểm tra: gandan audit verify-proof ", "Check it: gandan audit verify-proof ") +
              text(ok, "file") + " --root " + text(ok, "fingerprint"));
  } else if (method == "audit.verify_proof") {
    proof(page);
  } else if (method == "report.period") {
    report(page);
  } else if (method == "status") {
    status(page);
  } else {
    return false;
  }
  return true;
}

}  // namespace gandan::cli
