// Whether every print template compiles against its record type: each block of it, whatever its condition.
#include "base/json.hpp"
#include "records/document.hpp"
#include "report/condition.hpp"
#include "report/print.hpp"
#include "report/print_template.hpp"

namespace gandan::report {
namespace {

using records::Document;

// Every template of `blocks`, for a document with one empty item in each list.
void add_items(const json::array& blocks, Document& document) {
  for (const auto& block : blocks) {
    const auto* o = block.if_object();
    if (o == nullptr) continue;
    if (const auto list = json::find_text(*o, "list")) document.tree.lists[*list].push_back({"x", "i", {}});
    if (const auto* signs = json::find_array(*o, "signatures")) add_items(*signs, document);
  }
}

// The same blocks without their conditions, so that a check reaches all of them; the conditions are bound
// apart.
Status bind_conditions(const records::Catalog& catalog, const records::RecordType& type,
                       const std::string& list, json::array& blocks) {
  for (auto& block : blocks) {
    auto* o = block.if_object();
    if (o == nullptr) continue;
    if (const auto when = json::find_text(*o, "when")) {
      GANDAN_TRY(const auto formula, catalog.bind(*when, type, list));
      if (!formula) return Error{Code::bad_schema, *when};
      o->erase("when");
    }
    GANDAN_CHECK(check_condition(catalog, *o));
    o->erase("rules");
    if (auto* inner = o->if_contains("blocks"); inner != nullptr && inner->is_array()) {
      GANDAN_CHECK(
          bind_conditions(catalog, type, json::find_text(*o, "list").value_or(""), inner->get_array()));
    }
  }
  return {};
}

Status check_template(const records::Catalog& catalog, const records::RecordType& type, json::object form) {
  Document sample;
  sample.kind = type.kind;
  sample.schema = type.version;
  sample.state = "draft";
  GANDAN_CHECK(check_condition(catalog, form));
  if (const auto when = json::find_text(form, "when")) GANDAN_CHECK(catalog.bind(*when, type, ""));
  if (auto* blocks = form.if_contains("blocks"); blocks != nullptr && blocks->is_array()) {
    add_items(blocks->get_array(), sample);
    GANDAN_CHECK(bind_conditions(catalog, type, "", blocks->get_array()));
  }
  PrintInput input;
  input.document = &sample;
  GANDAN_TRY(const auto page, run_template(catalog, input, form));
  (void)page;
  return {};
}

}  // namespace

Status check_templates(const records::Catalog& catalog) {
  for (const auto& file : catalog.reports()) {
    const auto fault = [&](const Error& e) {
      return Error{Code::bad_schema, file.path + ": " + e.detail, e.fields};
    };
    auto root = json::parse(file.text);
    if (!root.ok() || !root->is_object())
      return fault(root.ok() ? Error{Code::bad_json, "wants an object"} : root.error());
    auto* print = root->get_object().if_contains("print");
    if (print == nullptr) continue;
    if (!print->is_object()) return fault(Error{Code::bad_schema, "print wants an object"});
    auto& form = print->get_object();
    const std::string kind = json::find_text(form, "kind").value_or("");
    const auto versions = catalog.versions(kind);
    if (versions.empty()) return fault(Error{Code::bad_schema, "unknown kind " + kind});
    // It fits a version of the form; records of others print by what fits them (print()).
    std::optional<Error> newest;
    for (const auto* type : versions) {
      const auto fits = check_template(catalog, *type, form);
      if (fits.ok()) {
        newest.reset();
        break;
      }
      if (!newest) newest = fits.error();
    }
    if (newest) return fault(*newest);
  }
  return {};
}

}  // namespace gandan::report
