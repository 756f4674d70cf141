// Answers of record, attachment, search.
#include <algorithm>

#include "gandan/present_form.hpp"
#include "gandan/terminal.hpp"

namespace gandan::cli {
namespace {

// The value at "a.b" of nested objects; nullptr when absent.
const json::value* at_path(const json::object& fields, const std::string& path) {
  if (const auto* whole = json::find(fields, path)) return whole;
  const auto dot = path.find('.');
  if (dot == std::string::npos) return nullptr;
  const json::object* inner = json::find_object(fields, path.substr(0, dot));
  return inner == nullptr ? nullptr : at_path(*inner, path.substr(dot + 1));
}

void list_items(const json::array& items, const std::string& list_path, const Form& form, Page& page) {
  int place = 0;
  for (const auto& row : items) {
    const auto& item = row.get_object();
    page.line("  " + std::to_string(++place) + ". [" + short_id(text(item, "id")) + "]");
    const std::string prefix = list_path + "[].";
    for (const auto& path : form.order()) {
      if (path.compare(0, prefix.size(), prefix) != 0) continue;
      const json::value* value = at_path(item, path.substr(prefix.size()));
      if (value == nullptr ||
          (value->is_array() && !value->get_array().empty() && value->get_array()[0].is_object()))
        continue;
      page.line("     " + form.own_label(path) + ": " + form.value(path, *value));
    }
  }
}

// A change that the signed version has not seen: a field, an item that came or moved, one that went.
void late_edit(const json::object& late, const Form& form, Page& page) {
  const std::string path = text(late, "path");
  if (path.empty() || path[0] == '@') return;  // a mark: its act has a line of its own
  const std::string by = "  — " + author_text(part(late, "author"), page);
  const std::string about = page.say("Ghi thêm sau khi chốt: ", "Late edit: ");
  const auto item = path.find(']');
  if (item != std::string::npos && (item + 1 == path.size() || path[item + 1] == '@')) {
    const bool removed = item + 1 < path.size();
    return page.line(about + form.field(path.substr(0, path.find('['))) +
                     (removed ? page.say(", bỏ một dòng", ", an item was removed")
                              : page.say(", thêm một dòng", ", an item was added")) +
                     by);
  }
  const json::value* value = json::find(late, "value");
  page.line(about + form.field(path) + " = " + (value == nullptr ? std::string() : form.value(path, *value)) +
            by);
}

void document(const json::object& document, Page& page) {
  const Form form(text(document, "kind"), page, text(document, "id"), number(document, "schema"));
  page.line(text(document, "title"));
  page.line(form.label() + " · " + state_text(text(document, "kind"), text(document, "state"), page) + " · " +
            text(document, "id"));
  page.line("");
  const auto& fields = part(document, "fields");
  const auto& items = part(document, "items");
  for (const auto& path : form.order()) {
    if (const json::array* rows = json::find_array(items, path)) {
      page.line(form.field(path) + ":");
      list_items(*rows, path, form, page);
    } else if (path.find("[]") == std::string::npos) {
      const json::value* value = at_path(fields, path);
      if (value != nullptr && !value->is_object())
        page.line(form.field(path) + ": " + form.value(path, *value));
      else if (value != nullptr && json::find(value->get_object(), "blob") != nullptr)
        page.line(form.field(path) + ": " + value_text(*value));
      else if (value != nullptr &&
               (truth(value->get_object(), "sealed") || truth(value->get_object(), "personal")))
        page.line(form.field(path) + ": " + form.value(path, *value));
    }
  }
  for (const auto& row : list(document, "conflicts")) {
    const auto& conflict = row.get_object();
    const std::string path(text(conflict, "path"));
    if (path[0] == '@' ||
        path.find("]@deleted") != std::string::npos) {  // whose value is no field's: gandan conflicts says it
      page.line(page.say("CHỜ CHỌN, xem: gandan conflicts ", "TO BE DECIDED, see: gandan conflicts ") +
                short_id(text(document, "id")));
      continue;
    }
    page.line(std::string(page.say("GHI KHÁC NHAU ở ", "CONFLICT in ")) + form.field(path) + ":");
    for (const auto& head : list(conflict, "heads")) {
      const json::value* value = json::find(head.get_object(), "value");
      page.line("  " + (value == nullptr ? std::string() : form.value(path, *value)) + "  — " +
                author_text(part(head.get_object(), "author"), page));
    }
  }
  for (const auto& row : list(document, "late")) late_edit(row.get_object(), form, page);
}

bool fails(const json::object& verdict) {
  const json::value* holds = json::find(verdict, "holds");
  return holds != nullptr && holds->is_bool() && !holds->get_bool();
}

// Not of conditions that stop it: an error names those before anything is finalised.
enum class Which { all, failing, others, failing_open };

void verdicts(const json::object& o, Page& page, Which which = Which::all) {
  for (const auto& row : list(o, "verdicts")) {
    const auto& verdict = row.get_object();
    if (which != Which::all && fails(verdict) == (which == Which::others)) continue;
    if (which == Which::failing_open && truth(verdict, "gate")) continue;
    const json::value* holds = json::find(verdict, "holds");
    const bool known = holds != nullptr && holds->is_bool();
    const bool open = text(verdict, "state") == "open";  // a deadline that has not come
    const std::string sign = !known ? (open ? "…" : "?") : holds->get_bool() ? "✓" : "✗";
    page.line(sign + " " + page.words(part(verdict, "message")) + "  [" + text(verdict, "law") + ", " +
              text(verdict, "article") + "; " + text(verdict, "rule") + " v" + text(verdict, "version") +
              (truth(verdict, "verified") ? "" : page.say("; chưa đối chiếu", "; not verified")) +
              (truth(verdict, "apart")
                   ? page.say("; không phải lúc chốt, chỉ để tham khảo", "; not as it was finalised")
                   : "") +
              "]");
    if (const auto reason = text(verdict, "overridden"); !reason.empty())
      page.line(std::string(page.say("    vẫn chốt, lý do: ", "    finalised all the same: ")) + reason);
  }
}

// Where the record stands, its signed versions, and what somebody without the right to it tried.
void workflow(Page& page) {
  const auto& flow = part(page.ok, "workflow");
  if (text(flow, "state") != "draft") page.line(page.words(flow));
  if (list(flow, "versions").size() > 1)
    for (const auto& row : list(flow, "versions")) {
      const auto& version = row.get_object();
      const std::string reason = text(version, "reason");
      page.line(std::string(page.say("  bản ", "  version ")) + text(version, "number") + ": " +
                author_text(part(version, "author"), page) + (reason.empty() ? "" : " – " + reason) +
                (truth(version, "holds") ? page.say("  (đang giữ)", "  (holds)") : ""));
    }
  for (const auto& row : list(flow, "versions"))
    if (!truth(row.get_object(), "whole"))
      page.line(std::string(page.say("  ! nội dung chưa về đủ hoặc không khớp dấu đã chốt, bản ",
                                     "  ! content incomplete here, or not what was signed: version ")) +
                text(row.get_object(), "number"));
  for (const auto& row : list(flow, "ignored"))
    page.line(std::string(page.say("  ! không tính, người ghi không có quyền nhận hay trả hồ sơ: ",
                                   "  ! does not count, no right to accept or return: ")) +
              author_text(row.get_object(), page));
}

// For whom, and who has opened it.
void seals(Page& page) {
  for (const auto& row : list(page.ok, "sealed")) page.line("§ " + page.words(row.get_object()));
}

void signatures(Page& page) {
  page.line(text(page.ok, "title"));
  if (text(page.ok, "content_hash").empty())
    page.line(page.say("Hồ sơ chưa chốt.", "The record is not finalised."));
  else
    page.line(std::string(page.say("Bản ", "Version ")) + text(page.ok, "version") +
              page.say(", mã nội dung ", ", content hash ") + text(page.ok, "content_hash"));
  if (list(page.ok, "signatures").empty()) page.line(page.say("Chưa có ai ký.", "Nobody has signed."));
  for (const auto& row : list(page.ok, "signatures")) {
    const auto& signature = row.get_object();
    const std::string file = text(part(signature, "file"), "name");
    page.line(std::string(truth(signature, "valid") ? "✓ " : "✗ ") + page.words(signature) +
              (file.empty() ? "" : " [" + file + "]"));
  }
}

void record(Page& page) {
  document(part(page.ok, "document"), page);
  seals(page);
  if (!list(page.ok, "verdicts").empty()) page.line("");
  verdicts(page.ok, page);
  page.line("");
  workflow(page);
  page.line(page.words(part(page.ok, "arrival")));
  for (const auto& file : list(part(page.ok, "arrival"), "attachments"))
    page.line("  " + text(file.get_object(), "name") + ": " + page.words(file.get_object()));
}

void saved(const char* vi, const char* en, Page& page) {
  const auto& doc = part(page.ok, "document");
  page.line(std::string(page.say(vi, en)) + short_id(text(page.ok, "id")) + "  " + text(doc, "title"));
  workflow(page);
  verdicts(page.ok, page);
  present_similar(page);
}

// What the law's rules find wrong stands first: it stays in sight in every list and report.
void finalized(Page& page) {
  const auto& found = list(page.ok, "verdicts");
  const auto wrong =
      std::count_if(found.begin(), found.end(), [](const auto& v) { return fails(v.get_object()); });
  if (wrong > 0)
    page.line(page.say("CHƯA ĐẠT, không chặn việc chốt:", "NOT AS IT SHOULD BE, which does not stop it:"));
  verdicts(page.ok, page, Which::failing);
  page.line(std::string(page.say("Đã chốt: ", "Finalised: ")) + short_id(text(page.ok, "id")) + "  " +
            text(part(page.ok, "document"), "title"));
  workflow(page);
  verdicts(page.ok, page, Which::others);
  if (wrong == 0) return;
  const std::string id = short_id(text(page.ok, "id"));
  page.line(
      page.say(
          "Điều chưa đạt nằm lại trong hồ sơ. Ghi sai thì sửa: gandan record edit ",
          "What is not as it should be stays in the record. Where it was mistyped: gandan record edit ") +
      id +
      page.say(" --set … --late --reason \"lý do\", rồi gandan record finalize ",
               " --set … --late --reason \"why\", then gandan record finalize ") +
      id);
}

void rows(const json::array& records, Page& page) {
  std::vector<std::vector<std::string>> cells;
  for (const auto& row : records) {
    const auto& record = row.get_object();
    std::string state = state_text(text(record, "kind"), text(record, "workflow"), page);
    if (truth(record, "conflict")) state += page.say(" · ghi khác nhau", " · conflict");
    if (truth(record, "late_edits")) state += page.say(" · ghi thêm", " · late edits");
    cells.push_back({short_id(text(record, "id")), day(text(record, "date")), text(record, "title"),
                     text(record, "unit_name"), state});
  }
  if (cells.empty()) {
    page.line(page.say("Không có hồ sơ nào.", "No records."));
    return;
  }
  page.out += table({page.say("Mã", "Id"), page.say("Ngày", "Date"), page.say("Tên", "Title"),
                     page.say("Đơn vị", "Unit"), page.say("Tình trạng", "State")},
                    cells);
}

// The story; every change, op by op, is for programs.
void history(Page& page) {
  page.line(text(page.ok, "title"));
  for (const auto& row : list(page.ok, "story")) page.line("· " + page.words(row.get_object()));
  present_proposals(page.ok, page);
}

void links(Page& page) {
  const auto show = [&page](const char* heading, const json::array& found) {
    page.line(heading);
    if (found.empty()) page.line("  –");
    for (const auto& row : found) {
      const auto& link = row.get_object();
      const auto& record = part(link, "record");
      page.line("  " + text(link, page.language == Language::vi ? "label_vi" : "label_en") + ": " +
                (record.empty() ? std::string(page.say("(chưa có trên máy này)", "(not on this device)"))
                                : text(record, "title")) +
                " [" + short_id(text(link, "id")) + "]");
    }
  };
  show(page.say("Nối tới:", "Names:"), list(page.ok, "out"));
  show(page.say("Hồ sơ nối tới đây:", "Named by:"), list(page.ok, "in"));
}

void hits(Page& page) {
  const auto& found = list(page.ok, "hits");
  if (found.empty()) page.line(page.say("Không tìm thấy.", "Nothing found."));
  for (const auto& row : found) {
    const auto& hit = row.get_object();
    const std::string date = day(text(hit, "date"));
    page.line(short_id(text(hit, "id")) + "  " + (date.empty() ? "" : date + "  ") + text(hit, "title") +
              "  (" + text(hit, "unit_name") + ", " +
              state_text(text(hit, "kind"), text(hit, "workflow"), page) + ")");
    std::string snippet;
    for (const auto& part : list(hit, "snippet")) {
      const bool marked = truth(part.get_object(), "hit");
      snippet += (marked ? "[" : "") + text(part.get_object(), "text") + (marked ? "]" : "");
    }
    if (!snippet.empty()) page.line("      " + snippet);
  }
  if (const auto n = text(page.ok, "withdrawn"); !n.empty())
    page.line(page.say("Đã rút mà cũng có những chữ này: ", "Withdrawn, with these words too: ") + n +
              " (--state withdrawn)");
}

void attachments(Page& page) {
  std::vector<std::vector<std::string>> cells;
  for (const auto& row : list(page.ok, "attachments")) {
    const auto& file = row.get_object();
    cells.push_back({text(file, "path"), text(file, "name"), text(file, "size"), page.words(file)});
  }
  page.out += table({page.say("Mục", "Path"), page.say("Tệp", "File"), page.say("Byte", "Bytes"),
                     page.say("Tới chưa", "Arrived")},
                    cells);
}

}  // namespace

std::string present_failing(const json::object& answer, Language language, const Ask& ask) {
  Page page{answer, language, ask, {}, false};
  verdicts(answer, page, Which::failing_open);
  return page.out;
}

void present_similar(Page& page) {
  const auto& found = list(page.ok, "similar");
  if (found.empty()) return;
  page.line(page.say("Có thể đã ghi rồi, hãy xem lại; nếu trùng thì rút một hồ sơ (record withdraw):",
                     "It may be there already; compare, and withdraw one if so (record withdraw):"));
  for (const auto& row : found)
    page.line("  " + short_row(part(row.get_object(), "record")) + "  (" + page.words(row.get_object()) +
              ")");
}

bool present_records(const std::string& method, Page& page) {
  if (method == "record.show")
    record(page);
  else if (method == "record.add")
    saved("Đã lưu: ", "Saved: ", page);
  else if (method == "record.copy") {
    saved("Đã lập từ hồ sơ trước: ", "Started from an earlier record: ", page);
    for (const auto& path : list(page.ok, "left_out"))
      page.line(std::string(page.say("  không lấy được: ", "  could not be taken: ")) + value_text(path));
  } else if (method == "record.edit")
    saved("Đã sửa: ", "Edited: ", page);
  else if (method == "record.finalize")
    finalized(page);
  else if (method == "record.accept")
    saved("Đã nhận: ", "Accepted: ", page);
  else if (method == "record.return")
    saved("Đã trả lại: ", "Handed back: ", page);
  else if (method == "record.answer")
    saved("Đã trả lời: ", "Answered: ", page);
  else if (method == "record.sign" || method == "record.signatures")
    signatures(page);
  else if (method == "record.seal" || method == "record.seal_add") {
    saved("Đã niêm phong: ", "Sealed: ", page);
    seals(page);
  } else if (method == "record.unseal")
    page.line(text(page.ok, "value"));
  else if (method == "record.withdraw")
    saved("Đã rút: ", "Withdrawn: ", page);
  else if (method == "attachment.add")
    saved("Đã đính kèm: ", "Attached: ", page);
  else if (method == "conflict.resolve")
    saved("Đã chọn: ", "Resolved: ", page);
  else if (method == "record.list")
    rows(list(page.ok, "records"), page);
  else if (method == "search")
    hits(page);
  else if (method == "record.history")
    history(page);
  else if (method == "record.links")
    links(page);
  else if (method == "record.kinds")
    present_kinds(page);
  else if (method == "attachment.list")
    attachments(page);
  else if (method == "attachment.read" || method == "record.print")
    page.line(std::string(page.say("Đã ghi ra ", "Wrote ")) + text(page.ok, "file"));
  else
    return false;
  return true;
}

}  // namespace gandan::cli
