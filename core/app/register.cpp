// Method erase.register: what personal data the realm's records keep, why and for how long, as far as forms
// and legal bases say it, and what became of it here.
#include "app/dispatch.hpp"
#include "app/documents.hpp"
#include "app/erase.hpp"
#include "app/words.hpp"
#include "base/text.hpp"
#include "records/hold.hpp"

namespace gandan::app {
namespace {

constexpr const char* kLegalBasis = "legal_basis";
constexpr std::size_t kAllRows = 10'000'000;

void collect_fields(const std::vector<records::Field>& fields, json::array& out) {
  for (const auto& field : fields) {
    if (field.personal || field.sealed)
      out.push_back(json::object{{"path", field.path},
                                 {"label_vi", field.label.vi},
                                 {"label_en", field.label.en},
                                 {"how", field.personal ? "personal" : "sealed"}});
    collect_fields(field.children, out);
  }
}

struct Basis {
  std::string records;  // as the basis names the kind, folded
  json::object row;
};

std::string text_of(const records::Tree& tree, const std::string& path) {
  const auto* value = tree.value(path);
  const auto* text = value == nullptr ? nullptr : std::get_if<std::string>(value);
  return text == nullptr ? std::string() : *text;
}

Result<std::vector<vault::RecordRow>> rows_of(Session& s, std::string_view kind) {
  vault::ListFilter filter;
  filter.kind = kind;
  filter.deleted = true;  // what was withdrawn or deleted is kept as well
  filter.limit = kAllRows;
  return vault::list(*s.vault, filter);
}

Result<std::vector<Basis>> bases(Session& s, Documents& documents) {
  std::vector<Basis> out;
  GANDAN_TRY(const auto rows, rows_of(s, kLegalBasis));
  for (const auto& row : rows) {
    GANDAN_TRY(const auto loaded, documents.load(row.id));
    const auto* kept = loaded->document.tree.list("kept");
    if (kept == nullptr || loaded->view.deleted) continue;
    for (const auto& item : *kept) {
      json::object basis{{"record", to_text(row.id)},
                         {"basis", documents.title(row)},
                         {"article", text_of(item.tree, "article")}};
      const auto* years = item.tree.value("years");
      if (const auto* n = years == nullptr ? nullptr : std::get_if<std::int64_t>(years)) basis["years"] = *n;
      const auto* forever = item.tree.value("forever");
      if (const auto* yes = forever == nullptr ? nullptr : std::get_if<bool>(forever); yes != nullptr && *yes)
        basis["forever"] = true;
      out.push_back({fold(text_of(item.tree, "records")), std::move(basis)});
    }
  }
  return out;
}

}  // namespace

Result<json::value> erase_register(Session& s, Params& p) {
  GANDAN_CHECK(p.done());
  Documents documents(s);
  GANDAN_TRY(const roster::Roster* roster, s.vault->roster());
  GANDAN_TRY(const auto known, bases(s, documents));
  json::array kinds;
  for (const auto* type : s.catalog->types()) {
    json::array fields;
    collect_fields(type->fields, fields);
    if (fields.empty()) continue;
    GANDAN_TRY(const auto rows, rows_of(s, type->kind));
    std::int64_t held = 0, erased = 0;
    for (const auto& row : rows) {
      GANDAN_TRY(const auto state, vault::load_state(*s.vault, row.id));
      GANDAN_TRY(const auto reasons, hold_reasons(*s.vault, row.id, state));
      if (!reasons.empty()) ++held;
      if (roster->erased(row.id) != nullptr) ++erased;
    }
    json::array retention;
    for (const auto& basis : known)
      if (basis.records == fold(type->kind) || basis.records == fold(type->label.vi) ||
          basis.records == fold(type->label.en))
        retention.push_back(basis.row);
    kinds.push_back(json::object{{"kind", type->kind},
                                 {"label_vi", type->label.vi},
                                 {"label_en", type->label.en},
                                 {"purpose_vi", type->hint.vi},
                                 {"purpose_en", type->hint.en},
                                 {"fields", std::move(fields)},
                                 {"kept_under", std::move(retention)},
                                 {"records", json::integer(static_cast<std::int64_t>(rows.size()))},
                                 {"held", json::integer(held)},
                                 {"erased", json::integer(erased)}});
  }
  return json::value(json::object{{"kinds", std::move(kinds)}});
}

}  // namespace gandan::app
