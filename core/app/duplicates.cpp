// Method duplicate.list. See duplicates.hpp.
#include "app/duplicates.hpp"

#include <set>

#include "app/dispatch.hpp"
#include "app/words.hpp"
#include "base/likeness.hpp"
#include "records/format.hpp"

namespace gandan::app {
namespace {

constexpr std::int64_t kUsualGroups = 200;
constexpr std::int64_t kMostGroups = 10'000;
constexpr std::size_t kMostSimilar = 20;       // records that an answer names
constexpr std::size_t kMostRows = 10'000'000;  // all
constexpr std::size_t kNamingFields = 2;       // the first texts of an item say what it is

bool is_event(const records::RecordType* type) {
  const records::Field* date = type == nullptr ? nullptr : type->find(type->date);
  return date != nullptr && date->required;
}

Words words_of(Likeness likeness) {
  switch (likeness) {
    case Likeness::same:
      return {"cùng tên", "the same name"};
    case Likeness::diacritics:
      return {"tên chỉ khác dấu", "the name differs in diacritics only"};
    case Likeness::one_letter:
      return {"tên chỉ khác một chữ cái", "the name differs in one letter"};
    case Likeness::different:
      break;
  }
  return {};
}

json::object likeness_json(Likeness likeness) {
  json::object out{{"likeness", to_text(likeness)}};
  put_words(out, words_of(likeness));
  return out;
}

std::string scope_of(const vault::RecordRow& row, const records::RecordType* type) {
  std::string out = row.kind + ' ' + to_text(row.unit);
  if (is_event(type)) out += ' ' + row.date;
  return out;
}

// Groups by the title as people see it; the stored one knows no links and only says who may be in one group.
std::vector<AlikeGroup> alike_records(Session& s, Documents& documents,
                                      const std::vector<vault::RecordRow>& rows) {
  std::vector<Candidate> stored;
  for (const auto& row : rows) stored.push_back({scope_of(row, s.catalog->find(row.kind)), row.title});
  std::vector<AlikeGroup> out;
  for (const auto& group : alike(stored)) {
    std::vector<Candidate> whole;
    for (const auto i : group.members) whole.push_back({"", documents.title(rows[i])});
    for (auto& part : alike(whole)) {
      for (auto& member : part.members) member = group.members[member];
      out.push_back(std::move(part));
    }
  }
  return out;
}

Result<std::vector<vault::RecordRow>> rows_beside(Session& s, const vault::RecordRow& row) {
  vault::ListFilter filter;
  filter.kind = row.kind;
  filter.unit = row.unit;
  filter.limit = kMostRows;
  const bool event = is_event(s.catalog->find(row.kind));
  if (event && !row.date.empty()) filter.from = filter.until = row.date;
  return vault::list(*s.vault, filter);
}

std::string text_of(const changelog::Value* value) {
  const auto* text = value == nullptr ? nullptr : std::get_if<std::string>(value);
  return text == nullptr ? std::string() : *text;
}

json::object item_json(const records::Field& list, const records::Item& item, std::size_t place) {
  std::string text;
  for (const auto& field : list.children) {
    const auto* value = item.tree.value(field.name);
    if (field.type == records::FieldType::text && field.open() && value != nullptr)
      text += (text.empty() ? "" : " · ") + text_of(value);
  }
  return json::object{{"id", item.id}, {"place", place + 1}, {"text", text}};
}

// Items of one list that say the same in one of the fields that name them.
void alike_items(const records::Field& list, const records::Tree& tree, json::array& out) {
  const auto* items = tree.list(list.path);
  if (items == nullptr) return;
  std::size_t naming = 0;
  std::set<std::vector<std::size_t>> told;
  for (const auto& field : list.children) {
    if (field.type != records::FieldType::text || !field.open() || naming++ >= kNamingFields) continue;
    std::vector<Candidate> texts;
    for (const auto& item : *items) texts.push_back({"", text_of(item.tree.value(field.name))});
    for (const auto& group : alike(texts)) {
      if (!told.insert(group.members).second) continue;
      json::object row = likeness_json(group.likeness);
      row["path"] = list.path;
      row["field"] = field.path;
      row["label_vi"] = field.label.vi;
      row["label_en"] = field.label.en;
      json::array rows;
      for (const auto i : group.members) rows.push_back(item_json(list, (*items)[i], i));
      row["items"] = std::move(rows);
      out.push_back(std::move(row));
    }
  }
}

void alike_items(const std::vector<records::Field>& fields, const records::Tree& tree, json::array& out) {
  for (const auto& field : fields) {
    if (field.type == records::FieldType::group) alike_items(field.children, tree, out);
    if (field.type == records::FieldType::repeat) alike_items(field, tree, out);
  }
}

}  // namespace

Result<json::array> similar_records(Session& s, Documents& documents, const Loaded& loaded) {
  json::array out;
  if (loaded.type == nullptr || loaded.view.deleted) return out;
  const auto date = is_event(loaded.type) ? std::optional<std::string>(loaded.row.date) : std::nullopt;
  GANDAN_TRY(const auto rows, vault::alike_rows(*s.vault, loaded.row, date));
  const std::string scope = scope_of(loaded.row, loaded.type);
  const std::string title = documents.title(loaded.row);
  for (const auto& row : rows) {
    if (out.size() == kMostSimilar) break;
    if (row.id == loaded.row.id || scope_of(row, loaded.type) != scope) continue;
    if (compare(row.title, loaded.row.title) == Likeness::different) continue;
    const Likeness likeness = compare(documents.title(row), title);
    if (likeness == Likeness::different) continue;
    json::object one = likeness_json(likeness);
    one["record"] = documents.row_json(row);
    out.push_back(std::move(one));
  }
  return out;
}

Result<json::value> duplicate_list(Session& s, Params& p) {
  const auto id = p.optional_text("record");
  const auto unit = p.optional_text("unit");
  vault::ListFilter filter;
  filter.kind = p.text_or("kind", "");
  filter.from = p.optional_date("from");
  filter.until = p.optional_date("until");
  filter.limit = kMostRows;
  const auto limit = static_cast<std::size_t>(p.integer_or("limit", kUsualGroups, 1, kMostGroups));
  GANDAN_CHECK(p.done());
  if (!filter.kind.empty() && s.catalog->find(filter.kind) == nullptr)
    return Error{Code::unknown_kind, filter.kind};
  Documents documents(s);
  if (unit) {
    GANDAN_TRY(filter.unit, documents.names().find_unit(*unit));
  }
  json::array groups;
  json::array items;
  std::vector<vault::RecordRow> rows;
  RecordId only;
  if (id) {
    GANDAN_TRY(const auto loaded, documents.load(*id));
    only = loaded->row.id;
    if (loaded->type != nullptr) alike_items(loaded->type->fields, loaded->document.tree, items);
    GANDAN_TRY(rows, rows_beside(s, loaded->row));
  } else {
    GANDAN_TRY(rows, vault::list(*s.vault, filter));
  }
  for (const auto& group : alike_records(s, documents, rows)) {
    if (groups.size() == limit) break;
    json::object row = likeness_json(group.likeness);
    json::array members;
    bool named = !id;
    for (const auto i : group.members) {
      named = named || rows[i].id == only;
      members.push_back(documents.row_json(rows[i]));
    }
    if (!named) continue;
    row["records"] = std::move(members);
    groups.push_back(std::move(row));
  }
  return json::value(json::object{{"records", std::move(groups)}, {"items", std::move(items)}});
}

}  // namespace gandan::app
