// Answers of sync, bundle, audit, status. Proofs: present_proof.cpp.
#include "gandan/present_form.hpp"
#include "gandan/terminal.hpp"

namespace gandan::cli {
namespace {

void received(const json::object& report, Page& page) {
  page.line(page.say("  nhận về:  ", "  received: ") + text(report, "segments") +
            page.say(" phần, ", " segments, ") + text(report, "changes") +
            page.say(" thay đổi, ", " changes, ") + text(report, "statements") +
            page.say(" quyết định danh bạ", " roster statements"));
  if (number(report, "held") > 0)
    page.line(page.say("  giữ lại chưa dùng: ", "  held: ") + text(report, "held") +
              page.say(" phần; vì sao: gandan status; phần nộp muộn: gandan device held",
                       " segments; why: gandan status; late work: gandan device held"));
  if (report.contains("restored")) page.line("  " + page.words(part(report, "restored")));
  if (number(report, "refused") == 0) return;
  page.line(page.say("  TỪ CHỐI: ", "  REFUSED: ") + text(report, "refused"));
  for (const auto& row : list(report, "refusals"))
    page.line("    [" + text(row.get_object(), "code") + "] " + page.words(row.get_object()) + " " +
              text(row.get_object(), "detail"));
}

// What earlier segments are missing, of which device, and what brings them.
void gaps(const json::object& ok, Page& page) {
  for (const auto& row : list(ok, "gaps"))
    page.line(page.words(row.get_object()) + " [" + text(row.get_object(), "code") + "]");
}

// What the server did not take, each with its records; and the way that is left.
void rejected(const json::object& ok, Page& page) {
  bool no_right = false;
  for (const auto& row : list(ok, "rejected")) {
    const auto& one = row.get_object();
    no_right |= text(one, "code") == "roster.not_authorized";
    page.line(page.say("  máy chủ không nhận: ", "  the server refused: ") + page.words(one) + " [" +
              text(one, "code") + "]");
    for (const auto& field : list(one, "fields"))
      page.line("    · " + text(field.get_object(), "path") + "  " + page.words(field.get_object()));
  }
  if (no_right)
    page.line(page.say(
        "  Máy này không còn quyền ghi ở đơn vị của hồ sơ: đơn vị đã chuyển sang cơ quan khác. Điều đã ghi "
        "vẫn nằm "
        "trên máy này, chưa tính; máy lại được quyền ở đó thì tự gửi. Cần ngay thì nhờ cơ quan mới ghi lại. "
        "Phần đã "
        "đưa cho người quản trị bằng gói thì người ấy cho tính được ('device held', 'device accept').",
        "  This device may no longer write in the record's unit: it moved to another office. What was "
        "written stays "
        "here and does not count; it goes out when the device may write there again. Where that is urgent, "
        "the new "
        "office writes it anew. What an administrator was given in a bundle he can let count ('device held', "
        "'device "
        "accept')."));
}

void split_views(const json::object& known, Page& page) {
  if (number(known, "split_views") > 0)
    page.line(
        page.say("CẢNH BÁO: máy chủ đã ký hai sổ cái không khớp nhau. Hãy báo cơ quan giám sát. Ghi chứng "
                 "cứ: gandan audit evidence --out TỆP",
                 "WARNING: the server signed two ledgers that do not agree. Tell the supervisors. To write "
                 "the evidence: gandan audit evidence --out FILE"));
}

void sync(Page& page) {
  const auto& ok = page.ok;
  split_views(ok, page);
  page.line(page.say("Đã đồng bộ: ", "Synced: ") + text(ok, "round_trips") +
            page.say(" lượt đi về, gửi ", " round trips, sent ") + text(ok, "bytes_sent") +
            page.say(" byte, nhận ", " bytes, received ") + text(ok, "bytes_received") +
            page.say(" byte", " bytes"));
  page.line(page.say("  gửi đi:   ", "  sent:     ") + text(ok, "segments_sent") +
            page.say(" phần hồ sơ, ", " segments of records, ") + text(ok, "statements_sent") +
            page.say(" quyết định, ", " decisions, ") + text(ok, "chunks_sent") +
            page.say(" phần tệp đính kèm", " attachment chunks"));
  received(part(ok, "received"), page);
  if (const auto& clock = part(ok, "clock"); !clock.empty()) page.line("  ! " + page.words(clock));
  if (number(ok, "chunks_missing") > 0)
    page.line(page.say("  tệp đính kèm còn thiếu trên máy chủ: ", "  attachment chunks the server lacks: ") +
              text(ok, "chunks_missing"));
  page.line(page.say("  sổ cái:   ", "  ledger:   ") + text(ok, "ledger_size") +
            page.say(" mục", " entries"));
  rejected(ok, page);
}

void audit(Page& page) {
  const auto& ok = page.ok;
  page.line(page.say("Đã soát ", "Checked ") + text(ok, "feeds") + page.say(" nhật ký, ", " feeds, ") +
            text(ok, "segments") + page.say(" phần, ", " segments, ") + text(ok, "statements") +
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
  if (number(ok, "archived") > 0)
    page.line(text(ok, "archived") +
              page.say(" phần nhật ký chưa có nội dung ở đây: chữ ký và chỗ trong sổ cái đã soát.",
                       " segments without their content here: signature and place were verified."));
  if (number(ok, "unseen_entries") > 0)
    page.line(text(ok, "unseen_entries") + page.say(" mục thuộc đơn vị khác hoặc chưa gửi tới đây.",
                                                    " entries are other units' or were not sent here."));
  if (number(ok, "feed_maps") > 0)
    page.line(text(ok, "feed_maps") +
              page.say(" bảng kê nhật ký của máy chủ đã đối chiếu với những gì có ở đây.",
                       " feed maps of the server were held against what is here."));
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

std::string severity_mark(const std::string& severity, const Page& page) {
  if (severity == "violation") return page.say("NẶNG", "GRAVE");
  if (severity == "warning") return page.say("cần hỏi", "to ask");
  return page.say("để biết", "to know");
}

void asked(const json::object& finding, Page& page) {
  std::string head =
      "  [" + severity_mark(text(finding, "severity"), page) + "] " + text(part(finding, "unit"), "name");
  if (const auto& author = part(finding, "author"); !author.empty())
    head += ", " + text(author, "holder_code") + (text(author, "holder_code").empty() ? "" : ", ") +
            page.say("máy ", "device ") + text(author, "device_short");
  page.line(head);
  page.line("    " + page.words(finding));
  for (const auto& row : list(finding, "shown")) {
    const auto& record = row.get_object();
    page.line("      " + short_id(text(record, "id")) + "  " + day(text(record, "date")) + "  " +
              text(record, "title"));
  }
  const auto left = list(finding, "records").size() - list(finding, "shown").size();
  if (left > 0)
    page.line(std::string("      ") + page.say("… và ", "… and ") + std::to_string(left) +
              page.say(" hồ sơ nữa", " more"));
}

// By indicator and never by person: what is asked is about records.
void indicators(Page& page) {
  const auto& ok = page.ok;
  page.line(page.say("Đã xem ", "Records looked at: ") + text(ok, "records") + page.say(" hồ sơ, ", ", ") +
            day(text(ok, "from")) + " – " + day(text(ok, "until")) + page.say(": ", ". Things to ask: ") +
            text(ok, "finding_count") +
            page.say(" chỗ cần hỏi lại. Mỗi chỗ là một câu hỏi về hồ sơ, không phải kết luận về người.",
                     ". Each is a question about records and no judgement of a person."));
  for (const auto& row : list(ok, "indicators")) {
    const auto& indicator = row.get_object();
    if (number(indicator, "count") == 0) continue;
    page.line("");
    page.line(page.words(part(indicator, "label")) + " (" + text(indicator, "indicator") +
              "): " + text(indicator, "count"));
    for (const auto& one : list(ok, "findings"))
      if (text(one.get_object(), "indicator") == text(indicator, "indicator")) asked(one.get_object(), page);
  }
  page.line("");
  if (static_cast<std::size_t>(number(ok, "finding_count")) > list(ok, "findings").size())
    page.line(page.say("Chưa nêu hết; thêm --limit để xem nữa.", "Not all are listed; --limit shows more."));
  if (number(ok, "photos_unread") > 0)
    page.line(text(ok, "photos_unread") + page.say(" ảnh chưa tải về đây nên chưa so được.",
                                                   " photos are not here and were not compared."));
  page.line(page.say("Không xét được:", "Not asked:"));
  for (const auto& row : list(ok, "left_out")) page.line("  - " + page.words(row.get_object()));
}

// Marks have no field in a form: what they say, and of what kind of act.
void evidence(Page& page) {
  const auto& ok = page.ok;
  page.line(page.say("Chứng cứ KHỚP với vân tay ", "The evidence HOLDS under fingerprint ") +
            text(ok, "fingerprint"));
  for (const auto& row : list(ok, "pairs")) {
    const auto& pair = row.get_object();
    const std::string sizes =
        text(pair, "first_size") + page.say(" và ", " and ") + text(pair, "second_size");
    page.line(
        truth(pair, "convicts")
            ? page.say("Máy chủ đã ký hai sổ cái khác nhau cùng ", "The server signed two ledgers of ") +
                  text(pair, "first_size") +
                  page.say(" mục: sai phạm rõ ràng.", " entries: nothing can excuse that.")
            : page.say("Máy chủ đã ký hai dấu chốt (", "The server signed two checkpoints (") + sizes +
                  page.say(" mục) và khi được hỏi đã không chứng minh sổ sau nối tiếp sổ trước.",
                           " entries) and did not show, when it was asked, that the one continues the "
                           "other."));
  }
}

void status(Page& page) {
  const auto& ok = page.ok;
  if (!truth(ok, "enrolled"))
    page.line(
        page.say("Máy này chưa được duyệt vào hệ thống nào.", "This device is not enrolled anywhere yet."));
  present_lease(ok, page);
  if (truth(part(ok, "escrow"), "stale"))
    page.line(page.say(
        "Các phần khoá dự phòng đã cũ vì khoá đơn vị đứng đầu đã thay: hãy chia lại ('escrow make').",
        "The escrow is stale, for the top unit's key has changed: make it anew ('escrow make')."));
  const std::string holder = text(part(ok, "session"), "holder_code");
  if (!holder.empty()) page.line(page.say("Người đang ghi: ", "Writes: ") + holder);
  page.line(text(ok, "records") + page.say(" hồ sơ, ", " records, ") + text(ok, "conflicts") +
            page.say(" hồ sơ có chỗ ghi khác nhau.", " with a conflict."));
  const auto carried = number(ok, "carried_segments");
  page.line(page.say("Chưa gửi: ", "Not sent: ") + text(ok, "pending_changes") +
            page.say(" thay đổi chưa đóng gói, ", " unsealed changes, ") +
            std::to_string(number(ok, "unsent_segments") - carried) + page.say(" phần, ", " segments, ") +
            text(ok, "unsent_chunks") + page.say(" phần tệp đính kèm, ", " attachment chunks, ") +
            text(ok, "unsent_keys") + page.say(" khoá của dữ liệu cá nhân.", " keys of personal data."));
  for (const auto& row : list(ok, "units_without_key"))
    page.line(
        page.say("Chưa nhận được khoá mới của ", "No new key yet of ") + text(row.get_object(), "name") +
        page.say(": những gì ghi ở đó nằm lại trên máy này. Hãy đồng bộ; nếu vẫn chưa có, xin người "
                 "quản trị một gói ('bundle export').",
                 ": what is recorded there stays on this device. Sync; where that does not bring it, ask "
                 "the administrator for a bundle ('bundle export')."));
  if (number(ok, "units_with_old_keys") > 0)
    page.line(page.say("Đơn vị đã dùng một khoá quá một năm: ", "Units whose key is more than a year old: ") +
              text(ok, "units_with_old_keys") +
              page.say(". Nên thay khoá: gandan unit rotate MÃ --subtree --older-than 365",
                       ". Give them new ones: gandan unit rotate CODE --subtree --older-than 365"));
  if (number(ok, "proposals_waiting") > 0)
    page.line(page.say("Đề nghị chờ bạn xem và duyệt: ", "Proposals that wait for you: ") +
              text(ok, "proposals_waiting") + page.say(" (gandan act list)", " (gandan act list)"));
  if (carried > 0)
    page.line(page.say("Của máy khác, tới đây bằng gói: ", "Of other devices, come by bundle: ") +
              std::to_string(carried) +
              page.say(" phần; máy chủ có chưa thì khi đồng bộ sẽ biết.",
                       " segments; whether the server has them, the next sync tells."));
  page.line(page.say("Đồng bộ lần cuối: ", "Last sync: ") + (text(ok, "last_sync").empty()
                                                                 ? page.say("chưa lần nào", "never")
                                                                 : moment(text(ok, "last_sync"))));
  const auto& ledger = part(ok, "ledger");
  for (const auto& row : list(ledger, "witnessed")) {
    const auto& one = row.get_object();
    page.line(page.say("Sổ cái có ", "The ledger is witnessed by ") + text(one, "witnesses") +
              page.say(" máy giám sát ký chứng đến mục ", " up to entry ") + text(one, "size") +
              page.say(", lúc ", ", at ") + moment(text(one, "at")));
  }
  split_views(ledger, page);
  page.line(page.words(part(ok, "schema")));
  for (const auto& row : list(ok, "held"))
    page.line(page.say("Giữ lại ", "Held: ") + text(row.get_object(), "segments") +
              page.say(" phần: ", " segments: ") + page.words(row.get_object()) +
              (text(row.get_object(), "state") == "quarantined"
                   ? page.say(" Xem: gandan device held", " See: gandan device held")
                   : ""));
  gaps(ok, page);
  for (const auto& row : list(ok, "findings"))
    page.line(page.say("Phát hiện ", "Found ") + moment(text(row.get_object(), "at")) + " [" +
              text(row.get_object(), "code") + "] " + text(row.get_object(), "detail"));
  const auto& arrivals = list(ok, "arrivals");
  for (const auto& row : arrivals) {
    const auto& record = row.get_object();
    const auto& arrival = part(record, "arrival");
    page.line(short_row(record));
    page.line("    " + page.words(arrival));
    for (const auto& file : list(arrival, "attachments"))
      page.line("    " + text(file.get_object(), "name") + ": " + page.words(file.get_object()));
  }
  if (const auto all = number(ok, "records"); arrivals.size() > 1 && all > static_cast<int>(arrivals.size()))
    page.line(page.say("Trên đây là ", "These are the ") + std::to_string(arrivals.size()) +
              page.say(" hồ sơ mới nhất; xem thêm: --limit ", " newest records; for more: --limit ") +
              std::to_string(all));
}

void filters(Page& page) {
  std::vector<std::vector<std::string>> rows;
  for (const auto& row : list(page.ok, "filters")) {
    const auto& filter = row.get_object();
    std::string says;
    for (const auto& member : part(filter, "params"))
      says += (says.empty() ? "" : ", ") + std::string(member.key().data(), member.key().size()) + "=" +
              value_text(member.value());
    rows.push_back({text(filter, "name"), says});
  }
  if (rows.empty()) return page.line(page.say("Chưa lưu bộ lọc nào.", "No filter is saved."));
  page.out += table({page.say("Bộ lọc", "Filter"), page.say("Lọc theo", "Narrows to")}, rows);
}

}  // namespace

bool present_exchange(const std::string& method, Page& page) {
  const auto& ok = page.ok;
  if (method == "sync.run") {
    sync(page);
  } else if (method == "bundle.export") {
    page.line(page.say("Đã ghi gói ra tệp ", "Wrote bundle ") + text(ok, "file") + " (" + text(ok, "bytes") +
              " B)");
    page.line(page.say("  trong gói: ", "  in it: ") + text(ok, "records") +
              page.say(" hồ sơ, ", " records, ") + text(ok, "segments") + page.say(" phần", " segments"));
    if (truth(ok, "doubted"))
      page.line(page.say("  kèm cả phần máy chủ đã nhận: sổ cái của máy chủ không khớp (gandan status)",
                         "  with what the server has: its ledger contradicts itself (gandan status)"));
    if (number(ok, "left_out") > 0)
      page.line(page.say("  không kèm phần máy chủ đã nhận: ", "  left out, as the server has it: ") +
                text(ok, "left_out") +
                page.say(" phần; muốn kèm: --everything", " segments; to bring it along: --everything"));
  } else if (method == "bundle.import") {
    split_views(ok, page);
    page.line(page.say("Đã nhận gói từ tệp ", "Took bundle ") + text(ok, "file"));
    if (truth(ok, "joined"))
      page.line(page.say("Máy này từ nay thuộc hệ thống có vân tay (đối chiếu với người quản trị): ",
                         "This device now belongs to the realm with this fingerprint (compare it with the "
                         "administrator): ") +
                text(ok, "fingerprint"));
    if (truth(ok, "renewed"))
      page.line(page.say("Gói có phiếu gia hạn cho máy này, đã nhận.", "It had a renewal of this device."));
    received(part(ok, "received"), page);
    gaps(ok, page);
  } else if (method == "audit.verify") {
    audit(page);
  } else if (method == "audit.run") {
    indicators(page);
  } else if (method == "audit.prove") {
    page.line(page.say("Đã lập bằng chứng ", "Wrote proof ") + text(ok, "file") + " (" + text(ok, "bytes") +
              " B)");
    page.line(page.say("Kiểm tra: gandan audit verify-proof ", "Check it: gandan audit verify-proof ") +
              text(ok, "file") + " --root " + text(ok, "fingerprint"));
  } else if (method == "audit.verify_proof") {
    present_proof(page);
  } else if (method == "audit.evidence") {
    page.line(page.say("Đã ghi chứng cứ ", "Wrote evidence ") + text(ok, "file") + " (" + text(ok, "bytes") +
              " B)");
    page.line(page.say("Kiểm tra: gandan audit verify-evidence ", "Check it: gandan audit verify-evidence ") +
              text(ok, "file") + " --root " + text(ok, "fingerprint"));
  } else if (method == "audit.verify_evidence") {
    evidence(page);
  } else if (method == "ledger.export") {
    page.line(page.say("Đã ghi sổ cái ra tệp ", "Wrote the ledger ") + text(ok, "file") + " (" +
              text(ok, "bytes") + " B)");
    page.line(page.say("  từ mục ", "  entries ") + text(ok, "first") +
              page.say(" đến trước mục ", " to before ") + text(ok, "size") + ": " + text(ok, "statements") +
              page.say(" quyết định, ", " statements, ") + text(ok, "segments") +
              page.say(" phần nhật ký", " segments"));
    if (number(ok, "seen") > number(ok, "size"))
      page.line(page.say("  máy này biết sổ cái có ", "  the ledger is known to have ") + text(ok, "seen") +
                page.say(" mục, nhưng lần đồng bộ cuối chưa lấy về đủ",
                         " entries, but the last sync did not bring all of them"));
    page.line(page.say("Trên máy chủ: gandan-server give-back ", "On the server: gandan-server give-back ") +
              text(ok, "file"));
  } else if (method == "report.period") {
    present_report(page);
  } else if (method == "filter.save") {
    page.line(page.say("Đã lưu bộ lọc “", "Saved the filter “") + text(ok, "name") + "”" +
              (truth(ok, "replaced")
                   ? page.say(", thay bộ lọc cùng tên.", " in place of the one that was there.")
                   : "."));
  } else if (method == "filter.list") {
    filters(page);
  } else if (method == "filter.delete") {
    page.line(page.say("Đã xoá bộ lọc “", "Deleted the filter “") + text(ok, "name") + "”.");
  } else if (method == "status") {
    status(page);
  } else {
    return false;
  }
  return true;
}

}  // namespace gandan::cli
