// A realm with two administrators, two cadres of a commune, of whom one will be lost, and an office at the
// top.
#pragma once

#include "support/loopback.hpp"

namespace gandan::test::staff {

struct Staff : ServedRealm {
  std::unique_ptr<Device> second = enrolled("second", roster::Role::admin, top);
  std::unique_ptr<Device> a = enrolled("a", roster::Role::cadre, commune);
  std::unique_ptr<Device> lost = enrolled("lost", roster::Role::cadre, commune);
  std::unique_ptr<Device> office = enrolled("office", roster::Role::office, top);

  Staff() {
    for (auto* device : {admin.get(), second.get(), a.get(), lost.get(), office.get()}) sync(*device);
  }
  vault::KeysReport remove(Device& by, const Device& device, const UnitId& unit) {
    return must(vault::revoke(*by.vault, device.vault->identity().id, unit, roster::RevokeReason::lost));
  }
  std::uint32_t epoch(Device& device, const UnitId& unit) {
    return must(device.vault->roster())->unit(unit)->epochs.back().number;
  }
  bool reads(Device& device, const RecordId& record) { return vault::find(*device.vault, record).ok(); }
  // All that the other device holds, in the hands of one that was removed: whether any of it opens.
  bool opens_by_hand(Device& removed, Device& from, const RecordId& record) {
    removed.take(from);
    return reads(removed, record);
  }
  void settle() {
    for (int round = 0; round < 3; ++round)
      for (auto* device : {admin.get(), second.get(), a.get(), office.get()}) sync(*device);
  }
  void all_the_same() {
    const auto hash = must(vault::projections_hash(*office->vault));
    for (auto* device : {admin.get(), second.get()})
      CHECK(must(vault::projections_hash(*device->vault)) == hash);
  }
};

}  // namespace gandan::test::staff
