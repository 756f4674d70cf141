#include "xlsform/build_type.hpp"

#include <algorithm>

#include "xlsform/names.hpp"

namespace gandan::xlsform {
namespace {

using records::FieldType;

constexpr std::uint32_t kMostVersion = 999'999;

struct KnownSetting {
  std::string_view key;
  bool looks;  // else left out
  const char* vi;
  const char* en;
};
constexpr const char* kSendingVi = "Gửi và mã hoá là việc của chương trình.";
constexpr const char* kSendingEn = "Sending and encryption are the program's own.";
constexpr KnownSetting kSettings[] = {
    {"style", true, "Cách hiện là việc của chương trình.", "How it shows is the program's matter."},
    {"theme", true, "Cách hiện là việc của chương trình.", "How it shows is the program's matter."},
    {"public_key", true, kSendingVi, kSendingEn},
    {"submission_url", true, kSendingVi, kSendingEn},
    {"auto_send", true, kSendingVi, kSendingEn},
    {"auto_delete", true, kSendingVi, kSendingEn},
    {"name", true, "Không cần tên gốc XML.", "The name of the XML root is not needed."},
    {"namespaces", true, "Không cần không gian tên XML.", "XML namespaces are not needed."},
    {"instance_id", true, "Mỗi hồ sơ đã có mã riêng.", "Every record has an id of its own."},
    {"omit_instanceid", true, "Mỗi hồ sơ đã có mã riêng.", "Every record has an id of its own."},
    {"clean_text_values", true, "Chữ luôn được chuẩn hoá.", "Texts are always normalised."},
};
constexpr std::string_view kUsedSettings[] = {
    "form_title",       "form_id",         "version",         "default_language", "instance_name",
    "gandan::label_en", "gandan::hint_vi", "gandan::hint_en", "gandan::title",    "gandan::date"};

std::string without_braces(std::string text) {
  text.erase(std::remove_if(text.begin(), text.end(), [](char c) { return c == '{' || c == '}'; }),
             text.end());
  return text;
}

}  // namespace

json::object label_json(const records::Label& label) { return {{"vi", label.vi}, {"en", label.en}}; }

TypeBuilder::TypeBuilder(Form& form, const ImportOptions& options, Findings& findings)
    : form_(form), options_(options), findings_(findings), labels_(form, findings) {
  read_settings();
}

void TypeBuilder::report(Effect effect, const Question& q, const std::string& key, const std::string& code,
                         const std::string& vi, const std::string& en) {
  findings_.add({effect, "survey", q.row, form_.survey.given(key), code, vi, en});
}

void TypeBuilder::report_problems(const Question& q, const std::string& key,
                                  const std::vector<Problem>& problems) {
  std::set<std::string> told;
  for (const auto& p : problems)
    if (told.insert(p.en).second) report(p.effect, q, key, p.code, p.vi + ".", p.en + ".");
}

void TypeBuilder::setting(Effect effect, const std::string& key, const std::string& code,
                          const std::string& vi, const std::string& en) {
  const std::uint32_t row = form_.settings.rows.empty() ? 0 : form_.settings.rows.front().number;
  findings_.add({effect, "settings", row, form_.settings.given(key), code, vi, en});
}

void TypeBuilder::read_settings() {
  const auto get = [&](const char* key) {
    const auto found = form_.setting.find(key);
    return found == form_.setting.end() ? std::string() : found->second;
  };
  const std::string id = get("form_id");
  kind_ = !options_.kind.empty() ? options_.kind : clean_name(!id.empty() ? id : get("form_title"));
  if (options_.kind.empty() && id.empty() && get("form_title").empty()) {
    kind_ = "form";
    setting(Effect::changed, "form_id", "settings.form_id", "Không có form_id; loại hồ sơ tên là \"form\".",
            "There is no form_id; the kind is called \"form\".");
  } else if (options_.kind.empty() && kind_ != id) {
    setting(Effect::changed, "form_id", "settings.form_id", "Loại hồ sơ tên là \"" + kind_ + "\".",
            "The kind is called \"" + kind_ + "\".");
  }
  const std::string version = get("version");
  const bool plain = !version.empty() && version.size() <= 6 &&
                     version.find_first_not_of("0123456789") == std::string::npos && version != "0";
  version_ = options_.version != 0 ? std::min(options_.version, kMostVersion)
             : plain ? std::max<std::uint32_t>(1, static_cast<std::uint32_t>(std::stoul(version)))
                     : 1;
  if (options_.version == 0 && !plain && !version.empty())
    setting(Effect::changed, "version", "settings.version", "Phiên bản \"" + version + "\" thành 1.",
            "The version \"" + version + "\" becomes 1.");
  label_ = labels_.read({{"form_title", get("form_title")}, {"form_title::en", get("gandan::label_en")}},
                        form_.settings, form_.settings.rows.empty() ? 0 : form_.settings.rows.front().number,
                        "form_title");
  if (label_.vi.empty()) label_ = {kind_, kind_};
  hint_ = {get("gandan::hint_vi"), get("gandan::hint_en")};
  for (const auto& [key, text] : form_.setting) {
    if (std::find(std::begin(kUsedSettings), std::end(kUsedSettings), key) != std::end(kUsedSettings))
      continue;
    const auto* known =
        std::find_if(std::begin(kSettings), std::end(kSettings),
                     [&, k = std::string_view(key)](const KnownSetting& s) { return s.key == k; });
    if (known == std::end(kSettings)) {
      setting(Effect::left_out, key, "settings.unknown", "Không có mục cài đặt này.",
              "There is no such setting.");
    } else {
      setting(Effect::looks, key, "settings." + key, known->vi, known->en);
    }
  }
}

Question* TypeBuilder::find_given(Question& here, const std::string& given) {
  for (auto& child : here.children) {
    if (child->given == given) return child.get();
    if (Question* below = find_given(*child, given)) return below;
  }
  return nullptr;
}

void TypeBuilder::translate() {
  std::vector<Question*> todo{&form_.root};
  while (!todo.empty()) {
    Question* here = todo.back();
    todo.pop_back();
    if (here->type) names_.insert(here->name);
    for (auto& child : here->children) todo.push_back(child.get());
  }
  prepare_filter(form_.root);
  prepare_lists();
  prepare(form_.root);
  translate_calculations();
  translate_columns(form_.root);
  make_title();
  make_date();
  report_unknown_heads();
}

void TypeBuilder::prepare_lists() {
  for (auto& [given, list] : form_.lists) {
    if (!list.used) continue;
    for (auto& choice : list.choices) {
      if (choice.row == 0) continue;  // made by or_other
      choice.label = labels_.read(choice.columns, form_.choices, choice.row, "label");
      if (choice.label.vi.empty()) {
        choice.label = {choice.given, choice.given};
        findings_.add({Effect::changed, "choices", choice.row, form_.choices.given("label"), "label.missing",
                       "Lựa chọn không có nhãn; dùng mã.",
                       "The choice has no label; its name stands for it."});
      }
    }
  }
}

Question* TypeBuilder::first_question(Question& parent, const std::function<bool(const Question&)>& wanted) {
  for (auto& child : parent.children) {
    if (!child->type || child->is_list()) continue;
    if (child->is_group()) {
      if (Question* below = first_question(*child, wanted)) return below;
    } else if (wanted(*child)) {
      return child.get();
    }
  }
  return nullptr;
}

std::string TypeBuilder::field_path(const Question& q) const {
  std::string out = q.name;
  for (const Question* up = q.parent; up != nullptr && up->parent != nullptr; up = up->parent)
    out = up->name + (up->is_list() ? "[]." : ".") + out;
  return out;
}

void TypeBuilder::make_title() {
  const auto get = [&](const char* key) {
    const auto found = form_.setting.find(key);
    return found == form_.setting.end() ? std::string() : found->second;
  };
  title_ = get("gandan::title");
  exact_title_ = !title_.empty();
  if (exact_title_) return;
  const std::string given = get("instance_name");
  if (!given.empty()) {
    const auto parsed = parse_xpath(given);
    ToSql translator(form_, form_.root);
    const auto made = parsed.ok() ? translator.title(*parsed) : std::nullopt;
    if (made) {
      title_ = *made;
      return;
    }
    setting(Effect::left_out, "instance_name", "settings.instance_name",
            "Tên hồ sơ chỉ ghép được từ chữ và câu trả lời: concat('…', ${…}).",
            "A record's name is made of texts and answers only: concat('…', ${…}).");
  }
  const auto names = [](const Question& q) {
    return q.type == FieldType::text || q.type == FieldType::integer;
  };
  const Question* first =
      first_question(form_.root, [&](const Question& q) { return names(q) && says_yes(q.cell("required")); });
  if (first == nullptr) first = first_question(form_.root, names);
  title_ = without_braces(label_.vi);
  if (first != nullptr) {
    std::string name = first->name;
    for (const Question* up = first->parent; up->parent != nullptr; up = up->parent)
      name = up->name + "__" + name;
    title_ += ": {" + name + "}";
  }
  if (given.empty())
    setting(Effect::changed, "instance_name", "settings.instance_name",
            "Không có instance_name; hồ sơ gọi là: " + title_,
            "There is no instance_name; records are called: " + title_);
}

void TypeBuilder::make_date() {
  const auto found = form_.setting.find("gandan::date");
  if (found != form_.setting.end()) {
    date_ = found->second == "-" ? "" : found->second;
    return;
  }
  const auto dated = [](const Question& q) {
    return q.type == FieldType::date || q.type == FieldType::datetime;
  };
  const Question* first =
      first_question(form_.root, [&](const Question& q) { return dated(q) && says_yes(q.cell("required")); });
  if (first == nullptr) first = first_question(form_.root, dated);
  if (first == nullptr) return;
  date_ = field_path(*first);
  findings_.add({Effect::changed, "survey", first->row, form_.survey.given("name"), "date.chosen",
                 "Báo cáo đếm hồ sơ theo ngày này.", "Reports count the record by this date."});
}

json::object TypeBuilder::build() {
  by_path_.clear();
  questions_ = 0;
  json::object out{{"kind", kind_}, {"version", version_}, {"label", label_json(label_)}};
  if (!hint_.vi.empty() && !hint_.en.empty()) out["hint"] = label_json(hint_);
  out["title"] = title_;
  if (!date_.empty()) out["date"] = date_;
  out["survey"] = fields(form_.root, "");
  out["choices"] = lists();
  return out;
}

json::array TypeBuilder::fields(Question& parent, const std::string& prefix) {
  json::array out;
  for (auto& child : parent.children) {
    if (!child->type) continue;
    const std::string path = prefix.empty() ? child->name : prefix + "." + child->name;
    by_path_[path] = child.get();
    if (!child->has_children()) ++questions_;
    out.push_back(field(*child, path));
  }
  return out;
}

json::object TypeBuilder::field(Question& q, const std::string& path) {
  const bool seen = label_of_.count(&q) > 0;  // build() runs again when something was dropped
  if (!seen) {
    label_of_[&q] = labels_.read(q.cells, form_.survey, q.row, "label");
    hint_of_[&q] = labels_.read(q.cells, form_.survey, q.row, "hint");
    if (label_of_[&q].vi.empty()) {
      label_of_[&q] = {q.given.empty() ? q.name : q.given, q.given.empty() ? q.name : q.given};
      report(Effect::changed, q, "label", "label.missing", "Không có nhãn; dùng tên.",
             "It has no label; its name stands for it.");
    }
  }
  json::object out{
      {"type", records::to_text(*q.type)}, {"name", q.name}, {"label", label_json(label_of_[&q])}};
  if (q.type == FieldType::link) out["link"] = q.cell("gandan::link");
  const auto& columns = columns_[&q];
  const auto put = [&](const char* key) {
    const auto found = columns.find(key);
    if (found != columns.end() && !found->second.empty()) out[key] = found->second;
  };
  if (const auto found = columns.find("required"); found != columns.end())
    out["required"] = found->second == "true" ? json::value(true) : json::value(found->second);
  if (!hint_of_[&q].vi.empty()) out["hint"] = label_json(hint_of_[&q]);
  put("relevant");
  put("constraint");
  if (out.contains("constraint")) {
    out["constraint_message"] = label_json(message_of_[&q]);
  }
  put("calculation");
  put("default");
  if (q.list != nullptr) out["choices"] = q.list->name;
  put("choice_filter");
  if (says_yes(q.cell("gandan::sealed"))) out["sealed"] = true;
  if (says_yes(q.cell("gandan::personal"))) out["personal"] = true;
  if (q.has_children()) out["children"] = fields(q, path + (q.is_list() ? "[]" : ""));
  return out;
}

json::object TypeBuilder::lists() {
  std::set<const ChoiceList*> wanted;
  for (const auto& [path, q] : by_path_)
    if (q->list != nullptr) wanted.insert(q->list);
  json::object out;
  for (const auto& [given, list] : form_.lists) {
    if (wanted.count(&list) == 0) continue;
    json::array rows;
    for (const auto& choice : list.choices) {
      json::object row{{"name", choice.code}, {"label", label_json(choice.label)}};
      for (const auto& [key, name] : list.columns) {
        if (key == "name" && name != "name") {
          row[name] = choice.code;
          continue;
        }
        const auto found = choice.columns.find(key);
        if (found == choice.columns.end()) continue;
        const auto codes = list.column_codes.find(key);
        const Choice* other = codes == list.column_codes.end() ? nullptr : codes->second->find(found->second);
        row[name] = other == nullptr ? found->second : other->code;
      }
      rows.push_back(std::move(row));
    }
    out[list.name] = std::move(rows);
  }
  return out;
}

bool TypeBuilder::drop(const std::string& path, const std::string& column, const FieldError& fault) {
  if (path.empty()) {
    if (column == "title" && (exact_title_ || title_ != without_braces(label_.vi))) {
      setting(Effect::left_out, exact_title_ ? "gandan::title" : "instance_name", "schema", fault.vi,
              fault.en);
      exact_title_ = false;
      title_ = without_braces(label_.vi);
      return true;
    }
    if (column == "date" && !date_.empty()) {
      setting(Effect::left_out, "gandan::date", "schema", fault.vi, fault.en);
      date_.clear();
      return true;
    }
    return false;
  }
  const auto found = by_path_.find(path);
  if (found == by_path_.end() || !found->second->type) return false;
  Question& q = *found->second;
  auto& columns = columns_[&q];
  if (column != "calculation" && columns.erase(column) > 0) {
    const bool exact = exact_[&q].erase(column) > 0;
    report(Effect::left_out, q, exact ? "gandan::" + column : column, "schema", fault.vi, fault.en);
    if (exact) {  // the standard column is still there
      q.cells.erase("gandan::" + column);
      retranslate(q, column);
    }
    return true;
  }
  q.type.reset();
  report(Effect::left_out, q, column, "schema", fault.vi, fault.en);
  return true;
}

void TypeBuilder::retranslate(Question& q, const std::string& column) {
  if (column == "relevant") translate_condition(q, column);
  if (column == "required") translate_required(q);
  if (column == "constraint") translate_constraint(q);
  if (column == "default") translate_default(q);
  if (column == "choice_filter") translate_filter(q);
  if (column == "calculation" && !translate_calculation(q)) q.type.reset();
}

bool TypeBuilder::drop_overtaken(const std::vector<ExportRow>& rows) {
  bool dropped = false;
  for (const auto& row : rows) {
    const auto found = by_path_.find(row.path);
    if (found == by_path_.end()) continue;
    Question& q = *found->second;
    const auto ours = exact_[&q];
    for (const auto& column : ours) {
      const auto would = row.cells.find(column);
      const std::string standard = would == row.cells.end() ? "" : would->second;
      if (q.cell(column) == standard) continue;
      report(Effect::changed, q, "gandan::" + column, "exact.overtaken",
             "Cột chuẩn bên cạnh đã được sửa; cột này không còn hiệu lực.",
             "The standard column beside it was edited; this one no longer counts.");
      exact_[&q].erase(column);
      columns_[&q].erase(column);
      q.cells.erase("gandan::" + column);
      retranslate(q, column);
      dropped = true;
    }
  }
  return dropped;
}

void TypeBuilder::finish() {
  for (const auto& [given, list] : form_.lists) {
    if (list.used) continue;
    findings_.add({Effect::left_out, "choices", list.choices.front().row, form_.choices.given("list_name"),
                   "choices.unused", "Không câu hỏi nào dùng danh sách \"" + given + "\".",
                   "No question uses the list \"" + given + "\"."});
  }
  for (const auto& head : form_.choices.heads) {
    if (head.key == "list_name" || head.key == "name") continue;
    const bool ours = head.language.empty() || head.language == "vi" || head.language == "en";
    if (head.key == "label" && ours) continue;
    const bool asked = std::any_of(form_.lists.begin(), form_.lists.end(),
                                   [&](const auto& list) { return list.second.columns.count(head.key) > 0; });
    const std::string key = head.language.empty() ? head.key : head.key + "::" + head.language;
    const auto filled = std::count_if(form_.choices.rows.begin(), form_.choices.rows.end(),
                                      [&](const TableRow& row) { return row.cells.count(key) > 0; });
    if (asked || filled == 0) continue;
    const bool media = head.key.rfind("media", 0) == 0;
    findings_.add({head.key[0] == '$' || head.key == "kuid" ? Effect::looks : Effect::left_out, "choices", 0,
                   head.given,
                   head.key == "label" ? "column.language"
                   : media             ? "column.media"
                                       : "column.unknown",
                   "Không dùng được cột này (" + std::to_string(filled) + " dòng).",
                   "The column has no use here (" + std::to_string(filled) + " rows)."});
  }
}

}  // namespace gandan::xlsform
