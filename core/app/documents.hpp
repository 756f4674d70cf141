// Documents: records as handlers read and write them: loaded with what they link to, shown with their
// authors' names, saved with the form's checks.
//
// Threading: as the vault's. A Documents lives for one request.
#pragma once

#include "app/names.hpp"
#include "app/personal.hpp"
#include "app/session.hpp"
#include "records/workflow.hpp"
#include "vault/logged.hpp"

namespace gandan::app {

// One record, opened. The view points into the state: neither moves once made.
struct Loaded {
  vault::RecordRow row;
  changelog::RecordState state;
  changelog::RecordView view;
  records::Document document;                 // with its calculations, personal fields opened
  const records::RecordType* type = nullptr;  // null: a kind that this version does not know
};

class Documents {
 public:
  // `logged`: as all records stood in the ledger at that checkpoint, for what has to be made again just so;
  // what was not there then is not found. `then`: the forms by which they are read, where not by those of
  // now (schema_sets.hpp). Both must outlive this.
  explicit Documents(Session& session, const vault::Logged* logged = nullptr,
                     const records::Catalog* then = nullptr)
      : session_(session), logged_(logged), then_(then), names_(*session.vault) {}

  Names& names() { return names_; }
  const records::Catalog& catalog() const { return then_ == nullptr ? *session_.catalog : *then_; }
  // Of those that were read, the records of which something was not there at that checkpoint.
  const std::set<RecordId>& cut() const { return cut_; }
  // What a record links to, as it is read: for a finalised one what was signed of the others then
  // (records/workflow.hpp, @linked); of one that was not signed then the first that was signed, or, where
  // none ever was, what it said then: a village that was renamed keeps its name on what was signed before.
  records::LinkSource links();
  // The same, but for the record itself as they are now.
  records::LinkSource present_links(const RecordId& of);
  // What it is read with when it is finalised now: what it links to, and the record that names its unit.
  records::ReadWith read_with(const Loaded& loaded);
  // The record's unit, by the name that it had when the record was finalised.
  Names::Unit unit_of(const records::Document& document);

  // By full id or its unique end. Code::not_found, Code::ambiguous, Code::bad_id.
  Result<std::unique_ptr<Loaded>> load(std::string_view id);
  Result<std::unique_ptr<Loaded>> load(const RecordId& id);
  // A signed version of it (records/workflow.hpp); 0: the one that holds. Code::not_finalized,
  // Code::unknown_version.
  Result<std::unique_ptr<Loaded>> load_version(std::string_view id, unsigned number);
  // As load(), for writing: Code::withdrawn, Code::unknown_kind, those of may_change. A finalised record:
  // Code::finalized unless `late`, and then Code::no_reason without one.
  Result<std::unique_ptr<Loaded>> load_for_edit(std::string_view id, bool late, std::string_view reason);
  // As a draft, whatever was signed: with everything that was written since, to be judged anew. For
  // finalising it. Those of may_change besides.
  Result<std::unique_ptr<Loaded>> load_to_finalize(std::string_view id, std::string_view reason);
  // Whether this device's role lets it write into a record that somebody of another role made: an office's
  // with a reason (Code::others_record), a supervisor's never (Code::supervisor_reads). A rule for honest
  // programs: what a role may do at all is the roster's word, and who wrote what stands in the history.
  Status may_change(const Loaded& loaded, std::string_view reason) const;
  // Whether this device may write records of that kind there: who names units, who gives targets. Any kind
  // else: yes, as far as the kind goes. Code::not_authorized.
  Status may_make(std::string_view kind, const UnitId& unit) const;
  Result<bool> is_cadre_of(const UnitId& unit) const;  // whether this device is one of its cadres now
  void make_present(Loaded& loaded);                   // the same of one that is loaded

  // What its personal fields say, as far as their keys are here.
  records::Reveal reveal(const Loaded& loaded);

  records::JudgeOptions judge_options(const records::Document& document);
  json::object json(const Loaded& loaded);
  std::vector<records::Verdict> verdicts(const Loaded& loaded);
  std::string title(const vault::RecordRow& row);
  std::optional<vault::RecordRow> row(const RecordId& id);  // nothing when it is not here
  json::object row_json(const vault::RecordRow& row);
  // {"document", "verdicts", "workflow", "arrival"}: what show, add, edit and finalize answer.
  Result<json::value> answer(const RecordId& id);
  Result<json::value> answer(const Loaded& loaded);

 private:
  const records::Document* linked(const RecordId& id);
  const records::Document* linked_from(const records::Document& from, const RecordId& id);
  const records::Document* linked_then(const RecordId& id, const Hash& content);
  const records::Document* linked_draft(const RecordId& id, const changelog::Seen& seen);
  void note_missing(const Loaded& loaded, std::vector<records::Verdict>& out);
  void note_unit(const Loaded& loaded, std::vector<records::Verdict>& out);
  void fill_document(Loaded& loaded);  // from its view
  // Makes it the first signed version that is wanted; false, and nothing is changed, when none is.
  bool to_version(Loaded& loaded, const std::function<bool(const records::Version&)>& wanted);

  Session& session_;
  const vault::Logged* logged_;
  const records::Catalog* then_;
  Names names_;
  std::set<RecordId> cut_;
  std::map<RecordId, std::unique_ptr<Loaded>> linked_;
  std::map<std::pair<RecordId, Hash>, std::unique_ptr<Loaded>> linked_then_;
  std::map<std::pair<RecordId, changelog::Seen>, std::unique_ptr<Loaded>> linked_drafts_;
};

using Blobs = std::map<std::string, changelog::BlobRef>;
using Marks = std::vector<vault::Change>;      // beside a save's fields: @reason …
Marks reason_mark(const std::string& reason);  // none when it is empty

// Its finalisations, by stamp.
std::vector<records::Version> versions_of(const Loaded& loaded);

// A new record from a patch (records/document.hpp). Code::unknown_kind, Code::invalid_record and the vault's.
Result<RecordId> save_new(Session& session, const UnitId& unit, std::string_view kind,
                          const json::object& patch, const Blobs& blobs = {}, const Marks& marks = {});
// Whether such a patch would make a record of a form without links: before what cannot be taken back.
Status check_new(Session& session, std::string_view kind, const json::object& patch);
// Changes of a record that is here. Nothing is written when the patch changes nothing; returns how many
// fields did.
Result<std::size_t> save_patch(Session& session, const Loaded& loaded, const json::object& patch,
                               const Blobs& blobs = {}, const Marks& marks = {});
// The reasons for passing gates (records/document.hpp, plan_overrides), as one save; nothing when there are
// none.
Status save_overrides(Session& session, const Loaded& loaded, const std::vector<records::Verdict>& verdicts,
                      const std::vector<records::Override>& overrides);
// Changes as they are: marks, resolutions; a personal field's text is closed.
Status save_changes(Session& session, const Loaded& loaded, std::vector<vault::Change> changes);
// With what was closed under `key` already.
class KeyToWrite;
Status save_changes(Session& session, const Loaded& loaded, std::vector<vault::Change> changes,
                    KeyToWrite& key);
Status save_change(Session& session, const Loaded& loaded, std::string path, changelog::Value value);

}  // namespace gandan::app
