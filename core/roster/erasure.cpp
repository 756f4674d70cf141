// Erasing a record's personal data: one administrator proposes, another approves. See roster.hpp.
//
// The root key proposes and approves nothing: two persons with two devices do. What the roster knows of
// persons is their devices' keys.
#include <algorithm>

#include "roster/roster.hpp"

namespace gandan::roster {
namespace {
constexpr std::size_t kFounderBytes = 10;  // changelog/op.hpp
}

const FeedInfo* Roster::founder(const RecordId& record) const {
  FeedId first;  // the least id that begins so
  std::copy_n(record.bytes.begin(), kFounderBytes, first.bytes.begin());
  const auto at = feeds_.lower_bound(first);
  const bool found =
      at != feeds_.end() && equal(at->first.view().first(kFounderBytes), record.view().first(kFounderBytes));
  return found ? &at->second : nullptr;
}

const ErasureInfo* Roster::erasure(const Hash& proposal) const {
  for (const auto& one : erasures_)
    if (one.proposal == proposal) return &one;
  return nullptr;
}

const ErasureInfo* Roster::erased(const RecordId& record) const {
  const auto found = erased_.find(record);
  if (found == erased_.end() || !erasures_[found->second].index) return nullptr;
  return &erasures_[found->second];
}

Status Roster::propose_erasure(const EraseProposeBody& body, const Hash& hash, const Origin& origin) {
  const auto* feed = founder(body.record);
  if (feed == nullptr) return Code::unknown_feed;
  if (!may(origin.issuer, Right::administer, feed->unit)) return Code::not_authorized;
  erasures_.push_back({hash, body.record, feed->unit, body.reason, origin, {}, {}, {}});
  return {};
}

Status Roster::approve_erasure(const EraseApproveBody& body, const Origin& origin,
                               std::optional<std::uint64_t> ledger_index) {
  const auto found = std::find_if(erasures_.begin(), erasures_.end(),
                                  [&](const ErasureInfo& one) { return one.proposal == body.proposal; });
  if (found == erasures_.end()) return Code::erase_unknown;
  if (!may(origin.issuer, Right::administer, found->unit)) return Code::not_authorized;
  const DeviceId& proposer = found->proposed.issuer;
  if (origin.issuer == proposer || device(origin.issuer)->sign_key == device(proposer)->sign_key)
    return Code::erase_same_device;
  if (found->withdrawn && origin.knew(*found->withdrawn)) return Code::erase_withdrawn;
  // What came too late says nothing; so does an approval of what somebody proposed who was removed since.
  if (found->withdrawn || erased_.count(found->record) != 0 || !may(proposer, Right::administer, found->unit))
    return {};
  found->approved = origin;
  found->index = ledger_index;
  erased_[found->record] = static_cast<std::size_t>(found - erasures_.begin());
  return {};
}

Status Roster::withdraw_erasure(const EraseWithdrawBody& body, const Origin& origin) {
  const auto found = std::find_if(erasures_.begin(), erasures_.end(),
                                  [&](const ErasureInfo& one) { return one.proposal == body.proposal; });
  if (found == erasures_.end()) return Code::erase_unknown;
  if (!may(origin.issuer, Right::administer, found->unit)) return Code::not_authorized;
  if (!found->approved && !found->withdrawn) found->withdrawn = origin;
  return {};
}

}  // namespace gandan::roster
