#include <algorithm>

#include "audit/indicators/indicators.hpp"
#include "base/calendar.hpp"
#include "records/format.hpp"

namespace gandan::audit {

std::int32_t Scope::as_of() const { return std::min(question_->until, local_days(now_ms)); }

std::int64_t Scope::as_of_ms() const {
  return std::min(now_ms, (std::int64_t{question_->until} + 1) * kDayMs - kLocalOffsetMs);
}

const records::Indicator* Scope::wants(std::string_view id) const {
  if (!question_->indicators.empty() && question_->indicators.count(std::string(id)) == 0) return nullptr;
  for (const auto& one : indicators_->all)
    if (one.id == id) return &one;
  return nullptr;
}

std::int64_t Scope::value(const records::Indicator& about, std::string_view name) const {
  const auto& values = about.in(question_->province).values;
  const auto found = values.find(name);
  return found == values.end() ? 0 : found->second;
}

bool Scope::of_kind(const records::Indicator& about, const Fact& fact) const {
  return std::find(about.kinds.begin(), about.kinds.end(), fact.kind) != about.kinds.end();
}

std::map<Author, std::vector<const Fact*>> Scope::by_author(const records::Indicator& about) const {
  std::map<Author, std::vector<const Fact*>> out;
  for (const auto& fact : facts)
    if (fact.finalized && fact.start_ms && fact.day && *fact.day <= question_->until && of_kind(about, fact))
      out[fact.author].push_back(&fact);
  for (auto& [author, list] : out)
    std::sort(list.begin(), list.end(), [](const Fact* a, const Fact* b) {
      return *a->start_ms != *b->start_ms ? *a->start_ms < *b->start_ms : a->id < b->id;
    });
  return out;
}

Found& Scope::add(const records::Indicator& about, const Fact& fact, records::SaidValues used) {
  return add(about, std::vector<const Fact*>{&fact}, std::move(used));
}

Found& Scope::add(const records::Indicator& about, const std::vector<const Fact*>& group,
                  records::SaidValues used) {
  Found found;
  found.about = &about;
  found.severity = about.in(question_->province).severity;
  for (const auto* fact : group) found.records.push_back(fact->id);
  if (!group.empty()) {
    found.unit = group.front()->unit;
    found.author = group.front()->author;
    for (const auto* fact : group)
      if (!(fact->author == group.front()->author)) found.author.reset();
  }
  found.message = records::fill_names(about.says, used);
  found.used = std::move(used);
  report.found.push_back(std::move(found));
  return report.found.back();
}

void Scope::note_named(const Named& one, const RecordId& record) {
  const auto [at, fresh] = named_at_.emplace(one.what.feed, named.size());
  if (fresh) {
    named.push_back(one);
    named_in.push_back(record);
  } else if (named[at->second].what.hlc < one.what.hlc) {
    named[at->second] = one;
    named_in[at->second] = record;
  }
}

bool Scope::is_cut(const FeedId& feed) const {
  const auto log = ledger.feeds().find(feed);
  if (log == ledger.feeds().end()) return false;
  const auto& segments = log->second.segments;
  if (!segments.empty() && segments.back().sequence >= log->second.next) return true;
  const auto found = named_at_.find(feed);
  return found != named_at_.end() && log->second.whole && !log->second.own &&
         named[found->second].what.hlc > log->second.last();
}

records::Label said(std::string text) { return {text, text}; }
records::Label said_day(std::int32_t day) { return said(records::date_for_people(day)); }
records::Label said_time(std::optional<std::int64_t> ms) {
  if (!ms) return {"chưa rõ", "not known"};
  return said(records::instant_for_people(*ms));
}
records::Label said_number(std::int64_t n) { return said(records::integer_for_people(n)); }

}  // namespace gandan::audit
