#include "dataset/phone.hpp"

#include "dataset/must.hpp"
#include "records/workflow.hpp"

namespace gandan::dataset {

Feed& Phone::feed(const UnitId& of) {
  for (auto at = feeds_.rbegin(); at != feeds_.rend(); ++at)
    if ((*at)->unit == of) return **at;
  give_up(Error{Code::internal, "a device writes where it has no feed"});
}

Feed& Phone::add_feed(Feed feed) {
  feeds_.push_back(std::make_unique<Feed>(std::move(feed)));
  return *feeds_.back();
}

RecordPtr Phone::add(const UnitId& in, std::string kind, std::int64_t schema, Changes changes,
                     const HolderId& who, std::int64_t now_ms) {
  auto record = std::make_shared<Record>();
  auto& to = feed(in);
  record->id = changelog::make_record_id(to.id, to.counter++);
  record->unit = in;
  record->kind = kind;
  changes.insert(changes.begin(), {{"@kind", std::move(kind)}, {"@schema", schema}});
  save(*record, changes, who, now_ms);
  return record;
}

void Phone::save(Record& record, const Changes& changes, const HolderId& who, std::int64_t now_ms) {
  auto& to = feed(record.unit);
  const auto count = static_cast<std::uint32_t>(changes.size());
  const auto first = clock.reserve(now_ms + clock_error, count);
  for (std::uint32_t i = 0; i < count; ++i) {
    changelog::Op op;
    op.record = record.id;
    op.path = changes[i].first;
    op.value = changes[i].second;
    op.stamp = {first + i, to.id};
    op.replaces = record.state.to_replace(op.path);
    op.save = first;
    op.count = count;
    op.holder = who;
    must(changelog::check_op(op));
    record.state.add(op, false);
    record.last = op.stamp;
    to.pending.push_back(std::move(op));
  }
}

void Phone::sign(Record& record, const RealmId& realm, const std::string& judged, const HolderId& who,
                 std::int64_t now_ms, const std::string& reason) {
  changelog::Mark mark;
  mark.seen = record.state.seen();
  mark.content = changelog::content_hash(realm, record.unit, record.id, record.state, mark.seen);
  Changes changes;
  if (!reason.empty()) changes.emplace_back(std::string(records::kReasonMark), reason);
  changes.emplace_back(std::string(records::kFinalMark), mark);
  changes.emplace_back(std::string(records::kJudgedMark), judged);
  save(record, changes, who, now_ms);
}

}  // namespace gandan::dataset
