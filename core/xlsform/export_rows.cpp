#include "xlsform/export_rows.hpp"

#include <algorithm>

#include "xlsform/names.hpp"
#include "xlsform/to_xpath.hpp"

namespace gandan::xlsform {
namespace {

using records::Field;
using records::FieldType;

bool same(const std::vector<records::Choice>& a, const std::vector<records::Choice>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const records::Choice& x, const records::Choice& y) {
                      return x.name == y.name && x.label.vi == y.label.vi && x.label.en == y.label.en &&
                             x.columns == y.columns;
                    });
}

// A text or code as XLSForm writes defaults: without quotes.
std::optional<std::string> plain_default(const Field& field, const std::string& text) {
  const auto tree = parse_sql(text);
  if (!tree.ok()) return std::nullopt;
  if (tree->what == SqlTree::What::literal && tree->text.find("${") == std::string::npos) return tree->text;
  if (tree->what == SqlTree::What::number) return tree->text;
  if (tree->what == SqlTree::What::truth && tree->text == "TRUE" && field.type == FieldType::boolean)
    return "OK";
  return std::nullopt;
}

class RowMaker {
 public:
  RowMaker(const records::RecordType& type, ExportRows& out) : type_(type), out_(out) {}

  void run() { fields(type_.fields, {}); }

 private:
  using Around = std::vector<const Field*>;

  void fields(const std::vector<Field>& list, const Around& around) {
    for (const auto& field : list) {
      if (field.read_only) continue;
      row(field, around);
      if (field.type != FieldType::group && field.type != FieldType::repeat) continue;
      Around inside = around;
      inside.push_back(&field);
      fields(field.children, inside);
      ExportRow end;
      end.cells["type"] = field.type == FieldType::group ? "end_group" : "end_repeat";
      out_.rows.push_back(std::move(end));
    }
  }

  void report(const Field& field, const std::string& column, const std::string& code, const std::string& vi,
              const std::string& en) {
    out_.findings.push_back({Effect::left_out, "survey", static_cast<std::uint32_t>(out_.rows.size() + 2),
                             column, code, field.path + ": " + vi, field.path + ": " + en});
  }

  void row(const Field& field, const Around& around) {
    ExportRow one;
    one.path = field.path;
    auto& cells = one.cells;
    cells["type"] = type_word(field);
    cells["name"] = field.name;
    label(cells, "label", field.label);
    label(cells, "hint", field.hint);
    label(cells, "constraint_message", field.constraint_message);
    const auto make = [&] { return ToXPath(type_, field, around); };
    const auto put = [&](const std::string& column, const records::Formula& formula,
                         std::optional<std::string> text) {
      if (formula.text.empty()) return;
      if (text) {
        cells[column] = *text;
      } else {
        cells["gandan::" + column] = formula.text;
        report(field, column, "export.expression", "XLSForm không nói được \"" + formula.text + "\".",
               "XLSForm cannot say \"" + formula.text + "\".");
      }
    };
    const bool nested = field.type == FieldType::group || field.type == FieldType::repeat;
    if (field.required && nested) {
      cells["gandan::required"] = "true";
      report(field, "required", "export.required", "XLSForm không đòi danh sách phải có mục.",
             "XLSForm does not ask for an item in a list.");
    } else if (field.required) {
      cells["required"] = "yes";
    }
    if (!field.required) put("required", field.required_if, make().condition(field.required_if.text, false));
    put("relevant", field.relevant, make().condition(field.relevant.text, false));
    put("constraint", field.constraint, make().condition(field.constraint.text, true));
    put("calculation", field.calculation, make().value(field.calculation.text));
    // A calculate row without a calculation is no XLSForm.
    if (field.calculation && cells.count("calculation") == 0) cells["calculation"] = "''";
    auto standing = plain_default(field, field.default_value.text);
    put("default", field.default_value, standing ? standing : make().value(field.default_value.text));
    put("choice_filter", field.choice_filter, make().filter(field.choice_filter.text));
    if (field.type == FieldType::link) {
      cells["gandan::link"] = field.link;
      report(field, "type", "export.link", "XLSForm không nối hồ sơ được: thành chữ, kèm cột gandan::link.",
             "XLSForm has no links: it becomes a text, with the column gandan::link.");
    }
    for (const auto& [flag, name] :
         {std::pair(field.sealed, "sealed"), std::pair(field.personal, "personal")}) {
      if (!flag) continue;
      cells[std::string("gandan::") + name] = "yes";
      report(field, "type", std::string("export.") + name,
             "XLSForm không niêm phong, không tách dữ liệu cá nhân được.",
             "XLSForm neither seals nor sets personal data apart.");
    }
    out_.rows.push_back(std::move(one));
  }

  std::string type_word(const Field& field) {
    switch (field.type) {
      case FieldType::datetime:
        return "dateTime";
      case FieldType::boolean:
        return "acknowledge";
      case FieldType::link:
        return "text";
      case FieldType::group:
        return "begin_group";
      case FieldType::repeat:
        return "begin_repeat";
      case FieldType::select_one:
      case FieldType::select_multiple:
        return std::string(records::to_text(field.type)) + " " + list_of(field);
      default:
        return records::to_text(field.type);
    }
  }

  // Fields with the same choices share a list; it has the name of the first one.
  std::string list_of(const Field& field) {
    for (const auto& [name, choices] : out_.lists)
      if (same(choices, field.choices)) return name;
    const std::string name =
        free_name(field.name, [&](const std::string& taken) { return out_.lists.count(taken) > 0; });
    out_.lists[name] = field.choices;
    return name;
  }

  static void label(std::map<std::string, std::string>& cells, const std::string& key,
                    const records::Label& label) {
    if (!label.vi.empty()) cells[key + "::vi"] = label.vi;
    if (!label.en.empty()) cells[key + "::en"] = label.en;
  }

  const records::RecordType& type_;
  ExportRows& out_;
};

}  // namespace

ExportRows export_rows(const records::RecordType& type) {
  ExportRows out;
  RowMaker(type, out).run();
  auto& settings = out.settings;
  settings["form_title"] = type.label.vi;
  settings["form_id"] = type.kind;
  settings["version"] = std::to_string(type.version);
  settings["default_language"] = "Vietnamese (vi)";
  settings["gandan::label_en"] = type.label.en;
  if (!type.hint.vi.empty()) settings["gandan::hint_vi"] = type.hint.vi;
  if (!type.hint.en.empty()) settings["gandan::hint_en"] = type.hint.en;
  if (const auto title = ToXPath(type, records::Field{}, {}).title(type.title))
    settings["instance_name"] = *title;
  settings["gandan::title"] = type.title;
  settings["gandan::date"] = type.date.empty() ? "-" : type.date;
  return out;
}

}  // namespace gandan::xlsform
