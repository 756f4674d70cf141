#include "app/late.hpp"

#include <algorithm>

#include "app/count.hpp"
#include "app/words.hpp"
#include "base/calendar.hpp"
#include "vault/journal.hpp"

namespace gandan::app {
namespace {

LatePart part_of(vault::Quarantined segment) {
  LatePart out;
  for (const auto& op : segment.ops) {
    out.first = out.first == 0 ? op.stamp.hlc : std::min(out.first, op.stamp.hlc);
    out.last = std::max(out.last, op.stamp.hlc);
  }
  out.joined = !segment.ops.empty() && vault::ends_inside_save(segment.ops.back());
  out.segment = std::move(segment);
  return out;
}

const char* reason_name(roster::RevokeReason reason) {
  constexpr const char* kNames[] = {"", "left", "lost", "replaced", "misuse"};
  return kNames[static_cast<std::size_t>(reason)];
}

}  // namespace

std::uint64_t Late::changes() const {
  std::uint64_t out = 0;
  for (const auto& part : parts) out += part.segment.ops.size();
  return out;
}
changelog::Hlc Late::first() const {
  changelog::Hlc out = 0;
  for (const auto& part : parts)
    if (part.first != 0) out = out == 0 ? part.first : std::min(out, part.first);
  return out;
}
changelog::Hlc Late::last() const {
  changelog::Hlc out = 0;
  for (const auto& part : parts) out = std::max(out, part.last);
  return out;
}

std::map<RecordId, std::vector<changelog::Op>> Late::records(std::size_t count) const {
  std::map<RecordId, std::vector<changelog::Op>> out;
  for (std::size_t i = 0; i < std::min(count, parts.size()); ++i)
    for (const auto& op : parts[i].segment.ops) out[op.record].push_back(op);
  return out;
}

Result<LateWork> late_work(vault::Vault& vault) {
  LateWork out;
  GANDAN_TRY(const roster::Roster* roster, vault.roster());
  GANDAN_TRY(auto segments, vault::quarantined(vault));
  for (auto& segment : segments)
    out[{segment.device, segment.unit}].parts.push_back(part_of(std::move(segment)));
  const auto place = [roster](const LatePart& part) {
    const auto* feed = roster->feed(part.segment.feed);
    return std::pair(feed == nullptr ? 0 : feed->incarnation, part.segment.sequence);
  };
  for (auto& [key, late] : out)
    std::sort(late.parts.begin(), late.parts.end(),
              [&](const LatePart& a, const LatePart& b) { return place(a) < place(b); });
  return out;
}

std::string moment_of(changelog::Hlc hlc) {
  return hlc == 0 ? std::string() : instant_text(changelog::hlc_ms(hlc));
}

Result<json::object> late_record_json(Session& s, const RecordId& id, const UnitId& unit,
                                      const std::vector<changelog::Op>& ops) {
  GANDAN_TRY(auto state, vault::load_state(*s.vault, id));
  for (const auto& op : ops) state.add(op, false);
  const auto shown = s.projector->project(id, unit, state, changelog::view(state));
  return json::object{{"id", to_text(id)}, {"kind", shown.kind}, {"title", shown.title}};
}

Result<std::optional<json::object>> removal_json(Session& s, const DeviceId& device, const UnitId& unit) {
  GANDAN_TRY(const roster::Roster* roster, s.vault->roster());
  const auto* grant = roster->wrote_by(device, unit);
  if (grant == nullptr || !grant->until || !grant->reason) return std::optional<json::object>();
  json::object out{{"reason", reason_name(*grant->reason)}, {"by", to_text(grant->ended_by)}};
  if (grant->revoked_index) {
    GANDAN_TRY(const auto at, vault::statement_receipt(*s.vault, *grant->revoked_index));
    if (at) out["at"] = instant_text(*at);
  }
  return std::optional<json::object>(std::move(out));
}

Result<json::object> late_json(Session& s, const LateWork& all, const roster::AcceptBody& accept) {
  GANDAN_TRY(const roster::Roster* roster, s.vault->roster());
  json::object out{{"here", false}};
  const auto* feed = roster->feed(accept.feed);
  if (feed == nullptr) return out;
  GANDAN_TRY(auto removal, removal_json(s, feed->device, feed->unit));
  if (removal) out["removal"] = std::move(*removal);
  const auto found = all.find({feed->device, feed->unit});
  if (found == all.end()) return out;
  const auto& parts = found->second.parts;
  const auto part = std::find_if(parts.begin(), parts.end(),
                                 [&](const LatePart& one) { return one.segment.hash == accept.hash; });
  if (part == parts.end()) return out;
  const auto place = static_cast<std::size_t>(part - parts.begin()) + 1;
  // Titles need what stands before: a part may go on with a record that an earlier one began.
  const auto so_far = found->second.records(place);
  std::set<RecordId> named;
  for (const auto& op : part->segment.ops) named.insert(op.record);
  json::array records;
  for (const auto& record : named) {
    GANDAN_TRY(auto shown, late_record_json(s, record, feed->unit, so_far.at(record)));
    records.push_back(std::move(shown));
  }
  out["here"] = true;
  out["opens"] = !part->segment.ops.empty();
  out["part"] = number(place);
  out["parts"] = number(parts.size());
  out["changes"] = number(part->segment.ops.size());
  out["records"] = std::move(records);
  out["first"] = moment_of(part->first);
  out["last"] = moment_of(part->last);
  return out;
}

}  // namespace gandan::app
