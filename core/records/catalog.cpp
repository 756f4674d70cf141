#include "records/catalog.hpp"

#include <algorithm>

#include "records/document.hpp"
#include "records/judge.hpp"

namespace gandan::records {
namespace {

changelog::Value to_value(const Scalar& scalar) {
  if (const auto* n = std::get_if<std::int64_t>(&scalar)) return *n;
  if (const auto* t = std::get_if<std::string>(&scalar)) return *t;
  return changelog::Null{};
}

void put_result(Tree& tree, const std::string& path, const Field& field, const Where& where) {
  tree.values.erase(path);
  if (!field.calculation) return;
  const auto result = field.calculation.bound->evaluate(where);
  if (result.ok() && !is_null(*result)) tree.values[path] = to_value(*result);
}

// `tree` is the record or an item; `prefix` the groups inside it.
void calculate_in(const std::vector<Field>& fields, const std::string& prefix, Tree& tree, Where& where,
                  bool lists) {
  for (const auto& field : fields) {
    const std::string path = prefix.empty() ? field.name : prefix + "." + field.name;
    if (field.type == FieldType::group) calculate_in(field.children, path, tree, where, lists);
    if (field.type == FieldType::calculate && !lists) put_result(tree, path, field, where);
    if (field.type == FieldType::repeat && lists) {
      const auto found = tree.lists.find(path);
      if (found == tree.lists.end()) continue;
      for (auto& item : found->second) {
        where.items.push_back(&item.tree);
        calculate_in(field.children, "", item.tree, where, false);
        calculate_in(field.children, "", item.tree, where, true);
        where.items.pop_back();
      }
    }
  }
}

}  // namespace

Catalog::Catalog() = default;
Catalog::~Catalog() = default;

Result<std::unique_ptr<Catalog>> Catalog::load(const std::vector<SchemaFile>& files, Clock& clock) {
  std::unique_ptr<Catalog> out(new Catalog);
  out->state_ = std::make_unique<State>(clock);
  GANDAN_CHECK(Loader(*out->state_).load(files));
  return out;
}

const RecordType* Catalog::find(std::string_view kind, std::uint32_t version) const {
  if (version == 0) return state_->newest(kind);
  const auto versions = state_->types.find(kind);
  if (versions == state_->types.end()) return nullptr;
  const auto found = versions->second.find(version);
  return found == versions->second.end() ? nullptr : found->second.get();
}

const RecordType* Catalog::find_for(const Document& document) const {
  const RecordType* exact = document.schema == 0 ? nullptr : find(document.kind, document.schema);
  return exact != nullptr ? exact : find(document.kind);
}

std::vector<const RecordType*> Catalog::types() const {
  std::vector<const RecordType*> out;
  for (const auto& [kind, versions] : state_->types) out.push_back(versions.rbegin()->second.get());
  return out;
}

std::vector<const RecordType*> Catalog::versions(std::string_view kind) const {
  return state_->versions(kind);
}

const std::vector<Rule>& Catalog::rules() const { return state_->rules; }
const Calendars& Catalog::calendars() const { return state_->calendars; }
const Indicators& Catalog::indicators() const { return state_->indicators; }
const std::vector<SchemaFile>& Catalog::reports() const { return state_->reports; }

void Catalog::calculate(Document& document, const LinkSource& links) const {
  const RecordType* type = find_for(document);
  if (type == nullptr) return;
  Where where{&document, {}, &links, nullptr};
  // The record first, for its items; the items, for its sums; then the record again with them.
  calculate_in(type->fields, "", document.tree, where, false);
  calculate_in(type->fields, "", document.tree, where, true);
  calculate_in(type->fields, "", document.tree, where, false);
}

std::vector<Verdict> Catalog::judge(const Document& document, const LinkSource& links,
                                    const JudgeOptions& options) const {
  const RecordType* type = find_for(document);
  if (type == nullptr) return {};
  return judge_document(*state_, *type, document, links, options);
}

Judgement Catalog::judgement_now(const Document& document, const JudgeOptions& options) const {
  const RecordType* type = find_for(document);
  if (type == nullptr) return {};
  return records::judgement_now(*state_, *type, document, options);
}

Result<Formula> Catalog::bind(std::string_view text, const RecordType& type, const std::string& list,
                              const std::vector<std::string>& extra) const {
  GANDAN_TRY(auto names, state_->names(type, list));
  names.extra = &extra;
  GANDAN_TRY(auto bound, bind_expression(state_->engine, text, names));
  return Formula{std::string(text), std::move(bound)};
}

std::optional<std::vector<std::string>> own_paths(const Formula& formula) {
  std::set<std::string> out;
  if (!formula) return std::vector<std::string>();
  for (const auto& slot : formula.bound->slots()) {
    if (slot.what == Slot::What::extra) continue;
    const bool own = slot.what == Slot::What::value && slot.level == 0 && slot.links.empty() &&
                     slot.leaf != nullptr && slot.leaf->type != FieldType::calculate && !slot.leaf->sealed &&
                     !slot.personal;
    if (!own) return std::nullopt;
    out.insert(slot.path);
  }
  return std::vector<std::string>(out.begin(), out.end());
}

Result<Scalar> Catalog::evaluate(const Formula& formula, const Document& document, const Item* item,
                                 const LinkSource& links, const std::vector<Scalar>& extra) const {
  if (!formula) return Scalar{};
  Where where{&document, {}, &links, &extra};
  if (item != nullptr) where.items.push_back(&item->tree);
  return formula.bound->evaluate(where);
}

Result<std::string> Catalog::fill(std::string_view text_template, const Document& document, const Item* item,
                                  const std::string& list, const LinkSource& links, std::string_view language,
                                  std::string_view missing) const {
  const RecordType* type = find_for(document);
  if (type == nullptr) return Error{Code::unknown_kind, document.kind};
  const std::string key =
      type->kind + "\n" + std::to_string(type->version) + "\n" + list + "\n" + std::string(text_template);
  auto found = state_->templates.find(key);
  if (found == state_->templates.end()) {
    GANDAN_TRY(auto names, state_->names(*type, list));
    GANDAN_TRY(auto parsed, TextTemplate::parse(text_template, names));
    found = state_->templates.emplace(key, std::move(parsed)).first;
  }
  Where where{&document, {}, &links, nullptr};
  if (item != nullptr) where.items.push_back(&item->tree);
  return found->second.fill(where, language, missing);
}

}  // namespace gandan::records
