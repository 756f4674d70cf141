// Methods record.kinds, record.add, record.edit, record.finalize, record.withdraw: what changes a record.
#include <algorithm>
#include <set>

#include "app/dispatch.hpp"
#include "app/documents.hpp"
#include "app/duplicates.hpp"
#include "app/files.hpp"
#include "app/numbers.hpp"
#include "app/old_text.hpp"
#include "app/rows.hpp"
#include "records/workflow.hpp"

namespace gandan::app {
namespace {

constexpr std::size_t kMaxReason = 4000;  // bytes

std::vector<records::Override> read_overrides(Params& p) {
  std::vector<records::Override> out;
  const json::value* given = p.any("overrides");
  if (given == nullptr || given->is_null()) return out;
  const auto wrong = [&p] {
    p.fault("overrides", "type", "Cần danh sách {rule, reason}.", "Wants a list of {rule, reason}.");
    return std::vector<records::Override>();
  };
  if (!given->is_array()) return wrong();
  for (const auto& row : given->get_array()) {
    const json::object* o = row.if_object();
    const auto rule = o == nullptr ? std::nullopt : json::find_text(*o, "rule");
    const auto reason = o == nullptr ? std::nullopt : json::find_text(*o, "reason");
    if (!rule || !reason || o->size() != 2 || reason->size() > kMaxReason) return wrong();
    out.push_back({*rule, *reason});
  }
  return out;
}

// Whether what changed since the signed version says why, so that the next one needs no reason of its own.
bool says_why(const Loaded& loaded) {
  return std::any_of(loaded.view.late.begin(), loaded.view.late.end(), [&](const auto& change) {
    return records::reason_of(loaded.state, *change.second) != nullptr;
  });
}

constexpr std::size_t kMaxRecordFile = std::size_t{4} << 20;

// The patch of a save: from a file, from the request, or both; what the request says wins. Rows of a table
// become new items of one list. Then the marks that keep how its texts came.
struct PatchSource {
  const json::object* given = nullptr;
  std::optional<std::string> file;
  std::optional<std::string> rows_file;
  std::string rows_path;
  OldText old_text = OldText::ask;

  static PatchSource read(Params& p) {
    PatchSource out{p.optional_object("record"), p.optional_path("record_file"), p.optional_path("rows_file"),
                    p.text_or("rows", ""), read_old_text(p)};
    if (out.given == nullptr && !out.file && !out.rows_file)
      p.fault("record", "required", "Cần record (nội dung), record_file (tệp JSON) hoặc rows_file (bảng).",
              "Needs record (its content), record_file (a JSON file) or rows_file (a table).");
    if (!out.rows_path.empty() && !out.rows_file)
      p.fault("rows_file", "required", "Cần tệp bảng cho danh sách này.", "Needs the table for this list.");
    return out;
  }
  Result<std::pair<json::object, Marks>> patch(Session& s, const records::RecordType& type) const {
    json::object out;
    if (file) {
      GANDAN_TRY(const Bytes content, read_file(*file, kMaxRecordFile));
      GANDAN_TRY(const std::string text, read_text(as_text(content)));
      GANDAN_TRY(json::value parsed, json::parse(text));
      if (!parsed.is_object())
        return Error{Code::bad_json,
                     "a record is an object",
                     {{file_name(*file), "type", "Nội dung hồ sơ phải nằm trong dấu { }.",
                       "A record's content stands within { }."}}};
      out = std::move(parsed.get_object());
    }
    if (given != nullptr)
      for (const auto& member : *given) out[member.key()] = member.value();
    GANDAN_TRY(auto converted, settle_old_text(out, old_text));
    converted = without_personal(type, std::move(converted));
    if (rows_file) {
      const records::Field* list = rows_path.empty() ? first_list(type.fields) : type.find(rows_path);
      if (list == nullptr || list->type != records::FieldType::repeat || list->read_only)
        return Error{Code::invalid_record,
                     "rows",
                     {{rows_path, "no_list", "Mẫu không có danh sách này.", "The form has no such list."}}};
      GANDAN_TRY(auto table, read_table(s.seams.spreadsheets, *rows_file));
      GANDAN_TRY(const auto cells, settle_old_text(table, old_text));
      if (!has_personal(list->children)) converted.insert(converted.end(), cells.begin(), cells.end());
      GANDAN_TRY(auto items, rows_as_items(*list, table));
      auto& there = out[list->path];
      if (there.is_array()) items.insert(items.begin(), there.get_array().begin(), there.get_array().end());
      there = std::move(items);
    }
    return std::pair(std::move(out), keep_originals(converted));
  }

 private:
  static const records::Field* first_list(const std::vector<records::Field>& fields) {
    for (const auto& field : fields) {
      if (field.type == records::FieldType::repeat && !field.read_only) return &field;
      if (const auto* inner = field.type == records::FieldType::group ? first_list(field.children) : nullptr)
        return inner;
    }
    return nullptr;
  }
};

// The answer of a new record: what looks like it is offered, for a person to compare.
Result<json::value> answer_new(Session& s, const RecordId& id) {
  Documents documents(s);
  GANDAN_TRY(const auto loaded, documents.load(id));
  GANDAN_TRY(auto out, documents.answer(*loaded));
  GANDAN_TRY(auto similar, similar_records(s, documents, *loaded));
  out.get_object()["similar"] = std::move(similar);
  return out;
}

}  // namespace

Result<json::value> record_kinds(Session& s, Params& p) {
  const auto kind = p.optional_text("kind");
  // Of the version by which a record was written: its own form has fields that the newest may have dropped.
  const auto version = static_cast<std::uint32_t>(p.integer_or("schema", 0, 1, UINT32_MAX));
  if (version != 0 && !kind)
    p.fault("kind", "required", "Phiên bản của loại hồ sơ nào?", "The version of which kind?");
  GANDAN_CHECK(p.done());
  json::array kinds;
  if (version != 0) {
    const auto* type = s.catalog->find(*kind, version);
    if (type == nullptr) return Error{Code::unknown_kind, *kind + " v" + std::to_string(version)};
    kinds.push_back(records::type_json(*type));
    return json::value(json::object{{"kinds", std::move(kinds)}});
  }
  for (const auto* type : s.catalog->types())
    if (!kind || type->kind == *kind) kinds.push_back(records::type_json(*type));
  if (kind && kinds.empty()) return Error{Code::unknown_kind, *kind};
  return json::value(json::object{{"kinds", std::move(kinds)}});
}

Result<json::value> record_add(Session& s, Params& p) {
  const std::string kind = p.text("kind");
  const auto unit_text = p.optional_text("unit");
  const auto source = PatchSource::read(p);
  const records::RecordType* type = s.catalog->find(kind);
  // First: who mistyped the kind is not asked for the content of a record that there is not.
  if (type == nullptr && !kind.empty()) return Error{Code::unknown_kind, kind};
  GANDAN_CHECK(p.done());
  GANDAN_TRY(const auto save, source.patch(s, *type));
  const auto& [patch, marks] = save;
  Documents documents(s);
  GANDAN_TRY(const UnitId unit, documents.names().unit_or_own(unit_text));
  GANDAN_TRY(const RecordId id, save_new(s, unit, kind, patch, {}, marks));
  return answer_new(s, id);
}

namespace {

// Saves a new record; what the form does not take as it is now (another version, a filter over a date) is
// left out by whole fields, and named.
Result<RecordId> save_copy(Session& s, const UnitId& unit, const records::RecordType& type,
                           json::object patch, const Marks& marks, const json::object& said,
                           std::set<std::string>& left_out) {
  for (;;) {
    json::object all = patch;
    for (const auto& member : said) all[member.key()] = member.value();
    auto saved = save_new(s, unit, type.kind, all, {}, marks);
    if (saved.ok() || saved.error().code != Code::invalid_record) return saved;
    bool dropped = false;
    for (const auto& field : saved.error().fields) {
      const std::string top = field.path.substr(0, field.path.find('['));
      if (json::find(said, top) != nullptr || json::find(patch, top) == nullptr) continue;
      patch.erase(top);
      left_out.insert(top);
      dropped = true;
    }
    if (!dropped) return saved;
  }
}

}  // namespace

// The last meeting as a start of the next: what the form copies, and whatever else the request says.
Result<json::value> record_copy(Session& s, Params& p) {
  const std::string id = p.text("id");
  const auto unit_text = p.optional_text("unit");
  const json::object* given = p.optional_object("record");
  const OldText old_text = read_old_text(p);
  GANDAN_CHECK(p.done());
  json::object said = given == nullptr ? json::object{} : *given;
  GANDAN_TRY(const auto converted, settle_old_text(said, old_text));
  Documents documents(s);
  GANDAN_TRY(const auto source, documents.load(id));
  const records::RecordType* type = s.catalog->find(source->row.kind);
  if (type == nullptr) return Error{Code::unknown_kind, source->row.kind};
  Marks marks = keep_originals(without_personal(*type, converted));
  UnitId unit = source->row.unit;
  if (unit_text) {
    GANDAN_TRY(unit, documents.names().find_unit(*unit_text));
  }
  std::set<std::string> left_out;
  marks.emplace_back(records::kCopiedMark, to_text(source->row.id));
  GANDAN_TRY(const RecordId made,
             save_copy(s, unit, *type, records::copy_patch(*type, source->document), marks, said, left_out));
  GANDAN_TRY(auto out, answer_new(s, made));
  json::array names;
  for (const auto& name : left_out) names.push_back(json::value(name));
  out.get_object()["left_out"] = std::move(names);
  return out;
}

Result<json::value> record_edit(Session& s, Params& p) {
  const std::string id = p.text("id");
  const auto source = PatchSource::read(p);
  const bool late = p.flag("late");
  const std::string reason = p.optional_sentence("reason");
  GANDAN_CHECK(p.done());
  Documents documents(s);
  GANDAN_TRY(const auto loaded, documents.load_for_edit(id, late, reason));
  GANDAN_TRY(auto save, source.patch(s, *loaded->type));
  auto& [patch, marks] = save;
  if (loaded->row.kind == kUnitProfile)
    if (const auto code = json::find_text(patch, "code")) {
      const auto other = documents.names().unit_with_code(*code);
      if (other && *other != loaded->row.unit) return Error{Code::unit_code_taken, *code};
    }
  for (auto& mark : reason_mark(reason)) marks.push_back(std::move(mark));
  GANDAN_TRY(const std::size_t changed, save_patch(s, *loaded, patch, {}, marks));
  Documents after(s);
  GANDAN_TRY(auto out, after.answer(loaded->row.id));
  out.get_object()["changed"] = changed;
  return out;
}

namespace {

// What a finalisation is to be read with. Signed again it may keep what it was signed with or take what is
// signed now: a person says which, where they differ.
Result<records::ReadWith> links_to_sign(Documents& documents, const Loaded& draft, std::string_view with) {
  auto out = documents.read_with(draft);
  const auto before = records::judged_by(draft.state, draft.view);
  if (!before) return out;
  std::vector<FieldError> changed;
  for (const auto& [id, content] : before->linked) {
    const auto now = out.linked.find(id);
    if (now == out.linked.end() || now->second == content) continue;
    const auto row = documents.row(id);
    const std::string what = short_id(to_text(id)) + " " + (row ? documents.title(*row) : std::string());
    changed.push_back(
        {"links", "changed",
         "Đã chốt lại từ khi hồ sơ này được chốt: " + what + ". Giữ bản cũ: then; theo bản mới: now.",
         "Finalised again since this record was: " + what +
             ". To keep the old version: then; to take the new one: now."});
    if (with == "then") now->second = content;
  }
  if (with.empty() && !changed.empty()) return Error{Code::bad_request, "links", std::move(changed)};
  return out;
}

}  // namespace

Result<json::value> record_finalize(Session& s, Params& p) {
  const std::string id = p.text("id");
  const auto overrides = read_overrides(p);
  const std::string reason = p.optional_sentence("reason");
  const bool numbered = p.flag("numbered");
  const std::string with = p.text_or("links", "");
  if (!with.empty() && with != "then" && with != "now")
    p.fault("links", "choice", "Phải là then hoặc now.", "Must be then or now.");
  GANDAN_CHECK(p.done());
  records::ReadWith read_with;
  {
    Documents documents(s);
    GANDAN_TRY(const auto draft, documents.load_to_finalize(id, reason));
    GANDAN_TRY(read_with, links_to_sign(documents, *draft, with));
    if (numbered) GANDAN_CHECK(check_numbering(s, *draft, ""));
    if (draft->view.final_op != nullptr && reason.empty() && !says_why(*draft)) return Code::no_reason;
    auto faults = records::check_final(*s.catalog, *draft->type, draft->document, documents.links());
    for (const auto& [path, field] : draft->view.contested())
      if (path != changelog::kFinalMark)
        faults.push_back({std::string(path), "conflict",
                          "Hai người ghi khác nhau; chọn bản đúng rồi hãy chốt.",
                          "Two people wrote different things; choose before it is finalised."});
    if (!faults.empty()) return Error{Code::invalid_record, "not complete", std::move(faults)};
    GANDAN_CHECK(save_overrides(s, *draft, documents.verdicts(*draft), overrides));
  }
  Documents documents(s);  // the signed state has the reasons in it
  GANDAN_TRY(const auto loaded, documents.load_to_finalize(id, reason));
  auto& judgement = *loaded->document.judged_by;
  static_cast<records::ReadWith&>(judgement) = std::move(read_with);
  GANDAN_TRY(const roster::Roster* roster, s.vault->roster());
  changelog::Mark mark;
  mark.seen = loaded->state.seen();
  mark.content =
      changelog::content_hash(roster->realm(), loaded->row.unit, loaded->row.id, loaded->state, mark.seen);
  Marks marks = reason_mark(reason);
  marks.emplace_back(records::kFinalMark, mark);
  marks.emplace_back(std::string(records::kJudgedMark), records::judged_text(judgement));
  if (auto linked = records::linked_text(judgement); !linked.empty())
    marks.emplace_back(std::string(records::kLinkedMark), std::move(linked));
  GANDAN_CHECK(save_changes(s, *loaded, marks));
  if (numbered && !number_of(*loaded)) GANDAN_CHECK(give_number(s, *loaded, {}));
  GANDAN_TRY(const std::size_t sealed, vault::seal(*s.vault));
  Documents after(s);
  GANDAN_TRY(auto out, after.answer(loaded->row.id));
  out.get_object()["content_hash"] = to_hex(mark.content.view());
  out.get_object()["sealed_segments"] = sealed;
  return out;
}

Result<json::value> record_withdraw(Session& s, Params& p) {
  const std::string id = p.text("id");
  const std::string reason = p.sentence("reason");
  GANDAN_CHECK(p.done());
  Documents documents(s);
  GANDAN_TRY(const auto loaded, documents.load(id));
  if (loaded->view.deleted) return Code::withdrawn;
  GANDAN_CHECK(documents.may_change(*loaded, reason));
  changelog::Mark mark;
  mark.seen = loaded->state.seen();
  mark.reason = reason;
  GANDAN_CHECK(save_change(s, *loaded, std::string(changelog::kDeletedMark), mark));
  Documents after(s);
  return after.answer(loaded->row.id);
}

}  // namespace gandan::app
