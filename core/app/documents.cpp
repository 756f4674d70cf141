#include "app/documents.hpp"

#include <algorithm>

#include "app/arrival.hpp"
#include "app/sealed.hpp"
#include "app/workflow.hpp"
#include "base/calendar.hpp"
#include "records/format.hpp"
#include "vault/acts.hpp"
#include "vault/segments.hpp"

namespace gandan::app {
namespace {

std::vector<vault::Change> to_vault(std::vector<records::Change> changes) {
  std::vector<vault::Change> out;
  out.reserve(changes.size());
  for (auto& change : changes) out.emplace_back(std::move(change.path), std::move(change.value));
  return out;
}

// Plans and writes one save; `record` makes the id when the record is new.
template <class MakeRecord>
Result<std::size_t> plan_and_save(Session& session, const UnitId& unit, const records::RecordType& type,
                                  const changelog::RecordState& state, const json::object& patch,
                                  const Blobs& blobs, const Marks& marks, MakeRecord record) {
  vault::Vault& vault = *session.vault;
  GANDAN_TRY(const auto feed, vault::open_feed(vault, unit));
  vault::IdMaker ids(feed);
  const RecordId id = record(ids);
  Documents documents(session);
  records::SaveInput input;
  input.patch = &patch;
  input.blobs = blobs;
  input.new_item = [&ids] { return ids.item(); };
  input.links = documents.links();
  input.reveal = reveal_of(vault, unit, id);
  input.find_record = [&vault](std::string_view text) { return vault::resolve_id(vault, text); };
  GANDAN_TRY(auto changes, records::plan_save(*session.catalog, type, state, input));
  if (changes.empty()) return std::size_t{0};
  const std::size_t count = changes.size();
  auto all = to_vault(std::move(changes));
  all.insert(all.end(), marks.begin(), marks.end());
  KeyToWrite key(vault, unit, id);
  GANDAN_CHECK(close_personal(type, all, key));
  GANDAN_CHECK(vault::save(vault, unit, id, all, current_holder(vault), ids, key.fresh()));
  return count;
}

const Hash& content_of(const changelog::OpEntry& final_op) {
  return std::get<changelog::Mark>(final_op.value).content;
}

// Who may write into whose records: see may_change.
constexpr int kOfficeRank = 2;
constexpr int kCadreRank = 3;
int rank_of(roster::Role role) {
  switch (role) {
    case roster::Role::admin:
    case roster::Role::cadre:
      return kCadreRank;
    case roster::Role::office:
      return kOfficeRank;
    case roster::Role::supervisor:
      return 1;
    case roster::Role::auditor:
      return 0;
  }
  return 0;
}

// Of several roles the one nearest to the people counts; `ever`: also those that ended.
int rank_in(const roster::Roster& roster, const DeviceId& device, const UnitId& unit, bool ever) {
  int out = 0;
  if (const auto* info = roster.device(device); info != nullptr)
    for (const auto& grant : info->grants)
      if ((ever || !grant.until) && roster.within(unit, grant.unit)) out = std::max(out, rank_of(grant.role));
  return out;
}

// The kinds that a right is needed for, beside that to write in the unit at all. A unit's name and code hold
// for the whole realm: they are its administrators' to write. What it is to reach, an office says of itself
// and of those below.
const roster::Right* right_to_write(std::string_view kind) {
  static constexpr roster::Right kName = roster::Right::administer, kGive = roster::Right::accept;
  if (kind == kUnitProfile) return &kName;
  return kind == kTarget ? &kGive : nullptr;
}

}  // namespace

std::vector<records::Version> versions_of(const Loaded& loaded) {
  return records::workflow(loaded.state, loaded.view, [](auto&, bool) { return false; }).versions;
}

records::LinkSource Documents::links() {
  return [this](const records::Document& from, const RecordId& id) { return linked_from(from, id); };
}

records::LinkSource Documents::present_links(const RecordId& of) {
  return [this, of](const records::Document& from, const RecordId& id) {
    return from.id == of ? linked(id) : linked_from(from, id);
  };
}

const records::Document* Documents::linked_from(const records::Document& from, const RecordId& id) {
  const auto* now = linked(id);
  if (now == nullptr || !from.judged_by || from.state == "draft") return now;
  const auto noted = from.judged_by->linked.find(id);
  if (noted != from.judged_by->linked.end()) return linked_then(id, noted->second);
  const auto versions = versions_of(*linked_.at(id));
  if (!versions.empty()) return linked_then(id, versions.front().mark().content);
  const auto draft = from.judged_by->drafts.find(id);
  return draft == from.judged_by->drafts.end() ? now : linked_draft(id, draft->second);
}

const records::Document* Documents::linked(const RecordId& id) {
  const auto known = linked_.find(id);
  if (known != linked_.end()) return known->second == nullptr ? nullptr : &known->second->document;
  auto& place = linked_[id];  // taken before loading: a ring of links ends here
  auto loaded = load(id);
  if (loaded.ok()) place = std::move(*loaded);
  return place == nullptr ? nullptr : &place->document;
}

// What was withdrawn since is withdrawn, with the figures that were signed.
const records::Document* Documents::linked_then(const RecordId& id, const Hash& content) {
  const auto* now = linked(id);
  if (now == nullptr) return nullptr;
  const auto& present = *linked_.at(id);
  if (present.view.finalized && content_of(*present.view.final_op) == content) return now;
  auto [place, fresh] = linked_then_.try_emplace({id, content});
  if (fresh) {
    auto loaded = load(id);
    if (loaded.ok() && to_version(**loaded, [&](const auto& v) { return v.mark().content == content; })) {
      if (now->state != "draft") (*loaded)->document.state = now->state;
      linked_then_[{id, content}] = std::move(*loaded);
    }
  }
  const auto& then = linked_then_.at({id, content});
  return then == nullptr ? now : &then->document;
}

// What is withdrawn is withdrawn, whatever it said then; what is not here of it leaves it as it is.
const records::Document* Documents::linked_draft(const RecordId& id, const changelog::Seen& seen) {
  const auto* now = linked(id);
  if (now == nullptr || linked_.at(id)->state.seen() == seen) return now;
  auto [place, fresh] = linked_drafts_.try_emplace({id, seen});
  if (fresh) {
    auto loaded = load(id);
    if (loaded.ok()) {
      (*loaded)->view.fields = changelog::fields_seen((*loaded)->state, seen);
      if (!(*loaded)->view.fields.empty()) {
        fill_document(**loaded);
        linked_drafts_[{id, seen}] = std::move(*loaded);
      }
    }
  }
  const auto& then = linked_drafts_.at({id, seen});
  return then == nullptr ? now : &then->document;
}

records::ReadWith Documents::read_with(const Loaded& loaded) {
  records::ReadWith out;
  const auto note = [&](const RecordId& id) {
    if (linked(id) == nullptr) return;
    const auto& other = *linked_.at(id);
    if (other.view.deleted) return;
    if (other.view.finalized)
      out.linked.emplace(id, content_of(*other.view.final_op));
    else
      out.drafts.emplace(id, other.state.seen());
  };
  for (const auto& [path, id] : records::links_of(*loaded.type, loaded.document)) note(id);
  if (const auto& profile = names_.unit(loaded.row.unit).profile; !profile.is_zero()) note(profile);
  return out;
}

Names::Unit Documents::unit_of(const records::Document& document) {
  Names::Unit out = names_.unit(document.unit);
  const auto* then = out.profile.is_zero() ? nullptr : linked_from(document, out.profile);
  if (then == nullptr) return out;
  const auto text = [then](const std::string& name) {
    const auto* value = then->tree.value(name);
    const auto* found = value == nullptr ? nullptr : std::get_if<std::string>(value);
    return found == nullptr ? std::string() : *found;
  };
  out.name = text("name_vi");
  out.place = text("place_name");
  if (out.place.empty()) out.place = bare_place(out.name);
  return out;
}

// Whoever signs can note a content that nobody has seen: until it is here, the present one is read.
void Documents::note_missing(const Loaded& loaded, std::vector<records::Verdict>& out) {
  if (!loaded.document.judged_by) return;
  for (const auto& [id, content] : loaded.document.judged_by->linked) {
    if (linked(id) == nullptr) continue;
    const auto versions = versions_of(*linked_.at(id));
    if (std::any_of(versions.begin(), versions.end(),
                    [&content = content](const auto& v) { return v.mark().content == content; }))
      continue;
    records::Verdict missing;
    missing.rule = "@linked";
    missing.severity = records::Severity::info;
    const std::string name = short_id(to_text(id));
    missing.message = {
        "Lúc chốt đã dùng một bản của hồ sơ " + name + " mà máy này chưa có; ở đây tính theo bản hiện nay.",
        "Finalised with a version of the record " + name + " that is not here; judged by the present one."};
    out.push_back(std::move(missing));
  }
}

Result<std::unique_ptr<Loaded>> Documents::load(std::string_view text) {
  GANDAN_TRY(const RecordId id, vault::resolve_id(*session_.vault, text));
  return load(id);
}

Result<std::unique_ptr<Loaded>> Documents::load(const RecordId& id) {
  auto out = std::make_unique<Loaded>();
  GANDAN_TRY(out->row, vault::find(*session_.vault, id));
  GANDAN_TRY(out->state, vault::load_state(*session_.vault, id));
  if (logged_ != nullptr) {
    auto there = logged_->of(id, out->state);
    if (there.seen() != out->state.seen()) cut_.insert(id);
    out->state = std::move(there);
    if (out->state.empty()) return Code::not_found;
  }
  out->view = changelog::view(out->state);
  fill_document(*out);
  return out;
}

void Documents::fill_document(Loaded& loaded) {
  loaded.document = records::make_document(loaded.row.id, loaded.row.unit, loaded.view);
  records::note_entries(loaded.document, loaded.state);
  records::note_recipients(loaded.document, loaded.state);
  records::reveal(loaded.document.tree, reveal(loaded));
  loaded.document.judged_by = records::judged_by(loaded.state, loaded.view);
  loaded.type = catalog().find_for(loaded.document);
  if (loaded.type != nullptr) catalog().calculate(loaded.document, links());
}

bool Documents::to_version(Loaded& loaded, const std::function<bool(const records::Version&)>& wanted) {
  const auto versions = versions_of(loaded);
  const auto found = std::find_if(versions.begin(), versions.end(), wanted);
  if (found == versions.end()) return false;
  loaded.view = records::view_of(loaded.state, loaded.view, *found);
  fill_document(loaded);
  return true;
}

Result<std::unique_ptr<Loaded>> Documents::load_version(std::string_view text, unsigned number) {
  GANDAN_TRY(auto out, load(text));
  const auto wanted = [&](const auto& version) {
    return number == 0 ? version.holds : version.number == number;
  };
  if (to_version(*out, wanted)) return out;
  if (to_version(*out, [](const auto&) { return true; }))
    return Error{Code::unknown_version, std::to_string(number)};
  return Code::not_finalized;
}

Result<std::unique_ptr<Loaded>> Documents::load_for_edit(std::string_view text, bool late,
                                                         std::string_view reason) {
  GANDAN_TRY(auto out, load(text));
  if (out->view.deleted) return Code::withdrawn;
  if (out->view.finalized && !late) return Code::finalized;
  if (out->view.finalized && reason.empty()) return Code::no_reason;
  GANDAN_CHECK(may_change(*out, reason));
  if (out->type == nullptr) return Error{Code::unknown_kind, out->row.kind};
  return out;
}

Status Documents::may_change(const Loaded& loaded, std::string_view reason) const {
  GANDAN_TRY(const roster::Roster* roster, session_.vault->roster());
  const UnitId& unit = loaded.row.unit;
  if (right_to_write(loaded.row.kind) != nullptr) return may_make(loaded.row.kind, unit);
  const int own = rank_in(*roster, session_.vault->identity().id, unit, false);
  if (own == 0 || own == kCadreRank) return {};  // the roster refuses, or lets it
  const auto* maker = vault::founder(*roster, loaded.row.id);
  if (maker != nullptr && rank_in(*roster, maker->device, unit, true) == own) return {};
  if (own < kOfficeRank) return Code::supervisor_reads;
  return reason.empty() ? Status(Code::others_record) : Status();
}

Status Documents::may_make(std::string_view kind, const UnitId& unit) const {
  const auto* right = right_to_write(kind);
  if (right == nullptr) return {};
  GANDAN_TRY(const roster::Roster* roster, session_.vault->roster());
  const bool may = roster->may(session_.vault->identity().id, *right, unit);
  return may ? Status() : Status(Error{Code::not_authorized, std::string(kind)});
}

Result<bool> Documents::is_cadre_of(const UnitId& unit) const {
  GANDAN_TRY(const roster::Roster* roster, session_.vault->roster());
  const auto* own = roster->device(session_.vault->identity().id);
  return own != nullptr && std::any_of(own->grants.begin(), own->grants.end(), [&](const auto& grant) {
           return grant.role == roster::Role::cadre && !grant.until && roster->within(unit, grant.unit);
         });
}

Result<std::unique_ptr<Loaded>> Documents::load_to_finalize(std::string_view text, std::string_view reason) {
  GANDAN_TRY(auto out, load(text));
  if (out->view.deleted) return Code::withdrawn;
  if (out->view.finalized && out->view.late.empty()) return Code::finalized;  // nothing is new
  if (out->type == nullptr) return Error{Code::unknown_kind, out->row.kind};
  GANDAN_CHECK(may_change(*out, reason));
  make_present(*out);
  out->document.judged_by = catalog().judgement_now(out->document, judge_options(out->document));
  return out;
}

void Documents::make_present(Loaded& loaded) {
  loaded.view.finalized = false;
  fill_document(loaded);
}

json::object Documents::json(const Loaded& loaded) {
  return records::document_json(
      catalog(), loaded.type, loaded.document, loaded.view, links(),
      [this](const changelog::OpEntry& op) { return names_.author(op); }, reveal(loaded));
}

records::Reveal Documents::reveal(const Loaded& loaded) {
  return reveal_of(*session_.vault, loaded.row.unit, loaded.row.id);
}

records::JudgeOptions Documents::judge_options(const records::Document& document) {
  records::JudgeOptions out;
  out.province = names_.province();
  out.present = present_links(document.id);
  return out;
}

std::vector<records::Verdict> Documents::verdicts(const Loaded& loaded) {
  if (loaded.type == nullptr || loaded.view.deleted) return {};
  auto out = catalog().judge(loaded.document, links(), judge_options(loaded.document));
  note_missing(loaded, out);
  note_unit(loaded, out);
  return out;
}

// A record of a day on which its unit was not there yet, or no more: after 2025-07-01 a commune's work stands
// in the one that took its place.
void Documents::note_unit(const Loaded& loaded, std::vector<records::Verdict>& out) {
  const auto day = records::day_of(*loaded.type, loaded.document);
  if (!day) return;
  const Names::Unit& unit = names_.unit(loaded.row.unit);
  const auto from = parse_date(unit.valid_from), to = parse_date(unit.valid_to);
  const bool early = from && *day < *from, late = to && *day > *to;
  if (!early && !late) return;
  records::Verdict verdict;
  verdict.rule = "@unit";
  verdict.severity = records::Severity::warning;
  verdict.holds = false;
  verdict.verified = true;
  const std::string bound_text = records::date_for_people(early ? *from : *to);
  verdict.message = early ? records::Label{"Ngày của hồ sơ đứng trước ngày " + unit.name + " có (" +
                                               bound_text + "): việc khi ấy thuộc đơn vị trước đó.",
                                           "The record's day lies before " + unit.name + " existed (" +
                                               bound_text + "): it belongs to the unit before it."}
                          : records::Label{"Ngày của hồ sơ đứng sau ngày " + unit.name + " kết thúc (" +
                                               bound_text + "): việc từ hôm sau thuộc đơn vị sau đó.",
                                           "The record's day lies after " + unit.name + " ended (" +
                                               bound_text + "): it belongs to the unit after it."};
  out.push_back(std::move(verdict));
}

// Titles that quote a linked record ("{village__name}") are filled here: the stored one knows no links.
std::string Documents::title(const vault::RecordRow& row) {
  const records::RecordType* type = catalog().find(row.kind);
  if (type == nullptr || type->title.find("__") == std::string::npos) return row.title;
  const auto loaded = load(row.id);
  if (!loaded.ok() || (*loaded)->type == nullptr) return row.title;
  return records::search_text(catalog(), *(*loaded)->type, (*loaded)->document, links()).title;
}

std::optional<vault::RecordRow> Documents::row(const RecordId& id) {
  auto found = vault::find(*session_.vault, id);
  return found.ok() ? std::optional<vault::RecordRow>(std::move(*found)) : std::nullopt;
}

json::object Documents::row_json(const vault::RecordRow& row) {
  const bool deleted = (row.flags & vault::kDeleted) != 0;
  const bool finalized = (row.flags & vault::kFinalized) != 0;
  records::Stage stage = records::Stage::draft;
  if (finalized || deleted) {
    const auto state = vault::load_state(*session_.vault, row.id);
    if (state.ok()) {
      const auto view = changelog::view(*state);
      if (const auto flow = flow_of(*session_.vault, *state, view); flow.ok()) stage = flow->stage;
    }
  }
  return json::object{{"id", to_text(row.id)},
                      {"kind", row.kind},
                      {"title", title(row)},
                      {"date", row.date},
                      {"unit", to_text(row.unit)},
                      {"unit_name", names_.unit_name(row.unit)},
                      {"state", deleted     ? "deleted"
                                : finalized ? "finalized"
                                            : "draft"},
                      {"workflow", records::to_text(stage)},
                      {"conflict", (row.flags & vault::kConflict) != 0},
                      {"late_edits", (row.flags & vault::kLateEdits) != 0}};
}

Result<json::value> Documents::answer(const RecordId& id) {
  GANDAN_TRY(const auto loaded, load(id));
  return answer(*loaded);
}

Result<json::value> Documents::answer(const Loaded& loaded) {
  GANDAN_TRY(auto arrival, record_arrival(*session_.vault, loaded));
  GANDAN_TRY(auto workflow, flow_json(*session_.vault, names_, loaded));
  GANDAN_TRY(auto sealed, sealed_json(*session_.vault, names_, loaded));
  json::object out{{"id", to_text(loaded.row.id)},
                   {"document", json(loaded)},
                   {"verdicts", records::verdicts_json(verdicts(loaded))},
                   {"workflow", std::move(workflow)},
                   {"arrival", std::move(arrival)}};
  if (!sealed.empty()) out["sealed"] = std::move(sealed);
  return json::value(std::move(out));
}

Marks reason_mark(const std::string& reason) {
  Marks out;
  if (!reason.empty()) out.emplace_back(records::kReasonMark, reason);
  return out;
}

Result<RecordId> save_new(Session& session, const UnitId& unit, std::string_view kind,
                          const json::object& patch, const Blobs& blobs, const Marks& marks) {
  const records::RecordType* type = session.catalog->find(kind);
  if (type == nullptr) return Error{Code::unknown_kind, std::string(kind)};
  GANDAN_CHECK(Documents(session).may_make(kind, unit));
  RecordId id;
  const auto make = [&id](vault::IdMaker& ids) { return id = ids.record(); };
  GANDAN_TRY(const std::size_t count, plan_and_save(session, unit, *type, {}, patch, blobs, marks, make));
  if (count == 0) return Error{Code::invalid_record, "empty"};
  return id;
}

Status check_new(Session& session, std::string_view kind, const json::object& patch) {
  const records::RecordType* type = session.catalog->find(kind);
  if (type == nullptr) return Error{Code::unknown_kind, std::string(kind)};
  ItemId item;  // only that they differ
  records::SaveInput input;
  input.patch = &patch;
  input.new_item = [&item] {
    ++item.bytes[item.bytes.back() == 0xff ? 0 : ItemId::size - 1];
    return item;
  };
  GANDAN_TRY(const auto changes, records::plan_save(*session.catalog, *type, {}, input));
  return changes.empty() ? Status(Error{Code::invalid_record, "empty"}) : Status();
}

Result<std::size_t> save_patch(Session& session, const Loaded& loaded, const json::object& patch,
                               const Blobs& blobs, const Marks& marks) {
  const auto same = [&loaded](vault::IdMaker&) { return loaded.row.id; };
  return plan_and_save(session, loaded.row.unit, *loaded.type, loaded.state, patch, blobs, marks, same);
}

Status save_overrides(Session& session, const Loaded& loaded, const std::vector<records::Verdict>& verdicts,
                      const std::vector<records::Override>& overrides) {
  vault::Vault& vault = *session.vault;
  GANDAN_TRY(const auto feed, vault::open_feed(vault, loaded.row.unit));
  vault::IdMaker ids(feed);
  GANDAN_TRY(auto changes,
             records::plan_overrides(loaded.document, verdicts, overrides, [&ids] { return ids.item(); }));
  if (changes.empty()) return {};
  return vault::save(vault, loaded.row.unit, loaded.row.id, to_vault(std::move(changes)),
                     current_holder(vault), ids);
}

Status save_changes(Session& session, const Loaded& loaded, std::vector<vault::Change> changes) {
  KeyToWrite key(*session.vault, loaded.row.unit, loaded.row.id);
  return save_changes(session, loaded, std::move(changes), key);
}

Status save_changes(Session& session, const Loaded& loaded, std::vector<vault::Change> changes,
                    KeyToWrite& key) {
  vault::Vault& vault = *session.vault;
  GANDAN_TRY(const auto feed, vault::open_feed(vault, loaded.row.unit));
  const vault::IdMaker ids(feed);
  if (loaded.type != nullptr) GANDAN_CHECK(close_personal(*loaded.type, changes, key));
  return vault::save(vault, loaded.row.unit, loaded.row.id, changes, current_holder(vault), ids, key.fresh());
}

Status save_change(Session& session, const Loaded& loaded, std::string path, changelog::Value value) {
  std::vector<vault::Change> changes;
  changes.emplace_back(std::move(path), std::move(value));
  return save_changes(session, loaded, std::move(changes));
}

}  // namespace gandan::app
