// Every built-in record type goes to an XLSForm and comes back the same.
#include "forms.hpp"

using namespace gandan;
using namespace gandan::xlsform;
using namespace gandan::xlsform::test;
using records::Field;

namespace {

std::string words(const records::Label& label) { return label.vi + " | " + label.en; }

// All that a field says, on one line for each thing.
void describe(const std::vector<Field>& fields, std::string& out) {
  for (const auto& f : fields) {
    if (f.read_only) continue;
    out += f.path + " " + records::to_text(f.type) + " " + words(f.label) + "\n";
    const auto put = [&](const char* name, const std::string& text) {
      if (!text.empty() && text != " | ") out += "  " + std::string(name) + ": " + text + "\n";
    };
    put("hint", words(f.hint));
    put("required", f.required ? "yes" : f.required_if.text);
    put("relevant", f.relevant.text);
    put("constraint", f.constraint.text);
    put("message", words(f.constraint_message));
    put("calculation", f.calculation.text);
    put("default", f.default_value.text);
    put("filter", f.choice_filter.text);
    put("link", f.link);
    put("sealed", f.sealed ? "yes" : "");
    put("personal", f.personal ? "yes" : "");
    for (const auto& choice : f.choices) {
      put("choice", choice.name + " " + words(choice.label));
      for (const auto& [key, value] : choice.columns) put("column", key + "=" + value);
    }
    describe(f.children, out);
  }
}
std::string describe(const records::RecordType& type) {
  std::string out = type.kind + " " + std::to_string(type.version) + " " + words(type.label) + "\n" +
                    words(type.hint) + "\n" + type.title + "\n" + type.date + "\n";
  describe(type.fields, out);
  return out;
}

std::unique_ptr<records::Catalog> catalog_with(const Imported& form) {
  static gandan::test::FakeClock clock;
  std::vector<records::SchemaFile> files;
  for (const auto& file : records::builtin_schema()) {
    auto parsed = json::parse(file.text);
    REQUIRE(parsed.ok());
    const auto& root = parsed->get_object();
    const bool same =
        json::find_text(root, "kind") == form.kind && json::find_integer(root, "version") == form.version;
    if (file.path.rfind("records/", 0) == 0 && !same) files.push_back(file);
  }
  files.push_back({"records/imported.json", json::pretty(form.type)});
  auto out = records::Catalog::load(files, clock);
  INFO((out.ok() ? "" : out.error().detail));
  REQUIRE(out.ok());
  return std::move(*out);
}

}  // namespace

TEST_CASE("every built-in record type comes back from an XLSForm as it was") {
  gandan::test::FakeClock clock;
  auto catalog = records::Catalog::builtin(clock);
  REQUIRE(catalog.ok());
  std::size_t seen = 0;
  for (const auto* newest : (*catalog)->types()) {
    for (std::uint32_t version = 1; version <= newest->version; ++version) {
      const auto* type = (*catalog)->find(newest->kind, version);
      if (type == nullptr) continue;
      ++seen;
      const auto exported = export_form(*type);
      const auto form = import(exported.workbook);
      INFO(type->kind << "\n" << listing(form.findings));
      CHECK(form.complete());
      const auto again = catalog_with(form);
      const auto* back = again->find(type->kind, version);
      REQUIRE(back != nullptr);
      CHECK(describe(*back) == describe(*type));
    }
  }
  CHECK(seen >= 30);
}
