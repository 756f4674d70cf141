// Workflow: what has become of a record, from its ops and from who may do what:
//
//   draft ──> finalised ──> received ──> accepted
//               ▲  ▲           │
//               │  │           └─────> returned with a question ──> answered in words ──> accepted, asked
//               again │  └── signed again ── amended <──┘            any of them ──> withdrawn, with a reason
//
// "Received" is the ledger's word for the finalisation and is stored nowhere. The rest are marks of the
// record: paths beginning with @, which are no part of its content (schema/wire/record.md). Devices that do
// not know them keep them, merge them as any other cell, and show nothing.
//
//   @final     a finalisation signs the hash of the content it has seen. A later one that replaces it is the
//              next version; the earlier stays readable
//   @review    an office's word on the content with that hash: with a reason it is a question, else an
//              acceptance
//   @answer    what is said to a question where nothing needs to be changed: it names the content and,
//              by their stamps, the questions that it answers
//   @reason    why its save was made; amendments of a finalised record carry one
//   @judged    the rules and calendars by which the content was judged, in the save of its @final: they go on
//              judging it
//   @linked    the records that it was read with, as they were signed or as they stood, in the save of its
//              @final
//   @copied    the record that this one was started from: what was copied shows to supervisors
//   @converted the texts of its save that came in an encoding from before Unicode, as they came
//   @sealed_for, @opened: sealed.hpp; @hold: hold.hpp
//
// Anybody with the unit's key can write a @review. So one counts only when its author had the right
// (roster::Right::accept, ask), and one that does not count replaces nothing.
//
// Threading: pure functions; results point into the state and live as long as it, unchanged.
#pragma once

#include <functional>

#include "changelog/merge.hpp"
#include "records/rules.hpp"

namespace gandan::records {

constexpr std::string_view kFinalMark = "@final";
constexpr std::string_view kReviewMark = "@review";
constexpr std::string_view kAnswerMark = "@answer";
constexpr std::string_view kReasonMark = "@reason";
constexpr std::string_view kJudgedMark = "@judged";
constexpr std::string_view kLinkedMark = "@linked";
constexpr std::string_view kCopiedMark = "@copied";
constexpr std::string_view kConvertedMark = "@converted";

enum class Stage { draft, finalized, received, accepted, returned, answered, amended, withdrawn, deleted };
const char* to_text(Stage stage);

struct Version {  // one finalisation
  unsigned number = 1;
  const changelog::OpEntry* op = nullptr;
  bool holds = false;  // it is the record's signed state
  const changelog::Mark& mark() const { return std::get<changelog::Mark>(op->value); }
};
struct Review {
  const changelog::OpEntry* op = nullptr;
  bool question = false;
  bool current = false;                                 // it speaks of the content that is signed now
  std::vector<const changelog::OpEntry*> answers = {};  // in words, by stamp
  const changelog::Mark& mark() const { return std::get<changelog::Mark>(op->value); }
  bool waits() const { return question && current && answers.empty(); }  // for an answer
};
// A save that changed a finalised record, or that the finalisation had not seen.
struct Amendment {
  const changelog::OpEntry* reason = nullptr;  // nullptr: it says none
  std::vector<std::pair<std::string_view, const changelog::OpEntry*>> changes;
};

struct Workflow {
  std::vector<Version> versions;  // by stamp
  std::vector<Review> reviews;    // present ones that count, questions about this content first
  std::vector<const changelog::OpEntry*> ignored;  // reviews whose author had no right to them, by stamp
  std::vector<Amendment> amendments;               // since the signed version, by stamp

  const Version* signed_version() const;
  // A question about the signed content that nobody has answered; nullptr: there is none.
  const Review* open_question() const;
};
// Whether the author of a review had the right to it, when it was made.
using HadRight = std::function<bool(const changelog::OpEntry& op, bool question)>;
Workflow workflow(const changelog::RecordState& state, const changelog::RecordView& view,
                  const HadRight& had_right);
// `received`: the ledger has the finalisation that holds.
Stage stage_of(const changelog::RecordView& view, const Workflow& workflow, bool received);

// The reason that a save gives; nullptr when it gives none.
const changelog::OpEntry* reason_of(const changelog::RecordState& state, const changelog::OpEntry& op);
// What @judged and @linked say, and what those of the view's finalisation say: nothing for a draft, and for
// what was finalised by a program that noted none. Where it names no calendars, the first ones were in use.
std::string judged_text(const Judgement& judgement);
std::string linked_text(const ReadWith& read_with);
ReadWith read_linked(std::string_view text);
std::optional<Judgement> judged_by(const changelog::RecordState& state, const changelog::RecordView& view);
// The view of an older signed version: its fields alone, without what came later.
changelog::RecordView view_of(const changelog::RecordState& state, const changelog::RecordView& now,
                              const Version& version);

}  // namespace gandan::records
