#include "app/act_advice.hpp"

#include <algorithm>
#include <set>

namespace gandan::app {

// Where nobody is left over, one lost phone is enough to lock the realm, unless keepers can recover its root.
Words advice_on_threshold(const roster::Roster& roster, std::size_t persons) {
  if (persons < 2 || roster.recovery() != nullptr || roster.root_alone() ||
      roster.persons_at(roster.root().top).size() > persons)
    return {};
  return {
      "Số quản trị vừa đủ số người phải đồng ý: mất một máy là không ai duyệt được nữa, kể cả việc thu hồi "
      "máy "
      "mất; khoá gốc cũng không thay được người ấy. Hãy thêm quản trị, hoặc đặt khoá khôi phục gốc "
      "ngay.",
      "There are no more administrators than have to agree: one lost phone, and nobody can approve any more, "
      "not even that it is removed; nor does the root key stand in for who lost it. Add an administrator, or "
      "name keys that recover the root at once."};
}

// Who is to be removed would have to agree himself, where nobody else is left over.
Words advice_on_removal(const roster::Roster& roster, const roster::ProposalInfo& proposal) {
  const auto* revoke = std::get_if<roster::RevokeBody>(&proposal.act);
  if (revoke == nullptr) return {};
  std::set<DeviceId> others;
  for (const auto& [id, device] : roster.devices())
    if (id != revoke->device && roster.may(id, roster::Right::administer, proposal.unit))
      others.insert(roster.person_of(id));
  const bool root_stands_in =
      roster.persons_at(proposal.unit).size() < std::max<std::size_t>(2, roster.threshold());
  if (others.size() + (root_stands_in ? 1 : 0) >= roster.persons_needed(proposal.act, proposal.unit))
    return {};
  if (roster.root_alone())
    return {"Quản trị còn lại không đủ người duyệt; khoá gốc mới một mình duyệt được.",
            "The administrators who are left are too few; the new root key alone can approve."};
  if (roster.recovery() != nullptr)
    return {
        "Quản trị còn lại không đủ người duyệt. Những người giữ khoá khôi phục lập khoá gốc mới, khoá "
        "ấy một mình duyệt được.",
        "The administrators who are left are too few. The keepers of recovery keys make a new root key, "
        "which alone can approve."};
  return {
      "Quản trị còn lại không đủ người duyệt, khoá khôi phục gốc chưa đặt: chỉ chính máy bị thu hồi mới "
      "duyệt "
      "được. Tìm lại máy ấy hoặc bản sao lưu của nó; các việc khác vẫn làm như thường.",
      "The administrators who are left are too few, and no keys were named that recover the root: only the "
      "device that is to be removed could approve. Find it, or a backup of it; all other work goes on."};
}

}  // namespace gandan::app
