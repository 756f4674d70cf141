// Methods record.kinds, record.add, record.edit, record.finalize, record.withdraw: what changes a record.
#include <algorithm>
#include <set>

#include "app/dispatch.hpp"
#include "app/documents.hpp"
#include "app/files.hpp"
#include "app/numbers.hpp"
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

// The patch of a save: from a file, from the request, or both; what the request says wins.
struct PatchSource {
  const json::object* given = nullptr;
  std::optional<std::string> file;

  static PatchSource read(Params& p) {
    PatchSource out{p.optional_object("record"), p.optional_path("record_file")};
    if (out.given == nullptr && !out.file)
      p.fault("record", "required", "Cần record (nội dung) hoặc record_file (tệp JSON).",
              "Needs record (its content) or record_file (a JSON file).");
    return out;
  }
  Result<json::object> patch() const {
    json::object out;
    if (file) {
      GANDAN_TRY(const Bytes content, read_file(*file, kMaxRecordFile));
      GANDAN_TRY(json::value parsed, json::parse(as_text(content)));
      if (!parsed.is_object()) return Error{Code::bad_json, "a record is an object"};
      out = std::move(parsed.get_object());
    }
    if (given != nullptr)
      for (const auto& member : *given) out[member.key()] = member.value();
    return out;
  }
};

}  // namespace

Result<json::value> record_kinds(Session& s, Params& p) {
  const auto kind = p.optional_text("kind");
  GANDAN_CHECK(p.done());
  json::array kinds;
  for (const auto* type : s.catalog->types())
    if (!kind || type->kind == *kind) kinds.push_back(records::type_json(*type));
  if (kind && kinds.empty()) return Error{Code::unknown_kind, *kind};
  return json::value(json::object{{"kinds", std::move(kinds)}});
}

Result<json::value> record_add(Session& s, Params& p) {
  const std::string kind = p.text("kind");
  const auto unit_text = p.optional_text("unit");
  const auto source = PatchSource::read(p);
  GANDAN_CHECK(p.done());
  GANDAN_TRY(const json::object patch, source.patch());
  Documents documents(s);
  if (s.catalog->find(kind) == nullptr) return Error{Code::unknown_kind, kind};
  GANDAN_TRY(const UnitId unit, documents.names().unit_or_own(unit_text));
  GANDAN_TRY(const RecordId id, save_new(s, unit, kind, patch));
  return documents.answer(id);
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
  const json::object* said = p.optional_object("record");
  GANDAN_CHECK(p.done());
  Documents documents(s);
  GANDAN_TRY(const auto source, documents.load(id));
  const records::RecordType* type = s.catalog->find(source->row.kind);
  if (type == nullptr) return Error{Code::unknown_kind, source->row.kind};
  UnitId unit = source->row.unit;
  if (unit_text) {
    GANDAN_TRY(unit, documents.names().find_unit(*unit_text));
  }
  const json::object nothing;
  std::set<std::string> left_out;
  Marks marks;
  marks.emplace_back(records::kCopiedMark, to_text(source->row.id));
  GANDAN_TRY(const RecordId made, save_copy(s, unit, *type, records::copy_patch(*type, source->document),
                                            marks, said == nullptr ? nothing : *said, left_out));
  Documents after(s);
  GANDAN_TRY(auto out, after.answer(made));
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
  GANDAN_TRY(const json::object patch, source.patch());
  Documents documents(s);
  GANDAN_TRY(const auto loaded, documents.load_for_edit(id, late, reason));
  GANDAN_TRY(const std::size_t changed, save_patch(s, *loaded, patch, {}, reason_mark(reason)));
  Documents after(s);
  GANDAN_TRY(auto out, after.answer(loaded->row.id));
  out.get_object()["changed"] = changed;
  return out;
}

Result<json::value> record_finalize(Session& s, Params& p) {
  const std::string id = p.text("id");
  const auto overrides = read_overrides(p);
  const std::string reason = p.optional_sentence("reason");
  const bool numbered = p.flag("numbered");
  GANDAN_CHECK(p.done());
  {
    Documents documents(s);
    GANDAN_TRY(const auto draft, documents.load_to_finalize(id));
    if (numbered) GANDAN_CHECK(check_numbering(s, *draft, ""));
    if (draft->view.final_op != nullptr && reason.empty() && !says_why(*draft)) return Code::no_reason;
    auto faults = records::check_final(*s.catalog, *draft->type, draft->document, documents.links());
    for (const auto& [path, field] : draft->view.fields)
      if (field.conflict())
        faults.push_back({std::string(path), "conflict",
                          "Hai người ghi khác nhau; chọn bản đúng rồi hãy chốt.",
                          "Two people wrote different things; choose before it is finalised."});
    if (!faults.empty()) return Error{Code::invalid_record, "not complete", std::move(faults)};
    GANDAN_CHECK(save_overrides(s, *draft, documents.verdicts(*draft), overrides));
  }
  Documents documents(s);  // the signed state has the reasons in it
  GANDAN_TRY(const auto loaded, documents.load_to_finalize(id));
  GANDAN_TRY(const roster::Roster* roster, s.vault->roster());
  changelog::Mark mark;
  mark.seen = loaded->state.seen();
  mark.content =
      changelog::content_hash(roster->realm(), loaded->row.unit, loaded->row.id, loaded->state, mark.seen);
  Marks marks = reason_mark(reason);
  marks.emplace_back(records::kFinalMark, mark);
  marks.emplace_back(std::string(records::kJudgedMark),
                     records::judged_text(documents.rules_in_force(*loaded)));
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
  changelog::Mark mark;
  mark.seen = loaded->state.seen();
  mark.reason = reason;
  GANDAN_CHECK(save_change(s, *loaded, "@deleted", mark));
  Documents after(s);
  return after.answer(loaded->row.id);
}

}  // namespace gandan::app
