// Document: what one record says now, as a tree that expressions, rules, printing and JSON read.
// Fields unknown to any schema stay in it: a newer form's record loses nothing on an older device.
//
// Threading: plain values.
#pragma once

#include <functional>

#include "changelog/merge.hpp"
#include "records/calendars.hpp"

namespace gandan::records {

struct Item;

// Values and lists below a record or an item. Keys are relative paths with groups dotted: "site.place".
struct Tree {
  std::map<std::string, changelog::Value> values;
  std::map<std::string, std::vector<Item>> lists;                // each in order of (order key, id)
  const changelog::Value* value(const std::string& path) const;  // nullptr when absent or Null
  const std::vector<Item>* list(const std::string& path) const;
};
struct Item {
  std::string id;     // ItemId in text form
  std::string order;  // fractional order key
  Tree tree;
};

struct RuleVersion {
  std::string rule;
  std::uint32_t version = 1;
  std::string digest;  // of what it says (digest.hpp); empty: not noted
};

// The records that a finalised one was read with (workflow.hpp, @linked).
struct ReadWith {
  std::map<RecordId, Hash> linked;             // by the content that was signed of them
  std::map<RecordId, changelog::Seen> drafts;  // never signed until then: as much of them as its author had
};

// By what a finalised record was judged (workflow.hpp, @judged, @linked).
struct Judgement : ReadWith {
  std::uint32_t form = 0;   // version of the form it was read with; 0: not noted
  std::string form_digest;  // of what that says (digest.hpp)
  std::vector<RuleVersion> rules;
  CalendarEdition calendars;
};

struct Document {
  RecordId id;
  UnitId unit;
  std::string kind;
  std::uint32_t schema = 0;  // version of the record type it was made with
  std::string state;         // draft, finalized, withdrawn, deleted
  Tree tree;                 // of a finalised record: the signed state, without late edits
  // When each path first got a value, by its device's clock, ms since 1970. See note_entries.
  std::map<std::string, std::int64_t> entered;
  // Of a finalised record: what it was judged by then. That goes on judging it, in force or not; what came
  // later speaks apart. Absent: by what is in force.
  std::optional<Judgement> judged_by;
  // When what it shows was signed, ms since 1970, by the clock of the device that signed; 0: a draft.
  std::int64_t finalized_ms = 0;
};

// The list of reasons for which gates were passed; every kind of record has it.
constexpr const char* kOverrides = "overrides";

// What the marks say: "deleted" and "withdrawn" (a delete with a reason) win over "finalized".
std::string state_of(const changelog::RecordView& view);

Document make_document(const RecordId& id, const UnitId& unit, const changelog::RecordView& view);
// Fills `entered`: an act and its entry are two things, and a correction later is neither.
void note_entries(Document& document, const changelog::RecordState& state);
Tree make_tree(const changelog::Fields& fields);
// Writes one change into a tree, as a save would: a field, an item's order key, or "…[item]@deleted". Call
// sort_lists once after the last.
void put_change(Tree& tree, std::string_view path, const changelog::Value& value);
void sort_lists(Tree& tree);

// Gives the document that a link of `from` names, or nullptr when this device does not have it. The pointer
// lives as long as the caller's evaluation.
using LinkSource = std::function<const Document*(const Document& from, const RecordId& id)>;

// "decisions[01h…].agree" in steps: {"decisions", "01h…"}, {"agree", ""}. Empty when the path is malformed.
struct PathStep {
  std::string name;  // with dots: groups
  std::string item;  // item id, or empty
};
std::vector<PathStep> split_path(std::string_view path);

}  // namespace gandan::records
