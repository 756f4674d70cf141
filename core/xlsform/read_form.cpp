#include "xlsform/read_form.hpp"

#include <algorithm>

#include "xlsform/names.hpp"
#include "xlsform/types.hpp"

namespace gandan::xlsform {
namespace {

using records::FieldType;

constexpr int kMostNested = 4;                 // groups and repeats, as in a record type
constexpr std::size_t kMostQuestions = 5000;   // of a survey
constexpr std::size_t kMostChoices = 10'000;   // of the sheet choices
constexpr std::size_t kMostOffered = 200'000;  // choices of all questions together: each has its own copy

bool yes(const std::string& text) {
  const std::string low = lower_ascii(text);
  return low == "yes" || low == "true" || low == "true()" || low == "1";
}

class FormReader {
 public:
  FormReader(const office::Workbook& workbook, Findings& findings)
      : workbook_(workbook), findings_(findings), form_(std::make_unique<Form>()) {}

  Result<std::unique_ptr<Form>> run() {
    const office::Sheet* survey = nullptr;
    for (const auto& sheet : workbook_.sheets) {
      const std::string name = lower_ascii(trimmed(sheet.name));
      if (name == "survey") {
        survey = &sheet;
        form_->survey = read_table(sheet, findings_);
      } else if (name == "choices" || name == "choice") {
        form_->choices = read_table(sheet, findings_);
      } else if (name == "settings" || name == "setting") {
        form_->settings = read_table(sheet, findings_);
      } else if (!sheet.rows.empty()) {
        findings_.add({Effect::left_out, sheet.name, 0, "", "sheet.unknown", "Trang này không thuộc về mẫu.",
                       "This sheet is no part of a form here."});
      }
    }
    if (survey == nullptr) return Error{Code::not_an_xlsform, "no sheet called survey"};
    if (form_->survey.head("type") == nullptr || form_->survey.head("name") == nullptr)
      return Error{Code::not_an_xlsform, "the sheet survey has no columns type and name"};
    if (form_->survey.rows.size() > kMostQuestions) return Error{Code::too_large, "the number of questions"};
    if (form_->choices.rows.size() > kMostChoices) return Error{Code::too_large, "the number of choices"};
    read_settings();
    choose_language();
    read_choices();
    read_survey();
    if (offered_ > kMostOffered) return Error{Code::too_large, "the choices of all questions together"};
    name_questions(form_->root);
    return std::move(form_);
  }

 private:
  void report(Effect effect, const std::string& sheet, std::uint32_t row, std::string column,
              const char* code, std::string vi, std::string en) {
    findings_.add({effect, sheet, row, std::move(column), code, std::move(vi), std::move(en)});
  }
  void survey(Effect effect, std::uint32_t row, const char* key, const char* code, std::string vi,
              std::string en) {
    report(effect, "survey", row, form_->survey.given(key), code, std::move(vi), std::move(en));
  }

  void read_settings() {
    if (form_->settings.rows.empty()) return;
    form_->setting = form_->settings.rows.front().cells;
    for (std::size_t i = 1; i < form_->settings.rows.size(); ++i)
      report(Effect::left_out, "settings", form_->settings.rows[i].number, "", "settings.row",
             "Chỉ dòng đầu của trang settings có hiệu lực.", "Only the first row of settings counts.");
  }

  // Columns that name no language are in the form's default one; without it they are Vietnamese, unless the
  // Vietnamese have a column of their own.
  void choose_language() {
    const auto found = form_->setting.find("default_language");
    form_->plain_language = found == form_->setting.end() ? "" : language_of(found->second);
    if (form_->plain_language.empty())
      form_->plain_language = form_->survey.head("label", "vi") != nullptr ? "en" : "vi";
  }

  void read_choices() {
    const auto& table = form_->choices;
    for (const auto& row : table.rows) {
      const auto cell = [&](const char* key) {
        const auto found = row.cells.find(key);
        return found == row.cells.end() ? std::string() : found->second;
      };
      const std::string list_name = cell("list_name");
      if (list_name.empty() || cell("name").empty()) {
        report(Effect::left_out, "choices", row.number, table.given(list_name.empty() ? "list_name" : "name"),
               "choice.nameless", "Thiếu tên danh sách hoặc mã lựa chọn.",
               "The list's name or the choice's name is missing.");
        continue;
      }
      auto& list = form_->lists[list_name];
      list.given = list_name;
      Choice choice;
      choice.row = row.number;
      choice.given = cell("name");
      if (list.find(choice.given) != nullptr) {
        report(Effect::left_out, "choices", row.number, table.given("name"), "choice.twice",
               "Mã \"" + choice.given + "\" đã có trong danh sách này.",
               "The list has the choice \"" + choice.given + "\" already.");
        continue;
      }
      choice.code = free_name(clean_code(choice.given), [&](const std::string& code) {
        return std::any_of(list.choices.begin(), list.choices.end(),
                           [&](const Choice& c) { return c.code == code; });
      });
      if (choice.code != choice.given)
        report(Effect::changed, "choices", row.number, table.given("name"), "choice.renamed",
               "Mã \"" + choice.given + "\" thành \"" + choice.code + "\".",
               "The choice \"" + choice.given + "\" becomes \"" + choice.code + "\".");
      choice.columns = row.cells;
      list.choices.push_back(std::move(choice));
    }
    for (auto& entry : form_->lists) {
      entry.second.name = free_name(clean_name(entry.first), [&](const std::string& name) {
        return std::any_of(form_->lists.begin(), form_->lists.end(),
                           [&](const auto& other) { return &other != &entry && other.second.name == name; });
      });
    }
  }

  void read_survey() {
    Question* here = &form_->root;
    std::vector<std::pair<std::string, bool>> open;  // begun: its word, and whether it is left out
    int skipping = 0;
    for (const auto& row : form_->survey.rows) {
      const auto found = row.cells.find("type");
      const auto disabled = row.cells.find("disabled");
      if (disabled != row.cells.end() && yes(disabled->second)) {
        survey(Effect::left_out, row.number, "disabled", "row.disabled", "Dòng này đã tắt trong mẫu.",
               "The row is switched off in the form.");
        continue;
      }
      if (found == row.cells.end()) {
        survey(Effect::left_out, row.number, "type", "row.no_type", "Dòng không có kiểu (type).",
               "The row has no type.");
        continue;
      }
      const TypeWord type = read_type(found->second);
      if (type.what == TypeWord::What::end) {
        const std::string wanted = "begin" + type.word.substr(3);
        if (open.empty() || open.back().first != wanted) {
          survey(Effect::left_out, row.number, "type", "group.unbalanced",
                 "\"" + type.word + "\" không khớp với nhóm đang mở.",
                 "\"" + type.word + "\" does not close what is open.");
          continue;
        }
        if (open.back().second) {
          --skipping;
        } else {
          here = here->parent;
        }
        open.pop_back();
        continue;
      }
      if (type.what == TypeWord::What::begin) {
        const bool deep = open.size() >= static_cast<std::size_t>(kMostNested);
        const bool out = skipping > 0 || !type.type || deep;
        open.emplace_back(type.word, out);
        if (out) {
          ++skipping;
          leave_out(row, type,
                    skipping > 1 ? inside()
                    : !type.type
                        ? type.note
                        : records::Label{"Lồng nhau quá " + std::to_string(kMostNested) + " lớp.",
                                         "Nested in more than " + std::to_string(kMostNested) + " levels."});
        } else {
          here = &add(*here, row, type);
        }
        continue;
      }
      if (skipping > 0) {
        leave_out(row, type, inside());
        continue;
      }
      add_question(*here, row, type);
    }
    for (const auto& [word, left] : open)
      survey(Effect::changed, form_->survey.rows.back().number, "type", "group.open",
             "\"" + word + "\" không được đóng; coi như đóng ở cuối.",
             "\"" + word + "\" is never closed; it ends here.");
  }

  static records::Label inside() {
    return {"Nằm trong nhóm không chuyển được.", "It lies in a group that is left out."};
  }

  // A question that there is no place for. It keeps its name, so that expressions that ask for it can say
  // why.
  void leave_out(const TableRow& row, const TypeWord& type, const records::Label& why) {
    survey(Effect::left_out, row.number, "type",
           type.what == TypeWord::What::unknown ? "type.unknown"
           : type.metadata                      ? "type.metadata"
                                                : "type.none",
           "Kiểu \"" + row.cells.at("type") + "\" không chuyển được. " + why.vi,
           "The type \"" + row.cells.at("type") + "\" cannot be taken over. " + why.en);
  }

  void add_question(Question& here, const TableRow& row, const TypeWord& type) {
    if (!type.type) {
      leave_out(row, type,
                type.what == TypeWord::What::unknown
                    ? records::Label{"Không biết kiểu này.", "It is not known."}
                    : type.note);
      add(here, row, type).is_today = type.word == "today";
      return;
    }
    ChoiceList* list = nullptr;
    if (*type.type == FieldType::select_one || *type.type == FieldType::select_multiple) {
      const auto found = form_->lists.find(type.list);
      if (found == form_->lists.end()) {
        survey(Effect::left_out, row.number, "type", "choices.none",
               "Trang choices không có danh sách \"" + type.list + "\".",
               "The sheet choices has no list \"" + type.list + "\".");
        TypeWord none = type;
        none.type.reset();
        add(here, row, none);
        return;
      }
      list = &found->second;
      list->used = true;
      offered_ += list->choices.size();
    }
    if (!type.note.vi.empty())
      survey(Effect::changed, row.number, "type", "type.changed",
             "Kiểu \"" + row.cells.at("type") + "\": " + type.note.vi,
             "The type \"" + row.cells.at("type") + "\": " + type.note.en);
    Question& question = add(here, row, type);
    question.list = list;
    question.or_other = type.or_other;
    if (type.or_other) add_other(here, question);
  }

  // As pyxform does: one more choice, and a text that asks which.
  void add_other(Question& here, const Question& question) {
    if (question.list->find("other") == nullptr) {
      Choice other;
      other.given = other.code = "other";
      other.label = {"Khác", "Other"};
      question.list->choices.push_back(std::move(other));
    }
    auto text = std::make_unique<Question>();
    text->row = question.row;
    text->given = question.given + "_other";
    text->word = "text";
    text->type = FieldType::text;
    text->value = Value::text;
    text->parent = &here;
    text->cells = {{"label::vi", "Khác: ghi rõ"},
                   {"label::en", "Other: please specify"},
                   {"relevant", "selected(${" + question.given + "}, 'other')"}};
    here.children.push_back(std::move(text));
  }

  Question& add(Question& here, const TableRow& row, const TypeWord& type) {
    auto question = std::make_unique<Question>();
    question->row = row.number;
    question->word = type.word;
    question->type = type.type;
    question->value = type.value;
    question->cells = row.cells;
    question->parent = &here;
    question->given = question->cell("name");
    here.children.push_back(std::move(question));
    return *here.children.back();
  }

  void name_questions(Question& parent) {
    std::set<std::string> taken;
    if (parent.parent == nullptr) taken.insert("overrides");  // of every record type
    for (auto& child : parent.children) {
      if (!child->type) continue;
      if (child->given.empty()) {
        child->name =
            free_name(std::string(child->has_children() ? "part" : "q") + std::to_string(child->row),
                      [&](const std::string& name) { return taken.count(name) > 0; });
        survey(Effect::changed, child->row, "name", "name.missing",
               "Không có tên; đặt là \"" + child->name + "\".",
               "It has no name and is called \"" + child->name + "\".");
      } else {
        child->name = free_name(clean_name(child->given),
                                [&](const std::string& name) { return taken.count(name) > 0; });
        if (child->name != child->given)
          survey(Effect::changed, child->row, "name", "name.renamed",
                 "Tên \"" + child->given + "\" thành \"" + child->name + "\".",
                 "The name \"" + child->given + "\" becomes \"" + child->name + "\".");
      }
      taken.insert(child->name);
      name_questions(*child);
    }
  }

  const office::Workbook& workbook_;
  Findings& findings_;
  std::unique_ptr<Form> form_;
  std::size_t offered_ = 0;
};

}  // namespace

Result<std::unique_ptr<Form>> read_form(const office::Workbook& workbook, Findings& findings) {
  return FormReader(workbook, findings).run();
}

records::Label Labels::read(const std::map<std::string, std::string>& cells, const Table& table,
                            std::uint32_t row, const std::string& key) {
  const auto cell = [&](const std::string& name) {
    const auto found = cells.find(name);
    return found == cells.end() ? std::string() : found->second;
  };
  records::Label out{cell(key + "::vi"), cell(key + "::en")};
  std::string& plain = form_.plain_language == "en" ? out.en : out.vi;
  if (plain.empty()) plain = cell(key);
  if (out.vi.empty() && out.en.empty()) return out;
  const std::string sheet = lower_ascii(table.sheet);
  if (out.vi.find("${") != std::string::npos || out.en.find("${") != std::string::npos)
    findings_.add({Effect::changed, sheet, row, table.given(key), "label.reference",
                   "Không chèn câu trả lời vào nhãn được; ${…} hiện nguyên như vậy.",
                   "Answers cannot be put into a label; ${…} shows as it is written."});
  if (!out.vi.empty() && !out.en.empty()) return out;
  const bool no_vi = out.vi.empty();
  const std::string missing = no_vi ? "vi" : "en";
  (no_vi ? out.vi : out.en) = no_vi ? out.en : out.vi;
  const bool column =
      table.head(key, missing) != nullptr || (form_.plain_language == missing && table.head(key) != nullptr);
  if (column || told_.insert(sheet + key + missing).second)
    findings_.add({Effect::changed, sheet, column ? row : 0, table.given(column ? key + "::" + missing : key),
                   "label.one_language",
                   no_vi ? "Không có bản tiếng Việt; dùng bản tiếng Anh cho cả hai."
                         : "Không có bản tiếng Anh; dùng bản tiếng Việt cho cả hai.",
                   no_vi ? "There is no Vietnamese; the English text stands for both."
                         : "There is no English; the Vietnamese text stands for both."});
  return out;
}

}  // namespace gandan::xlsform
