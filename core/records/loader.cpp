#include "records/loader.hpp"

#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "records/digest.hpp"
#include "records/form.hpp"

namespace gandan::records {
namespace {

constexpr std::size_t kMaxFields = 500;  // of one level
constexpr int kMaxNesting = 4;

const std::map<std::string, FieldType, std::less<>>& type_names() {
  static const auto names = [] {
    std::map<std::string, FieldType, std::less<>> out;
    for (int i = 0; i <= static_cast<int>(FieldType::repeat); ++i) {
      out[to_text(static_cast<FieldType>(i))] = static_cast<FieldType>(i);
    }
    out["acknowledge"] = FieldType::boolean;  // XLSForm's names for the same
    out["dateTime"] = FieldType::datetime;
    return out;
  }();
  return names;
}

// XLSForm's types that have no place here, and what to use instead.
Label why_no_type(std::string_view type) {
  struct Row {
    std::string_view type;
    const char* vi;
    const char* en;
  };
  constexpr Row kRows[] = {
      {"decimal", "không có số lẻ: diện tích ghi m², tiền ghi đồng, kiểu integer",
       "there are no fractions: areas in m², money in đồng, type integer"},
      {"range", "dùng integer với constraint", "use integer with a constraint"},
      {"time", "dùng datetime", "use datetime"},
      {"geotrace", "dùng nhiều geopoint trong một repeat", "use several geopoints in a repeat"},
      {"geoshape", "dùng nhiều geopoint trong một repeat", "use several geopoints in a repeat"},
      {"image", "dùng file", "use file"},
      {"audio", "dùng file", "use file"},
      {"video", "dùng file", "use file"},
      {"barcode", "dùng text", "use text"},
      {"rank", "dùng một select_one cho mỗi thứ hạng", "use one select_one for each rank"},
      {"hidden", "dùng calculate hoặc default", "use calculate or default"},
      {"start", "máy tự ghi người, máy và giờ của mỗi lần lưu",
       "author, device and time of each save are kept by themselves"},
      {"end", "máy tự ghi người, máy và giờ của mỗi lần lưu",
       "author, device and time of each save are kept by themselves"},
      {"today", "máy tự ghi ngày; hoặc dùng date với default today()",
       "dates of saves are kept by themselves; or use date with default today()"},
      {"deviceid", "máy tự ghi máy nào đã lưu", "the device of each save is kept by itself"},
      {"username", "máy tự ghi ai đã lưu", "the author of each save is kept by itself"},
      {"phonenumber", "không thu số máy của người ghi", "the author's telephone number is not collected"},
      {"audit", "nhật ký đã có sẵn", "the log is there already"},
      {"begin_group", "dùng group với children", "use group with children"},
      {"begin_repeat", "dùng repeat với children", "use repeat with children"},
      {"select_one_from_file", "dùng select_one với choices", "use select_one with choices"},
      {"select_multiple_from_file", "dùng select_multiple với choices", "use select_multiple with choices"},
      {"xml-external", "dữ liệu ngoài không dùng được khi không có mạng",
       "external data is not there without a network"},
      {"csv-external", "dữ liệu ngoài không dùng được khi không có mạng",
       "external data is not there without a network"},
  };
  for (const auto& row : kRows) {
    if (row.type == type) return {": " + std::string(row.vi), ": " + std::string(row.en)};
  }
  return {};
}

// Lower case letters, digits and single underscores: a name can then be a part of an expression's name and of
// a path.
bool good_name(std::string_view name) {
  if (name.empty() || name.size() > 40 || name.front() < 'a' || name.front() > 'z' || name.back() == '_')
    return false;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    const bool ok = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c == '_' && name[i + 1] != '_');
    if (!ok) return false;
  }
  return true;
}

// Every kind has the list of reasons for which gates were passed (rules.hpp); record.finalize alone writes
// it.
Field overrides_field() {
  const auto field = [](const char* name, FieldType type, const char* vi, const char* en) {
    Field out;
    out.name = name;
    out.path = std::string(kOverrides) + "[]." + name;
    out.type = type;
    out.label = {vi, en};
    out.read_only = true;
    return out;
  };
  Field out;
  out.name = out.path = kOverrides;
  out.type = FieldType::repeat;
  out.label = {"Lý do chốt khi điều kiện chưa đạt", "Reasons for finalising against a condition"};
  out.read_only = true;
  out.children = {field("rule", FieldType::text, "Quy tắc", "Rule"),
                  field("version", FieldType::integer, "Phiên bản", "Version"),
                  field("path", FieldType::text, "Mục", "Place"),
                  field("message", FieldType::text, "Điều kiện chưa đạt", "What did not hold"),
                  field("reason", FieldType::text, "Lý do", "Reason")};
  return out;
}

bool good_code(std::string_view code) {
  return !code.empty() && code.size() <= 40 && std::all_of(code.begin(), code.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
}

}  // namespace

const RecordType* Catalog::State::newest(std::string_view kind) const {
  const auto found = types.find(kind);
  return found == types.end() ? nullptr : found->second.rbegin()->second.get();
}

std::vector<const RecordType*> Catalog::State::versions(std::string_view kind) const {
  std::vector<const RecordType*> out;
  const auto found = types.find(kind);
  if (found == types.end()) return out;
  for (auto it = found->second.rbegin(); it != found->second.rend(); ++it) out.push_back(it->second.get());
  return out;
}

Result<Names> Catalog::State::names(const RecordType& type, const std::string& list) const {
  Names out;
  out.type = &type;
  out.linked = [this](std::string_view kind) { return newest(kind); };
  if (!list.empty()) {
    const Field* field = type.find(list);
    if (field == nullptr || field->type != FieldType::repeat || list.find('[') != std::string::npos) {
      return Error{Code::bad_expression, type.kind + " has no list " + list};
    }
    out.lists.push_back(field);
  }
  return out;
}

void Loader::fault(const std::string& where, const std::string& column, const std::string& vi,
                   const std::string& en) {
  if (faults_.size() >= kMaxFaults) return;
  if (faults_.size() + 1 == kMaxFaults) {
    faults_.push_back(
        {file_, "schema", "Còn nhiều chỗ sai nữa, không kể hết.", "There are more faults than are listed."});
    return;
  }
  std::string path = file_;
  if (!where.empty()) path += ": " + where;
  if (!column.empty()) path += ": " + column;
  faults_.push_back({path, "schema", vi, en});
}

void Loader::check_columns(const json::object& o, const std::vector<std::string_view>& known,
                           const std::string& where) {
  for (const auto& member : o) {
    const std::string_view key(member.key().data(), member.key().size());
    if (std::find(known.begin(), known.end(), key) == known.end() && key.substr(0, 1) != "#") {
      fault(where, std::string(key), "Không có cột này.", "There is no such column.");
    }
  }
}

Label Loader::read_label(const json::object& o, const char* column, const std::string& where, bool required) {
  const json::object* label = json::find_object(o, column);
  if (label == nullptr) {
    if (required || json::find(o, column) != nullptr) {
      fault(where, column, "Cần {\"vi\": …, \"en\": …}.", "Wants {\"vi\": …, \"en\": …}.");
    }
    return {};
  }
  if (label->size() != 2) {
    fault(where, column, "Cần đúng hai thứ tiếng vi và en.", "Wants exactly the two languages vi and en.");
  }
  return label_in(*label, where, column);
}

Label Loader::label_in(const json::object& label, const std::string& where, const char* column) {
  Label out{json::find_text(label, "vi").value_or(""), json::find_text(label, "en").value_or("")};
  if (out.vi.empty() || out.en.empty()) {
    fault(where, column, "Cần cả hai thứ tiếng vi và en.", "Wants both languages, vi and en.");
  }
  if (auto vi = nfc(out.vi); vi.ok()) out.vi = *vi;
  return out;
}

Status Loader::load(const std::vector<SchemaFile>& files) {
  for (const auto& file : files) {
    file_ = file.path;
    auto parsed = json::parse(file.text);
    if (!parsed.ok()) {
      fault("", "", "Không phải JSON hợp lệ: " + parsed.error().detail,
            "Not valid JSON: " + parsed.error().detail);
      continue;
    }
    const json::object* root = parsed->if_object();
    if (root == nullptr) {
      fault("", "", "Cần một đối tượng JSON.", "Wants a JSON object.");
    } else if (file.path.rfind("records/", 0) == 0) {
      load_type(file, *root);
    } else if (file.path.rfind("rules/", 0) == 0) {
      load_rules(file, *root);
    } else if (file.path.rfind("reports/", 0) == 0) {
      state_.reports.push_back(file);
    } else if (file.path.rfind("calendars/", 0) == 0) {
      load_calendar(*root);
    } else {
      fault("", "", "Tệp phải nằm trong records/, rules/, reports/ hoặc calendars/.",
            "A file lies in records/, rules/, reports/ or calendars/.");
    }
  }
  // Links and rules name other kinds: everything is read before anything is bound.
  for (auto& [kind, versions] : state_.types) {
    check_versions(versions);
    for (auto& [version, type] : versions) bind_type(*type);
  }
  state_.sayings.resize(state_.rules.size());
  for (std::size_t i = 0; i < state_.rules.size(); ++i) bind_rule(state_.rules[i], state_.sayings[i]);
  check_indicators(
      state_.indicators, [this](std::string_view kind) { return state_.versions(kind); }, state_.rules,
      [this](const auto& where, const auto& column, const auto& vi, const auto& en) {
        file_ = state_.indicators_file;
        fault(where, column, vi, en);
      });
  if (faults_.empty()) return {};
  const auto& first = faults_.front();
  return Error{Code::bad_schema, first.path + ": " + first.en, faults_};
}

std::uint32_t Loader::read_version(const json::object& root) {
  const auto version = json::find_integer(root, "version").value_or(0);
  if (version < 1 || version > 999'999)
    fault("", "version", "Cần số nguyên từ 1.", "Wants a whole number from 1.");
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(version, 1, 999'999));
}

void Loader::load_type(const SchemaFile& file, const json::object& root) {
  check_columns(root, {"kind", "version", "label", "hint", "title", "date", "survey", "choices"}, "");
  auto type = std::make_unique<RecordType>();
  type->file = file.path;
  type->kind = json::find_text(root, "kind").value_or("");
  if (!good_name(type->kind)) {
    return fault("", "kind", "Thiếu tên loại hồ sơ, hoặc có ký tự lạ.",
                 "The kind is missing or not a plain name.");
  }
  type->version = read_version(root);
  type->digest = digest_of(root);
  type->label = read_label(root, "label", "", true);
  type->hint = read_label(root, "hint", "", false);
  type->title = json::find_text(root, "title").value_or("");
  type->date = json::find_text(root, "date").value_or("");
  const json::array* survey = json::find_array(root, "survey");
  if (survey == nullptr) {
    fault("", "survey", "Thiếu danh sách câu hỏi.", "The list of questions is missing.");
  } else {
    read_fields(*survey, json::find_object(root, "choices"), "", type->fields, 0);
    for (const auto& field : type->fields) {
      if (field.name == kOverrides)
        fault(field.path, "name", "Tên này dành cho chương trình.", "This name is the program's own.");
    }
  }
  type->fields.push_back(overrides_field());
  auto& versions = state_.types[type->kind];
  if (versions.count(type->version) > 0) {
    return fault("", "version", "Loại hồ sơ và phiên bản này đã có ở tệp khác.",
                 "This kind and version stands in another file.");
  }
  const auto number = type->version;
  versions[number] = std::move(type);
}

void Loader::read_fields(const json::array& rows, const json::object* lists, const std::string& prefix,
                         std::vector<Field>& out, int depth) {
  if (rows.size() > kMaxFields) return fault(prefix, "", "Quá nhiều mục.", "Too many fields.");
  std::set<std::string> seen;
  for (const auto& row : rows) {
    const json::object* o = row.if_object();
    if (o == nullptr) {
      fault(prefix, "", "Mỗi câu hỏi là một đối tượng.", "Every question is an object.");
      continue;
    }
    Field field = read_field(*o, lists, prefix, depth);
    if (!seen.insert(field.name).second) fault(field.path, "name", "Tên bị trùng.", "The name occurs twice.");
    out.push_back(std::move(field));
  }
}

Field Loader::read_field(const json::object& row, const json::object* lists, const std::string& prefix,
                         int depth) {
  Field field;
  field.name = json::find_text(row, "name").value_or("");
  field.path = prefix.empty() ? field.name : prefix + "." + field.name;
  const auto& where = field.path;
  check_columns(row,
                {"type", "name", "label", "hint", "required", "relevant", "constraint", "constraint_message",
                 "calculation", "default", "choices", "choice_filter", "link", "sealed", "personal",
                 "children", "copy", "sorted"},
                where);
  if (!good_name(field.name)) {
    fault(where, "name", "Tên chỉ gồm chữ thường, số và một gạch dưới.",
          "A name has lower case letters, digits and single underscores.");
  }
  const auto type_name = json::find_text(row, "type").value_or("");
  const auto type = type_names().find(type_name);
  if (type == type_names().end()) {
    const Label why = why_no_type(type_name);
    fault(where, "type", "Không có kiểu \"" + type_name + "\"" + why.vi + ".",
          "There is no type \"" + type_name + "\"" + why.en + ".");
  } else {
    field.type = type->second;
  }
  field.label = read_label(row, "label", where, true);
  field.hint = read_label(row, "hint", where, false);
  field.constraint_message = read_label(row, "constraint_message", where, false);
  field.relevant.text = json::find_text(row, "relevant").value_or("");
  field.constraint.text = json::find_text(row, "constraint").value_or("");
  field.calculation.text = json::find_text(row, "calculation").value_or("");
  field.required_if.text = json::find_text(row, "required").value_or("");
  field.required = json::find_bool(row, "required").value_or(false);
  field.sealed = json::find_bool(row, "sealed").value_or(false);
  field.personal = json::find_bool(row, "personal").value_or(false);
  field.link = json::find_text(row, "link").value_or("");
  if (json::find(row, "copy") != nullptr) {
    field.copy = json::find_bool(row, "copy");
    if (!field.copy) fault(where, "copy", "Cần true hoặc false.", "Wants true or false.");
  }
  if ((field.type == FieldType::calculate) != !field.calculation.text.empty()) {
    fault(where, "calculation", "Cột này đi cùng kiểu calculate.",
          "This column goes with the type calculate.");
  }
  if ((field.type == FieldType::link) != !field.link.empty()) {
    fault(where, "link", "Cột này đi cùng kiểu link.", "This column goes with the type link.");
  }
  if (!field.constraint.text.empty() && field.constraint_message.vi.empty()) {
    fault(where, "constraint_message", "Điều kiện cần câu báo lỗi.", "A constraint wants its message.");
  }
  if (field.personal && field.type != FieldType::text) {
    fault(where, "personal", "Chỉ mục kiểu text là dữ liệu cá nhân xoá được.",
          "Only a text can be personal data that is erasable.");
  }
  if (field.sealed && (field.personal || field.type != FieldType::text)) {
    fault(where, "sealed", "Chỉ mục kiểu text niêm phong được, và không kèm personal.",
          "Only a text can be sealed, and not a personal one.");
  }
  if (field.sealed && !field.constraint.text.empty()) {
    fault(where, "constraint", "Nội dung niêm phong không kiểm tra được: biểu thức chỉ biết có hay không.",
          "What is sealed cannot be checked: an expression only knows whether it is there.");
  }
  read_default(row, field);
  const bool select = field.type == FieldType::select_one || field.type == FieldType::select_multiple;
  field.choice_filter.text = json::find_text(row, "choice_filter").value_or("");
  if (!field.choice_filter.text.empty() && !select) {
    fault(where, "choice_filter", "Cột này đi cùng kiểu select_one và select_multiple.",
          "This column goes with the types select_one and select_multiple.");
  }
  if (const auto* choices = json::find(row, "choices")) {
    read_choices(*choices, lists, field);
  } else if (select) {
    fault(where, "choices", "Thiếu danh sách lựa chọn.", "The choices are missing.");
  }
  if (json::find_bool(row, "sorted").value_or(false)) {
    std::stable_sort(field.choices.begin(), field.choices.end(), [](const Choice& a, const Choice& b) {
      return list_key(a.label.vi) < list_key(b.label.vi);
    });
  }
  const bool nested = field.type == FieldType::group || field.type == FieldType::repeat;
  const json::array* children = json::find_array(row, "children");
  if (nested != (children != nullptr)) {
    fault(where, "children", "Cột này đi cùng kiểu group và repeat.",
          "This column goes with the types group and repeat.");
  } else if (nested && depth >= kMaxNesting) {
    fault(where, "children", "Lồng nhau quá sâu.", "Nested too deeply.");
  } else if (nested) {
    read_fields(*children, lists, field.path + (field.type == FieldType::repeat ? "[]" : ""), field.children,
                depth + 1);
  }
  return field;
}

void Loader::read_choices(const json::value& choices, const json::object* lists, Field& field) {
  const json::array* rows = choices.if_array();
  const bool shared = choices.is_string();  // by several fields, with and without a filter
  if (const auto* name = choices.if_string(); name != nullptr && lists != nullptr) {
    rows = json::find_array(*lists, std::string_view(name->data(), name->size()));
  }
  if (rows == nullptr || rows->empty()) {
    return fault(field.path, "choices", "Không có danh sách lựa chọn này.",
                 "There is no such list of choices.");
  }
  for (const auto& row : *rows) {
    const json::object* o = row.if_object();
    const auto name = o == nullptr ? std::string() : json::find_text(*o, "name").value_or("");
    if (!good_code(name)) {
      fault(field.path, "choices", "Mã lựa chọn chỉ gồm chữ thường, số, gạch.",
            "A choice's name has lower case letters, digits, - and _.");
      continue;
    }
    if (field.choice(name) != nullptr) {
      fault(field.path, "choices", "Mã \"" + name + "\" bị trùng.",
            "The choice \"" + name + "\" occurs twice.");
    }
    Choice choice{name, read_label(*o, "label", field.path + ": choices: " + name, true), {}};
    for (const auto& member : *o) {  // further columns are for the filter
      const std::string key(member.key().data(), member.key().size());
      if (key == "name" || key == "label" || key.front() == '#') continue;
      const auto* text = member.value().if_string();
      if (!good_name(key) || text == nullptr || (!shared && field.choice_filter.text.empty())) {
        fault(field.path + ": choices: " + name, key, "Cột thêm là chữ, dùng cho choice_filter.",
              "Further columns are texts for a choice_filter.");
        continue;
      }
      choice.columns[key] = std::string(text->data(), text->size());
      if (std::find(field.choice_columns.begin(), field.choice_columns.end(), key) ==
          field.choice_columns.end())
        field.choice_columns.push_back(key);
    }
    field.choices.push_back(std::move(choice));
  }
}

// A text is an expression; a number or true and false stand for themselves.
void Loader::read_default(const json::object& row, Field& field) {
  const auto* given = json::find(row, "default");
  if (given == nullptr) return;
  const bool takes = field.holds_value() && field.type != FieldType::calculate &&
                     field.type != FieldType::file && field.type != FieldType::geopoint && field.open();
  if (!takes) {
    return fault(field.path, "default", "Kiểu này không có giá trị mặc định.",
                 "This type has no default value.");
  }
  if (const auto* text = given->if_string()) {
    field.default_value.text = std::string(text->data(), text->size());
  } else if (given->is_bool()) {
    field.default_value.text = given->get_bool() ? "TRUE" : "FALSE";
  } else if (const auto n = json::as_integer(*given)) {
    field.default_value.text = std::to_string(*n);
  } else {
    fault(field.path, "default", "Cần biểu thức (chữ), số nguyên, true hoặc false.",
          "Wants an expression (text), a whole number, true or false.");
  }
}

}  // namespace gandan::records
