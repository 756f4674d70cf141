// Methods record.show, record.list, record.table, record.links, record.history, search: what reads records.
#include "app/acts.hpp"
#include "app/arrival.hpp"
#include "app/dispatch.hpp"
#include "app/story.hpp"
#include "base/calendar.hpp"

namespace gandan::app {
namespace {

constexpr std::int64_t kMaxRows = 10'000;
constexpr std::size_t kProgressRows = 200;

std::optional<vault::Standing> read_standing(Params& p) {
  const std::string text = p.text_or("state", "");
  if (text == "draft") return vault::Standing::draft;
  if (text == "finalized") return vault::Standing::finalized;
  if (text == "withdrawn") return vault::Standing::withdrawn;
  if (!text.empty())
    p.fault("state", "choice", "Phải là draft, finalized hoặc withdrawn.",
            "Must be draft, finalized or withdrawn.");
  return std::nullopt;
}

Result<vault::ListFilter> read_filter(Params& p, Names& names, std::int64_t usual_limit) {
  vault::ListFilter filter;
  filter.kind = p.text_or("kind", "");
  filter.from = p.optional_date("from");
  filter.until = p.optional_date("until");
  filter.limit = static_cast<std::size_t>(p.integer_or("limit", usual_limit, 1, kMaxRows));
  filter.offset = static_cast<std::size_t>(p.integer_or("offset", 0, 0, 1 << 30));
  filter.standing = read_standing(p);
  filter.deleted = p.flag("deleted");
  filter.conflicts = p.flag("conflicts");
  const auto unit = p.optional_text("unit");
  GANDAN_CHECK(p.done());
  if (unit) {
    GANDAN_TRY(filter.unit, names.find_unit(*unit));
  }
  return filter;
}

const char* to_text(vault::Arrival arrival) {
  switch (arrival) {
    case vault::Arrival::pending:
      return "pending";
    case vault::Arrival::sealed:
      return "sealed";
    case vault::Arrival::received:
      return "received";
  }
  return "pending";
}

}  // namespace

// As it stands now; or the signed state alone, of any version.
Result<json::value> record_show(Session& s, Params& p) {
  const std::string id = p.text("id");
  const bool signed_only = p.flag("signed");
  const auto version = static_cast<unsigned>(p.integer_or("version", 0, 1, 1 << 20));
  GANDAN_CHECK(p.done());
  Documents documents(s);
  GANDAN_TRY(const auto loaded,
             signed_only || version > 0 ? documents.load_version(id, version) : documents.load(id));
  return documents.answer(*loaded);
}

Result<json::value> record_list(Session& s, Params& p) {
  const std::string order = p.text_or("order", "newest");
  if (order != "newest" && order != "title")
    p.fault("order", "choice", "Phải là newest hoặc title.", "Must be newest or title.");
  Documents documents(s);
  GANDAN_TRY(auto filter, read_filter(p, documents.names(), 200));
  filter.by_title = order == "title";
  if (!filter.kind.empty() && s.catalog->find(filter.kind) == nullptr)
    return Error{Code::unknown_kind, filter.kind};
  GANDAN_TRY(const auto rows, vault::list(*s.vault, filter));
  json::array out;
  for (const auto& row : rows) out.push_back(documents.row_json(row));
  return json::value(json::object{{"records", std::move(out)}});
}

Result<json::value> search(Session& s, Params& p) {
  const std::string text = p.text("text");
  Documents documents(s);
  GANDAN_TRY(const auto filter, read_filter(p, documents.names(), 50));
  if (!filter.kind.empty() && s.catalog->find(filter.kind) == nullptr)
    return Error{Code::unknown_kind, filter.kind};
  GANDAN_TRY(const auto hits, vault::search(*s.vault, text, filter));
  json::array out;
  for (const auto& hit : hits) {
    json::object row = documents.row_json(hit.row);
    row["exact"] = hit.exact;
    json::array parts;
    for (const auto& part : hit.snippet)
      parts.push_back(json::object{{"text", part.text}, {"hit", part.hit}});
    row["snippet"] = std::move(parts);
    out.push_back(std::move(row));
  }
  json::object answer{{"hits", std::move(out)}};
  // Who looks for what was withdrawn, and finds nothing, should not think that it was never there.
  if (!filter.standing && !filter.deleted && filter.offset == 0 && hits.size() < filter.limit) {
    auto others = filter;
    others.standing = vault::Standing::withdrawn;
    GANDAN_TRY(const auto withdrawn, vault::search(*s.vault, text, others));
    if (!withdrawn.empty()) answer["withdrawn"] = withdrawn.size();
  }
  return json::value(std::move(answer));
}

// Both ways: what this record names, and what names it.
namespace {

constexpr std::size_t kMaxColumns = 60;

// What a table shows of a field: nothing that is closed, and of a list how many items it has. `base` begins
// the paths of a list's items.
bool tabled(const records::Field& field, std::string_view base) {
  return field.open() && field.type != records::FieldType::note && field.type != records::FieldType::group &&
         field.path.size() > base.size() && field.path.compare(0, base.size(), base) == 0 &&
         field.path.find("[]", base.size()) == std::string::npos;
}
void columns_of(const std::vector<records::Field>& fields, std::string_view base,
                std::vector<const records::Field*>& out) {
  for (const auto& field : fields) {
    if (field.type == records::FieldType::group) columns_of(field.children, base, out);
    if (tabled(field, base) && !field.read_only) out.push_back(&field);
  }
}

Error not_in_a_table(const std::string& param, const std::string& path) {
  return {Code::bad_request,
          param,
          {{param, "unknown_field", "Không đưa được mục này vào bảng: " + path,
            "This field cannot stand in a table: " + path}}};
}

// The records of one kind, or the items of one of its lists.
struct Table {
  const records::Field* list = nullptr;
  std::string base;  // before the names within an item
  std::vector<const records::Field*> columns;
};

Result<Table> read_table_asked(const records::RecordType& type, const std::string& list,
                               const std::vector<std::string>& wanted) {
  Table out;
  if (!list.empty()) {
    out.list = type.find(list);
    if (out.list == nullptr || out.list->type != records::FieldType::repeat || !tabled(*out.list, ""))
      return not_in_a_table("list", list);
    out.base = list + "[].";
  }
  if (wanted.empty())
    columns_of(out.list == nullptr ? type.fields : out.list->children, out.base, out.columns);
  for (const auto& path : wanted) {
    const auto* field = type.find(path);
    if (field == nullptr || !tabled(*field, out.base)) return not_in_a_table("fields", path);
    out.columns.push_back(field);
  }
  return out;
}

json::array values_of(const Table& table, const records::Tree& tree) {
  json::array out;
  for (const auto* field : table.columns) {
    const auto name = field->path.substr(table.base.size());
    if (field->type == records::FieldType::repeat) {
      const auto* items = tree.list(name);
      out.push_back(json::integer(static_cast<std::int64_t>(items == nullptr ? 0 : items->size())));
    } else {
      const auto* value = tree.value(name);
      out.push_back(value == nullptr ? json::value(nullptr) : records::value_json(*value));
    }
  }
  return out;
}

}  // namespace

// One kind's records, or the items of their lists, as a table: for maps, coverage and files for spreadsheets.
Result<json::value> record_table(Session& s, Params& p) {
  std::vector<std::string> wanted;
  if (p.has("fields")) wanted = p.texts("fields", kMaxColumns);
  const std::string list = p.text_or("list", "");
  Documents documents(s);
  GANDAN_TRY(auto filter, read_filter(p, documents.names(), kMaxRows));
  const records::RecordType* type = s.catalog->find(filter.kind);
  if (type == nullptr) return Error{Code::unknown_kind, filter.kind};
  GANDAN_TRY(const auto table, read_table_asked(*type, list, wanted));
  json::array columns;
  for (const auto* field : table.columns)
    columns.push_back(
        json::object{{"path", field->path},
                     {"type", records::to_text(field->type)},
                     {"label", json::object{{"vi", field->label.vi}, {"en", field->label.en}}}});
  GANDAN_TRY(const auto rows, vault::list(*s.vault, filter));
  json::array out;
  std::size_t read = 0;
  for (const auto& row : rows) {
    GANDAN_TRY(const auto loaded, documents.load(row.id));
    const auto& tree = loaded->document.tree;
    if (table.list == nullptr) {
      out.push_back(json::object{{"record", documents.row_json(row)}, {"values", values_of(table, tree)}});
    } else if (const auto* items = tree.list(list)) {
      for (const auto& item : *items)
        out.push_back(json::object{
            {"record", documents.row_json(row)}, {"item", item.id}, {"values", values_of(table, item.tree)}});
    }
    if (++read % kProgressRows == 0 && !s.progress(json::object{{"records", read}})) return Code::cancelled;
  }
  return json::value(json::object{{"kind", filter.kind},
                                  {"columns", std::move(columns)},
                                  {"records", json::integer(static_cast<std::int64_t>(read))},
                                  {"rows", std::move(out)}});
}

Result<json::value> record_links(Session& s, Params& p) {
  const std::string id = p.text("id");
  GANDAN_CHECK(p.done());
  Documents documents(s);
  GANDAN_TRY(const auto loaded, documents.load(id));
  const auto link = [&](const records::RecordType* type, std::string_view path) {
    const records::Field* field = type == nullptr ? nullptr : type->find(path);
    return json::object{{"path", path},
                        {"label_vi", field == nullptr ? std::string(path) : field->label.vi},
                        {"label_en", field == nullptr ? std::string(path) : field->label.en}};
  };
  json::array out;
  if (loaded->type != nullptr) {
    for (const auto& [path, target] : records::links_of(*loaded->type, loaded->document)) {
      json::object row = link(loaded->type, path);
      row["id"] = gandan::to_text(target);
      if (const auto found = vault::find(*s.vault, target); found.ok())
        row["record"] = documents.row_json(*found);
      out.push_back(std::move(row));
    }
  }
  json::array in;
  GANDAN_TRY(const auto back, vault::links_to(*s.vault, loaded->row.id, kMaxRows));
  for (const auto& one : back) {
    json::object row = link(s.catalog->find(one.row.kind), one.path);
    row["id"] = gandan::to_text(one.row.id);
    row["record"] = documents.row_json(one.row);
    in.push_back(std::move(row));
  }
  return json::value(
      json::object{{"id", gandan::to_text(loaded->row.id)}, {"out", std::move(out)}, {"in", std::move(in)}});
}

Result<json::value> record_history(Session& s, Params& p) {
  const std::string id = p.text("id");
  GANDAN_CHECK(p.done());
  Documents documents(s);
  GANDAN_TRY(const auto loaded, documents.load(id));
  GANDAN_TRY(const auto origins, vault::history(*s.vault, loaded->state));
  GANDAN_TRY(auto chapters, story(s, documents, *loaded, origins));
  const auto reveal = documents.reveal(*loaded);
  json::array changes;
  for (const auto& origin : origins) {
    const records::Field* field = loaded->type == nullptr ? nullptr : loaded->type->find(origin.path);
    json::object change{{"path", origin.path},
                        {"label_vi", field == nullptr ? origin.path : field->label.vi},
                        {"label_en", field == nullptr ? origin.path : field->label.en},
                        {"value", records::value_json(reveal(origin.path, origin.op->value))},
                        {"author", documents.names().author(*origin.op)},
                        {"replaces", origin.op->replaces.size()},
                        {"arrival", to_text(origin.arrival)}};
    if (origin.accepted) change["accepted"] = true;
    if (origin.arrival != vault::Arrival::pending) change["sequence"] = origin.sequence;
    if (origin.ledger_index) change["ledger_index"] = *origin.ledger_index;
    if (origin.receipt_ms) change["received_at"] = instant_text(*origin.receipt_ms);
    changes.push_back(std::move(change));
  }
  json::object out{{"id", gandan::to_text(loaded->row.id)},
                   {"title", documents.title(loaded->row)},
                   {"story", std::move(chapters)},
                   {"changes", std::move(changes)}};
  GANDAN_TRY(auto erasures, erasures_of(s, documents, loaded->row.id));
  if (!erasures.empty()) out["proposals"] = std::move(erasures);
  return json::value(std::move(out));
}

}  // namespace gandan::app
