// realm suspend, resume, quota, export.
#include <iostream>

#include "app/commands.hpp"
#include "app/tell.hpp"
#include "relay/backup.hpp"

namespace gandan::server {
namespace {

constexpr std::size_t kLeastHandle = 8;

}  // namespace

Result<RealmRow> find_realm(Store& store, const std::string& named) {
  GANDAN_TRY(const auto realms, store.realms());
  std::vector<RealmRow> found;
  for (const auto& realm : realms)
    if (to_text(realm.address) == named ||
        (named.size() >= kLeastHandle && to_hex(realm.id.view()).rfind(named, 0) == 0))
      found.push_back(realm);
  if (found.empty()) return Error{Code::not_found, named};
  if (found.size() > 1) return Error{Code::ambiguous, named};
  return found.front();
}

namespace {

// Servers that run notice within a second.
Status change(const Arguments& arguments, void (*alter)(RealmRow&, const Arguments&)) {
  GANDAN_TRY(const auto store, open_store(arguments.data, arguments.store, Purpose::inspect));
  GANDAN_TRY(auto realm, find_realm(*store, arguments.realm));
  alter(realm, arguments);
  GANDAN_TRY([[maybe_unused]] const auto number, store->admit(realm));
  std::cout << handle_of(realm.id.view()) << ": "
            << (realm.state == RealmState::open ? arguments.english ? "open" : "đang phục vụ"
                : arguments.english             ? "suspended"
                                                : "đang tạm dừng")
            << ", " << (arguments.english ? "quota " : "hạn mức ") << realm.quota << '\n';
  return {};
}

}  // namespace

Status suspend(const Arguments& arguments) {
  return change(arguments, [](RealmRow& realm, const Arguments&) { realm.state = RealmState::suspended; });
}

Status resume(const Arguments& arguments) {
  return change(arguments, [](RealmRow& realm, const Arguments&) { realm.state = RealmState::open; });
}

Status set_quota(const Arguments& arguments) {
  return change(arguments, [](RealmRow& realm, const Arguments& given) { realm.quota = given.quota; });
}

Status export_realm(const Arguments& arguments) {
  GANDAN_TRY(const auto store, open_store(arguments.data, arguments.store, Purpose::inspect));
  GANDAN_TRY(const auto realm, find_realm(*store, arguments.realm));
  GANDAN_TRY(const auto report, take_out(*store, realm, arguments.data, arguments.to, arguments.with_keys));
  return tell(report);
}

}  // namespace gandan::server
