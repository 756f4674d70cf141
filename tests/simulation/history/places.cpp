// Who is where in a random history, and knows what.
#include "history.hpp"
#include "vault/segments.hpp"

namespace gandan::test::history {

std::set<FeedId> History::pending_feeds(Device& device) {
  return feeds_in(device, "SELECT DISTINCT id FROM pending JOIN feed ON number = pending.feed");
}

std::set<FeedId> History::unsent_feeds(Device& device) {
  return feeds_in(device,
                  "SELECT DISTINCT id FROM segment JOIN feed ON number = feed WHERE ledger_index IS NULL");
}

std::set<FeedId> History::feeds_in(Device& device, const char* sql) {
  std::set<FeedId> out;
  auto rows = must(device.vault->db().query(sql));
  while (must(rows.step())) out.insert(FeedId::from(rows.blob(0)));
  return out;
}

void History::note_openings(Device& device) {
  const auto realm = must(device.vault->roster())->realm();
  auto rows = must(device.vault->db().query("SELECT bytes, hash FROM statement"));
  while (must(rows.step())) {
    const auto statement = must(roster::decode_statement(rows.blob(0)));
    const auto* opening = std::get_if<roster::FeedBody>(&statement.body);
    if (opening == nullptr) continue;
    openings[roster::feed_id(realm, statement.issuer, opening->incarnation, opening->unit)].insert(
        Hash::from(rows.blob(1)));
  }
}

bool History::may_fork(const FeedId& feed, const DeviceId& device) {
  const bool again_in_both = unsent_in_both.count(feed) != 0 && gone.count(device) != 0;
  return two_places.count(device) != 0 && (place_of == nullptr || sealed_by_both.count(feed) != 0 ||
                                           again_in_both || openings[feed].size() > 1);
}

void History::note_places(Device& device) {
  note_openings(device);
  auto rows = must(device.vault->db().query(
      "SELECT feed.id, sequence, hash, roster_head, bytes FROM segment JOIN feed ON number = feed "
      "WHERE device = ?",
      device.vault->identity().id));
  while (must(rows.step())) {
    const auto size = must(protocol::decode_in_run(rows.blob(4))).header.roster_size;
    places[{FeedId::from(rows.blob(0)), rows.integer(1)}].insert(
        {device.vault->identity().id, Hash::from(rows.blob(2)), size, Hash::from(rows.blob(3))});
  }
}

std::vector<Hash> History::order_of(Device& device) {
  std::vector<Hash> out;
  auto rows = must(device.vault->db().query(
      "SELECT bytes, hash FROM statement ORDER BY ledger_index IS NULL, ledger_index, position"));
  while (must(rows.step())) {
    const auto statement = must(roster::decode_statement(rows.blob(0)));
    const Hash hash = Hash::from(rows.blob(1));
    if (!std::holds_alternative<roster::FeedBody>(statement.body) &&
        must(device.vault->roster())->knows(hash))
      out.push_back(hash);
  }
  return out;
}

std::set<Hash> History::statements_of(Device& device) {
  const auto order = order_of(device);
  return {order.begin(), order.end()};
}

bool History::shut_out(const DeviceId& id, const Written& written, const std::vector<Hash>& order) {
  const auto* device = must(admin->vault->roster())->device(id);
  return device != nullptr &&
         std::all_of(device->grants.begin(), device->grants.end(), [&](const roster::GrantInfo& grant) {
           return grant.unit == written.unit && grant.until &&
                  written.known.count(order[*grant.until - 1]) != 0;
         });
}

bool History::outside(const DeviceId& id, const UnitId& unit) {
  const auto& held = given[id];
  const auto& above = moved_to[unit];
  return held.count(top) == 0 && held.count(unit) == 0 &&
         std::none_of(above.begin(), above.end(),
                      [&](const UnitId& office) { return held.count(office) != 0; });
}

}  // namespace gandan::test::history
