// What a proof shows: one record, the log of a person and a period, or figures of a report.
#include <map>
#include <set>

#include "gandan/present_form.hpp"
#include "gandan/terminal.hpp"

namespace gandan::cli {
namespace {

std::string mark_label(const std::string& path, const Page& page) {
  const std::string mark = path.substr(0, path.find('_'));
  if (mark == "@kind") return page.say("Loại hồ sơ", "Kind");
  if (mark == "@schema") return page.say("Phiên bản mẫu", "Version of the form");
  if (mark == "@final") return page.say("CHỐT HỒ SƠ", "FINALISED");
  if (mark == "@review") return page.say("Cơ quan xem xét", "Reviewed");
  if (mark == "@answer") return page.say("Trả lời", "Answer");
  if (mark == "@reason") return page.say("Lý do", "Reason");
  if (mark == "@judged") return page.say("Quy tắc lúc chốt", "Rules it was judged by");
  if (mark == "@deleted") return page.say("RÚT HỒ SƠ", "WITHDRAWN");
  if (mark == "@number") return page.say("Số văn bản", "Document number");
  if (mark == "@copied") return page.say("Lập từ hồ sơ", "Started from");
  if (mark == "@converted") return page.say("Nguyên văn chữ cũ", "Text as it came");
  if (mark == "@sign") return page.say("Chữ ký", "Signature");
  if (mark == "@linked") return page.say("Hồ sơ liên kết lúc chốt", "Linked records as finalised");
  if (mark == "@hold") return page.say("Giữ lại, không xoá", "Held from erasure");
  if (mark == "@sealed") return page.say("Niêm phong cho", "Sealed for");
  if (mark == "@opened") return page.say("Mở niêm phong", "Seal opened");
  return path;
}

// Lines "id content", or "id feed:stamp …": people know records by their short ids.
std::string linked_text(const std::string& lines) {
  std::string out;
  for (std::size_t at = 0; at < lines.size();) {
    const auto end = std::min(lines.find('\n', at), lines.size());
    const std::string line = lines.substr(at, end - at);
    out += (out.empty() ? "" : ", ") + short_id(line.substr(0, line.find(' ')));
    at = end + 1;
  }
  return out;
}

std::string proven_label(const std::string& path, const Form& form, const Page& page) {
  if (!path.empty() && path[0] == '@') return mark_label(path, page);
  const auto at = path.find("]@");
  if (at == std::string::npos && (path.empty() || path.back() != ']')) return form.field(path);
  const std::string list = form.field(path.substr(0, path.rfind('[')));
  return list + (at == std::string::npos ? page.say(" / một dòng", " / an item")
                                         : page.say(" / bỏ một dòng", " / an item removed"));
}

std::string proven_value(const json::object& op, const Form& form, const Page& page) {
  const std::string path = text(op, "path");
  const json::value* value = json::find(op, "value");
  if (value == nullptr) return {};
  if (path == "@kind") return form.label().empty() ? value_text(*value) : form.label();
  if (path == "@review" && value->is_object() && text(value->get_object(), "reason").empty())
    return page.say("nhận hồ sơ", "accepted");
  if (path == "@review") return page.say("trả lại: ", "handed back: ") + value_text(*value);
  if (path ==
      "@judged") {  // "1 l31.coercion.night", one a line; the calendars' lines begin with @ behind the number
    const std::string all = value_text(*value);
    std::size_t rules = 0;
    for (std::size_t at = 0; at < all.size(); at = std::min(all.find('\n', at), all.size() - 1) + 1)
      rules += all.compare(std::min(all.find(' ', at), all.size()), 2, " @") == 0 ? 0 : 1;
    return std::to_string(rules) + page.say(" quy tắc", " rules");
  }
  if (path == "@linked" || path == "@copied") return linked_text(value_text(*value));
  if (path.back() == ']') return "";  // its place in the list
  return path[0] == '@' ? value_text(*value) : form.value(path, *value);
}

void witnesses(Page& page) {
  for (const auto& row : list(page.ok, "witnesses")) {
    const auto& witness = row.get_object();
    page.line(
        page.say("Người giám sát cùng ký dấu chốt: máy ", "A witness cosigned the checkpoint: device ") +
        text(witness, "device_short") + page.say(", lúc ", ", at ") + moment(text(witness, "at")) +
        page.say(" theo lời máy đó.", " by its own word."));
  }
  if (list(page.ok, "witnesses").empty())
    page.line(page.say("Chưa ai cùng ký dấu chốt này: chỉ có lời của máy chủ.",
                       "Nobody cosigned this checkpoint: it is the server's word alone."));
}

// Of one record's changes the kind and the version of its form, as far as they are among them.
Form form_of(const std::vector<const json::object*>& changes, const Page& page) {
  std::string kind;
  std::int64_t schema = 0;
  for (const auto* op : changes) {
    if (text(*op, "path") == "@kind") kind = text(*op, "value");
    if (text(*op, "path") == "@schema") schema = number(*op, "value");
  }
  return Form(kind, page, {}, schema);
}

struct Remarks {
  int accepted = 0, suspect = 0;
};

void changes_table(const std::vector<const json::object*>& changes, const Form& form, Page& page,
                   Remarks& remarks) {
  std::vector<std::vector<std::string>> rows;
  for (const auto* each : changes) {
    const auto& op = *each;
    const std::string before = text(op, "not_before");
    std::string who =
        page.say("máy ", "device ") + text(op, "device_short") + ", " + role_text(text(op, "role"), page);
    if (truth(op, "accepted")) who += " (*)";
    if (truth(op, "suspect")) who += " (!)";
    remarks.accepted += truth(op, "accepted") ? 1 : 0;
    remarks.suspect += truth(op, "suspect") ? 1 : 0;
    rows.push_back({proven_label(text(op, "path"), form, page), proven_value(op, form, page), who,
                    before.empty() ? "–" : moment(before), moment(text(op, "not_after")),
                    truth(op, "replaced") ? page.say("đã có bản sau", "replaced") : ""});
  }
  page.out += table({page.say("Mục", "Field"), page.say("Giá trị", "Value"), page.say("Ai", "Who"),
                     page.say("Viết không trước", "Not before"), page.say("Nhận lúc", "Not after"),
                     page.say("Ghi chú", "Remark")},
                    rows);
}

void remark(const Remarks& remarks, Page& page) {
  page.line(page.say("Giờ Việt Nam (UTC+07:00).", "Times are Viet Nam's (UTC+07:00)."));
  if (remarks.accepted > 0)
    page.line(page.say(
        "(*) Lúc máy chủ nhận phần đó thì máy này không còn quyền ghi ở đơn vị (bị thu hồi, hoặc đơn vị đã "
        "chuyển đi); người quản trị đã xem và cho tính, quyết định ấy nằm trong bằng chứng.",
        "(*) When the server received this the device might no longer write in the unit (it was removed, or "
        "the unit had moved); an administrator let it count, by a statement that is part of the proof."));
  if (remarks.suspect > 0)
    page.line(page.say("(!) Đồng hồ máy này chạy sai: giờ trên máy đứng sau giờ máy chủ nhận.",
                       "(!) The device's clock was wrong: its time lies after the receipt."));
}

// A line of its own: what the segments are signed to hold, and the file does not open.
void hidden(const json::object& log, const std::string& whose, Page& page) {
  if (number(log, "undisclosed") == 0) {
    page.line(page.say("Mọi thay đổi của các phần này đều nêu ở đây: đó là tất cả, không thiếu gì.",
                       "No change of these segments is hidden: these are all, and none is missing."));
    return;
  }
  page.line(
      text(log, "undisclosed") +
      page.say(" thay đổi của các phần này không nêu ở đây: ", " changes of these segments are not shown: ") +
      whose + page.say("; chúng nói gì thì không chứng tỏ được.", "; what they say is not proven."));
}

// What is shown whole.
void log_whole(const json::object& log, Page& page) {
  page.line(page.say("Bảng kê của máy chủ ở mục ", "The server's feed map at entry ") +
            text(log, "map_index") + page.say(", nhận lúc ", ", received ") + moment(text(log, "map_at")) +
            page.say(": mọi nhật ký của đơn vị đều có đủ đến đó, không thiếu phần nào.",
                     ": every log of the unit is here up to it, and no segment is missing."));
  std::vector<std::vector<std::string>> rows;
  for (const auto& row : list(log, "feeds")) {
    const auto& feed = row.get_object();
    rows.push_back(
        {text(feed, "device_short"), text(feed, "segments"), text(feed, "changes"), text(feed, "shown")});
  }
  page.out += table({page.say("Máy", "Device"), page.say("Phần từ đầu kỳ", "Segments since"),
                     page.say("Thay đổi trong đó", "Changes in them"), page.say("Nêu ở đây", "Shown here")},
                    rows);
  page.line(text(log, "devices") +
            page.say(" máy được hoặc từng được ghi ở đơn vị này; máy không có trong bảng thì chưa gửi gì.",
                     " devices may write in this unit, or might once; those not in the table sent nothing."));
}

void log_scope(const json::object& log, Page& page) {
  page.line(page.say("Nhật ký của người dùng ", "The log of person ") + text(log, "holder") +
            page.say(", đơn vị ", ", unit ") + text(log, "unit"));
  page.line(page.say("từ ", "from ") + moment(text(log, "from")) + page.say(" đến trước ", " to before ") +
            moment(text(log, "until")) + ".");
  log_whole(log, page);
  hidden(
      log,
      page.say("của người khác, của hồ sơ khác, ghi sau kỳ, hoặc của chính người này mà người đưa tệp bỏ bớt",
               "other people's, other records', of after the period, or this person's own and left out by "
               "whoever handed the file on"),
      page);
  if (number(log, "undisclosed") > 0)
    page.line(page.say("Giám sát mở ra xem được.", "A supervisor can open them."));
}

// What a record must be to count, in words: another definition gives another number under the same label.
std::string definition(const json::object& figure, const Page& page) {
  const std::string by = text(figure, "day").empty() ? "–" : text(figure, "day");
  std::string out = page.say("  Cách đếm: hồ sơ loại ", "  It counts records of kind ") +
                    text(figure, "kind") + page.say(", ngày ở mục ", ", by the day in ") + by;
  out += truth(figure, "any_time") ? page.say(", CẢ TRƯỚC KỲ", ", ALSO OF BEFORE THE PERIOD")
                                   : page.say(", trong kỳ", ", of the period");
  out += truth(figure, "drafts") ? page.say(", CẢ BẢN CHƯA CHỐT", ", DRAFTS TOO")
                                 : page.say(", đã chốt", ", finalised");
  if (!text(figure, "where").empty()) return out + ".";
  return out + page.say(", không điều kiện nào khác.", ", under no other condition.");
}

// The number, and how much of it is proven: a hidden change may be of one more record.
std::string counted(const json::object& figure, bool all, const Page& page) {
  const std::string value = text(figure, "value");
  if (all && !truth(figure, "any_time")) return value;
  return (text(figure, "sum").empty() ? page.say("ít nhất ", "at least ")
                                      : page.say("cộng được ", "comes to ")) +
         value + page.say(" theo những gì nêu ở đây", " by what is shown");
}

// The claim, and what of it was counted again.
void figures_scope(Page& page) {
  const auto& report = part(page.ok, "report");
  const auto& log = part(page.ok, "log");
  std::string units;
  for (const auto& unit : list(report, "units")) units += (units.empty() ? "" : ", ") + value_text(unit);
  page.line(page.say("Báo cáo ", "Report ") + text(report, "report") + page.say(", bản ", ", version ") +
            text(report, "version") + page.say(", đơn vị ", ", unit ") + units + ": " +
            day(text(report, "from")) + " – " + day(text(report, "until")) +
            page.say(", tính đến hết ngày ", ", as of the end of ") + day(text(report, "as_of")) + ".");
  page.line(
      page.say("Mốc sổ cái của báo cáo: ", "The report's checkpoint: ") + text(report, "size") +
      page.say(" mục, mã gốc ", " entries, root ") + text(report, "root") +
      page.say("; mục cuối nhận lúc ", "; last entry received ") + moment(text(report, "checkpoint_at")) +
      page.say(". Hãy so với mốc in trên báo cáo.", ". Compare it with the one that the report prints."));
  if (!text(report, "printed").empty())
    page.line(page.say("Tệp báo cáo mà bằng chứng nêu, SHA-256: ", "The report's file by its SHA-256: ") +
              text(report, "printed"));
  for (const auto& row : list(report, "figures")) {
    const auto& figure = row.get_object();
    page.line("");
    page.line(page.words(part(figure, "label")) + " (" + text(figure, "id") +
              "): " + counted(figure, number(log, "undisclosed") == 0, page) +
              page.say(": đếm lại từ ", ": counted again, from ") +
              std::to_string(list(figure, "records").size()) +
              page.say(" hồ sơ nêu dưới đây.", " records that are shown below."));
    page.line(definition(figure, page));
    if (!text(figure, "where").empty())
      page.line(page.say("  Điều kiện, người đọc tự đối chiếu với giá trị: ",
                         "  Condition, for the reader to hold against the values: ") +
                text(figure, "where"));
    if (!text(figure, "sum").empty()) page.line(page.say("  Cộng: ", "  Sum of: ") + text(figure, "sum"));
    if (!text(figure, "distinct").empty())
      page.line(page.say("  Đếm khác nhau: ", "  Different ones of: ") + text(figure, "distinct"));
  }
  page.line("");
  log_whole(log, page);
  hidden(log,
         page.say("của hồ sơ khác, mục khác, người khác, hoặc do người đưa tệp bỏ bớt",
                  "of other records, fields and people, or left out by whoever handed the file on"),
         page);
  page.line(page.say(
      "Tệp không chứng tỏ được trong đó không có hồ sơ nào lẽ ra cũng được tính, hay thay đổi nào thay giá "
      "trị, rút hồ sơ đã nêu. Người đọc được đơn vị thì biết: lập lại báo cáo từ cùng mốc sổ cái phải ra "
      "đúng từng byte.",
      "It does not show that none of these is of a record that should count as well, or replaces a value "
      "or withdraws a record shown here. Who reads the unit can tell: the report made again under the same "
      "checkpoint has the same "
      "bytes."));
}

// Records in the order in which they first come.
void log_changes(Page& page, Remarks& remarks) {
  std::vector<std::string> order;
  std::map<std::string, std::vector<const json::object*>> by_record;
  for (const auto& row : list(page.ok, "changes")) {
    const auto& op = row.get_object();
    auto& changes = by_record[text(op, "record")];
    if (changes.empty()) order.push_back(text(op, "record"));
    changes.push_back(&op);
  }
  page.line(std::to_string(order.size()) +
            (page.ok.contains("report")
                 ? page.say(" hồ sơ đứng sau số liệu:", " records behind the figures:")
                 : page.say(" hồ sơ người này ghi trong kỳ, nêu ở đây:",
                            " records that this person wrote in the period, as shown:")));
  for (const auto& record : order) {
    const auto& changes = by_record[record];
    page.line("");
    page.line(page.say("Hồ sơ ", "Record ") + record);
    changes_table(changes, form_of(changes, page), page, remarks);
  }
}

}  // namespace

void present_proof(Page& page) {
  const auto& ok = page.ok;
  const auto* log = json::find(ok, "log");
  page.line(page.say("Bằng chứng KHỚP với vân tay ", "The proof HOLDS under fingerprint ") +
            text(ok, "fingerprint"));
  Remarks remarks;
  if (log != nullptr) {
    if (ok.contains("report")) {
      figures_scope(page);
    } else {
      log_scope(log->get_object(), page);
    }
    witnesses(page);
    log_changes(page, remarks);
    remark(remarks, page);
    page.line(
        page.say("Những gì máy chưa bao giờ gửi lên thì không tệp nào chứng minh được là có hay không; "
                 "ai ghi là lời của máy.",
                 "Of what a device never sent no file can show whether there is any; who wrote is the "
                 "device's word."));
    return;
  }
  page.line(page.say("Hồ sơ ", "Record ") + text(ok, "record") + page.say(", sổ cái ", ", ledger of ") +
            text(ok, "ledger_size") + page.say(" mục.", " entries."));
  witnesses(page);
  std::vector<const json::object*> changes;
  for (const auto& row : list(ok, "changes")) changes.push_back(&row.get_object());
  changes_table(changes, form_of(changes, page), page, remarks);
  remark(remarks, page);
}

}  // namespace gandan::cli
