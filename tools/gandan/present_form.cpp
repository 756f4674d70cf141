#include "gandan/present_form.hpp"

#include "gandan/terminal.hpp"

namespace gandan::cli {
namespace {

const char* type_text(const std::string& type, const Page& page) {
  if (type == "text") return page.say("chữ", "text");
  if (type == "integer") return page.say("số nguyên", "whole number");
  if (type == "date") return page.say("ngày, ví dụ 26/11/2026", "date, e.g. 26/11/2026");
  if (type == "datetime")
    return page.say("ngày giờ, ví dụ 26/11/2026 20:00 hoặc 21h 26/11/2026",
                    "time, e.g. 26/11/2026 20:00 or 21h 26/11/2026");
  if (type == "select_one") return page.say("chọn một", "choose one");
  if (type == "select_multiple")
    return page.say("chọn nhiều, cách nhau bằng dấu cách", "choose several, with spaces between");
  if (type == "geopoint") return page.say("vị trí, ví dụ 21.85 106.76", "position, e.g. 21.85 106.76");
  if (type == "boolean") return page.say("true (có) hoặc false (không)", "true or false");
  if (type == "file") return page.say("tệp, đưa vào bằng lệnh attach", "file, see attach");
  if (type == "link") return page.say("mã hồ sơ loại ", "id of a record of kind ");
  if (type == "repeat") return page.say("bảng nhiều dòng", "list");
  return "";
}

std::string sealed_text(const json::object& value, const Page& page) {
  const std::string n = text(value, "recipients");
  if (n.empty()) return page.say("(đã niêm phong)", "(sealed)");
  return std::string(page.say("(niêm phong cho ", "(sealed for ")) + n +
         page.say(" người nhận)", n == "1" ? " recipient)" : " recipients)");
}

std::string personal_text(const json::object& value, const Page& page) {
  const std::string why = text(value, "closed");
  if (why == "waiting")
    return page.say("(chưa có khoá, chờ nối mạng)", "(no key yet, waits for the network)");
  if (why == "erased") {
    const std::string reason = text(value, "reason");
    const char* because =
        reason == "person" ? page.say("yêu cầu của người có dữ liệu", "request of the person")
        : reason == "retention" ? page.say("hết thời hạn lưu", "its retention is over")
        : reason == "order"
            ? page.say("quyết định của toà án hoặc cơ quan có thẩm quyền", "order of a court or an authority")
            : page.say("ghi nhầm người", "it was another person");
    return std::string(page.say("(đã xoá theo yêu cầu, căn cứ: ", "(erased on request, because: ")) +
           because + ")";
  }
  if (why == "unreadable") return page.say("(không mở được)", "(cannot be opened)");
  return page.say("(dữ liệu cá nhân)", "(personal data)");
}

// "outcome * – Kết quả (chọn một)", and each choice on a line of its own: none is cut.
// `asked_sometimes`: it stands within something that is asked in some cases only.
void form_field(const json::object& field, int depth, bool asked_sometimes, Page& page) {
  const std::string type = text(field, "type");
  if (truth(field, "read_only") || type == "calculate" || type == "note") return;
  const std::string indent(static_cast<std::size_t>(depth) * 2, ' ');
  const json::value* required = json::find(field, "required");
  const bool in_some_cases = (required != nullptr && required->is_string()) ||
                             json::find(field, "relevant") != nullptr || asked_sometimes;
  const std::string mark = required == nullptr ? "" : in_some_cases ? " (*)" : " *";
  std::string about = type_text(type, page) + text(field, "link");
  if (truth(field, "sealed")) about = page.say("niêm phong, ghi bằng record seal", "sealed, see record seal");
  if (truth(field, "personal")) about = page.say("dữ liệu cá nhân, xoá được", "personal, can be erased");
  if (type == "group")
    page.line(indent + page.words(part(field, "label")) + ":");
  else
    page.line(indent + text(field, "path") + mark + " – " + page.words(part(field, "label")) +
              (about.empty() ? "" : "  [" + about + "]"));
  for (const auto& choice : list(field, "choices"))
    page.line(indent + "    " + text(choice.get_object(), "name") + ": " +
              page.words(part(choice.get_object(), "label")));
  const bool within = type == "group" && (asked_sometimes || json::find(field, "relevant") != nullptr);
  for (const auto& child : list(field, "children")) form_field(child.get_object(), depth + 1, within, page);
}

}  // namespace

void present_kinds(Page& page) {
  const auto& types = list(page.ok, "kinds");
  if (types.size() == 1) {
    const auto& type = types.front().get_object();
    page.line(page.words(part(type, "label")) + " (" + text(type, "kind") + ")");
    page.line(page.say("* phải ghi trước khi chốt; (*) phải ghi tuỳ trường hợp.",
                       "* wanted before it is finalised; (*) wanted in some cases."));
    for (const auto& field : list(type, "survey")) form_field(field.get_object(), 0, false, page);
    return;
  }
  std::vector<std::vector<std::string>> cells;
  for (const auto& row : types)
    cells.push_back({text(row.get_object(), "kind"), page.words(part(row.get_object(), "label"))});
  page.out += table({page.say("Loại", "Kind"), page.say("Tên", "Label")}, cells);
  page.line(
      page.say("Xem mục của một loại: gandan record kinds LOẠI", "Fields of one: gandan record kinds KIND"));
}

Form::Form(const std::string& kind, const Page& page, const std::string& record, std::int64_t schema)
    : page_(page) {
  // By the form of its own version: a later one may have dropped what this record says.
  if (schema > 0) answer_ = page.ask("record.kinds", json::object{{"kind", kind}, {"schema", schema}});
  if (list(answer_, "kinds").empty()) answer_ = page.ask("record.kinds", json::object{{"kind", kind}});
  const auto& kinds = list(answer_, "kinds");
  if (kinds.empty()) return;
  label_ = page.words(part(kinds.front().get_object(), "label"));
  collect(list(kinds.front().get_object(), "survey"));
  if (!record.empty()) collect_titles(record);
}

std::string Form::field(const std::string& path) const {
  const json::object* found = find(path);
  if (found == nullptr) return path;
  const auto item = path.rfind(']');  // an item's field is named with its list
  const std::string own = page_.words(part(*found, "label"));
  return item == std::string::npos ? own : field(path.substr(0, path.rfind('[', item))) + " / " + own;
}
std::string Form::own_label(const std::string& path) const {
  const json::object* found = find(path);
  return found == nullptr ? path : page_.words(part(*found, "label"));
}
std::string Form::value(const std::string& path, const json::value& v) const {
  const json::object* found = find(path);
  if (found == nullptr) return value_text(v);
  const std::string type = text(*found, "type");
  if (v.is_object() && truth(v.get_object(), "sealed")) return sealed_text(v.get_object(), page_);
  if (v.is_object() && truth(v.get_object(), "personal")) return personal_text(v.get_object(), page_);
  if (type == "datetime") return moment(value_text(v));
  if (type == "date") return day(value_text(v));
  if (type == "link") return linked(value_text(v));
  if (type != "select_one" && type != "select_multiple") return value_text(v);
  std::string out;
  for (const auto& code : v.is_array() ? v.get_array() : json::array{v}) {
    std::string label = value_text(code);
    for (const auto& choice : list(*found, "choices"))
      if (text(choice.get_object(), "name") == label) {
        label = page_.words(part(choice.get_object(), "label"));
        break;
      }
    out += (out.empty() ? "" : ", ") + label;
  }
  return out;
}

const json::object* Form::find(const std::string& path) const {
  // "team[01h…].name" is the form's "team[].name".
  std::string key;
  for (std::size_t at = 0; at < path.size(); ++at) {
    key += path[at];
    if (path[at] == '[') at = std::min(path.find(']', at), path.size()) - 1;
  }
  const auto found = fields_.find(key);
  return found == fields_.end() ? nullptr : found->second;
}
void Form::collect(const json::array& survey) {
  for (const auto& row : survey) {
    const auto& field = row.get_object();
    const std::string path = text(field, "path");
    fields_[path] = &field;
    order_.push_back(path);
    collect(list(field, "children"));
  }
}

void Form::collect_titles(const std::string& record) {
  bool any = false;
  for (const auto& [path, field] : fields_) any |= text(*field, "type") == "link";
  if (!any) return;
  const json::object answer = page_.ask("record.links", json::object{{"id", record}});
  for (const auto& row : list(answer, "out")) {
    const auto& link = row.get_object();
    if (const auto title = text(part(link, "record"), "title"); !title.empty())
      titles_[text(link, "id")] = title;
  }
}
std::string Form::linked(const std::string& id) const {
  const auto title = titles_.find(id);
  return title == titles_.end() ? "→ " + short_id(id) : title->second + " [" + short_id(id) + "]";
}

std::string state_text(const std::string& kind, const std::string& state, const Page& page) {
  if (state == "draft" && (kind == "unit_profile" || kind == "village" || kind == "holder"))
    return page.say("danh mục", "list");
  if (state == "draft") return page.say("đang ghi", "draft");
  if (state == "received") return page.say("máy chủ đã nhận", "received");
  if (state == "accepted") return page.say("đã được nhận", "accepted");
  if (state == "returned") return page.say("bị trả lại", "returned");
  if (state == "amended") return page.say("đã sửa, chưa chốt lại", "amended");
  if (state == "finalized") return page.say("đã chốt", "finalised");
  if (state == "withdrawn") return page.say("đã rút", "withdrawn");
  return page.say("đã xoá", "deleted");
}

std::string author_text(const json::object& author, const Page& page) {
  std::string out = text(author, "holder_code");
  if (!out.empty()) out += ", ";
  return out + page.say("máy ", "device ") + text(author, "device_short") + ", " +
         text(author, "role_unit_name") + ", " + moment(text(author, "at"));
}

std::string role_text(const std::string& role, const Page& page) {
  if (role == "admin") return page.say("quản trị", "administrator");
  if (role == "cadre") return page.say("cán bộ", "cadre");
  if (role == "office") return page.say("cơ quan tiếp nhận", "receiving office");
  if (role == "supervisor") return page.say("giám sát", "supervisor");
  if (role == "auditor") return page.say("kiểm tra", "auditor");
  return role;
}

std::string short_row(const json::object& record) {
  const std::string date = day(text(record, "date"));
  return short_id(text(record, "id")) + "  " + (date.empty() ? "" : date + "  ") + text(record, "title");
}

}  // namespace gandan::cli
