#include "report/print.hpp"

#include <algorithm>
#include <utility>

#include "base/json.hpp"
#include "base/text.hpp"
#include "records/document.hpp"
#include "records/format.hpp"
#include "report/condition.hpp"
#include "report/print_template.hpp"

namespace gandan::report {
namespace {

using records::Document;
using records::Item;

constexpr std::string_view kDots = "……………";
constexpr std::string_view kNotVerified = " [quy tắc chưa được đối chiếu văn bản]";

// Whether what a rule demands is met: "{mark}" of a verdict's text.
const char* mark_of(const records::Verdict& v) {
  if (v.holds) return *v.holds ? "Đạt" : "Chưa đạt";
  return v.state == records::DeadlineState::open ? "Chưa đến hạn" : "Chưa rõ";
}

std::string cited(const records::Verdict& v) {
  std::string out = v.said().vi;
  if (!v.article.empty()) out += " (" + v.article + ", " + v.law + ")";
  return v.verified ? out : out + std::string(kNotVerified);
}

// The template of that id, or all for a kind: parsed files with a "print".
std::vector<json::object> find_prints(const records::Catalog& catalog, std::string_view kind,
                                      std::string_view id) {
  std::vector<json::object> out;
  for (const auto& file : catalog.reports()) {
    auto parsed = json::parse(file.text);
    if (!parsed.ok() || !parsed->is_object()) continue;
    auto& root = parsed->get_object();
    const bool wanted = id.empty() || json::find_text(root, "id") == std::string(id);
    if (const auto* print = json::find_object(root, "print");
        print != nullptr && wanted && json::find_text(*print, "kind") == std::string(kind))
      out.push_back(*print);
  }
  return out;
}

std::string roman(std::size_t n) {
  constexpr std::pair<std::size_t, const char*> kSigns[] = {
      {10, "X"}, {9, "IX"}, {5, "V"}, {4, "IV"}, {1, "I"}};
  std::string out;
  for (const auto& [worth, sign] : kSigns)
    for (; n >= worth; n -= worth) out += sign;
  return out;
}

class Printer {
 public:
  Printer(const records::Catalog& catalog, const PrintInput& input, const json::object& form)
      : catalog_(catalog), input_(input), document_(*input.document), form_(form) {}

  // A record whose kind has no template: its form, filled in. Every field with a value, every list as a
  // table.
  Result<Page> sheet(const records::RecordType& type) {
    GANDAN_TRY(const auto title, fill(type.title, nullptr, ""));
    Head& head = out_.head;
    head.title = title;
    head.superior = input_.superior;
    head.organisation = input_.organisation;
    head.number = !input_.said_number.empty() ? input_.said_number
                  : input_.number.empty()     ? std::string(kDots)
                                              : input_.number;
    if (const auto day = records::day_of(type, document_))
      head.place_date =
          (input_.place.empty() ? std::string(kDots) : input_.place) + ", " + records::date_words(*day);
    put_standing("BẢN NHÁP – HỒ SƠ CHƯA CHỐT");
    put_titles("PHIẾU HỒ SƠ", type.label.vi + "\n" + title);
    put_fields(type.fields, "", document_.tree);
    if (!input_.verdicts.empty()) put("Đối chiếu quy định", Style::heading);
    for (const auto& v : input_.verdicts) put(cited(v));
    put_overrides();
    put_signed_by();
    out_.footer = input_.footer;
    return std::move(out_);
  }

  Result<Page> run() {
    Head& head = out_.head;
    GANDAN_TRY(const auto own, fill(text_of(form_, "organisation"), nullptr, ""));
    GANDAN_TRY(const auto date, fill(text_of(form_, "date_line"), nullptr, ""));
    GANDAN_TRY(const auto subtitle, fill(text_of(form_, "subtitle"), nullptr, ""));
    head.title = text_of(form_, "title") + " " + subtitle.substr(0, subtitle.find('\n'));
    head.superior = input_.superior;
    head.organisation = input_.organisation.empty() ? own : input_.organisation;
    if (json::find(form_, "number") != nullptr && input_.said_number.empty()) {
      GANDAN_TRY(head.number, fill(text_of(form_, "number"), nullptr, ""));
    } else {
      head.number = !input_.said_number.empty() ? input_.said_number
                    : input_.number.empty()     ? "……/" + text_of(form_, "symbol")
                                                : input_.number;
    }
    if (!date.empty())
      head.place_date = (input_.place.empty() ? std::string(kDots) : input_.place) + ", " + date;
    put_standing(text_of(form_, "draft_mark"));
    put_titles(text_of(form_, "title"), subtitle);
    const auto* blocks = json::find_array(form_, "blocks");
    if (blocks == nullptr) return Error{Code::bad_schema, "print template without blocks"};
    GANDAN_CHECK(put_blocks(*blocks, nullptr, "", 0));
    put_reservations();
    put_signed_by();
    out_.footer = input_.footer;
    return std::move(out_);
  }

 private:
  using Style = Paragraph::Style;
  void put(std::string text, Style style = Style::body) {
    if (!text.empty()) out_.blocks.emplace_back(Paragraph{std::move(text), style});
  }
  void put_titles(std::string title, std::string subtitle) {
    put(std::move(title), Style::title);
    put(std::move(subtitle), Style::subtitle);
    out_.blocks.emplace_back(ShortLine{});
  }
  static Style style_of(std::string_view name) {
    if (name == "bold") return Style::bold;
    if (name == "center") return Style::center;
    if (name == "center bold") return Style::center_bold;
    return name == "draft" ? Style::draft : Style::body;
  }

  // What the paper is not: a signed record, or one that still stands.
  void put_standing(const std::string& draft_mark) {
    if (document_.state == "withdrawn" || document_.state == "deleted")
      put("HỒ SƠ ĐÃ RÚT, KHÔNG CÒN HIỆU LỰC", Style::draft);
    else if (document_.state != "finalized")
      put(draft_mark, Style::draft);
    put(input_.warning, Style::draft);
  }

  // A link by the title of the record it names, where that is here.
  std::string shown(const records::Field& field, const changelog::Value& value) const {
    if (field.type == records::FieldType::link) {
      const auto* text = std::get_if<std::string>(&value);
      const auto id = text == nullptr ? Result<RecordId>(Code::bad_id) : id_from_text<RecordId>(*text);
      const Document* linked = id.ok() && input_.links ? input_.links(*input_.document, *id) : nullptr;
      const auto* type = linked == nullptr ? nullptr : catalog_.find_for(*linked);
      if (type == nullptr) return text == nullptr ? std::string() : *text;
      const auto title = catalog_.fill(type->title, *linked, nullptr, "", input_.links, "vi", kDots);
      return title.ok() ? *title : *text;
    }
    return records::format_value(&field, value, "vi");
  }

  void put_fields(const std::vector<records::Field>& fields, const std::string& groups,
                  const records::Tree& tree) {
    for (const auto& field : fields) {
      if (field.name == records::kOverrides) continue;
      const std::string key = groups.empty() ? field.name : groups + "." + field.name;
      if (field.type == records::FieldType::group) {
        put_fields(field.children, key, tree);
      } else if (field.type == records::FieldType::repeat) {
        const auto* items = tree.list(key);
        if (items != nullptr && !items->empty()) put_items(field, *items);
      } else if (const auto* value = tree.value(key)) {
        put(tidy(field.label.vi + ": " + shown(field, *value) + "."));
      }
    }
  }

  void put_items(const records::Field& list, const std::vector<Item>& items) {
    put(list.label.vi, Style::heading);
    Table table;
    for (const auto& field : list.children) table.heads.push_back(field.label.vi);
    for (const auto& item : items) {
      auto& row = table.rows.emplace_back();
      for (const auto& field : list.children) {
        const auto* value = item.tree.value(field.name);
        row.push_back(value == nullptr ? std::string() : shown(field, *value));
      }
    }
    out_.blocks.emplace_back(std::move(table));
  }

  static std::string text_of(const json::object& o, std::string_view key) {
    return json::find_text(o, key).value_or("");
  }

  Result<std::string> fill(std::string_view source, const Item* item, const std::string& list) {
    return catalog_.fill(source, document_, item, list, input_.links, "vi", kDots);
  }
  static void replace_all(std::string& text, std::string_view mark, const std::string& with) {
    for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark, at + with.size()))
      text.replace(at, mark.size(), with);
  }
  // "{#}" is the item's number, and outside of lists the next one under this heading; the rest are names.
  // Only what is printed is counted: the paper has no gap where a section or a line says nothing.
  Result<std::string> fill_numbered(std::string source, const Item* item, const std::string& list,
                                    std::size_t number) {
    if (item == nullptr && source.find("{#}") != std::string::npos) number = ++line_;
    replace_all(source, "{#}", std::to_string(number));
    return fill(source, item, list);
  }
  // "{I}" is the section's number.
  Result<std::string> fill_heading(std::string source, const Item* item, const std::string& list) {
    line_ = 0;
    if (source.find("{I}") != std::string::npos) replace_all(source, "{I}", roman(++section_));
    return fill(source, item, list);
  }

  Status put_blocks(const json::array& blocks, const Item* item, const std::string& list,
                    std::size_t number) {
    for (const auto& block : blocks) {
      const auto* o = block.if_object();
      if (o == nullptr) return Error{Code::bad_schema, "a block is not an object"};
      if (const auto when = json::find_text(*o, "when")) {
        const auto* type = catalog_.find_for(document_);
        GANDAN_TRY(const auto formula, catalog_.bind(*when, *type, list));
        GANDAN_TRY(const auto result, catalog_.evaluate(formula, document_, item, input_.links));
        if (records::truth(result) != true) continue;
      }
      if (!said(*o, input_.verdicts, path_of(item, list))) continue;
      GANDAN_CHECK(put_block(*o, item, list, number));
    }
    return {};
  }

  Status put_block(const json::object& o, const Item* item, const std::string& list, std::size_t number) {
    if (const auto* rules = json::find_array(o, "verdicts")) return put_verdicts(o, *rules, item, list);
    if (const auto text = json::find_text(o, "text")) {
      GANDAN_TRY(const auto line, fill_numbered(*text, item, list, number));
      put(tidy(line), style_of(text_of(o, "style")));
      return {};
    }
    if (const auto text = json::find_text(o, "heading")) {
      GANDAN_TRY(auto line, fill_heading(*text, item, list));
      put(std::move(line), Style::heading);
      return {};
    }
    if (const auto name = json::find_text(o, "list")) {
      const auto* inner = json::find_array(o, "blocks");
      if (inner == nullptr || item != nullptr)
        return Error{Code::bad_schema, "list " + *name + " wants blocks and no nesting"};
      const auto* items = document_.tree.list(*name);
      std::size_t n = 0;
      if (items != nullptr) {
        for (const auto& row : *items) GANDAN_CHECK(put_blocks(*inner, &row, *name, ++n));
      }
      return {};
    }
    if (const auto* columns = json::find_array(o, "table")) return put_table(*columns, item, list);
    if (const auto* signs = json::find_array(o, "signatures")) {
      GANDAN_TRY(auto people, signatures(*signs));
      put_reservations();
      out_.blocks.emplace_back(Signatures{std::move(people)});
      put_signed_by();
      return {};
    }
    if (const auto* names = json::find_array(o, "recipients")) {
      SmallList list_of{"Nơi nhận:", {}};
      for (std::size_t i = 0; i < names->size(); ++i) {
        const auto* name = (*names)[i].if_string();
        if (name == nullptr) return Error{Code::bad_schema, "a recipient is not a text"};
        list_of.lines.push_back(std::string(name->data(), name->size()) +
                                (i + 1 == names->size() ? "." : ";"));
      }
      out_.blocks.emplace_back(std::move(list_of));
      return {};
    }
    return Error{Code::bad_schema, "unknown block " + std::string(cut_text(json::compact(o), 80))};
  }

  // A person's text may end in a mark of its own where the template sets a full stop.
  static std::string tidy(std::string line) {
    if (line.size() < 3 || line.back() != '.') return line;
    const char before = line[line.size() - 2];
    const bool stop = before == '.' && line[line.size() - 3] != '.';
    if (stop || before == '?' || before == '!') line.pop_back();
    return line;
  }

  static std::string path_of(const Item* item, const std::string& list) {
    return item == nullptr ? std::string() : list + "[" + item->id + "]";
  }

  Status put_verdicts(const json::object& o, const json::array& rules, const Item* item,
                      const std::string& list) {
    const std::string path = path_of(item, list);
    const auto* holds = o.if_contains("holds");
    for (const auto& v : input_.verdicts) {
      if (v.path != path || !one_of(rules, v.rule) || (holds != nullptr && !says(v, *holds))) continue;
      std::string line = text_of(o, "text");
      // Inside a list the item itself stands above.
      for (const auto& [mark, text] :
           {std::pair{std::string("{mark}"), std::string(mark_of(v))},
            {std::string("{message}"), item == nullptr ? v.said().vi : v.message.vi},
            {std::string("{article}"), v.article},
            {std::string("{law}"), v.law}}) {
        if (const auto at = line.find(mark); at != std::string::npos) line.replace(at, mark.size(), text);
      }
      if (!v.verified) line += kNotVerified;
      put(std::move(line), style_of(text_of(o, "style")));
    }
    return {};
  }

  // On every paper, whatever its template, once: above the first signatures, for they are signed as well.
  void put_reservations() {
    if (std::exchange(reserved_, true)) return;
    for (const auto& v : input_.verdicts)
      if (v.rule == records::kNoRules) put(cited(v), Style::bold);
    put_overrides();
  }

  // Who finalised against a condition said why.
  void put_overrides() {
    const auto* items = document_.tree.list(records::kOverrides);
    if (items == nullptr || items->empty()) return;
    put("Chốt khi điều kiện chưa đạt", Style::heading);
    for (const auto& item : *items) {
      const auto text = [&](const char* field) {
        const auto* value = item.tree.value(field);
        return value == nullptr ? std::string(kDots) : records::format_value(nullptr, *value, "vi");
      };
      put(tidy(text("message") + " Lý do: " + text("reason") + "."));
    }
  }

  // What is bound to the content that is printed: paper alone shows none of it.
  void put_signed_by() {
    if (std::exchange(signed_shown_, true) || input_.signed_by.empty()) return;
    out_.blocks.emplace_back(SmallList{"Chữ ký điện tử gắn với nội dung này:", input_.signed_by});
  }

  Status put_table(const json::array& columns, const Item* item, const std::string& list) {
    Table table;
    auto& row = table.rows.emplace_back();
    for (const auto& column : columns) {
      const auto* o = column.if_object();
      if (o == nullptr) return Error{Code::bad_schema, "a column is not an object"};
      GANDAN_TRY(auto cell, fill(text_of(*o, "text"), item, list));
      table.heads.push_back(text_of(*o, "label"));
      row.push_back(std::move(cell));
    }
    out_.blocks.emplace_back(std::move(table));
    return {};
  }

  // Of one, or with `list` of every item.
  Result<std::vector<Signature>> signatures(const json::array& signs) {
    std::vector<Signature> out;
    for (const auto& sign : signs) {
      const auto* o = sign.if_object();
      if (o == nullptr) return Error{Code::bad_schema, "a signature is not an object"};
      const auto list = text_of(*o, "list");
      std::vector<const Item*> items;
      if (list.empty()) items.push_back(nullptr);
      if (const auto* there = list.empty() ? nullptr : document_.tree.list(list))
        for (const auto& item : *there) items.push_back(&item);
      for (const auto* item : items) {
        GANDAN_TRY(auto name,
                   catalog_.fill(text_of(*o, "name"), document_, item, list, input_.links, "vi", ""));
        out.push_back({text_of(*o, "title"), json::find_text(*o, "note").value_or("(Ký, ghi rõ họ tên)"),
                       std::move(name)});
      }
    }
    return out;
  }

  const records::Catalog& catalog_;
  const PrintInput& input_;
  const Document& document_;
  const json::object& form_;
  Page out_;
  bool reserved_ = false;
  bool signed_shown_ = false;
  std::size_t section_ = 0;  // the last that was printed, and the last line in it
  std::size_t line_ = 0;
};

}  // namespace

Result<Page> run_template(const records::Catalog& catalog, const PrintInput& input,
                          const json::object& form) {
  return Printer(catalog, input, form).run();
}

Result<Page> print(const records::Catalog& catalog, const PrintInput& input) {
  const auto* type = catalog.find_for(*input.document);
  if (type == nullptr) return Error{Code::unknown_kind, input.document->kind};
  const auto forms = find_prints(catalog, input.document->kind, input.report);
  const auto fits = [&](const json::object& form) {
    if (!said(form, input.verdicts, "")) return false;
    const auto when = json::find_text(form, "when");
    const auto formula = when ? catalog.bind(*when, *type, "") : records::Formula{};
    if (!when || !formula.ok()) return true;  // of another version of the form: running says so
    const auto result = catalog.evaluate(*formula, *input.document, nullptr, input.links);
    return result.ok() && records::truth(*result) == true;
  };
  if (!input.report.empty() && std::none_of(forms.begin(), forms.end(), fits))
    return Error{Code::not_found, "no print template " + input.report + " for this " + input.document->kind};
  for (const auto& form : forms) {
    if (!fits(form)) continue;
    auto page = run_template(catalog, input, form);
    // A template may name what only another version of the form has: the next one, or the form filled in.
    if (page.ok() || page.error().code != Code::bad_expression || !input.report.empty()) return page;
  }
  return Printer(catalog, input, {}).sheet(*type);
}

std::string symbol_of(const records::Catalog& catalog, std::string_view kind, std::string_view report) {
  const auto forms = find_prints(catalog, kind, report);
  return forms.empty() ? std::string() : json::find_text(forms.front(), "symbol").value_or("");
}

}  // namespace gandan::report
