// A server that keeps wraps back: what it left out once is asked for again, a cursor that it invented blinds
// nobody for good, and what it took and forgot is sent again.
#include "support/hostile_server.hpp"
#include "support/tapped.hpp"
#include "vault/wraps.hpp"

namespace withheld_keys_test {

using namespace gandan;
using namespace gandan::test;
using protocol::FrameType;

namespace {

constexpr std::int64_t kDay = 86'400'000;

const auto is_wrap = [](const protocol::Frame& frame) { return frame.type == FrameType::wrap; };

struct Kept : TwoFaces {
  Kept() {
    for (auto* device : {admin.get(), a.get(), lost.get(), office.get()}) sync(*device);
  }
  void remove_lost() {
    must(vault::revoke(*admin->vault, lost->vault->identity().id, commune, roster::RevokeReason::lost));
  }
  bool has_key(Device& device) {
    const auto epoch = must(device.vault->roster())->unit(commune)->epochs.back().number;
    return device.vault->keyring().secret(commune, epoch) != nullptr;
  }
  bool reads(Device& device, const RecordId& record) { return vault::find(*device.vault, record).ok(); }
  // A sync whose requests are changed, or only looked at.
  void bent_sync(Device& device, std::function<void(Frames&)> request) {
    Bytes wire;
    Bend bend;
    bend.request = std::move(request);
    Tapped transport(server, wire, nullptr, &bend);
    must(sync::run(*device.vault, transport, {}));
  }
  // Whether it asks for all wraps that it may have.
  bool asks_for_all(Device& device) {
    std::vector<std::uint64_t> from;
    bent_sync(device, [&](const Frames& frames) {
      from.push_back(must(protocol::decode_hello(frames.front().payload)).wraps_from);
    });
    return from.front() == 0;
  }
  // The most in one request: the first is made again where its token has expired.
  std::size_t wraps_sent(Device& device) {
    std::size_t out = 0;
    bent_sync(device, [&](Frames& frames) {
      out = std::max(out, static_cast<std::size_t>(std::count_if(frames.begin(), frames.end(), is_wrap)));
    });
    return out;
  }

  std::unique_ptr<Device> a = enrolled("a", roster::Role::cadre, commune);
  std::unique_ptr<Device> lost = enrolled("lost", roster::Role::cadre, commune);
  std::unique_ptr<Device> office = enrolled("office", roster::Role::office, top);
};

}  // namespace

TEST_CASE_METHOD(Kept, "wraps that one answer leaves out are asked for again with the next sync") {
  remove_lost();
  sync(*admin);
  must(try_lie(*a, [](Frames& frames) { drop(frames, is_wrap); }));
  REQUIRE_FALSE(has_key(*a));
  const auto record = a->write(commune, {text("title", "chờ khoá")});
  CHECK(must(vault::missing_secrets(*a->vault)).units == 1);
  sync(*a);
  CHECK(has_key(*a));
  sync(*a);  // what waited for the key
  sync(*office);
  CHECK(must(vault::counts(*a->vault)).pending_ops == 0);
  CHECK(reads(*office, record));
  CHECK(must(vault::missing_secrets(*a->vault)).epochs == 0);
}

TEST_CASE_METHOD(Kept, "one answer with a cursor of wraps beyond everything blinds nobody for good") {
  must(try_lie(*a, [](Frames& frames) {
    change<protocol::Done>(frames, FrameType::done, protocol::decode_done,
                           [](auto& done) { done.wraps_next = std::uint64_t{1} << 40; });
  }));
  sync(*a);  // an honest answer says where the last wrap is
  CHECK(asks_for_all(*a));
  CHECK_FALSE(asks_for_all(*a));
  remove_lost();
  sync(*admin);
  sync(*a);
  const auto record = a->write(commune, {text("title", "chờ khoá")});
  sync(*a);
  CHECK(has_key(*a));
  sync(*a);
  sync(*office);
  CHECK(reads(*office, record));
}

// The epoch of an administrator whose device is lost before its wraps are anywhere.
TEST_CASE_METHOD(Kept, "who waits for a key that nobody sent asks for all wraps once a day, others never") {
  const auto secret = changelog::new_epoch_secret(random);
  const auto epoch = changelog::epoch_public((*admin->vault->roster())->realm(), commune, 2, secret);
  must(vault::issue(*admin->vault, roster::EpochBody{commune, epoch}));
  sync(*admin);
  for (auto* device : {a.get(), office.get()}) {
    CHECK_FALSE(asks_for_all(*device));  // it brings the statement
    REQUIRE(must(vault::missing_secrets(*device->vault)).epochs == 1);
    for (int day = 0; day < 3; ++day) {
      for (int i = 0; i < 5; ++i) {
        CHECK(asks_for_all(*device) == (i == 0));
        clock.advance(60'000);
      }
      clock.advance(kDay);
    }
  }
  // Passed over, it is missing for ever, and asked for each month.
  must(vault::rotate(*admin->vault, commune, vault::Lost::pass_over));
  sync(*admin);
  for (auto* device : {a.get(), office.get()}) {
    sync(*device);
    REQUIRE(must(vault::missing_secrets(*device->vault)).epochs == 1);
    REQUIRE(must(vault::missing_secrets(*device->vault)).units == 0);
  }
  clock.advance(2 * kDay);
  for (auto* device : {a.get(), office.get()}) CHECK_FALSE(asks_for_all(*device));
  clock.advance(30 * kDay);
  for (auto* device : {a.get(), office.get()}) CHECK(asks_for_all(*device));
  // A clock that was set back holds nothing up.
  clock.move_wall(-1000 * kDay);
  CHECK(asks_for_all(*a));
  clock.move_wall(1000 * kDay);
  // One that lacks nothing.
  auto calm = enrolled("calm", roster::Role::cadre, must(vault::add_unit(*admin->vault, top)));
  sync(*admin);
  for (int i = 0; i < 4; ++i) {
    sync(*calm);
    clock.advance(kDay);
    CHECK_FALSE(asks_for_all(*calm));
  }
}

// What a server says that it took, and does not have.
TEST_CASE_METHOD(Kept,
                 "wraps that a server took and forgot are sent again after a month, and only what serves") {
  remove_lost();
  std::size_t forgot = 0;
  bent_sync(*admin, [&](Frames& frames) {
    forgot += static_cast<std::size_t>(std::count_if(frames.begin(), frames.end(), is_wrap));
    drop(frames, is_wrap);
  });
  REQUIRE(forgot == 3);  // for a, for the top, and the past's
  REQUIRE(*must(admin->vault->db().integer("SELECT count(*) FROM wrap WHERE to_send = 1")) == 0);
  sync(*a);
  sync(*a);
  REQUIRE_FALSE(has_key(*a));
  // It is said, and a bundle helps at once; here nobody carries one.
  CHECK(must(vault::missing_secrets(*a->vault)).units == 1);
  clock.advance(29 * kDay);
  CHECK(wraps_sent(*admin) == 0);
  clock.advance(2 * kDay);
  // The ways into the new epoch and from there to the past; not what the removed one had, nor ways into the
  // epoch that is over.
  CHECK(wraps_sent(*admin) == forgot + 1);  // and the office's, which is current, too
  CHECK(wraps_sent(*admin) == 0);
  sync(*a);
  CHECK(has_key(*a));
  const auto record = a->write(commune, {text("title", "có khoá rồi")});
  sync(*a);
  sync(*office);
  CHECK(reads(*office, record));
}

}  // namespace withheld_keys_test
