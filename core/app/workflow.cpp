#include "app/workflow.hpp"

#include "base/calendar.hpp"
#include "records/format.hpp"
#include "records/number.hpp"

namespace gandan::app {
namespace {

using records::Stage;

Words latest_reason(const records::Workflow& flow) {
  for (auto amendment = flow.amendments.rbegin(); amendment != flow.amendments.rend(); ++amendment)
    if (amendment->reason != nullptr) return same(quotation(std::get<std::string>(amendment->reason->value)));
  return {};
}

Words stage_words(Names& names, const changelog::RecordView& view, const Flow& flow) {
  const auto* version = flow.flow.signed_version();
  const Words which = version == nullptr || flow.flow.versions.size() == 1
                          ? Words{}
                          : Words{" (bản " + std::to_string(version->number) + ")",
                                  " (version " + std::to_string(version->number) + ")"};
  const auto author = [&names](const changelog::OpEntry* op) { return author_words(names.author(*op)); };
  switch (flow.stage) {
    case Stage::draft:
      return {"Đang ghi, chưa chốt.", "Being written, not finalised."};
    case Stage::finalized:
      return Words{"Đã chốt", "Finalised"} + which +
             Words{", máy chủ chưa nhận.", ", not received by the server yet."};
    case Stage::received: {
      const Words at = same(records::instant_for_people(flow.received_ms.value_or(0)));
      return Words{"Đã chốt", "Finalised"} + which + Words{", máy chủ nhận lúc ", ", received at "} + at +
             Words{"; chờ cơ quan tiếp nhận xem.", "; waits for the receiving office."};
    }
    case Stage::accepted:
      return Words{"Cơ quan tiếp nhận đã nhận", "Accepted by the office"} + which + same(": ") +
             author(flow.flow.reviews.front().op) + same(".");
    case Stage::returned: {
      const auto& review = *flow.flow.open_question();
      return Words{"Bị trả lại", "Handed back"} + which + Words{" kèm câu hỏi ", " with a question: "} +
             same(quotation(review.mark().reason)) + same(" – ") + author(review.op) +
             Words{". Hãy trả lời; hoặc sửa kèm lý do rồi chốt lại.",
                   ". Answer it; or amend the record with a reason, then finalise it again."};
    }
    case Stage::answered: {
      const auto& review = flow.flow.reviews.front();
      const auto* answer = review.answers.back();
      return Words{"Bị hỏi", "Asked"} + which + same(" " + quotation(review.mark().reason) + " – ") +
             author(review.op) + Words{"; đã trả lời ", "; answered "} +
             same(quotation(std::get<changelog::Mark>(answer->value).reason) + " – ") + author(answer) +
             Words{"; chờ cơ quan tiếp nhận xem.", "; waits for the receiving office."};
    }
    case Stage::amended: {
      const Words out = Words{"Đã sửa sau khi chốt, lý do ", "Amended after it was finalised, because "} +
                        latest_reason(flow.flow) + Words{"; chưa chốt lại.", "; not finalised again yet."};
      const auto* question = flow.flow.open_question();
      if (question == nullptr) return out;
      return out + Words{" Câu hỏi khi bị trả lại: ", " It was handed back with a question: "} +
             same(quotation(question->mark().reason)) + same(" – ") + author(question->op) + same(".");
    }
    case Stage::withdrawn: {
      const auto* mark = std::get_if<changelog::Mark>(&view.deleted_op->value);
      return Words{"Đã rút, lý do ", "Withdrawn, because "} +
             same(quotation(mark == nullptr ? "" : mark->reason)) + same(" – ") + author(view.deleted_op) +
             same(".");
    }
    case Stage::deleted:
      return {"Đã xoá.", "Deleted."};
  }
  return {};
}

json::object review_json(Names& names, const records::Review& review) {
  json::object out{{"verdict", review.question ? "returned" : "accepted"},
                   {"current", review.current},
                   {"content_hash", to_hex(review.mark().content.view())},
                   {"author", names.author(*review.op)}};
  if (!review.question) return out;
  out["question"] = review.mark().reason;
  json::array answers;
  for (const auto* answer : review.answers)
    answers.push_back(json::object{{"text", std::get<changelog::Mark>(answer->value).reason},
                                   {"author", names.author(*answer)}});
  out["answers"] = std::move(answers);
  return out;
}

}  // namespace

Result<Flow> flow_of(vault::Vault& vault, const changelog::RecordState& state,
                     const changelog::RecordView& view) {
  Flow out;
  Status failed;
  out.flow = records::workflow(state, view, [&](const changelog::OpEntry& op, bool question) {
    const auto origin = vault::origin_of(vault, op, records::kReviewMark);
    const auto right = question ? roster::Right::ask : roster::Right::accept;
    const auto had = origin.ok() ? vault::had_right(vault, *origin, right) : Result<bool>(origin.error());
    if (!had.ok()) failed = had.error();
    return had.ok() && *had;
  });
  GANDAN_CHECK(failed);
  if (const auto* version = out.flow.signed_version()) {
    GANDAN_TRY(const auto origin, vault::origin_of(vault, *version->op, records::kFinalMark));
    out.received_ms = origin.receipt_ms;
  }
  out.stage = records::stage_of(view, out.flow, out.received_ms.has_value());
  return out;
}

Result<bool> is_whole(vault::Vault& vault, const Loaded& loaded, const records::Version& version) {
  GANDAN_TRY(const auto* roster, vault.roster());
  return changelog::content_hash(roster->realm(), loaded.row.unit, loaded.row.id, loaded.state,
                                 version.mark().seen) == version.mark().content;
}

Result<json::object> flow_json(vault::Vault& vault, Names& names, const Loaded& loaded) {
  const auto view = changelog::view(loaded.state);  // as it is now, whichever version was loaded
  GANDAN_TRY(const auto flow, flow_of(vault, loaded.state, view));
  json::object out{{"state", records::to_text(flow.stage)}};
  put_words(out, stage_words(names, view, flow));
  const auto* holds = flow.flow.signed_version();
  out["version"] = holds == nullptr ? 0u : holds->number;
  json::array versions;
  for (const auto& version : flow.flow.versions) {
    GANDAN_TRY(const auto origin, vault::origin_of(vault, *version.op, records::kFinalMark));
    GANDAN_TRY(const bool whole, is_whole(vault, loaded, version));
    json::object row{{"number", version.number},
                     {"holds", version.holds},
                     {"whole", whole},
                     {"content_hash", to_hex(version.mark().content.view())},
                     {"author", names.author(*version.op)}};
    if (origin.receipt_ms) row["received_at"] = instant_text(*origin.receipt_ms);
    if (const auto* reason = records::reason_of(loaded.state, *version.op))
      row["reason"] = std::get<std::string>(reason->value);
    versions.push_back(std::move(row));
  }
  out["versions"] = std::move(versions);
  json::array reviews;
  for (const auto& review : flow.flow.reviews) reviews.push_back(review_json(names, review));
  out["reviews"] = std::move(reviews);
  json::array ignored;
  for (const auto* op : flow.flow.ignored) ignored.push_back(names.author(*op));
  out["ignored"] = std::move(ignored);
  json::array amendments;
  for (const auto& amendment : flow.flow.amendments) {
    json::array paths;
    for (const auto& [path, op] : amendment.changes) paths.push_back(json::value(path));
    json::object row{{"author", names.author(*amendment.changes.front().second)},
                     {"paths", std::move(paths)}};
    if (amendment.reason != nullptr) row["reason"] = std::get<std::string>(amendment.reason->value);
    amendments.push_back(std::move(row));
  }
  out["amendments"] = std::move(amendments);
  json::array numbers;
  for (const auto& [number, op] : records::numbers_of(view))
    numbers.push_back(json::object{{"text", records::for_people(number)},
                                   {"year", number.year},
                                   {"number", json::integer(number.number)},
                                   {"symbol", number.symbol},
                                   {"author", names.author(*op)}});
  out["numbers"] = std::move(numbers);
  if (const auto copied = view.marks.find(records::kCopiedMark); copied != view.marks.end())
    if (const auto* from = std::get_if<std::string>(&copied->second.shown())) out["copied_from"] = *from;
  return out;
}

}  // namespace gandan::app
