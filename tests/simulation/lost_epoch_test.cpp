// Epochs whose secret went with the device that started them: a unit is not stopped by one, and none comes
// from a sync that was cut; and wraps that somebody else put into a bundle.
#include <functional>

#include "staff.hpp"
#include "vault/wraps.hpp"

namespace lost_epoch_test {

using namespace gandan;
using namespace gandan::test;

namespace {

struct Losing : staff::Staff {
  void others_sync(int rounds = 3) {
    for (int i = 0; i < rounds; ++i)
      for (auto* device : {second.get(), a.get(), office.get()}) sync(*device);
  }
  std::uint32_t epoch_of(const UnitId& unit) { return epoch(*second, unit); }
  // What everybody needs of a unit: it is written, read above, and takes new members.
  void goes_on(const char* title) {
    const auto record = a->write(commune, {text("title", title)});
    others_sync();
    CHECK(must(vault::counts(*a->vault)).pending_ops == 0);
    CHECK(vault::find(*office->vault, record).ok());
    CHECK_FALSE(must(second->vault->roster())->rotation_due(commune));
    admitted(std::string("fresh-") + title, roster::Role::cadre, commune);
  }
  // By the second administrator, and by hand.
  std::unique_ptr<Device> admitted(const std::string& name, roster::Role role, const UnitId& unit) {
    auto fresh = device(name);
    const auto& identity = fresh->vault->identity();
    must(vault::approve(*second->vault,
                        roster::make_join_request(identity.sign, identity.box.public_key(), ""), role, unit));
    must(sync::import_bundle(*fresh->vault, must(sync::export_enrolment(*second->vault))));
    return fresh;
  }
  Status remove_admin(const DeviceId& id) {
    const auto removed = vault::revoke(*second->vault, id, top, roster::RevokeReason::lost);
    return removed.ok() ? Status() : Status(removed.error());
  }
};

std::size_t wraps_in_state(Device& device, vault::WrapState state) {
  return static_cast<std::size_t>(
      must(device.vault->db().integer("SELECT count(*) FROM wrap WHERE to_send = ?",
                                      static_cast<std::int64_t>(state)))
          .value_or(0));
}

}  // namespace

TEST_CASE_METHOD(Losing, "a rotation that was cut off by the loss of its device stops no unit") {
  std::vector<UnitId> units{commune};
  for (int i = 0; i < 4; ++i) units.push_back(must(vault::add_unit(*admin->vault, top)));
  sync(*admin);
  others_sync();
  const DeviceId id = admin->vault->identity().id;
  must(vault::revoke(*admin->vault, office->vault->identity().id, top, roster::RevokeReason::lost));
  REQUIRE(wraps_in_state(*admin, vault::WrapState::to_send) > 10);
  LoopbackTransport wire(server);
  sync::Options options;
  options.max_push_wraps = 4;
  const int exchanges = GENERATE(1, 2, 3, 4);
  int calls = 0;
  options.progress = [&](const sync::Progress&) { return ++calls < exchanges; };
  CHECK(sync::run(*admin->vault, wire, options).error().code == Code::cancelled);
  admin->vault.reset();
  for (int i = 0; i < 3; ++i)
    for (auto* device : {second.get(), a.get()}) sync(*device);
  // Whatever the ledger has of it, the second administrator opens.
  for (const auto& unit : units) {
    INFO(to_text(unit));
    CHECK(second->vault->keyring().latest(unit) == epoch_of(unit));
  }
  REQUIRE(remove_admin(id));
  office = admitted("office-2", roster::Role::office, top);
  goes_on("sau");
}

TEST_CASE_METHOD(Losing, "an epoch whose secret nobody has is passed over once its issuer is gone") {
  const DeviceId id = admin->vault->identity().id;
  must(vault::issue(
      *admin->vault,
      roster::EpochBody{commune, {2, random_id<Hash>(random), admin->vault->identity().box.public_key()}}));
  sync(*admin);
  others_sync();
  REQUIRE(epoch_of(commune) == 2);
  const auto waiting = a->write(commune, {text("title", "chờ khoá")});
  CHECK(vault::rotate(*second->vault, commune).error().code == Code::no_key);
  others_sync();
  CHECK(must(vault::counts(*a->vault)).pending_ops > 0);  // its issuer may bring the secret yet
  CHECK(epoch_of(commune) == 2);
  REQUIRE(remove_admin(id));
  others_sync();
  CHECK(epoch_of(commune) == 3);
  CHECK(must(vault::counts(*a->vault)).pending_ops == 0);
  CHECK(vault::find(*office->vault, waiting).ok());
  goes_on("sau khi thu hồi");
}

TEST_CASE_METHOD(
    Losing,
    "an administrator passes over an epoch by hand, and its secret opens the history when it comes up") {
  must(vault::rotate(*admin->vault, commune));
  // The device takes its wraps for sent, and they never arrived.
  must(admin->vault->db().run("UPDATE wrap SET to_send = ?",
                              static_cast<std::int64_t>(vault::WrapState::sent)));
  const auto between = admin->write(commune, {text("title", "ở giữa")});
  sync(*admin);
  others_sync();
  REQUIRE(epoch_of(commune) == 2);
  CHECK_FALSE(vault::find(*office->vault, between).ok());
  CHECK(vault::rotate(*second->vault, commune).error().code == Code::no_key);
  must(vault::rotate(*second->vault, commune, vault::Lost::pass_over));
  others_sync();
  CHECK(epoch_of(commune) == 3);
  goes_on("không chờ nữa");
  CHECK_FALSE(vault::find(*office->vault, between).ok());
  for (int i = 0; i < 2; ++i) {
    sync(*admin);
    others_sync(1);
  }
  CHECK(vault::find(*office->vault, between).ok());
  CHECK(vault::find(*a->vault, between).ok());
}

TEST_CASE_METHOD(Losing, "what a cadre's bundle wraps, no administrator hands on") {
  auto bundle = must(sync::export_bundle(*a->vault, {}));
  Bytes end;
  protocol::append_frame(end, protocol::FrameType::end, {});
  bundle.resize(bundle.size() - end.size());
  for (int i = 0; i < 500; ++i) {
    protocol::Wrap wrap;
    wrap.unit = commune;
    wrap.epoch = 1;
    wrap.kind = i % 2 == 0 ? protocol::WrapKind::parent : protocol::WrapKind::device;
    wrap.recipient = i % 2 == 0 ? protocol::RecipientId::from(top.view())
                                : protocol::RecipientId::from(a->vault->identity().id.view());
    wrap.recipient_epoch = i % 2 == 0 ? 1 : 0;
    wrap.enc = random_id<BoxPublicKey>(random);
    wrap.ct.resize(protocol::kWrapCiphertextBytes);
    protocol::append_frame(bundle, protocol::FrameType::wrap, protocol::encode_wrap(wrap));
  }
  append(bundle, end);
  CHECK(must(sync::import_bundle(*admin->vault, bundle)).refused_count == 0);
  CHECK(wraps_in_state(*admin, vault::WrapState::to_send) == 0);
  CHECK(wraps_in_state(*admin, vault::WrapState::carried) == 0);
  CHECK(sync(*admin).rejected.empty());
  remove(*admin, *lost, commune);
  CHECK(sync(*admin).rejected.empty());
  others_sync();
  goes_on("sau gói lạ");
}

TEST_CASE_METHOD(
    Losing, "a rotation that reached the server only by another administrator's hand opens for everybody") {
  remove(*second, *lost, commune);
  const auto record = second->write(commune, {text("title", "từ nơi không sóng")});
  must(sync::import_bundle(*admin->vault, must(sync::export_bundle(*second->vault, {}))));
  second->vault.reset();  // comes no more
  sync(*admin);
  for (int i = 0; i < 2; ++i)
    for (auto* device : {a.get(), office.get()}) sync(*device);
  CHECK(vault::find(*office->vault, record).ok());
  const auto answer = a->write(commune, {text("title", "đã nhận khoá")});
  for (int i = 0; i < 2; ++i)
    for (auto* device : {a.get(), office.get()}) sync(*device);
  CHECK(vault::find(*office->vault, answer).ok());
}

// What that one carries of the removal has more wraps than an exchange has room for.
TEST_CASE_METHOD(
    Losing, "who becomes an administrator behind a removal that no server knows is known by its own grant") {
  must(vault::revoke(*admin->vault, second->vault->identity().id, top, roster::RevokeReason::lost));
  auto fresh = device("fresh");
  const auto& identity = fresh->vault->identity();
  must(vault::approve(*admin->vault, roster::make_join_request(identity.sign, identity.box.public_key(), ""),
                      roster::Role::admin, top));
  must(sync::import_bundle(*fresh->vault, must(sync::export_enrolment(*admin->vault))));
  sync::Options options;
  options.max_push_wraps = 1;
  LoopbackTransport wire(server);
  CHECK(must(sync::run(*fresh->vault, wire, options)).rejected.empty());
  CHECK(must(fresh->vault->roster())->may(fresh->vault->identity().id, roster::Right::administer, top));
  admin->vault.reset();
  const auto record = a->write(commune, {text("title", "sau khi thay")});
  for (int round = 0; round < 2; ++round)
    for (auto* device : {a.get(), fresh.get(), office.get()}) sync(*device);
  for (auto* device : {fresh.get(), office.get()}) CHECK(vault::find(*device->vault, record).ok());
}

// Whom it brought in knows the secret, introduces itself with the statement, and may be lost as well.
TEST_CASE_METHOD(
    Losing,
    "a secret that nobody has but who was approved behind it reaches the administrators with its record") {
  remove(*second, *lost, commune);
  auto fresh = admitted("fresh", roster::Role::cadre, commune);
  const auto record = fresh->write(commune, {text("title", "từ máy mới")});
  CHECK(sync(*fresh).rejected.empty());
  REQUIRE(must(vault::counts(*fresh->vault)).unsent_segments == 0);
  const DeviceId gone = second->vault->identity().id;
  const bool removed = GENERATE(false, true);
  fresh->vault.reset();
  second->vault.reset();
  if (removed) must(vault::revoke(*admin->vault, gone, top, roster::RevokeReason::lost));
  for (int round = 0; round < 3; ++round)
    for (auto* device : {admin.get(), a.get(), office.get()}) sync(*device);
  CHECK(vault::find(*admin->vault, record).ok());
  if (!removed) return;  // what to do about it is the administrator's to decide
  for (auto* device : {a.get(), office.get()}) CHECK(vault::find(*device->vault, record).ok());
}

// As a sync that was cut before it sent them would leave it.
void keep_back(Device& device, const std::function<bool(const protocol::Wrap&)>& which) {
  std::vector<std::int64_t> ids;
  auto rows = must(device.vault->db().query("SELECT id, bytes FROM wrap WHERE to_send = ?",
                                            static_cast<std::int64_t>(vault::WrapState::to_send)));
  while (must(rows.step()))
    if (which(must(protocol::decode_wrap(rows.blob(1))))) ids.push_back(rows.integer(0));
  REQUIRE_FALSE(ids.empty());
  for (const auto id : ids)
    must(device.vault->db().run("UPDATE wrap SET to_send = ? WHERE id = ?",
                                static_cast<std::int64_t>(vault::WrapState::sent), id));
}

TEST_CASE_METHOD(Losing, "what members alone can open comes up when the issuer of its epoch is removed") {
  const auto of_parent = [](const protocol::Wrap& wrap) { return wrap.kind == protocol::WrapKind::parent; };
  const auto gone = second->vault->identity().id;
  must(vault::rotate(*second->vault, commune));
  keep_back(*second, of_parent);
  sync(*second);
  sync(*a);
  const auto record = a->write(commune, {text("title", "chỉ cán bộ mở được")});
  for (auto* device : {a.get(), admin.get(), office.get()}) sync(*device);
  REQUIRE_FALSE(vault::find(*office->vault, record).ok());
  must(vault::revoke(*admin->vault, gone, top, roster::RevokeReason::left));
  for (int round = 0; round < 3; ++round)
    for (auto* device : {admin.get(), a.get(), office.get()}) sync(*device);
  for (auto* device : {admin.get(), office.get()}) CHECK(vault::find(*device->vault, record).ok());
}

std::size_t wraps_made(Device& device) {
  return wraps_in_state(device, vault::WrapState::to_send) + wraps_in_state(device, vault::WrapState::sent);
}

// A hundred thousand phones hear of it.
TEST_CASE_METHOD(Losing, "where an administrator leaves as it should be, no member wraps anything") {
  const auto fresh = enrolled("fresh", roster::Role::cadre, commune);
  sync(*fresh);
  CHECK(wraps_made(*fresh) == 0);
  const auto before = wraps_made(*a);
  for (int i = 0; i < 2; ++i) {
    must(vault::rotate(*second->vault, commune));
    others_sync(1);
  }
  for (auto* device : {fresh.get(), admin.get()}) sync(*device);
  must(vault::revoke(*admin->vault, second->vault->identity().id, top, roster::RevokeReason::left));
  for (auto* device : {a.get(), admin.get()}) sync(*device);
  for (int round = 0; round < 3; ++round)
    for (auto* device : {a.get(), fresh.get(), office.get()}) sync(*device);
  REQUIRE(a->vault->keyring().latest(commune) == epoch(*admin, commune));
  CHECK(wraps_made(*a) == before);
  for (auto* device : {fresh.get(), office.get()}) CHECK(wraps_made(*device) == 0);
}

TEST_CASE_METHOD(Losing, "who joins later reads the past also where an epoch between was lost") {
  const auto record = a->write(commune, {text("title", "thời khoá thứ nhất")});
  sync(*a);
  for (int i = 0; i < 2; ++i) must(vault::rotate(*second->vault, commune));
  keep_back(*second, [](const protocol::Wrap& wrap) { return wrap.epoch == 2; });
  sync(*second);
  const auto gone = second->vault->identity().id;
  second->vault.reset();
  must(vault::revoke(*admin->vault, gone, top, roster::RevokeReason::lost));
  for (int round = 0; round < 2; ++round)
    for (auto* device : {admin.get(), a.get(), office.get()}) sync(*device);
  REQUIRE(admin->vault->keyring().secret(commune, 2) == nullptr);
  REQUIRE(admin->vault->keyring().secret(commune, 3) != nullptr);
  const auto fresh = enrolled("fresh", roster::Role::cadre, commune);
  for (int round = 0; round < 2; ++round)
    for (auto* device : {admin.get(), fresh.get()}) sync(*device);
  CHECK(vault::find(*fresh->vault, record).ok());
}

TEST_CASE_METHOD(Losing, "an office whose own epoch was lost gets the keys of what is below it again") {
  const auto district = must(vault::add_unit(*admin->vault, top));
  must(vault::move_unit(*admin->vault, commune, district));
  const auto clerk = enrolled("clerk", roster::Role::office, district);
  for (auto* device : {admin.get(), second.get(), a.get(), clerk.get()}) sync(*device);
  must(vault::issue(
      *second->vault,
      roster::EpochBody{district, {2, random_id<Hash>(random), second->vault->identity().box.public_key()}}));
  sync(*second);
  sync(*admin);
  must(vault::revoke(*admin->vault, second->vault->identity().id, top, roster::RevokeReason::lost));
  for (int round = 0; round < 2; ++round)
    for (auto* device : {admin.get(), a.get(), clerk.get()}) sync(*device);
  const auto record = a->write(commune, {text("title", "gửi huyện")});
  sync(*a);
  sync(*clerk);
  CHECK(vault::find(*clerk->vault, record).ok());
}

// A removal at a province's top takes several exchanges, while its phones go on syncing.
TEST_CASE_METHOD(Losing, "who hears of a removal before the new keys gives nobody the old ones") {
  const auto gone = admin->vault->identity().id;  // made the commune
  const auto third = admitted("third", roster::Role::admin, top);
  sync(*third);
  others_sync();
  const std::size_t before = wraps_made(*a);
  must(vault::revoke(*second->vault, gone, top, roster::RevokeReason::left));
  sync::Options options;
  options.max_push_wraps = 1;
  options.progress = [](const sync::Progress&) { return false; };
  LoopbackTransport wire(server);
  CHECK(sync::run(*second->vault, wire, options).error().code == Code::cancelled);
  for (int round = 0; round < 2; ++round) sync(*a);
  REQUIRE_FALSE(must(a->vault->roster())->may(gone, roster::Right::administer, commune));
  REQUIRE(must(a->vault->roster())->rotation_due(commune));
  CHECK(wraps_made(*a) == before);
  others_sync();
  REQUIRE(epoch_of(commune) == 2);
  CHECK(wraps_made(*a) == before);
}

TEST_CASE_METHOD(Losing, "an epoch whose secret nobody has is passed over, whatever else its issuer became") {
  const auto& issuer = admin->vault->identity();
  must(vault::issue(*admin->vault,
                    roster::EpochBody{commune, {2, random_id<Hash>(random), issuer.box.public_key()}}));
  sync(*admin);
  others_sync();
  const auto elsewhere = must(vault::add_unit(*second->vault, top));
  REQUIRE(remove_admin(issuer.id));
  must(vault::approve(*second->vault, roster::make_join_request(issuer.sign, issuer.box.public_key(), ""),
                      roster::Role::cadre, elsewhere));
  others_sync();
  CHECK(epoch_of(commune) == 3);
  goes_on("sau khi thuyên chuyển");
}

}  // namespace lost_epoch_test
