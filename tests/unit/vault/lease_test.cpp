// What a lease is counted from, where the clocks that it knows disagree.
#include "vault/lease.hpp"

#include "support/realm.hpp"

using namespace gandan;
using namespace gandan::test;

namespace {

constexpr std::int64_t kDay = 86'400'000;

struct Leased : Realm {
  Leased() {
    must(vault::issue(*admin->vault, roster::ProposeBody{roster::PolicyAct{30, false}}));
    phone = enrolled("phone", roster::Role::cadre, commune);
  }
  vault::Lease lease() { return must(vault::lease(*phone->vault, seen)).value(); }
  void restart() {
    phone->reopen();
    seen = {};
  }
  roster::Renewal renewal(std::int64_t time_ms) {
    roster::Renewal out{phone->vault->identity().id, admin->vault->identity().id, time_ms, {}};
    must(roster::sign_renewal((*admin->vault->roster())->realm(), out,
                              crypto::KeySigner(admin->vault->identity().sign)));
    return out;
  }

  std::unique_ptr<Device> phone;
  vault::TimeSeen seen;
};

}  // namespace

TEST_CASE_METHOD(
    Leased, "a lease that nobody's contact began starts with the first look, and gives way to any contact") {
  clock.move_wall(3000 * kDay);  // its clock runs ahead
  const auto own = lease();
  CHECK(own.contact_ms == clock.wall_ms());
  CHECK(own.ends_ms() == own.contact_ms + 30 * kDay);
  CHECK_FALSE(own.over());
  clock.move_wall(-3000 * kDay);
  restart();
  CHECK(lease().contact_ms == own.contact_ms);
  must(vault::renew(*phone->vault, seen, renewal(clock.wall_ms())));
  CHECK(lease().contact_ms == clock.wall_ms());
  // What the clock once said stays the latest time: a renewal is no clock.
  CHECK(lease().over());
  must(vault::note_contact(*phone->vault, clock.wall_ms()));
  restart();
  CHECK_FALSE(lease().over());
}

TEST_CASE_METHOD(Leased, "contact is the server's time, whatever this device's clock says") {
  const auto now = clock.wall_ms();
  (void)lease();
  clock.move_wall(500 * kDay);
  must(vault::note_contact(*phone->vault, now));
  CHECK(lease().contact_ms == now);
  CHECK(lease().over());
  for (const std::int64_t nonsense : {std::int64_t{-1}, std::int64_t{0}, INT64_MAX})
    must(vault::note_contact(*phone->vault, nonsense));
  CHECK(lease().contact_ms == now);
}

TEST_CASE_METHOD(Leased,
                 "time goes on by the monotonic clock while the program runs, and is noted as it goes") {
  must(vault::note_contact(*phone->vault, clock.wall_ms()));
  seen = {};
  (void)lease();
  clock.move_wall(-20 * kDay);
  for (int hour = 0; hour < 29 * 24; ++hour) {
    clock.advance(kDay / 24);
    REQUIRE_FALSE(lease().over());
  }
  clock.advance(kDay);
  CHECK(lease().over());
  restart();
  CHECK(lease().over());
}

TEST_CASE_METHOD(Leased, "the latest renewal counts, and none before a contact") {
  must(vault::renew(*phone->vault, seen, renewal(clock.wall_ms() + 1000)));
  for (const std::int64_t earlier : {-1000, 0, 1000})
    CHECK(vault::renew(*phone->vault, seen, renewal(clock.wall_ms() + earlier)).error().code ==
          Code::renewal_old);
  CHECK(lease().contact_ms == clock.wall_ms());
  auto other = renewal(clock.wall_ms() + 2000);
  other.device.bytes[0] ^= 1;
  CHECK(vault::renew(*phone->vault, seen, other).error().code == Code::renewal_other);
  auto forged = renewal(clock.wall_ms() + 2000);
  forged.time_ms += 1;
  CHECK(vault::renew(*phone->vault, seen, forged).error().code == Code::bad_signature);
}

TEST_CASE_METHOD(
    Leased, "a renewal from a clock that runs ahead is worth one of now, once, and keeps no later one out") {
  const auto early = renewal(clock.wall_ms() + 365 * kDay);
  must(vault::renew(*phone->vault, seen, early));
  CHECK(lease().ends_ms() == clock.wall_ms() + 30 * kDay);
  clock.advance(20 * kDay);
  CHECK(vault::renew(*phone->vault, seen, early).error().code == Code::renewal_old);
  clock.advance(11 * kDay);
  CHECK(lease().over());
  const auto honest = renewal(clock.wall_ms());
  must(vault::renew(*phone->vault, seen, honest));
  CHECK_FALSE(lease().over());
  clock.advance(31 * kDay);
  for (const auto& used : {early, honest})
    CHECK(vault::renew(*phone->vault, seen, used).error().code == Code::renewal_old);
  must(vault::note_contact(*phone->vault, clock.wall_ms()));
  clock.advance(31 * kDay);
  CHECK(vault::renew(*phone->vault, seen, early).error().code == Code::renewal_old);
  must(vault::renew(*phone->vault, seen, renewal(clock.wall_ms())));
  CHECK_FALSE(lease().over());
}

TEST_CASE_METHOD(Leased, "a server that says too early a time moves nothing, and one too late is put right") {
  must(vault::note_contact(*phone->vault, clock.wall_ms()));
  const auto contact = lease().contact_ms;
  clock.advance(5 * kDay);
  for (const std::int64_t early : {std::int64_t{1}, contact - 100 * kDay, contact - 1}) {
    must(vault::note_contact(*phone->vault, early));
    restart();
    CHECK(lease().contact_ms == contact);
    CHECK(lease().now_ms == clock.wall_ms());
  }
  must(vault::note_contact(*phone->vault, std::int64_t{1} << 44));
  must(vault::note_contact(*phone->vault, clock.wall_ms()));
  restart();
  CHECK(lease().contact_ms == clock.wall_ms());
  CHECK(lease().now_ms == clock.wall_ms());
  must(vault::renew(*phone->vault, seen, renewal(clock.wall_ms() + 1)));
  // A device whose own clock is far behind goes by the server's.
  clock.move_wall(-400 * kDay);
  must(vault::note_contact(*phone->vault, clock.wall_ms() + 400 * kDay));
  restart();
  CHECK(lease().ends_ms() == clock.wall_ms() + 430 * kDay);
  CHECK_FALSE(lease().over());
}
