// What whoever is nobody learns by asking: not which devices there are, neither by what he hears nor by how
// long it takes.
#include <algorithm>
#include <chrono>

#include "party.hpp"

namespace gandan::server::test {
namespace {

double median(std::vector<double> all) {
  std::nth_element(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(all.size() / 2), all.end());
  return all[all.size() / 2];
}

}  // namespace

TEST_CASE("a stranger cannot tell by answer or time whether a device exists") {
  Party party;
  auto& realm = party.server.realm;
  TestDevice stranger(realm.random);
  auto& removed = realm.device(roster::Role::cadre, realm.commune);
  realm.revoke(removed, realm.commune);
  RequestBuilder news(realm, realm.admin);
  news.statements(realm.statements);
  CHECK(party.server.send(news).rejected() == "");

  const DeviceId ids[] = {random_id<DeviceId>(realm.random), party.phone.id(), removed.id(),
                          realm.admin.id()};
  std::size_t bytes = 0;
  std::vector<std::vector<double>> took(std::size(ids));
  for (const bool with_statements : {false, true})
    for (int round = 0; round < 150; ++round)
      for (std::size_t i = 0; i < std::size(ids); ++i) {
        RequestBuilder asks(realm, stranger);  // signs with a key of his own
        asks.hello.device = ids[i];
        if (with_statements) asks.statements(realm.statements);
        const Bytes body = party.server.body(asks);
        const auto start = std::chrono::steady_clock::now();
        const auto answer = party.server.send(body);
        const std::chrono::duration<double> time = std::chrono::steady_clock::now() - start;
        if (!with_statements) took[i].push_back(time.count());
        // Strangers who bring statements are few at a time.
        const auto refused = answer.refused();
        if (!with_statements || refused != "net.busy") CHECK(refused == "roster.not_enrolled");
        if (bytes == 0) bytes = answer.bytes;
        CHECK((answer.bytes == bytes || refused == "net.busy"));
      }
  const double unknown = median(took[0]);
  for (const auto& known : took) {
    INFO("unknown " << unknown << " s, known " << median(known) << " s");
    CHECK(median(known) < 2 * unknown);
    CHECK(median(known) > unknown / 2);
  }
}

TEST_CASE("tokens that are nobody's are refused alike, whosever device they name") {
  Party party;
  auto& realm = party.server.realm;
  for (const auto& id : {random_id<DeviceId>(realm.random), party.phone.id()}) {
    auto asks = party.request();
    asks.hello.device = id;
    asks.hello.token = Bytes(64, 7);
    CHECK(party.server.send(asks).refused() == "net.token_expired");
  }
}

}  // namespace gandan::server::test
