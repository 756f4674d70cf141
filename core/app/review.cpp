// Methods record.accept, record.return: what a receiving office says of a finalised record; record.answer:
// what its author says to a question.
#include "app/dispatch.hpp"
#include "app/workflow.hpp"
#include "base/text.hpp"

namespace gandan::app {
namespace {

// Marks the record's signed content; with a question, or without one. What is not whole here is accepted
// nowhere: nobody puts his name under what he cannot read.
Result<json::value> review(Session& s, const std::string& id, const std::string& question) {
  Documents documents(s);
  GANDAN_TRY(const auto loaded, documents.load(id));
  GANDAN_TRY(const roster::Roster* roster, s.vault->roster());
  const auto right = question.empty() ? roster::Right::accept : roster::Right::ask;
  if (!roster->may(s.vault->identity().id, right, loaded->row.unit)) return Code::not_reviewer;
  if (loaded->view.deleted) return Code::withdrawn;
  if (!loaded->view.finalized) return Code::not_finalized;
  const records::Workflow flow =
      records::workflow(loaded->state, loaded->view, [](auto&, bool) { return false; });
  const auto& version = *flow.signed_version();
  GANDAN_TRY(const bool whole, is_whole(*s.vault, *loaded, version));
  if (!whole && question.empty()) return Code::not_whole;
  changelog::Mark mark;
  mark.content = version.mark().content;
  mark.reason = question;
  GANDAN_CHECK(save_change(s, *loaded, std::string(records::kReviewMark), mark));
  Documents after(s);
  return after.answer(loaded->row.id);
}

}  // namespace

Result<json::value> record_accept(Session& s, Params& p) {
  const std::string id = p.text("id");
  GANDAN_CHECK(p.done());
  return review(s, id, {});
}

Result<json::value> record_return(Session& s, Params& p) {
  const std::string id = p.text("id");
  const std::string question = p.sentence("question");
  GANDAN_CHECK(p.done());
  return review(s, id, question);
}

// To all questions of others that wait: the answer names them.
Result<json::value> record_answer(Session& s, Params& p) {
  const std::string id = p.text("id");
  const std::string answer = p.sentence("answer");
  GANDAN_CHECK(p.done());
  Documents documents(s);
  GANDAN_TRY(const auto loaded, documents.load_for_edit(id, true, answer));
  if (!loaded->view.finalized) return Code::not_finalized;
  GANDAN_TRY(const auto flow, flow_of(*s.vault, loaded->state, loaded->view));
  GANDAN_TRY(const roster::Roster* roster, s.vault->roster());
  changelog::Mark mark;
  mark.content = flow.flow.signed_version()->mark().content;
  mark.reason = answer;
  for (const auto& review : flow.flow.reviews) {
    const changelog::Stamp& asked = review.op->stamp;
    const auto* feed = roster->feed(asked.feed);
    if (review.waits() && feed != nullptr && feed->device != s.vault->identity().id)
      mark.seen[asked.feed] = asked.hlc;
  }
  if (mark.seen.empty()) return Code::no_question;
  GANDAN_CHECK(save_change(s, *loaded, std::string(records::kAnswerMark), mark));
  Documents after(s);
  return after.answer(loaded->row.id);
}

}  // namespace gandan::app
